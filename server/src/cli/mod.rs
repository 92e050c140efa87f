//! The command line.

/// Writes a line to standard output. Nobody reading there is no reason to stop: `println!` would panic.
macro_rules! say {
    ($($line:tt)*) => {{
        use std::io::Write as _;
        drop(writeln!(std::io::stdout(), $($line)*));
    }};
}

mod arguments;
mod audit;
mod doctor;
mod logging;
mod recording;
mod serve;
mod user;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser;
use nova::{Config, Nova, config::Sources};

/// Why a command failed: one line for standard error.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("nova: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    if let Some(Command::PtyHolder { directory }) = &arguments.command {
        // It needs no setting, and no second thread.
        return Ok(terminal::hold(directory)?);
    }
    let config = Config::load(&Sources::of_process(arguments.config.clone(), arguments.flags()))?;
    let command = arguments.command.unwrap_or(Command::Serve);
    if let Command::Config = command {
        print!("{config}");
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Serve => serve::serve(config).await,
            Command::Config | Command::PtyHolder { .. } => Ok(()),
            Command::Migrate => migrate(config).await,
            Command::SetupLink => setup_link(config).await,
            Command::Audit { action } => audit::run(config, action).await,
            Command::Recording { action } => recording::run(config, action).await,
            Command::User { action } => user::run(config, action).await,
            Command::Doctor { accept_clock } => doctor::run(config, accept_clock).await,
        }
    })
}

async fn migrate(config: Config) -> Result<(), Failure> {
    let nova = Nova::beside(config).await?;
    say!("the database is at migration {}", nova.db.newest_migration());
    nova.stop().await;
    Ok(())
}

async fn setup_link(config: Config) -> Result<(), Failure> {
    let nova = Nova::beside(config).await?;
    let link = nova.setup_link().await?;
    nova.stop().await;
    let link = link.ok_or("this Nova has an owner already; sign in, or use `nova user reset-password`")?;
    serve::print_link(&link);
    Ok(())
}
