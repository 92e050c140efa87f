//! The master side of a pseudo-terminal, and the shell on the other side.
//!
//! `pty-process` would open it without O_CLOEXEC and set that a moment later; a shell started in between would inherit
//! another person's terminal. Linux opens both sides closed-on-exec at once.

use std::{io, os::fd::OwnedFd, path::Path, process::Stdio};

use model::terminal::Size;
use rustix::{
    process::{Pid, Signal},
    pty::OpenptFlags,
    termios::{InputModes, OptionalActions, Winsize},
};
use tokio::{
    io::unix::AsyncFd,
    process::{Child, Command},
};

use crate::{environment, raw};

/// The master side: what the shell writes is read here, what people type is written here.
pub(crate) struct Pty {
    master: AsyncFd<OwnedFd>,
}

/// Opens a terminal of `size` and starts `shell` in `directory` as the leader of a session on it.
///
/// # Errors
/// When the system has no terminal left or the shell cannot be run.
pub(crate) fn start(shell: &Path, directory: &Path, size: Size) -> io::Result<(Pty, Child)> {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let master = rustix::pty::openpt(flags)?;
    rustix::pty::grantpt(&master)?;
    rustix::pty::unlockpt(&master)?;
    rustix::termios::tcsetwinsize(&master, winsize(size))?;
    let slave = rustix::pty::ioctl_tiocgptpeer(&master, flags)?;
    rustix::io::ioctl_fionbio(&master, true)?;
    // So that the kernel's own line editing erases whole characters.
    let mut modes = rustix::termios::tcgetattr(&slave)?;
    modes.input_modes |= InputModes::IUTF8;
    rustix::termios::tcsetattr(&slave, OptionalActions::Now, &modes)?;

    let mut command = Command::new(shell);
    command.stdin(Stdio::from(slave.try_clone()?)).stdout(Stdio::from(slave.try_clone()?)).stderr(Stdio::from(slave));
    // A directory that is gone must not keep anyone from a shell.
    command.current_dir(if directory.is_dir() { directory } else { Path::new("/") });
    environment::prepare(&mut command, shell, directory);
    raw::lead_session(&mut command);
    let child = command.kill_on_drop(true).spawn()?;
    Ok((Pty { master: raw::register(master)? }, child))
}

impl Pty {
    /// Waits for output, then takes all there is up to `limit` bytes, into the front of `buffer`. A PTY gives at most
    /// 4 KB a read; joining what is there already costs no delay and saves frames. Zero means that no process has the
    /// terminal open any more. Cancel-safe: nothing is taken unless it is returned.
    pub(crate) async fn read(&self, buffer: &mut [u8], limit: usize) -> io::Result<usize> {
        loop {
            let mut ready = self.master.readable().await?;
            let closed = ready.ready().is_read_closed();
            if let Ok(read) = ready.try_io(|master| fill(master.get_ref(), buffer, limit)) {
                return read;
            }
            if closed {
                return Ok(0);
            }
        }
    }

    /// What there is now, without waiting; `WouldBlock` when there is nothing. The kernel flushes what the shell wrote
    /// before it answers that, so after the shell's end this is the truth.
    pub(crate) fn read_now(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let limit = buffer.len();
        fill(self.master.get_ref(), buffer, limit)
    }

    /// Writes what the terminal takes now; `WouldBlock` when its input is full.
    pub(crate) fn write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(self.master.get_ref(), bytes)?)
    }

    /// Waits until the terminal takes input again, then writes what it takes. Cancel-safe.
    ///
    /// A terminal that nobody has open any more stays ready (EPOLLHUP is never cleared), but once its input is full it
    /// takes nothing: that is the end, not a reason to try again.
    pub(crate) async fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            let mut ready = self.master.writable().await?;
            let closed = ready.ready().is_write_closed();
            if let Ok(written) = ready.try_io(|_| self.write_now(bytes)) {
                return written;
            }
            if closed {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
        }
    }

    /// Tells the terminal its size; the foreground program gets SIGWINCH.
    pub(crate) fn resize(&self, size: Size) -> io::Result<()> {
        Ok(rustix::termios::tcsetwinsize(self.master.get_ref(), winsize(size))?)
    }

    /// Signals the shell's process group and the group in the foreground. Groups that are gone are no error.
    pub(crate) fn signal(&self, shell: Pid, signal: Signal) {
        let foreground = rustix::termios::tcgetpgrp(self.master.get_ref()).ok().filter(|group| *group != shell);
        for group in foreground.into_iter().chain([shell]) {
            let _gone = rustix::process::kill_process_group(group, signal);
        }
    }
}

/// Reads until the buffer's `limit`, or nothing is left, or the other side is closed (EIO, which counts as the end).
fn fill(master: &OwnedFd, buffer: &mut [u8], limit: usize) -> io::Result<usize> {
    let limit = limit.min(buffer.len());
    let mut filled = 0;
    while let Some(free) = buffer.get_mut(filled..limit).filter(|free| !free.is_empty()) {
        match rustix::io::read(master, free) {
            Ok(0) | Err(rustix::io::Errno::IO) => break,
            Ok(read) => filled += read,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) if filled > 0 => break,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(filled)
}

fn winsize(size: Size) -> Winsize {
    Winsize { ws_row: size.rows, ws_col: size.cols, ws_xpixel: 0, ws_ypixel: 0 }
}
