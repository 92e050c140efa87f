//! One shell and everything around it.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use model::{
    TerminalId, Timestamp, UserId,
    terminal::{BadFrame, OUTPUT_HEADER, Size, State, TerminalInfo},
};
use rustix::process::{Pid, Signal};
use tokio::{
    process::Child,
    sync::{Notify, watch},
    time::timeout,
};

use crate::{
    painter,
    pty::Pty,
    pump,
    relay::{Relay, Step},
};

/// A shell, its PTY, its output and its viewers.
pub(crate) struct Session {
    pub(crate) id: TerminalId,
    pub(crate) owner: UserId,
    created_at: Timestamp,
    /// What the tab shows until the program sets a title: the shell's name.
    name: String,
    pid: Option<Pid>,
    /// Gone once the shell has ended, so that whoever else has the terminal open is hung up on.
    pty: Mutex<Option<Arc<Pty>>>,
    relay: Mutex<Relay>,
    state: watch::Sender<State>,
    /// Whose input is written now: a paste of one viewer is not mixed with another's.
    pub(crate) typing: tokio::sync::Mutex<()>,
    /// Wakes the pump: there may be room to read again.
    pub(crate) pace: Notify,
    /// Wakes the painter: there are bytes, a size or someone who wants a snapshot.
    pub(crate) painting: Notify,
    /// Output bytes handed to viewers, of all sessions together.
    relayed: Arc<AtomicU64>,
}

impl Session {
    /// Takes over a started shell; its tasks run until it has ended and the terminal is closed.
    pub(crate) fn start(
        (owner, created_at): (UserId, Timestamp),
        (shell, size): (&Path, Size),
        (pty, child): (Pty, Child),
        relayed: Arc<AtomicU64>,
    ) -> Arc<Self> {
        let pty = Arc::new(pty);
        let session = Arc::new(Self {
            id: TerminalId::new(),
            owner,
            created_at,
            name: shell.file_name().unwrap_or(shell.as_os_str()).to_string_lossy().into_owned(),
            pid: child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw),
            pty: Mutex::new(Some(Arc::clone(&pty))),
            relay: Mutex::new(Relay::new(size)),
            state: watch::Sender::new(State::Running),
            typing: tokio::sync::Mutex::default(),
            pace: Notify::new(),
            painting: Notify::new(),
            relayed,
        });
        tokio::spawn(pump::pump(Arc::clone(&session), pty, child));
        tokio::spawn(painter::paint(Arc::clone(&session)));
        session
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

    /// The shell wrote `bytes`.
    pub(crate) fn publish(&self, bytes: &[u8]) {
        self.relay().publish(bytes);
        self.painting.notify_one();
    }

    /// The shell has ended and all it wrote is published.
    pub(crate) fn end(&self, state: State) {
        self.relay().end(state);
        self.pty.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.state.send_replace(state);
        self.painting.notify_one();
    }

    /// The next step of viewer `id`.
    pub(crate) fn next(&self, id: u64) -> Step {
        let step = self.relay().next(id);
        match &step {
            Step::Send(frame) => self.count(frame),
            Step::AskForSnapshot => self.painting.notify_one(),
            Step::Wait | Step::Over => {}
        }
        step
    }

    fn count(&self, frame: &Bytes) {
        let bytes = frame.len().saturating_sub(OUTPUT_HEADER) as u64;
        self.relayed.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Viewer `id` has drawn everything before `seq`.
    ///
    /// # Errors
    /// [`BadFrame`] for a lie.
    pub(crate) fn ack(&self, id: u64, seq: u64) -> Result<(), BadFrame> {
        self.relay().ack(id, seq)?;
        self.pace.notify_one();
        Ok(())
    }

    /// Gives the terminal the size of the viewer who asked last.
    pub(crate) fn resize(&self, size: Size) {
        if self.relay().resize(size) {
            if let Some(Err(error)) = self.pty().map(|pty| pty.resize(size)) {
                tracing::warn!(terminal = %self.id, %error, "cannot resize the terminal");
            }
            self.painting.notify_one();
        }
    }

    /// Ends the shell as closing a window does: SIGHUP, and SIGKILL to what is left after `grace`. Waits for the end.
    pub(crate) async fn hang_up(&self, grace: Duration) {
        // Continued as well: what is stopped would never see the signal.
        self.signal(Signal::HUP);
        self.signal(Signal::CONT);
        if timeout(grace, self.ended()).await.is_err() {
            self.signal(Signal::KILL);
            self.ended().await;
        }
    }

    /// Signals the shell and the program in the foreground. Only while the shell lives: its number is reused later.
    fn signal(&self, signal: Signal) {
        if let (Some(pty), Some(pid)) = (self.pty(), self.pid) {
            pty.signal(pid, signal);
        }
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
