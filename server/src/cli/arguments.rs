use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A team's workspace on this machine, in the browser.
#[derive(Debug, Parser)]
#[command(name = "nova", version, about, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// Configuration file (default ./nova.toml, then the user's, then /etc/nova/nova.toml)
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Settings that beat the environment and the file. The database's address may hold a password and is no flag.
#[derive(Debug, Args)]
struct Settings {
    /// Where Nova keeps its database and keys
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
    /// Address and port to listen on
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Address people reach this instance by
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Which log lines: error, warn, info, debug, trace, or per module
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
    /// How log lines look: pretty or json
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve (what `nova` alone does too)
    Serve,
    /// Bring the database to this version's schema and stop
    Migrate,
    /// Print the settings in force and where each comes from, without secrets
    Config,
    /// Print a fresh link for claiming an instance that nobody owns yet
    SetupLink,
    /// Manage people
    User {
        #[command(subcommand)]
        action: UserAction,
    },
    /// The audit log
    Audit {
        #[command(subcommand)]
        action: AuditAction,
    },
    /// Recordings of shells
    Recording {
        #[command(subcommand)]
        action: RecordingAction,
    },
    /// Hold the server's shells (the server starts it)
    #[command(hide = true)]
    PtyHolder {
        /// Where its socket is
        directory: PathBuf,
    },
    /// Say what is missing on this machine and how to get it
    Doctor {
        /// Take the present time as right although a later start was noted
        #[arg(long)]
        accept_clock: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditAction {
    /// Compute the whole chain again and say whether anybody changed it
    Verify,
    /// Print all entries, newest first
    Export {
        /// csv or ndjson
        #[arg(long, default_value = "ndjson")]
        format: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecordingAction {
    /// Compute all digests again, draw all keyframes again, and say whether anybody changed them
    Verify {
        /// Which one (default all)
        id: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserAction {
    /// Add someone; the password is read from standard input
    Add {
        /// How they sign in
        username: String,
        /// owner, admin, operator, developer or viewer
        #[arg(long, default_value = "developer")]
        role: String,
        /// Their e-mail address
        #[arg(long, default_value = "")]
        email: String,
        /// How they are called
        #[arg(long, default_value = "")]
        name: String,
    },
    /// List everyone
    List,
    /// End all sessions of someone and let them sign in no more
    Disable {
        /// Whom
        username: String,
    },
    /// Let someone sign in again
    Enable {
        /// Whom
        username: String,
    },
    /// Let someone try to sign in again at once after too many wrong passwords
    Unlock {
        /// Whom
        username: String,
    },
    /// Give someone a new random password and print it once
    ResetPassword {
        /// Whom
        username: String,
    },
}

impl Arguments {
    /// The settings given as flags.
    pub(crate) fn flags(&self) -> Vec<(&'static str, String)> {
        let Settings { data_dir, listen, public_url, log, log_format } = &self.settings;
        [
            ("data_dir", data_dir),
            ("listen", listen),
            ("public_url", public_url),
            ("log", log),
            ("log_format", log_format),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.clone()?)))
        .collect()
    }
}
