//! What a shell finds in its environment.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::Path,
};

use tokio::process::Command;

/// Where a shell looks for programs when the server itself was started without a PATH.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Ours or another terminal's business, not the shell's: secrets, what systemd told the server, the size and name of
/// the terminal the server was started from.
const REMOVED: [&str; 17] = [
    "DATABASE_URL",
    "PGPASSWORD",
    "CREDENTIALS_DIRECTORY",
    "NOTIFY_SOCKET",
    "LISTEN_FDS",
    "LISTEN_FDNAMES",
    "LISTEN_PID",
    "WATCHDOG_PID",
    "WATCHDOG_USEC",
    "INVOCATION_ID",
    "JOURNAL_STREAM",
    "COLUMNS",
    "LINES",
    "TERM_PROGRAM_VERSION",
    "TMUX",
    "STY",
    "WINDOWID",
];

/// Gives `command` the server's environment without its secrets, and says what terminal it runs in.
pub(crate) fn prepare(command: &mut Command, shell: &Path, home: &Path) {
    command.env_clear().envs(inherited(env::vars_os()));
    let defaults = [("PATH", OsStr::new(DEFAULT_PATH)), ("HOME", home.as_os_str()), ("LANG", OsStr::new("C.UTF-8"))];
    for (name, value) in defaults {
        if env::var_os(name).is_none_or(|kept| kept.is_empty()) {
            command.env(name, value);
        }
    }
    command.env("SHELL", shell).env("TERM", "xterm-256color").env("COLORTERM", "truecolor").env("TERM_PROGRAM", "nova");
}

/// Those of `variables` that a shell may see.
fn inherited(variables: impl Iterator<Item = (OsString, OsString)>) -> impl Iterator<Item = (OsString, OsString)> {
    variables.filter(|(name, _)| !is_ours(name))
}

/// Whether the shell must not see the variable `name`.
fn is_ours(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"NOVA_") || REMOVED.iter().any(|removed| name == OsStr::new(removed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_left_out_and_the_rest_is_kept() {
        let names = ["NOVA_SECRET", "NOVA_", "DATABASE_URL", "HOME", "PATH", "LANG", "MY_NOVA_X"];
        let kept: Vec<_> =
            inherited(names.iter().map(|name| (name.into(), "x".into()))).map(|(name, _)| name).collect();
        assert_eq!(kept, ["HOME", "PATH", "LANG", "MY_NOVA_X"].map(OsString::from));
    }
}
