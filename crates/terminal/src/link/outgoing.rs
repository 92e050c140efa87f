//! Frames on their way to the holder.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use model::TerminalId;
use tokio::{io::AsyncWriteExt, net::unix::OwnedWriteHalf, sync::Notify};

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

/// What waits to be written: requests in order, then the latest words, at most three of each terminal.
pub(crate) struct Outgoing {
    waiting: Mutex<Waiting>,
    wake: Notify,
    outlives_us: bool,
}

#[derive(Default)]
struct Waiting {
    requests: VecDeque<Vec<u8>>,
    latest: BTreeMap<(TerminalId, Latest), Vec<u8>>,
    closed: bool,
}

impl Outgoing {
    /// To a holder that outlives this process, or does not.
    pub(super) fn new(outlives_us: bool) -> Self {
        Self { waiting: Mutex::default(), wake: Notify::new(), outlives_us }
    }

    /// Whether the shells outlive this process.
    pub(crate) fn outlives_us(&self) -> bool {
        self.outlives_us
    }

    /// Queues a request. It is dropped when the holder is gone: then its shells are too.
    pub(crate) fn send(&self, frame: Vec<u8>) {
        let mut waiting = self.waiting();
        if waiting.requests.len() >= MAX_WAITING {
            waiting.closed = true;
        }
        if !waiting.closed {
            waiting.requests.push_back(frame);
        }
        drop(waiting);
        self.wake.notify_one();
    }

    /// Queues a word that takes the place of the one before, if that still waits.
    pub(crate) fn latest(&self, id: TerminalId, what: Latest, frame: Vec<u8>) {
        let mut waiting = self.waiting();
        if !waiting.closed {
            waiting.latest.insert((id, what), frame);
        }
        drop(waiting);
        self.wake.notify_one();
    }

    /// Nothing more is taken; what waits is written, then the connection is closed.
    pub(super) fn close(&self) {
        self.waiting().closed = true;
        self.wake.notify_one();
    }

    /// Writes until closed or the holder is gone.
    pub(super) async fn write(&self, mut socket: OwnedWriteHalf) {
        loop {
            let (requests, latest, closed) = {
                let mut waiting = self.waiting();
                (std::mem::take(&mut waiting.requests), std::mem::take(&mut waiting.latest), waiting.closed)
            };
            if requests.is_empty() && latest.is_empty() {
                if closed {
                    let _gone = socket.shutdown().await;
                    return;
                }
                self.wake.notified().await;
                continue;
            }
            for frame in requests.iter().chain(latest.values()) {
                if socket.write_all(frame).await.is_err() {
                    self.close();
                    return;
                }
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
