//! One shell and everything around it.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use model::{
    TerminalId, Timestamp, UserId,
    terminal::{BadFrame, OUTPUT_HEADER, Size, State, TerminalInfo, commands::CommandNews},
};
use tokio::sync::{Notify, watch};

use crate::{
    commands::Reporter,
    link::{Latest, Outgoing},
    pty::Pty,
    relay::{Drawn, Past, Relay, Step},
    wire::{MAX_CHECKPOINT, Request},
};

/// What a shell is known by.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) id: TerminalId,
    pub(crate) owner: UserId,
    pub(crate) created_at: Timestamp,
    /// What the tab shows until the program sets a title: the shell's name.
    pub(crate) name: String,
    /// What the shell's marks carry, if it makes any.
    pub(crate) nonce: Option<String>,
}

/// Where what happens in any session is told.
#[derive(Clone)]
pub(crate) struct Told {
    /// Output bytes handed to viewers, of all sessions together.
    pub(crate) relayed: Arc<AtomicU64>,
    /// What shells say of their commands.
    pub(crate) reporter: Reporter,
}

/// A shell, its PTY, its output and its viewers.
pub(crate) struct Session {
    pub(crate) id: TerminalId,
    pub(crate) owner: UserId,
    created_at: Timestamp,
    name: String,
    /// What the shell's marks carry, if it makes any.
    nonce: Option<String>,
    /// To the shell's holder.
    holder: Arc<Outgoing>,
    /// There once the shell runs. Gone once it has ended, so that whoever else has the terminal open is hung up on.
    pty: Mutex<Option<Arc<Pty>>>,
    relay: Mutex<Relay>,
    state: watch::Sender<State>,
    /// Whose input is written now: a paste of one viewer is not mixed with another's.
    pub(crate) typing: tokio::sync::Mutex<()>,
    /// Wakes the painter: there are bytes, a size or someone who wants a snapshot.
    pub(crate) painting: Notify,
    /// Counts changes of who may type: input that waits is looked at again.
    pub(crate) rights: watch::Sender<u64>,
    /// Somebody typed since it was last asked.
    pub(crate) typed: AtomicBool,
    told: Told,
}

impl Session {
    /// A shell that its holder is asked for, or has told of. Its painter is to be started.
    pub(crate) fn new(identity: Identity, size: Size, past: Past, holder: Arc<Outgoing>, told: Told) -> Arc<Self> {
        let Identity { id, owner, created_at, name, nonce } = identity;
        let relay = Mutex::new(Relay::new(size, past, holder.outlives_us()));
        Arc::new(Self {
            id,
            owner,
            created_at,
            name,
            nonce,
            holder,
            pty: Mutex::default(),
            relay,
            state: watch::Sender::new(State::Running),
            typing: tokio::sync::Mutex::default(),
            painting: Notify::new(),
            rights: watch::Sender::new(0),
            typed: AtomicBool::new(false),
            told,
        })
    }

    /// The shell runs on this terminal.
    pub(crate) fn begin(&self, pty: Pty) {
        *self.pty.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(pty));
        self.allow();
    }

    /// What its owner's list shows.
    pub(crate) fn info(&self) -> TerminalInfo {
        let relay = self.relay();
        TerminalInfo {
            id: self.id,
            title: relay.title().unwrap_or(&self.name).to_owned(),
            created_at: self.created_at,
            state: *self.state.borrow(),
            size: relay.size(),
            cwd: relay.cwd().map(str::to_owned),
            nonce: self.nonce.clone(),
        }
    }

    /// Whether the shell lives.
    pub(crate) fn is_running(&self) -> bool {
        *self.state.borrow() == State::Running
    }

    /// Waits until the shell has ended and its output is published.
    pub(crate) async fn ended(&self) {
        // The sender is `self`, so it cannot be gone.
        let mut state = self.state.subscribe();
        let _ended = state.wait_for(|state| *state != State::Running).await;
    }

    /// The shell wrote `bytes`, after everything that is here. False when they are others.
    #[must_use]
    pub(crate) fn publish(&self, seq: u64, bytes: &[u8]) -> bool {
        {
            let mut relay = self.relay();
            if relay.head() != seq {
                return false;
            }
            relay.publish(bytes);
        }
        self.allow();
        self.painting.notify_one();
        true
    }

    /// Tells the holder how far it may read, if that is news. Both are locked, so that the latest word is the last.
    pub(crate) fn allow(&self) {
        let mut relay = self.relay();
        if let Some((seen, until)) = relay.allowance() {
            let frame = Request::Allow { id: self.id, seen, until }.encode();
            self.holder.latest(self.id, Latest::Allow, frame);
        }
    }

    /// The emulator has drawn everything before `end`.
    pub(crate) fn drawn(&self, from: u64, end: u64, mut drawn: Drawn) {
        let checkpoint = drawn.checkpoint.take_if(|checkpoint| checkpoint.bytes.len() > MAX_CHECKPOINT);
        if checkpoint.is_some() {
            tracing::debug!(terminal = %self.id, "the screen is too large to be kept for the next server");
        }
        self.report(std::mem::take(&mut drawn.commands));
        let kept = drawn.checkpoint.as_ref().map(|kept| {
            Request::Checkpoint { id: self.id, seq: kept.seq, size: kept.size, bytes: &kept.bytes }.encode()
        });
        let answers = {
            let mut relay = self.relay();
            let titled = drawn.title.is_some();
            let answers = relay.draw(from, end, drawn);
            if titled || !answers.is_empty() {
                // Before the answer is written: if we are killed in between it is given never, not twice.
                let (answered, title) = relay.note();
                let frame = Request::Note { id: self.id, answered, title }.encode();
                self.holder.latest(self.id, Latest::Note, frame);
            }
            answers
        };
        if let Some(kept) = kept {
            self.holder.latest(self.id, Latest::Checkpoint, kept);
        }
        self.answer(&answers);
        self.allow();
    }

    /// The shell has ended and all it wrote is published.
    pub(crate) fn end(&self, state: State) {
        {
            // Whoever hears of the end finds it in the list as well.
            let mut relay = self.relay();
            relay.end(state);
            self.state.send_replace(state);
        }
        self.pty.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.painting.notify_one();
    }

    /// Leaves the shell to the next server.
    pub(crate) fn detach(&self) {
        self.relay().detach_all();
        self.pty.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.painting.notify_one();
    }

    /// What the shell's marks carry, if it makes any.
    pub(crate) fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }

    /// How the shell ended, once it has and all it wrote is drawn.
    pub(crate) fn over(&self) -> Option<State> {
        let state = *self.state.borrow();
        (state != State::Running && self.relay().is_drawn()).then_some(state)
    }

    /// The shell said this of its commands.
    pub(crate) fn report(&self, commands: Vec<(u64, CommandNews)>) {
        self.told.reporter.report(self.id, self.owner, commands);
    }

    /// The next step of viewer `id`.
    pub(crate) fn next(&self, id: u64) -> Step {
        let step = self.relay().next(id);
        match &step {
            Step::Send(frame) => self.count(frame),
            Step::AskForSnapshot => self.painting.notify_one(),
            Step::Tell(_) | Step::Wait | Step::Over => {}
        }
        step
    }

    fn count(&self, frame: &Bytes) {
        let bytes = frame.len().saturating_sub(OUTPUT_HEADER) as u64;
        self.told.relayed.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Viewer `id` has drawn everything before `seq`.
    ///
    /// # Errors
    /// [`BadFrame`] for a lie.
    pub(crate) fn ack(&self, id: u64, seq: u64) -> Result<(), BadFrame> {
        self.relay().ack(id, seq)?;
        self.allow();
        Ok(())
    }

    /// Viewer `id` is of this size now; the terminal takes it on if they have control.
    pub(crate) fn resize(&self, id: u64, size: Size) {
        let counts = self.relay().sized(id, size);
        if counts {
            self.take_size(size);
        }
    }

    /// Gives the terminal a size.
    pub(crate) fn take_size(&self, size: Size) {
        let changed = {
            let mut relay = self.relay();
            let changed = relay.resize(size);
            if changed {
                relay.tell_company();
            }
            changed
        };
        if changed {
            if let Some(Err(error)) = self.pty().map(|pty| pty.resize(size)) {
                tracing::warn!(terminal = %self.id, %error, "cannot resize the terminal");
            }
            self.painting.notify_one();
        }
    }

    /// Ends the shell as closing a window does: SIGHUP, and SIGKILL to what is left after `grace`. The holder sees to
    /// it, even if this server is gone by then, and forgets the shell. One that has ended is forgotten at once.
    pub(crate) fn hang_up(&self, grace: Duration) {
        let grace = u32::try_from(grace.as_millis()).unwrap_or(u32::MAX);
        self.holder.send(Request::End { id: self.id, grace }.encode());
    }

    /// The PTY, while the shell lives.
    pub(crate) fn pty(&self) -> Option<Arc<Pty>> {
        self.pty.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The relay. Never held over an await.
    pub(crate) fn relay(&self) -> MutexGuard<'_, Relay> {
        self.relay.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
