//! Where one viewer is in the output of a shell.

use std::{collections::BTreeSet, sync::Arc};

use bytes::Bytes;
use model::terminal::{BadFrame, Size, WINDOW, Warning};
use tokio::sync::Notify;

use crate::company::Seat;

/// A viewer that fell out of the ring gets its snapshot once it has drawn all but this many bytes of what it was sent,
/// so that snapshots never pile up on a link that is too slow for them.
const CAUGHT_UP: u64 = WINDOW / 2;

/// What a viewer gets next.
#[derive(Debug, Default)]
pub(crate) enum Phase {
    /// Output from its cursor on.
    #[default]
    Live,
    /// A snapshot, drawn at or after byte `from`, once the emulator has it.
    Waiting {
        /// The head of the ring when the snapshot was asked for.
        from: u64,
    },
    /// This snapshot, then output from `seq` on.
    Painted {
        /// The encoded frame.
        frame: Bytes,
        /// Where output goes on.
        seq: u64,
    },
    /// Nothing: it has been told how the shell ended.
    Over,
}

/// One viewer's cursor and what it said it has drawn.
#[derive(Debug)]
pub(crate) struct Viewing {
    /// Wakes the viewer when there may be something for it.
    pub(crate) wake: Arc<Notify>,
    /// What it gets next.
    pub(crate) phase: Phase,
    /// Everything before this byte was handed to it.
    pub(crate) sent: u64,
    /// Everything before this byte is drawn, as it says. Never goes back.
    acked: u64,
    /// Where its latest snapshot or its resumption began: drawn without having to say so.
    base: u64,
    /// Who looks.
    pub(crate) seat: Seat,
    /// The size it last asked for.
    pub(crate) size: Option<Size>,
    /// What it has not been told yet.
    pub(crate) news: News,
}

/// What a viewer is to be told besides output. The latest word of each kind, so that nothing queues.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// Who is here has changed.
    pub(crate) company: bool,
    /// Places where somebody types; at most one for each viewer.
    pub(crate) typing: BTreeSet<u64>,
    /// What is about to end the shell.
    pub(crate) warning: Option<Warning>,
}

impl Viewing {
    /// A viewer that has everything before `seq`.
    pub(crate) fn from(seq: u64, seat: Seat) -> Self {
        Self {
            wake: Arc::default(),
            phase: Phase::Live,
            sent: seq,
            acked: seq,
            base: seq,
            seat,
            size: None,
            news: News::default(),
        }
    }

    /// A viewer that needs a snapshot at or after byte `from`.
    pub(crate) fn waiting(from: u64, seat: Seat) -> Self {
        Self { phase: Phase::Waiting { from }, ..Self::from(0, seat) }
    }

    /// Bytes sent and not yet drawn.
    pub(crate) fn in_flight(&self) -> u64 {
        self.sent.saturating_sub(self.drawn())
    }

    /// Bytes that may be sent now.
    pub(crate) fn room(&self) -> u64 {
        WINDOW.saturating_sub(self.in_flight())
    }

    /// Whether so much of what it was sent is drawn that a snapshot may follow.
    pub(crate) fn caught_up(&self) -> bool {
        self.in_flight() <= CAUGHT_UP
    }

    /// How far this viewer has drawn, if it follows the output of a ring that begins at `start`.
    pub(crate) fn follows(&self, start: u64) -> Option<u64> {
        match self.phase {
            Phase::Live if self.sent >= start => Some(self.drawn()),
            Phase::Painted { seq, .. } if seq >= start => Some(seq),
            _ => None,
        }
    }

    /// Everything from the snapshot at `seq` on is to be sent.
    pub(crate) fn begin(&mut self, seq: u64) {
        self.sent = seq;
        self.base = seq;
    }

    /// The viewer says that everything before `seq` is drawn.
    ///
    /// # Errors
    /// [`BadFrame`] when that was never sent, or it takes back what it said.
    pub(crate) fn ack(&mut self, seq: u64) -> Result<(), BadFrame> {
        if !(self.acked..=self.sent).contains(&seq) {
            return Err(BadFrame);
        }
        self.acked = seq;
        Ok(())
    }

    fn drawn(&self) -> u64 {
        self.acked.max(self.base)
    }
}
