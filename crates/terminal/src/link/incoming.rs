//! Frames from the holder, and the descriptors that come along.

use std::{
    collections::VecDeque,
    io::{self, IoSliceMut},
    mem::MaybeUninit,
    os::fd::OwnedFd,
};

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags};
use tokio::{io::Interest, net::unix::OwnedReadHalf};

use crate::wire::{PREFIX, Report, length_of};

/// Bytes read at once: a few of the largest output frames.
const READ: usize = 256 * 1024;
/// Most descriptors that wait for the frame they belong to.
const MAX_FDS: usize = 64;

/// What the holder sends.
pub(super) struct Incoming {
    socket: OwnedReadHalf,
    /// What was read; at most a frame and [`READ`] bytes.
    buffer: Vec<u8>,
    /// Where the bytes in it that were not yet given out begin and end.
    from: usize,
    to: usize,
    fds: VecDeque<OwnedFd>,
}

impl Incoming {
    pub(super) fn new(socket: OwnedReadHalf) -> Self {
        Self { socket, buffer: vec![0; READ], from: 0, to: 0, fds: VecDeque::new() }
    }

    /// The next report; kinds nobody knows are passed over. `None` when the holder is gone.
    ///
    /// # Errors
    /// When it breaks the protocol or the connection fails.
    pub(super) async fn next(&mut self) -> io::Result<Option<Report<'_>>> {
        let length = loop {
            let held = self.buffer.get(self.from..self.to).unwrap_or_default();
            match length_of(held).map_err(malformed)? {
                Some(length) if length <= held.len() => {
                    let frame = held.get(PREFIX..length).unwrap_or_default();
                    if Report::decode(frame).map_err(malformed)?.is_some() {
                        break length;
                    }
                    self.from += length;
                }
                needed => {
                    self.make_room(needed.unwrap_or(PREFIX));
                    if !self.read().await? {
                        return Ok(None);
                    }
                }
            }
        };
        let (from, to) = (self.from + PREFIX, self.from + length);
        self.from = to;
        Report::decode(self.buffer.get(from..to).unwrap_or_default()).map_err(malformed)
    }

    /// The descriptor that came with the report given last.
    ///
    /// # Errors
    /// When none did.
    pub(super) fn fd(&mut self) -> io::Result<OwnedFd> {
        self.fds.pop_front().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a terminal did not come along"))
    }

    /// Moves what is left to the front when a frame of `needed` bytes would not fit.
    fn make_room(&mut self, needed: usize) {
        if self.from == self.to {
            (self.from, self.to) = (0, 0);
        }
        if self.from + needed > self.buffer.len() || self.to == self.buffer.len() {
            self.buffer.copy_within(self.from..self.to, 0);
            (self.from, self.to) = (0, self.to - self.from);
            let wanted = READ.max(needed);
            if self.buffer.len() != wanted {
                self.buffer.resize(wanted.max(self.to), 0);
                self.buffer.shrink_to(READ);
            }
        }
    }

    /// Waits for bytes and takes them; false at the end. Cancel-safe.
    async fn read(&mut self) -> io::Result<bool> {
        let Self { socket, buffer, to, fds, .. } = self;
        let socket: &tokio::net::UnixStream = socket.as_ref();
        loop {
            socket.readable().await?;
            let free = buffer.get_mut(*to..).unwrap_or_default();
            match socket.try_io(Interest::READABLE, || receive(socket, free, fds)) {
                Ok(0) => return Ok(false),
                Ok(read) => {
                    *to += read;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// One recvmsg(2).
fn receive(socket: &tokio::net::UnixStream, free: &mut [u8], fds: &mut VecDeque<OwnedFd>) -> io::Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(4))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT;
    let received = rustix::net::recvmsg(socket, &mut [IoSliceMut::new(free)], &mut control, flags)?;
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(more) = message {
            // One too many is closed again.
            fds.extend(more.take(MAX_FDS.saturating_sub(fds.len())));
        }
    }
    Ok(received.bytes)
}

fn malformed(error: crate::wire::Malformed) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
