//! Who gets which bytes, and when the shell may write more. Plain state without I/O; the session holds it in a lock.

use std::{collections::BTreeMap, mem, sync::Arc};

use bytes::Bytes;
use model::terminal::{BadFrame, ServerFrame, Size, State, WINDOW};
use tokio::sync::Notify;

use crate::{
    company::{Rights, Seat},
    holder::UNSEEN,
    ring::Ring,
    viewing::{Phase, Viewing},
};

mod checkpoints;
mod company;
mod drawing;
mod taps;

use checkpoints::Checkpoints;
pub(crate) use drawing::{Drawing, Drawn, Painted, Work};
pub use taps::Tapped;
pub(crate) use taps::{Listen, MAX_TAPS, Tapping};

/// How far the shell may be ahead of the emulator while no viewer paces it.
pub(crate) const EMULATOR_LAG: u64 = 256 * 1024;

/// The holder hears of more room only when it has used up what it had, or this much has come together. Twice what a
/// viewer acknowledges at a time, a quarter of its window.
const ALLOW_STEP: u64 = 32 * 1024;

/// What a viewer does next.
pub(crate) enum Step {
    /// Send this frame of output.
    Send(Bytes),
    /// Send this frame about the company or what is to come.
    Tell(Bytes),
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
    /// Readers beside them, who pace nobody.
    taps: BTreeMap<u64, Tapping>,
    next_viewer: u64,
    /// Everything before this byte is on the emulator's screen.
    drawn: u64,
    /// Everything before this byte was sent to a browser.
    delivered: u64,
    /// The emulator answered a query before this byte.
    answered: u64,
    /// Input that waits for the shell to read.
    inputs_waiting: usize,
    /// Everything before this byte the holder may read from the shell.
    allowed: u64,
    size: Size,
    /// A size the emulator takes on once it has drawn everything before the byte.
    resize: Option<(u64, Size)>,
    title: Option<String>,
    /// Where the shell said it is.
    cwd: Option<String>,
    ended: Option<State>,
    closed: bool,
    detached: bool,
    painter_stopped: bool,
    checkpoints: Checkpoints,
    /// Viewers of the server before are on their way back; what they have not seen from this byte on is kept for them.
    returning: Option<u64>,
    /// Who may type besides the owner, and who has control.
    rights: Rights,
    /// Somebody else was here, or may type: those here are told who is.
    told_company: bool,
    /// Who typed last, and when others heard of it.
    typing: (u64, Option<tokio::time::Instant>),
}

/// What is known of a shell that an earlier server had.
#[derive(Debug, Clone, Default)]
pub(crate) struct Past {
    /// The oldest byte of output kept.
    pub(crate) start: u64,
    /// Everything before this byte some server was sent.
    pub(crate) taken: u64,
    /// A query before this byte was answered.
    pub(crate) answered: u64,
    /// Everything before this byte somebody has seen, if anybody may come back for more.
    pub(crate) seen: Option<u64>,
    /// The title the program set.
    pub(crate) title: Option<String>,
}

impl Relay {
    /// A shell with this past. With `kept`, its screen is handed to its holder now and then.
    pub(crate) fn new(size: Size, past: Past, kept: bool) -> Self {
        Self {
            ring: Ring::starting_at(past.start),
            viewers: BTreeMap::new(),
            taps: BTreeMap::new(),
            next_viewer: 0,
            drawn: past.start,
            // What an earlier server was sent, a browser or that server has answered.
            delivered: past.taken,
            answered: past.answered,
            inputs_waiting: 0,
            allowed: past.start,
            size,
            resize: None,
            title: past.title,
            cwd: None,
            ended: None,
            closed: false,
            detached: false,
            painter_stopped: false,
            checkpoints: Checkpoints::new(kept, past.start),
            returning: past.seen,
            rights: Rights::default(),
            told_company: false,
            typing: (0, None),
        }
    }

    /// A new viewer that has drawn everything before `after`: its number and what wakes it. It goes on from there when
    /// the ring still holds that byte; otherwise it gets a snapshot first.
    pub(crate) fn attach(&mut self, after: Option<u64>, seat: Seat) -> (u64, Arc<Notify>) {
        let oldest = self.ring.start().max(self.answered);
        let viewing = match after {
            Some(seq) if (oldest..=self.ring.head()).contains(&seq) => Viewing::from(seq, seat),
            _ => Viewing::waiting(self.ring.head(), seat),
        };
        self.returning = None;
        let id = self.next_viewer;
        self.next_viewer += 1;
        let wake = Arc::clone(&viewing.wake);
        self.viewers.insert(id, viewing);
        self.tell_company();
        (id, wake)
    }

    /// The viewer is gone.
    pub(crate) fn detach(&mut self, id: u64) {
        if let Some(viewing) = self.viewers.remove(&id) {
            self.forget_right(&viewing.seat);
            self.tell_company();
        }
    }

    /// How many viewers there are.
    pub(crate) fn viewers(&self) -> usize {
        self.viewers.len()
    }

    /// How far the shell may be read, if the holder is to hear of it: what is seen, and where to stop. That is as far as
    /// the fastest viewer's window goes, so that ^C is answered at once and the slowest delays nobody. Without a viewer
    /// the emulator sets the pace. So it does while input waits: the shell may not read before its output is taken, and
    /// the acknowledgements stand in line behind the input.
    pub(crate) fn allowance(&mut self) -> Option<(u64, u64)> {
        let start = self.ring.start();
        // Who only reads paces nobody: a guest who takes no output must not stop a shell.
        let writers = self.viewers.values().filter(|viewing| self.rights.may_write(&viewing.seat));
        let fastest = writers.filter_map(|viewing| viewing.follows(start)).max();
        let (seen, until) = match fastest {
            Some(drawn) if self.inputs_waiting == 0 => (drawn, drawn + WINDOW),
            _ => (self.drawn, self.drawn + EMULATOR_LAG),
        };
        let until = self.returning.map_or(until, |seen| until.min(seen + UNSEEN)).max(self.ring.head());
        let due = until < self.allowed
            || until >= self.allowed + ALLOW_STEP
            || until > self.allowed && self.ring.head() >= self.allowed;
        due.then(|| {
            self.allowed = until;
            (seen, until)
        })
    }

    /// Nobody is waited for any longer.
    pub(crate) fn wait_no_more(&mut self) {
        self.returning = None;
    }

    /// Everything before this byte is here.
    pub(crate) fn head(&self) -> u64 {
        self.ring.head()
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
        if let Some(step) = self.news(id) {
            return step;
        }
        let Some(viewing) = self.viewers.get_mut(&id).filter(|_| !self.detached) else { return Step::Over };
        let answers = self.rights.may_write(&viewing.seat);
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
                    if answers {
                        self.delivered = self.delivered.max(end);
                    }
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
            self.note_size(size);
        }
        changed
    }

    pub(crate) fn size(&self) -> Size {
        self.size
    }

    pub(crate) fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    pub(crate) fn cwd(&self) -> Option<&str> {
        self.cwd.as_deref()
    }

    /// Whether the emulator has drawn everything.
    pub(crate) fn is_drawn(&self) -> bool {
        self.drawn >= self.ring.head()
    }

    /// The terminal is out of its owner's list; once the shell has ended, nobody needs the screen.
    pub(crate) fn close(&mut self) {
        self.closed = true;
    }

    /// The shell is another server's now, or will be: nobody here is told anything more, not even an end.
    pub(crate) fn detach_all(&mut self) {
        self.detached = true;
        self.wake_all();
    }

    pub(crate) fn closed(&self) -> bool {
        self.closed
    }

    fn wake_all(&self) {
        self.viewers.values().for_each(|viewing| viewing.wake.notify_one());
        self.wake_taps();
    }
}
