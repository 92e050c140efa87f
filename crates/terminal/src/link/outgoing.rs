//! Frames on their way to the holder.

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use model::TerminalId;
use tokio::{net::unix::OwnedWriteHalf, sync::Notify};

/// Most requests that wait; a holder that lets more pile up is not listening. People make few of them.
const MAX_WAITING: usize = 4096;

/// What of a terminal is told by its latest word only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Latest {
    /// How far it may be read.
    Allow,
    /// Its title, and what was answered.
    Note,
    /// Its screen.
    Checkpoint,
}

/// The way to the holder. A frame is written at once by whoever has it, so that a word on pace costs no other task's
/// turn; what the socket does not take waits: requests in order, then the latest words, at most three of each terminal.
pub(crate) struct Outgoing {
    /// None leads nowhere.
    socket: Option<OwnedWriteHalf>,
    waiting: Mutex<Waiting>,
    wake: Notify,
    outlives_us: bool,
}

#[derive(Default)]
struct Waiting {
    /// What is left of the frame that is being written.
    begun: Vec<u8>,
    requests: VecDeque<Vec<u8>>,
    latest: BTreeMap<(TerminalId, Latest), Vec<u8>>,
    closed: bool,
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.begun.is_empty() && self.requests.is_empty() && self.latest.is_empty()
    }
}

impl Outgoing {
    /// To a holder that outlives this process, or does not.
    pub(super) fn new(socket: OwnedWriteHalf, outlives_us: bool) -> Self {
        Self { socket: Some(socket), waiting: Mutex::default(), wake: Notify::new(), outlives_us }
    }

    /// To nobody.
    pub(super) fn nowhere() -> Self {
        let waiting = Mutex::new(Waiting { closed: true, ..Waiting::default() });
        Self { socket: None, waiting, wake: Notify::new(), outlives_us: false }
    }

    /// Whether the shells outlive this process.
    pub(crate) fn outlives_us(&self) -> bool {
        self.outlives_us
    }

    /// Sends a request. It is dropped when the holder is gone: then its shells are too.
    pub(crate) fn send(&self, frame: Vec<u8>) {
        let mut waiting = self.waiting();
        if waiting.requests.len() >= MAX_WAITING {
            waiting.closed = true;
        }
        if !waiting.closed {
            waiting.requests.push_back(frame);
            self.flush(&mut waiting);
        }
    }

    /// Sends a word that takes the place of the one before, if that still waits.
    pub(crate) fn latest(&self, id: TerminalId, what: Latest, frame: Vec<u8>) {
        let mut waiting = self.waiting();
        if !waiting.closed {
            waiting.latest.insert((id, what), frame);
            self.flush(&mut waiting);
        }
    }

    /// Nothing more is taken; what waits is written, then the connection is closed.
    pub(super) fn close(&self) {
        self.waiting().closed = true;
        self.wake.notify_one();
    }

    /// Writes what waits, as soon as the socket takes it, until closed or the holder is gone.
    pub(super) async fn write(&self) {
        let Some(socket) = &self.socket else { return };
        loop {
            let closed = {
                let mut waiting = self.waiting();
                self.flush(&mut waiting);
                waiting.is_empty().then_some(waiting.closed)
            };
            match closed {
                Some(true) => {
                    let _gone = rustix::net::shutdown(socket.as_ref(), rustix::net::Shutdown::Write);
                    return;
                }
                Some(false) => self.wake.notified().await,
                None if socket.writable().await.is_err() => return,
                None => {}
            }
        }
    }

    /// Writes what the socket takes now; the task is woken for the rest.
    fn flush(&self, waiting: &mut Waiting) {
        let Some(socket) = &self.socket else { return };
        loop {
            if waiting.begun.is_empty() {
                let next = waiting.requests.pop_front().or_else(|| Some(waiting.latest.pop_first()?.1));
                let Some(next) = next else { return };
                waiting.begun = next;
            }
            match socket.try_write(&waiting.begun) {
                Ok(written) => drop(waiting.begun.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return self.wake.notify_one(),
                Err(_) => {
                    *waiting = Waiting { closed: true, ..Waiting::default() };
                    return self.wake.notify_one();
                }
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
