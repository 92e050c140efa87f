//! The master side of a pseudo-terminal as the server has it: for input and sizes. What the shell writes is read by its
//! holder, who has the same terminal open.

use std::{io, os::fd::OwnedFd};

use model::terminal::Size;
use tokio::io::unix::AsyncFd;

use crate::{holder::spawn::winsize, raw};

/// The master side: what people type is written here.
pub(crate) struct Pty {
    master: AsyncFd<OwnedFd>,
}

impl Pty {
    /// Takes the master side the holder has handed over.
    ///
    /// # Errors
    /// When the reactor refuses it.
    pub(crate) fn new(master: OwnedFd) -> io::Result<Self> {
        Ok(Self { master: raw::register(master)? })
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

    /// Whether the terminal shows what is typed. Programs that ask for a password turn that off; so do line editors, which
    /// show it themselves. False where it cannot be told.
    pub(crate) fn echoes(&self) -> bool {
        rustix::termios::tcgetattr(self.master.get_ref())
            .is_ok_and(|modes| modes.local_modes.contains(rustix::termios::LocalModes::ECHO))
    }

    /// Tells the terminal its size; the foreground program gets SIGWINCH.
    pub(crate) fn resize(&self, size: Size) -> io::Result<()> {
        Ok(rustix::termios::tcsetwinsize(self.master.get_ref(), winsize(size))?)
    }
}
