use nova::config::{Config, LogFormat};
use tracing_subscriber::{EnvFilter, fmt};

use super::Failure;

/// These write whole addresses at `trace`, and an address may hold a one-time link's token.
const QUIET: [&str; 2] = ["tower_http=info", "tower_http::csrf=info"];

/// Log lines go to standard error; standard output is for what was asked for.
pub(crate) fn start(config: &Config) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| format!("bad value for `log`: {error}"))?;
    let filter = QUIET.iter().filter_map(|quiet| quiet.parse().ok()).fold(filter, EnvFilter::add_directive);
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Pretty => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    }
}
