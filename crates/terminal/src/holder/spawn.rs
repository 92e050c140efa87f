//! Opening a pseudo-terminal and starting the shell on it.
//!
//! `pty-process` would open it without O_CLOEXEC and set that a moment later; a shell started in between would inherit
//! another person's terminal. Linux opens both sides closed-on-exec at once.

use std::{
    ffi::OsStr,
    io,
    os::{fd::OwnedFd, unix::ffi::OsStrExt},
    path::Path,
    process::{Child, Command, Stdio},
};

use model::terminal::Size;
use rustix::{
    pty::OpenptFlags,
    termios::{InputModes, OptionalActions, Winsize},
};

use crate::{environment, raw, wire::Opening};

/// Opens a terminal and starts the shell as the leader of a session on it.
///
/// # Errors
/// When the system has no terminal left or the shell cannot be run.
pub(super) fn spawn(opening: &Opening<'_>) -> io::Result<(OwnedFd, Child)> {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let master = rustix::pty::openpt(flags)?;
    rustix::pty::grantpt(&master)?;
    rustix::pty::unlockpt(&master)?;
    rustix::termios::tcsetwinsize(&master, winsize(opening.size))?;
    let slave = rustix::pty::ioctl_tiocgptpeer(&master, flags)?;
    rustix::io::ioctl_fionbio(&master, true)?;
    // So that the kernel's own line editing erases whole characters.
    let mut modes = rustix::termios::tcgetattr(&slave)?;
    modes.input_modes |= InputModes::IUTF8;
    rustix::termios::tcsetattr(&slave, OptionalActions::Now, &modes)?;

    let mut command = Command::new(OsStr::from_bytes(opening.program));
    command.args(opening.arguments.iter().map(|argument| OsStr::from_bytes(argument)));
    command.stdin(Stdio::from(slave.try_clone()?)).stdout(Stdio::from(slave.try_clone()?)).stderr(Stdio::from(slave));
    // A directory that is gone must not keep anyone from a shell.
    let directory = Path::new(OsStr::from_bytes(opening.directory));
    command.current_dir(if directory.is_dir() { directory } else { Path::new("/") });
    let told = opening.environment.iter().map(|(name, value)| (OsStr::from_bytes(name), OsStr::from_bytes(value)));
    command.env_clear().envs(told.filter(|(name, _)| !environment::is_ours(name)));
    raw::lead_session(&mut command, raw::Terminal::Stdin);
    let child = command.spawn()?;
    Ok((master, child))
}

/// A size in the kernel's words.
pub(crate) fn winsize(size: Size) -> Winsize {
    Winsize { ws_row: size.rows, ws_col: size.cols, ws_xpixel: 0, ws_ypixel: 0 }
}
