//! Who gets which bytes, and when the shell may write more. Plain state without I/O; the session holds it in a lock.

use std::{collections::BTreeMap, mem, sync::Arc};

use bytes::Bytes;
use model::terminal::{BadFrame, MAX_OUTPUT, ServerFrame, Size, State, WINDOW};
use tokio::sync::Notify;

use crate::{
    ring::Ring,
    viewing::{Phase, Viewing},
};

mod drawing;

pub(crate) use drawing::{Drawing, Drawn, Work};

/// How far the shell may be ahead of the emulator while no viewer paces it.
pub(crate) const EMULATOR_LAG: u64 = 256 * 1024;

/// What a viewer does next.
pub(crate) enum Step {
    /// Send this frame.
    Send(Bytes),
    /// Wait to be woken.
    Wait,
    /// Have the emulator woken, then wait.
    AskForSnapshot,
    /// Nothing follows.
    Over,
}

/// A shell's output and everyone who reads it.
pub(crate) struct Relay {
    ring: Ring,
    viewers: BTreeMap<u64, Viewing>,
    next_viewer: u64,
    /// Everything before this byte is on the emulator's screen.
    drawn: u64,
    /// Everything before this byte was sent to a browser.
    delivered: u64,
    /// The emulator answered a query before this byte.
    answered: u64,
    /// Input that waits for the shell to read.
    inputs_waiting: usize,
    size: Size,
    /// A size the emulator takes on once it has drawn everything before the byte.
    resize: Option<(u64, Size)>,
    title: Option<String>,
    ended: Option<State>,
    closed: bool,
    painter_stopped: bool,
}

impl Relay {
    pub(crate) fn new(size: Size) -> Self {
        Self {
            ring: Ring::default(),
            viewers: BTreeMap::new(),
            next_viewer: 0,
            drawn: 0,
            delivered: 0,
            answered: 0,
            inputs_waiting: 0,
            size,
            resize: None,
            title: None,
            ended: None,
            closed: false,
            painter_stopped: false,
        }
    }

    /// A new viewer that has drawn everything before `after`: its number and what wakes it. It goes on from there when
    /// the ring still holds that byte; otherwise it gets a snapshot first.
    pub(crate) fn attach(&mut self, after: Option<u64>) -> (u64, Arc<Notify>) {
        let oldest = self.ring.start().max(self.answered);
        let viewing = match after {
            Some(seq) if (oldest..=self.ring.head()).contains(&seq) => Viewing::from(seq),
            _ => Viewing::waiting(self.ring.head()),
        };
        let id = self.next_viewer;
        self.next_viewer += 1;
        let wake = Arc::clone(&viewing.wake);
        self.viewers.insert(id, viewing);
        (id, wake)
    }

    /// The viewer is gone.
    pub(crate) fn detach(&mut self, id: u64) {
        self.viewers.remove(&id);
    }

    /// How many viewers there are.
    pub(crate) fn viewers(&self) -> usize {
        self.viewers.len()
    }

    /// Bytes that may be read from the shell now: as far as the fastest viewer's window goes, so that ^C is answered at
    /// once and the slowest delays nobody. Without a viewer the emulator sets the pace. So it does while input waits:
    /// the shell may not read before its output is taken, and the acknowledgements stand in line behind the input.
    pub(crate) fn budget(&self) -> usize {
        let fastest = self.viewers.values().filter_map(|viewing| viewing.follows(self.ring.start())).max();
        let until = match fastest {
            Some(drawn) if self.inputs_waiting == 0 => drawn + WINDOW,
            _ => self.drawn + EMULATOR_LAG,
        };
        usize::try_from(until.saturating_sub(self.ring.head())).unwrap_or(MAX_OUTPUT).min(MAX_OUTPUT)
    }

    /// The shell wrote `bytes`.
    pub(crate) fn publish(&mut self, bytes: &[u8]) {
        self.ring.push(bytes);
        self.wake_all();
    }

    /// The shell has ended and everything it wrote is published.
    pub(crate) fn end(&mut self, state: State) {
        self.ended = Some(state);
        self.wake_all();
    }

    /// What viewer `id` does next.
    pub(crate) fn next(&mut self, id: u64) -> Step {
        let Some(viewing) = self.viewers.get_mut(&id) else { return Step::Over };
        match mem::take(&mut viewing.phase) {
            Phase::Live if viewing.sent < self.ring.start() => {
                if !viewing.caught_up() {
                    return Step::Wait;
                }
                viewing.phase = Phase::Waiting { from: self.ring.head() };
                Step::AskForSnapshot
            }
            Phase::Live => {
                if let Some((frame, end)) = self.ring.frame(viewing.sent, viewing.room()) {
                    viewing.sent = end;
                    self.delivered = self.delivered.max(end);
                    return Step::Send(frame);
                }
                match self.ended {
                    Some(state) if viewing.sent == self.ring.head() => Self::over(viewing, state),
                    _ => Step::Wait,
                }
            }
            Phase::Waiting { from } => match self.ended {
                Some(state) if self.painter_stopped => Self::over(viewing, state),
                _ => {
                    viewing.phase = Phase::Waiting { from };
                    Step::Wait
                }
            },
            Phase::Painted { frame, seq } => {
                viewing.begin(seq);
                Step::Send(frame)
            }
            Phase::Over => {
                viewing.phase = Phase::Over;
                Step::Over
            }
        }
    }

    fn over(viewing: &mut Viewing, state: State) -> Step {
        viewing.phase = Phase::Over;
        Step::Send(ServerFrame::Ended(state).encode().into())
    }

    /// Viewer `id` says that everything before `seq` is drawn.
    ///
    /// # Errors
    /// [`BadFrame`] for a lie.
    pub(crate) fn ack(&mut self, id: u64, seq: u64) -> Result<(), BadFrame> {
        let viewing = self.viewers.get_mut(&id).ok_or(BadFrame)?;
        viewing.ack(seq)?;
        viewing.wake.notify_one();
        Ok(())
    }

    /// One more input (or, false, one fewer) waits for the shell to read.
    pub(crate) fn input_waits(&mut self, waits: bool) {
        self.inputs_waiting = if waits { self.inputs_waiting + 1 } else { self.inputs_waiting.saturating_sub(1) };
    }

    /// Takes on a size; false when it is the size already.
    pub(crate) fn resize(&mut self, size: Size) -> bool {
        let changed = self.size != size;
        if changed {
            self.size = size;
            self.resize = Some((self.ring.head(), size));
        }
        changed
    }

    pub(crate) fn size(&self) -> Size {
        self.size
    }

    pub(crate) fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The terminal is out of its owner's list; once the shell has ended, nobody needs the screen.
    pub(crate) fn close(&mut self) {
        self.closed = true;
    }

    pub(crate) fn closed(&self) -> bool {
        self.closed
    }

    fn wake_all(&self) {
        self.viewers.values().for_each(|viewing| viewing.wake.notify_one());
    }
}
