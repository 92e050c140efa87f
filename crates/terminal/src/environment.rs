//! What a shell finds in its environment.

use std::{
    collections::BTreeMap,
    env,
    ffi::{OsStr, OsString},
    path::Path,
};

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

/// The whole environment of a shell: the server's without its secrets, and what says which terminal it runs in.
pub(crate) fn of_shell(shell: &Path, home: &Path) -> BTreeMap<OsString, OsString> {
    let mut variables: BTreeMap<OsString, OsString> = of_holder().collect();
    let defaults = [("PATH", OsStr::new(DEFAULT_PATH)), ("HOME", home.as_os_str()), ("LANG", OsStr::new("C.UTF-8"))];
    for (name, value) in defaults {
        let kept = variables.entry(name.into()).or_default();
        if kept.is_empty() {
            *kept = value.into();
        }
    }
    let told = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("TERM_PROGRAM", "nova")];
    variables.insert("SHELL".into(), shell.into());
    variables.extend(told.map(|(name, value)| (name.into(), value.into())));
    variables
}

/// The environment of the process that holds the shells: the server's without its secrets.
pub(crate) fn of_holder() -> impl Iterator<Item = (OsString, OsString)> {
    inherited(env::vars_os())
}

/// Those of `variables` that a shell may see.
fn inherited(variables: impl Iterator<Item = (OsString, OsString)>) -> impl Iterator<Item = (OsString, OsString)> {
    variables.filter(|(name, _)| !is_ours(name))
}

/// Whether the shell must not see the variable `name`.
pub(crate) fn is_ours(name: &OsStr) -> bool {
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
