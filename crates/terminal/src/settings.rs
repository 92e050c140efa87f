//! How shells are started and how many there may be.

use std::{
    env, fs,
    future::Future,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
};

use model::{
    ApiError, Caller, TerminalId, Timestamp,
    terminal::{MAX_PER_USER, commands::CommandEvent, sharing::Admission},
};
use tokio::sync::mpsc;

/// What says the time; tests own it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Says what lets a caller into a shell that is not theirs. Wired to the area that keeps shares, which this crate does not
/// know.
pub type Guard = Arc<
    dyn Fn(Caller, TerminalId) -> Pin<Box<dyn Future<Output = Result<Option<Admission>, ApiError>> + Send>>
        + Send
        + Sync,
>;

/// How shells are started and how many there may be.
#[derive(Clone)]
pub struct Settings {
    /// The program to run. `None`: `$SHELL`, else what the password file says for our uid, else bash, else sh.
    pub shell: Option<PathBuf>,
    /// Where a shell starts; `/` when it is not there.
    pub directory: PathBuf,
    /// Terminals one person may have, ended ones included.
    pub max_per_user: usize,
    /// Terminals all people may have together, ended ones included.
    pub max_total: usize,
    /// What says when a terminal was opened.
    pub clock: Clock,
    /// The process that holds the shells, so that they outlive this one. `None`: a thread holds them, and they end with
    /// this process.
    pub holder: Option<Holder>,
    /// Who else may come in; without one nobody may.
    pub guests: Option<Guard>,
    /// Where the scripts are put by which shells tell of their commands; made, and for us alone. `None`: no shell does.
    pub integration: Option<PathBuf>,
    /// Who hears what shells say of their commands. What does not fit is dropped, and said in the log.
    pub commands: Option<mpsc::Sender<CommandEvent>>,
}

/// The process that holds the shells.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The program, which calls [`crate::hold`] with the directory that follows the argument `pty-holder`.
    pub program: PathBuf,
    /// Where its socket is; made, and for us alone.
    pub directory: PathBuf,
}

impl Holder {
    /// This very program as the holder, even when its file was replaced since it started.
    #[must_use]
    pub fn this_program(directory: PathBuf) -> Self {
        Self { program: "/proc/self/exe".into(), directory }
    }
}

impl Settings {
    /// Terminals all people may have together, unless configured otherwise.
    pub const MAX_TOTAL: usize = 256;

    /// The defaults: this person's shell in this person's home, held by this process.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let directory = env::var_os("HOME").filter(|home| !home.is_empty()).map_or_else(|| "/".into(), PathBuf::from);
        Self {
            shell: None,
            directory,
            max_per_user: MAX_PER_USER,
            max_total: Self::MAX_TOTAL,
            clock,
            holder: None,
            guests: None,
            integration: None,
            commands: None,
        }
    }

    /// The program to run.
    pub(crate) fn shell(&self) -> PathBuf {
        self.shell.clone().unwrap_or_else(|| {
            [env::var_os("SHELL").map(PathBuf::from), password_file_shell(), Some("/bin/bash".into())]
                .into_iter()
                .flatten()
                .find(|shell| is_program(shell))
                .unwrap_or_else(|| "/bin/sh".into())
        })
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("shell", &self.shell)
            .field("directory", &self.directory)
            .field("max_per_user", &self.max_per_user)
            .field("max_total", &self.max_total)
            .field("holder", &self.holder)
            .field("integration", &self.integration)
            .finish_non_exhaustive()
    }
}

/// What passwd(5) names for our uid. Users from a directory service are not in that file; they have `$SHELL`.
fn password_file_shell() -> Option<PathBuf> {
    let uid = rustix::process::getuid().as_raw().to_string();
    let file = fs::read_to_string("/etc/passwd").ok()?;
    let shell = file.lines().find(|line| line.split(':').nth(2) == Some(&uid))?.split(':').nth(6)?;
    Some(shell.into())
}

fn is_program(path: &Path) -> bool {
    path.is_absolute() && path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}
