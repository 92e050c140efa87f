//! Configuration: defaults, then `nova.toml`, then `NOVA_*` variables, then flags. Each value knows where it came from.

mod auditing;
mod error;
mod file;
mod keys;
mod load;
mod mailing;
mod recording;

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

pub use auditing::Auditing;
pub use error::ConfigError;
use identity::Algorithm;
pub use keys::{KEYS, Key};
pub use load::Sources;
use model::policy::Network;
pub use recording::Recording;
use secrecy::SecretString;
use store::Location;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// A line of the configuration file.
    File(PathBuf, usize),
    /// An environment variable.
    Environment(&'static str),
    /// A command-line flag.
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => f.write_str(name),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where Nova keeps its data.
    pub data_dir: PathBuf,
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Address people reach this instance by, without a slash at the end.
    pub public_url: String,
    /// Proxies in front of this instance, whose word for whom they ask is believed.
    pub trusted_proxies: Vec<Network>,
    /// Which log lines are written, in the syntax of `tracing`'s `EnvFilter`.
    pub log: String,
    /// How log lines look.
    pub log_format: LogFormat,
    /// The database; it may hold a password.
    pub database_url: Option<SecretString>,
    /// How access tokens are signed.
    pub token_algorithm: Algorithm,
    /// The shell terminals run; the user's own where unset.
    pub shell: Option<PathBuf>,
    /// Whether shells outlive the server, held by a process of their own.
    pub keep_shells: bool,
    /// How mail is sent, and who it is from.
    pub mail: mail::Settings,
    /// What becomes of audit entries.
    pub auditing: Auditing,
    /// How much recordings may take.
    pub recording: Recording,
    printed: Vec<Printed>,
}

/// One line of `nova config`.
#[derive(Debug, Clone)]
struct Printed {
    key: &'static str,
    value: String,
    source: Source,
}

impl Config {
    /// Reads all sources.
    ///
    /// # Errors
    /// An unknown key or a bad value, with the key and where it stands.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        load::load(sources)
    }

    /// A configuration for tests: everything in `dir`, on a port of the system's choice, and shells that end with the
    /// test.
    ///
    /// # Errors
    /// Never in practice.
    pub fn for_tests(dir: &Path) -> Result<Self, ConfigError> {
        Self::load(&Sources {
            flags: vec![
                ("data_dir", dir.to_string_lossy().into_owned()),
                ("listen", "127.0.0.1:0".into()),
                ("terminal_keep_shells", "false".into()),
                ("recording_reserve_mb", "0".into()),
            ],
            ..Sources::default()
        })
    }

    /// Takes the address that was really bound (port 0 is the system's choice) into the public one, unless that was set.
    pub fn note_bound(&mut self, bound: SocketAddr) {
        let default = self.printed.iter().any(|line| line.key == "public_url" && line.source == Source::Default);
        self.listen = bound;
        if default {
            self.public_url = public_url_of(bound);
        }
    }

    /// Whether people reach this instance over https: cookies are then `Secure` and `__Host-`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Where the database is.
    ///
    /// # Errors
    /// When `DATABASE_URL` is of no known kind.
    pub fn location(&self) -> Result<Location, store::Error> {
        Location::parse(self.database_url.as_ref(), &self.data_dir)
    }
}

/// How to reach `listen` from this machine: nobody connects to "any address".
fn public_url_of(listen: SocketAddr) -> String {
    let port = listen.port();
    match listen.ip() {
        ip if ip.is_unspecified() => format!("http://127.0.0.1:{port}"),
        _ => format!("http://{listen}"),
    }
}

/// `key = value  # source`, secrets redacted: what `nova config` prints.
impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.printed.iter().try_for_each(|line| writeln!(f, "{:<16} = {:<44} # {}", line.key, line.value, line.source))
    }
}
