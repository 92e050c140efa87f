//! Readers beside the viewers: they get everything in order with what happened in between, acknowledge nothing and pace
//! nobody. One that falls out of the ring goes on with a screen.

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use model::terminal::{Size, State};
use tokio::sync::Notify;

use super::{Painted, Relay};

/// Readers of one terminal.
pub(crate) const MAX_TAPS: usize = 4;

/// Most bytes of output a reader gets at once.
const MAX_TAPPED: usize = 256 * 1024;

/// Sizes and pieces of input that wait for a reader. Beyond them the oldest are forgotten.
const MAX_NOTES: usize = 256;

/// What a reader of a terminal hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tapped {
    /// The shell wrote this; everything before byte `end` of its output is heard then.
    Output {
        /// The bytes, in pieces.
        pieces: Vec<Bytes>,
        /// The number of the byte after them.
        end: u64,
    },
    /// The terminal has this size from here on.
    Resized(Size),
    /// This was typed, while the terminal echoed what is typed.
    Input(Bytes),
    /// The screen as it is at byte `seq`. Output goes on there.
    Screen {
        /// The number of the next byte.
        seq: u64,
        /// The size of the screen.
        size: Size,
        /// What paints it.
        bytes: Bytes,
        /// Bytes of output that were written before `seq` and not heard.
        missed: u64,
    },
    /// The shell has ended like this; nothing follows.
    Ended(State),
}

pub(crate) enum Listen {
    Heard(Tapped),
    /// Wait to be woken.
    Wait,
    /// Have the emulator woken, then wait.
    AskForScreen,
    /// Nothing follows; the shell may run on elsewhere.
    Over,
}

#[derive(Debug)]
enum Note {
    Size(Size),
    Input(Bytes),
}

/// One reader's place.
#[derive(Debug)]
pub(crate) struct Tapping {
    wake: Arc<Notify>,
    /// Everything before this byte is heard.
    at: u64,
    input: bool,
    /// A screen at or after this byte is wanted.
    wanted: Option<u64>,
    /// Whether output before the wanted screen counts as missed.
    fell_behind: bool,
    screen: Option<Painted>,
    notes: VecDeque<(u64, Note)>,
    over: bool,
}

impl Tapping {
    fn note(&mut self, at: u64, note: Note) {
        if self.notes.len() >= MAX_NOTES {
            self.notes.pop_front();
        }
        self.notes.push_back((at, note));
        self.wake.notify_one();
    }

    fn want(&mut self, from: u64, fell_behind: bool) {
        self.wanted = Some(from);
        self.fell_behind = fell_behind;
    }
}

impl Relay {
    /// A reader that has heard everything before `from`, or begins with the screen. `None` when there are [`MAX_TAPS`].
    pub(crate) fn tap(&mut self, from: Option<u64>, input: bool) -> Option<(u64, Arc<Notify>)> {
        if self.taps.len() >= MAX_TAPS {
            return None;
        }
        let head = self.ring.head();
        let id = self.next_viewer;
        self.next_viewer += 1;
        let wake = Arc::<Notify>::default();
        let at = from.unwrap_or(head).min(head);
        let mut tapping = Tapping {
            wake: Arc::clone(&wake),
            at,
            input,
            wanted: None,
            fell_behind: false,
            screen: None,
            notes: VecDeque::new(),
            over: false,
        };
        if from.is_none() {
            tapping.want(head, false);
        }
        self.taps.insert(id, tapping);
        Some((id, wake))
    }

    /// The reader is gone.
    pub(crate) fn untap(&mut self, id: u64) {
        self.taps.remove(&id);
    }

    /// The reader wants the screen before anything more.
    pub(crate) fn want_screen(&mut self, id: u64) {
        let head = self.ring.head();
        if let Some(tapping) = self.taps.get_mut(&id) {
            tapping.want(head, false);
        }
    }

    /// What reader `id` hears next.
    pub(crate) fn listen(&mut self, id: u64) -> Listen {
        let (start, head, ended) = (self.ring.start(), self.ring.head(), self.ended);
        let Some(tapping) = self.taps.get_mut(&id).filter(|tapping| !self.detached && !tapping.over) else {
            return Listen::Over;
        };
        if let Some(painted) = tapping.screen.take() {
            let missed = if tapping.fell_behind { painted.seq.saturating_sub(tapping.at) } else { 0 };
            tapping.at = painted.seq;
            tapping.notes.retain(|(at, _)| *at >= painted.seq);
            let Painted { seq, size, bytes } = painted;
            return Listen::Heard(Tapped::Screen { seq, size, bytes: bytes.into(), missed });
        }
        if tapping.wanted.is_none() && tapping.at < start {
            tapping.want(head, true);
        }
        if tapping.wanted.is_some() {
            return match ended {
                Some(state) if self.painter_stopped => {
                    tapping.over = true;
                    Listen::Heard(Tapped::Ended(state))
                }
                _ => Listen::AskForScreen,
            };
        }
        if let Some((_, note)) = tapping.notes.pop_front_if(|(at, _)| *at <= tapping.at) {
            return Listen::Heard(match note {
                Note::Size(size) => Tapped::Resized(size),
                Note::Input(bytes) => Tapped::Input(bytes),
            });
        }
        let room = tapping.notes.front().map_or(u64::MAX, |(at, _)| at - tapping.at);
        let pieces = self.ring.slices(tapping.at, usize::try_from(room).unwrap_or(MAX_TAPPED).min(MAX_TAPPED));
        if !pieces.is_empty() {
            tapping.at += pieces.iter().map(|piece| piece.len() as u64).sum::<u64>();
            return Listen::Heard(Tapped::Output { pieces, end: tapping.at });
        }
        match ended {
            Some(state) if tapping.at == head => {
                tapping.over = true;
                Listen::Heard(Tapped::Ended(state))
            }
            _ => Listen::Wait,
        }
    }

    /// Whether some reader wants to hear what is typed.
    pub(crate) fn input_is_heard(&self) -> bool {
        self.taps.values().any(|tapping| tapping.input)
    }

    /// This was typed.
    pub(crate) fn hear_input(&mut self, bytes: &[u8]) {
        let head = self.ring.head();
        for tapping in self.taps.values_mut().filter(|tapping| tapping.input) {
            tapping.note(head, Note::Input(Bytes::copy_from_slice(bytes)));
        }
    }

    pub(super) fn note_size(&mut self, size: Size) {
        let head = self.ring.head();
        self.taps.values_mut().for_each(|tapping| tapping.note(head, Note::Size(size)));
    }

    pub(super) fn wake_taps(&self) {
        self.taps.values().for_each(|tapping| tapping.wake.notify_one());
    }

    /// Whether a reader waits for a screen at or before byte `end`.
    pub(super) fn screen_is_wanted(&self, end: u64) -> bool {
        self.taps.values().any(|tapping| tapping.wanted.is_some_and(|from| from <= end))
    }

    /// The screen at `painted.seq`, for the readers that wait for it.
    pub(super) fn give_screen(&mut self, painted: &Painted) {
        // Its tail may be lost already; then it is asked for again.
        if painted.seq < self.ring.start() {
            return;
        }
        for tapping in self.taps.values_mut() {
            if tapping.wanted.take_if(|from| *from <= painted.seq).is_some() {
                tapping.screen = Some(painted.clone());
                tapping.wake.notify_one();
            }
        }
    }
}
