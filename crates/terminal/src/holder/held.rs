//! One shell as its holder has it.

use std::{
    io,
    os::{fd::OwnedFd, unix::process::ExitStatusExt},
    path::PathBuf,
    process::Child,
    sync::Arc,
    time::{Duration, Instant},
};

use model::{
    TerminalId, Timestamp, UserId,
    terminal::{Size, State},
};
use rustix::process::{Pid, PidfdFlags, Signal};

use super::{
    kept::{Kept, Taken, UNSEEN},
    session, spawn,
};
use crate::{
    confine,
    wire::{Opening, Report},
};

/// Most bytes taken after the shell's end. What it wrote itself is at most the terminal's buffer (64 KB); the bound is
/// for those it left behind, who may write for ever.
const LAST_WORDS: u64 = 256 * 1024;

/// A shell, the master side of its terminal, and what is kept for the next server.
pub(super) struct Held {
    pub(super) id: TerminalId,
    owner: UserId,
    created_at: Timestamp,
    name: String,
    /// What its marks carry, for the next server.
    nonce: String,
    /// The title a program set, as the server knows it.
    pub(super) title: Option<String>,
    size: Size,
    child: Child,
    /// The control group it is bounded by.
    group: Option<PathBuf>,
    pid: Pid,
    /// Gone once the shell has ended, so that whoever else has the terminal open is hung up on.
    pub(super) master: Option<Arc<OwnedFd>>,
    /// Readable when the shell has ended.
    pub(super) exit: OwnedFd,
    pub(super) kept: Kept,
    /// Everything before this byte somebody has seen.
    pub(super) seen: u64,
    /// How far the server lets the shell be read.
    pub(super) until: u64,
    /// A query before this byte was answered.
    pub(super) answered: u64,
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) stage: Stage,
    /// Everything before this byte was sent to the present server, and the most that any was sent.
    pub(super) sent: u64,
    pub(super) taken: u64,
    pub(super) ended: Option<State>,
    /// Nobody has the terminal open: there is nothing to read.
    hung_up: bool,
    closing: Closing,
    /// Whether the loop watches the master side, and under which number.
    pub(super) watched: Option<u64>,
}

/// What paints the screen as it was before byte `seq`.
pub(super) struct Checkpoint {
    pub(super) seq: u64,
    pub(super) size: Size,
    pub(super) bytes: Box<[u8]>,
}

/// How much of a shell the present server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing.
    Untold,
    /// What there is; output follows.
    Told,
    /// Everything up to the end.
    Over,
}

/// Whether the shell is to end.
#[derive(Debug, Clone, Copy)]
enum Closing {
    No,
    /// It was hung up on and is killed then.
    At(Instant),
    /// It was killed.
    Killed,
}

impl Held {
    /// Starts a shell.
    ///
    /// # Errors
    /// When it does not start.
    pub(super) fn open(opening: &Opening<'_>) -> io::Result<Self> {
        let (master, mut child, group) = spawn::spawn(opening)?;
        let watched = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::InvalidData);
        let exit = watched
            .map_err(io::Error::from)
            .and_then(|pid| Ok((pid, rustix::process::pidfd_open(pid, PidfdFlags::empty())?)));
        let (pid, exit) = match exit {
            Ok(exit) => exit,
            Err(error) => {
                // A shell whose end nobody would notice is not to be started.
                let _gone = child.kill().and_then(|()| child.wait());
                return Err(error);
            }
        };
        Ok(Self {
            id: opening.id,
            owner: opening.owner,
            created_at: opening.created_at,
            name: opening.name.to_owned(),
            nonce: opening.nonce.to_owned(),
            title: None,
            size: opening.size,
            child,
            group,
            pid,
            master: Some(Arc::new(master)),
            exit,
            kept: Kept::default(),
            seen: 0,
            until: 0,
            answered: 0,
            checkpoint: None,
            stage: Stage::Told,
            sent: 0,
            taken: 0,
            ended: None,
            hung_up: false,
            closing: Closing::No,
            watched: None,
        })
    }

    /// How the list shows it.
    pub(super) fn told(&self) -> Report<'_> {
        Report::Terminal {
            id: self.id,
            owner: self.owner,
            created_at: self.created_at,
            name: &self.name,
            title: self.title.as_deref().unwrap_or_default(),
            size: self.size(),
            state: self.ended.unwrap_or(State::Running),
            start: self.kept.start(),
            head: self.kept.head(),
            taken: self.taken,
            answered: self.answered,
            seen: self.seen,
            nonce: &self.nonce,
        }
    }

    /// The server sets the size on the terminal itself.
    fn size(&self) -> Size {
        let now = self.master.as_ref().and_then(|master| rustix::termios::tcgetwinsize(master).ok());
        now.and_then(|now| Size::new(now.ws_col, now.ws_row).ok()).unwrap_or(self.size)
    }

    /// A server is there, or none any more. Until it says otherwise, nothing is read for a new one.
    pub(super) fn handed(&mut self, over: bool) {
        self.stage = Stage::Untold;
        self.sent = self.kept.start();
        self.until = if over { self.kept.head() } else { u64::MAX };
    }

    /// Bytes that may be read now. Without a server the ring fills with what nobody has seen, then the program waits.
    pub(super) fn budget(&self) -> u64 {
        if self.hung_up || self.master.is_none() {
            return 0;
        }
        self.until.min(self.seen.saturating_add(UNSEEN)).saturating_sub(self.kept.head())
    }

    /// Takes what the shell wrote, as far as it may be read.
    pub(super) fn read(&mut self) {
        let budget = self.budget();
        if let (Some(master), 1..) = (&self.master, budget) {
            match self.kept.read(master, budget) {
                Taken::Closed => self.hung_up = true,
                Taken::Some(_) => self.kept.trim(self.seen),
                Taken::Nothing => {}
            }
        }
    }

    /// Learns how the shell ended, takes its last words and lets go of the terminal. False while it runs.
    pub(super) fn reap(&mut self) -> bool {
        let state = match self.child.try_wait() {
            Ok(None) => return false,
            Ok(Some(status)) => match (status.code(), status.signal()) {
                (Some(code), _) => State::Exited { code },
                (None, signal) => State::Killed { signal: signal.unwrap_or_default() },
            },
            Err(error) => {
                tracing::error!(%error, "cannot learn how a shell ended");
                State::Exited { code: 255 }
            }
        };
        // The kernel flushes what the shell wrote before it says that nothing is there.
        let limit = self.kept.head() + LAST_WORDS;
        while let Some(master) = &self.master
            && let Taken::Some(_) = self.kept.read(master, limit.saturating_sub(self.kept.head()))
        {}
        self.kept.trim(self.seen);
        self.size = self.size();
        self.master = None;
        self.ended = Some(state);
        true
    }

    /// Hangs up on the shell's and the foreground group, and gives them `grace` before they are killed. Without a grace
    /// everything of the shell's session is killed at once.
    pub(super) fn close(&mut self, grace: Duration) {
        if matches!(self.closing, Closing::No) {
            if grace.is_zero() && self.ended.is_none() {
                self.kill_all();
                self.signal(Signal::KILL);
                self.closing = Closing::Killed;
                return;
            }
            // Continued as well: what is stopped would never see the signal.
            self.signal(Signal::HUP);
            self.signal(Signal::CONT);
            self.closing = Closing::At(Instant::now() + grace);
        }
    }

    /// Whether it is out of its owner's list.
    pub(super) fn closed(&self) -> bool {
        !matches!(self.closing, Closing::No)
    }

    /// When it is to be killed, if it is.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.closing {
            Closing::At(at) if self.ended.is_none() => Some(at),
            _ => None,
        }
    }

    /// Kills it if its time has come.
    pub(super) fn kill_when_due(&mut self, now: Instant) {
        if self.deadline().is_some_and(|at| at <= now) {
            self.signal(Signal::KILL);
            self.closing = Closing::Killed;
        }
    }

    /// Kills everything of the shell's session, what was started with `nohup` included, and everything in its control
    /// group. What has left both, as daemons do, is beyond reach where there are no groups.
    fn kill_all(&self) {
        if let Some(group) = &self.group {
            confine::kill_group(group);
        }
        // Halted first, so that what forks does not outrun us.
        for signal in [Signal::STOP, Signal::STOP, Signal::KILL, Signal::KILL] {
            for pid in session::members(self.pid) {
                let _gone = rustix::process::kill_process(pid, signal);
            }
        }
    }

    /// Signals the groups while the shell is not reaped: its number is reused later. Groups that are gone are no error.
    fn signal(&self, signal: Signal) {
        let Some(master) = self.master.as_ref().filter(|_| self.ended.is_none()) else { return };
        let foreground = rustix::termios::tcgetpgrp(master).ok().filter(|group| *group != self.pid);
        for group in foreground.into_iter().chain([self.pid]) {
            let _gone = rustix::process::kill_process_group(group, signal);
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(group) = &self.group {
            confine::remove_group(group);
        }
    }
}
