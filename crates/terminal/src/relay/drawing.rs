//! The emulator's side of the relay: which bytes it draws next, and who answers the queries among them.
//!
//! A terminal query (cursor position, device attributes) must be answered once. Bytes that a browser was ever sent are
//! the browser's to answer; all others are the emulator's, and whoever resumes before them gets a snapshot instead, in
//! which nothing is answered.

use bytes::Bytes;
use model::terminal::{Size, commands::CommandNews};

use super::Relay;
use crate::viewing::Phase;

/// Bytes the emulator is given at once.
const DRAW_SLICE: usize = 64 * 1024;

/// What the emulator does next.
pub(crate) enum Work {
    /// Draw this.
    Draw(Drawing),
    /// Wait to be woken.
    Wait,
    /// The terminal is closed and nobody needs the screen any more.
    Stop,
}

/// What the emulator is to do: take on the size, draw the bytes, then paint a snapshot if one is wanted.
pub(crate) struct Drawing {
    /// The first byte's number.
    pub(crate) from: u64,
    /// The number after the last byte.
    pub(crate) end: u64,
    /// The bytes.
    pub(crate) slices: Vec<Bytes>,
    /// The size to take on first.
    pub(crate) resize: Option<Size>,
    /// Whether someone waits for a snapshot.
    pub(crate) paint: bool,
    /// Whether a reader beside the viewers waits for the screen, without what scrolled off.
    pub(crate) screen: bool,
    /// Whether the holder should have one, from the latest place among the bytes where drawing can begin.
    pub(crate) checkpoint: bool,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Drawn {
    /// Answers to the queries among the bytes.
    pub(crate) answers: Vec<u8>,
    /// The new title, `Some(None)` for none, if the bytes set one.
    pub(crate) title: Option<Option<String>>,
    /// Where the shell said it is, if it did.
    pub(crate) cwd: Option<String>,
    /// What it said of its commands, each with the number of the byte where it said so.
    pub(crate) commands: Vec<(u64, CommandNews)>,
    /// The encoded snapshot frame.
    pub(crate) snapshot: Option<Bytes>,
    /// What the holder is to keep.
    pub(crate) checkpoint: Option<Painted>,
    /// The screen as it is at the end.
    pub(crate) screen: Option<Painted>,
}

/// A screen as it was before byte `seq`.
#[derive(Debug, Clone)]
pub(crate) struct Painted {
    pub(crate) seq: u64,
    pub(crate) size: Size,
    /// What paints it.
    pub(crate) bytes: Vec<u8>,
}

impl Relay {
    /// The emulator's screen is the one of a checkpoint.
    pub(crate) fn restored(&mut self, seq: u64) {
        self.drawn = seq;
        self.checkpoints.taken(seq);
    }

    /// What is to be noted for a later server: up to where queries were answered, and the title.
    pub(crate) fn note(&self) -> (u64, Option<&str>) {
        (self.answered, self.title.as_deref())
    }

    /// What the emulator does next. Should it have fallen out of the ring, it goes on with the oldest byte kept: its
    /// screen is then wrong until the program redraws, which costs a late viewer less than everyone waiting for it.
    pub(crate) fn work(&mut self) -> Work {
        let from = self.drawn.max(self.ring.start());
        if self.detached {
            return Work::Stop;
        }
        let resize = self.resize.take_if(|(at, _)| *at <= from).map(|(_, size)| size);
        if resize.is_some() {
            self.checkpoints.resized();
        }
        let resize_at = self.resize.map(|(at, _)| at);
        // Not beyond a resize, nor from bytes the browser answers into bytes the emulator answers.
        let stops = resize_at.into_iter().chain((from < self.delivered).then_some(self.delivered));
        let limit = stops.map(|stop| stop - from).min().unwrap_or(u64::MAX);
        let slices = self.ring.slices(from, usize::try_from(limit).unwrap_or(DRAW_SLICE).min(DRAW_SLICE));
        let end = from + slices.iter().map(|slice| slice.len() as u64).sum::<u64>();
        let paint = resize_at.is_none_or(|at| at > end)
            && self.viewers.values().any(|viewing| matches!(viewing.phase, Phase::Waiting { from } if from <= end));
        let screen = resize_at.is_none_or(|at| at > end) && self.screen_is_wanted(end);
        if !slices.is_empty() || resize.is_some() || paint || screen {
            let checkpoint = !slices.is_empty() && self.checkpoints.is_due(end);
            return Work::Draw(Drawing { from, end, slices, resize, paint, screen, checkpoint });
        }
        if self.closed && self.ended.is_some() {
            self.painter_stopped = true;
            self.wake_all();
            return Work::Stop;
        }
        Work::Wait
    }

    /// The emulator has drawn everything before `end`. What is returned answers queries and goes to the shell.
    #[must_use]
    pub(crate) fn draw(&mut self, from: u64, end: u64, drawn: Drawn) -> Vec<u8> {
        self.drawn = end;
        if let Some(title) = drawn.title {
            self.title = title;
        }
        if drawn.cwd.is_some() {
            self.cwd = drawn.cwd;
        }
        if let Some(checkpoint) = &drawn.checkpoint {
            self.checkpoints.taken(checkpoint.seq);
        }
        let start = self.ring.start();
        let browser_answers =
            from < self.delivered || self.viewers.values().any(|viewing| self.follows_and_answers(viewing, start));
        let answers = if browser_answers { Vec::new() } else { drawn.answers };
        if !answers.is_empty() {
            self.answered = end;
        }
        if let Some(screen) = &drawn.screen {
            self.give_screen(screen);
        }
        // A snapshot whose tail the ring has lost already is of no use; the emulator is asked again at once.
        if let Some(frame) = drawn.snapshot.filter(|_| end >= start) {
            for viewing in self.viewers.values_mut() {
                if matches!(viewing.phase, Phase::Waiting { from } if from <= end) {
                    viewing.phase = Phase::Painted { frame: frame.clone(), seq: end };
                    viewing.wake.notify_one();
                    if self.rights.may_write(&viewing.seat) {
                        self.delivered = self.delivered.max(end);
                    }
                }
            }
        }
        answers
    }
}
