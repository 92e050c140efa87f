//! A connection to the holder.

use std::{
    collections::VecDeque,
    io::{self, IoSlice},
    mem::MaybeUninit,
    os::fd::{AsFd, OwnedFd},
    sync::Arc,
};

use rustix::{
    event::epoll::EventFlags,
    io::Errno,
    net::{RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags},
};

use crate::wire::{Malformed, PREFIX, Reason, Report, length_of};

/// Bytes read at once.
const READ: usize = 64 * 1024;
/// Who asks more than it takes answers is cut off at this many bytes. A list of all terminals is a tenth of it.
const MAX_QUEUED: usize = 4 * 1024 * 1024;

/// A server, or one that wants to be.
pub(super) struct Peer {
    socket: OwnedFd,
    /// Requests not yet followed; at most a frame and [`READ`] bytes.
    incoming: Vec<u8>,
    outgoing: VecDeque<Piece>,
    queued: usize,
    /// The protocol it speaks, once it has said so.
    pub(super) major: Option<u16>,
    /// What the loop watches for.
    pub(super) interest: EventFlags,
}

struct Piece {
    bytes: Vec<u8>,
    at: usize,
    fd: Option<Arc<OwnedFd>>,
}

impl Peer {
    pub(super) fn new(socket: OwnedFd) -> io::Result<Self> {
        rustix::io::ioctl_fionbio(&socket, true)?;
        let interest = EventFlags::empty();
        Ok(Self { socket, incoming: Vec::new(), outgoing: VecDeque::new(), queued: 0, major: None, interest })
    }

    /// What is to be watched for now.
    pub(super) fn wants(&self) -> EventFlags {
        if self.outgoing.is_empty() { EventFlags::IN } else { EventFlags::IN | EventFlags::OUT }
    }

    /// Whether everything it was sent is on its way.
    pub(super) fn drained(&self) -> bool {
        self.outgoing.is_empty()
    }

    /// Whether it asks and does not listen.
    pub(super) fn is_deaf(&self) -> bool {
        self.queued > MAX_QUEUED
    }

    /// Takes what it sent; false when it is gone.
    pub(super) fn receive(&mut self) -> bool {
        let held = self.incoming.len();
        self.incoming.resize(held + READ, 0);
        let free = self.incoming.get_mut(held..).unwrap_or_default();
        let (read, open) = match rustix::net::recv(&self.socket, free, RecvFlags::DONTWAIT) {
            Ok((read, _)) => (read, read > 0),
            Err(Errno::AGAIN | Errno::INTR) => (0, true),
            Err(_) => (0, false),
        };
        self.incoming.truncate(held + read);
        open
    }

    /// The next whole request, without its length.
    ///
    /// # Errors
    /// When it is longer than a frame may be.
    pub(super) fn request(&mut self) -> Result<Option<Vec<u8>>, Malformed> {
        let Some(length) = length_of(&self.incoming)?.filter(|length| *length <= self.incoming.len()) else {
            return Ok(None);
        };
        let rest = self.incoming.split_off(length);
        let mut frame = std::mem::replace(&mut self.incoming, rest);
        frame.drain(..PREFIX);
        Ok(Some(frame))
    }

    pub(super) fn refuse(&mut self, kind: u8, reason: Reason) {
        self.send(&Report::Refused { kind, reason }, None);
    }

    /// Queues a report, with a descriptor if one goes along.
    pub(super) fn send(&mut self, report: &Report<'_>, fd: Option<Arc<OwnedFd>>) {
        self.queue(report.encode(), fd);
    }

    fn queue(&mut self, bytes: Vec<u8>, fd: Option<Arc<OwnedFd>>) {
        self.queued += bytes.len();
        self.outgoing.push_back(Piece { bytes, at: 0, fd });
    }

    /// Sends a header and what belongs to it, without a copy as far as the socket takes it. Only when nothing waits.
    ///
    /// # Errors
    /// When the peer is gone.
    pub(super) fn pass(&mut self, header: &[u8], body: &[u8]) -> io::Result<()> {
        let sent = match transmit(&self.socket, &[IoSlice::new(header), IoSlice::new(body)], None) {
            Ok(sent) => sent,
            Err(Errno::AGAIN | Errno::INTR) => 0,
            Err(error) => return Err(error.into()),
        };
        let left = (header.get(sent..), body.get(sent.saturating_sub(header.len())..));
        if let (header, Some(body @ [_, ..])) = left {
            self.queue([header.unwrap_or_default(), body].concat(), None);
        }
        Ok(())
    }

    /// Sends what the socket takes.
    ///
    /// # Errors
    /// When the peer is gone.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        while let Some(piece) = self.outgoing.front_mut() {
            let rest = piece.bytes.get(piece.at..).unwrap_or_default();
            match transmit(&self.socket, &[IoSlice::new(rest)], piece.fd.as_ref()) {
                Ok(sent) => {
                    piece.fd = None;
                    piece.at += sent;
                    self.queued = self.queued.saturating_sub(sent);
                    if piece.at >= piece.bytes.len() {
                        self.outgoing.pop_front();
                    }
                }
                Err(Errno::AGAIN) => break,
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl AsFd for Peer {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// One sendmsg(2). A descriptor goes with the first byte.
fn transmit(socket: &OwnedFd, bytes: &[IoSlice<'_>], fd: Option<&Arc<OwnedFd>>) -> Result<usize, Errno> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let fds = fd.map(|fd| [fd.as_fd()]);
    if let Some(fds) = &fds {
        control.push(SendAncillaryMessage::ScmRights(fds));
    }
    rustix::net::sendmsg(socket, bytes, &mut control, SendFlags::NOSIGNAL | SendFlags::DONTWAIT)
}
