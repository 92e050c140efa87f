//! Which shell a report is about.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use model::{
    TerminalId,
    terminal::{Size, State},
};
use tokio::sync::oneshot;

use super::{Outgoing, incoming::Incoming};
use crate::{
    painter,
    pty::Pty,
    relay::{Painted, Past},
    session::{Identity, Session, Told},
    wire::Report,
};

/// The shells of one holder.
pub(super) struct Routes {
    sessions: Mutex<BTreeMap<TerminalId, Arc<Session>>>,
    /// Who waits for a shell to start.
    opening: Mutex<BTreeMap<TerminalId, oneshot::Sender<io::Result<()>>>>,
    over: AtomicBool,
}

impl Routes {
    pub(super) fn new() -> Self {
        Self { sessions: Mutex::default(), opening: Mutex::default(), over: AtomicBool::new(false) }
    }

    /// Whether the holder is there.
    pub(super) fn lives(&self) -> bool {
        !self.over.load(Ordering::Acquire)
    }

    /// Reports about `session` will come; the answer is that its shell runs, or why not.
    pub(super) fn expect(&self, session: &Arc<Session>) -> oneshot::Receiver<io::Result<()>> {
        let (tell, told) = oneshot::channel();
        self.sessions().insert(session.id, Arc::clone(session));
        self.opening().insert(session.id, tell);
        if !self.lives() {
            // It went in between, and nobody else will say so.
            self.answer(session.id, Err(io::ErrorKind::ConnectionAborted.into()));
        }
        told
    }

    fn answer(&self, id: TerminalId, answer: io::Result<()>) {
        if answer.is_err() {
            self.sessions().remove(&id);
        }
        if let Some(waiting) = self.opening().remove(&id) {
            // Nobody waits any more: the shell is in no list, so it goes.
            if let Err(Ok(())) = waiting.send(answer)
                && let Some(session) = self.session(id)
            {
                session.hang_up(std::time::Duration::ZERO);
            }
        }
    }

    fn session(&self, id: TerminalId) -> Option<Arc<Session>> {
        self.sessions().get(&id).cloned()
    }

    fn sessions(&self) -> MutexGuard<'_, BTreeMap<TerminalId, Arc<Session>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opening(&self) -> MutexGuard<'_, BTreeMap<TerminalId, oneshot::Sender<io::Result<()>>>> {
        self.opening.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The holder is gone, and with it the shells; or another server has them.
    fn end_all(&self, state: State) {
        self.over.store(true, Ordering::Release);
        self.opening().clear();
        for session in std::mem::take(&mut *self.sessions()).into_values() {
            session.end(state);
        }
    }
}

/// Shells that are being handed over.
pub(super) struct Adoption {
    /// How many are still to be told.
    pub(super) left: u32,
    /// Up to where the output of each is to arrive before it counts.
    pub(super) heads: BTreeMap<TerminalId, u64>,
    pub(super) sessions: Vec<Arc<Session>>,
    pub(super) done: Option<oneshot::Sender<Vec<Arc<Session>>>>,
}

impl Adoption {
    /// Of `count` shells; `done` hears of them when all their kept output is here.
    pub(super) fn of(count: u32, done: oneshot::Sender<Vec<Arc<Session>>>) -> Self {
        Self { left: count, heads: BTreeMap::new(), sessions: Vec::new(), done: Some(done) }
    }

    fn reached(&mut self, id: TerminalId, head: u64) {
        if self.done.is_some() && self.heads.get(&id).is_some_and(|wanted| head >= *wanted) {
            self.heads.remove(&id);
        }
        self.finish();
    }

    fn finish(&mut self) {
        if self.left == 0
            && self.heads.is_empty()
            && let Some(done) = self.done.take()
        {
            drop(done.send(std::mem::take(&mut self.sessions)));
        }
    }
}

/// Everything that makes a session of a report.
pub(super) struct Reader {
    pub(super) routes: Arc<Routes>,
    pub(super) outgoing: Arc<Outgoing>,
    pub(super) told: Told,
    pub(super) adoption: Adoption,
    /// The screen of the terminal that is told next.
    pub(super) checkpoint: Option<(TerminalId, Painted)>,
    pub(super) replaced: bool,
}

impl Reader {
    /// Passes reports on until the holder is gone.
    pub(super) async fn read(mut self, mut incoming: Incoming) {
        self.adoption.finish();
        let end = loop {
            match incoming.next().await {
                Ok(Some(Report::Opened(id))) => {
                    let begun = incoming.fd().and_then(Pty::new);
                    self.opened(id, begun);
                }
                Ok(Some(told @ Report::Terminal { .. })) => {
                    let Some((session, until)) = self.adopted(&told) else { continue };
                    let pty = until.map(|_| incoming.fd().and_then(Pty::new));
                    self.begin(session, until, pty);
                }
                Ok(Some(report)) => {
                    if let Err(error) = self.pass(&report) {
                        break Some(error);
                    }
                }
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        let state = if self.replaced { State::Unreachable } else { State::Lost };
        let shells = self.routes.sessions().len();
        match end {
            Some(error) => tracing::error!(%error, shells, "the connection to the shell holder broke"),
            None if self.replaced => tracing::warn!(shells, "another server has the shells now"),
            None if shells > 0 => tracing::error!(shells, "the shell holder is gone, and the shells with it"),
            None => tracing::debug!("the shell holder has ended with its last shell"),
        }
        self.routes.end_all(state);
        self.outgoing.close();
    }

    fn opened(&self, id: TerminalId, begun: io::Result<Pty>) {
        match (self.routes.session(id), begun) {
            (Some(session), Ok(pty)) => {
                session.begin(pty);
                tokio::spawn(painter::paint(session, None));
                self.routes.answer(id, Ok(()));
            }
            (Some(session), Err(error)) => {
                session.hang_up(std::time::Duration::ZERO);
                self.routes.answer(id, Err(error));
            }
            (None, _) => {}
        }
    }

    /// The session of a shell that is handed over, and up to where its output is to arrive: to the end, if it has ended.
    fn adopted(&mut self, told: &Report<'_>) -> Option<(Arc<Session>, Option<u64>)> {
        let (identity, size, past, head, state) = past_of(told)?;
        let session = Session::new(identity, size, past, Arc::clone(&self.outgoing), self.told.clone());
        Some((session, (state == State::Running).then_some(head)))
    }

    fn begin(&mut self, session: Arc<Session>, until: Option<u64>, pty: Option<io::Result<Pty>>) {
        match pty {
            Some(Ok(pty)) => session.begin(pty),
            Some(Err(error)) => tracing::error!(terminal = %session.id, %error, "a shell takes no input"),
            None => {}
        }
        let checkpoint = self.checkpoint.take().filter(|(id, _)| *id == session.id).map(|(_, painted)| painted);
        tokio::spawn(painter::paint(Arc::clone(&session), checkpoint));
        let (id, start) = (session.id, session.relay().head());
        self.routes.sessions().insert(id, Arc::clone(&session));
        self.adoption.sessions.push(session);
        self.adoption.heads.insert(id, until.unwrap_or(u64::MAX));
        self.adoption.left = self.adoption.left.saturating_sub(1);
        self.adoption.reached(id, start);
    }

    fn pass(&mut self, report: &Report<'_>) -> io::Result<()> {
        match *report {
            Report::Output { id, seq, bytes } => {
                if let Some(session) = self.routes.session(id) {
                    if !session.publish(seq, bytes) {
                        return Err(io::Error::new(io::ErrorKind::InvalidData, "output has a gap"));
                    }
                    self.adoption.reached(id, seq + bytes.len() as u64);
                }
            }
            Report::Ended(id, state) => {
                let session = self.routes.sessions().remove(&id);
                if let Some(session) = session {
                    session.end(state);
                }
                self.adoption.reached(id, u64::MAX);
            }
            Report::NotOpened(id, errno) => self.routes.answer(id, Err(io::Error::from_raw_os_error(errno))),
            Report::Checkpoint { id, seq, size, bytes } => {
                self.checkpoint = Some((id, Painted { seq, size, bytes: bytes.to_vec() }));
            }
            Report::Replaced => self.replaced = true,
            Report::Refused { kind, reason } => {
                tracing::warn!(request = kind, ?reason, "the shell holder refused a request");
            }
            _ => {}
        }
        Ok(())
    }
}

/// What a report says of a terminal: who it is, its size, its past, its head and its state.
pub(super) fn past_of(told: &Report<'_>) -> Option<(Identity, Size, Past, u64, State)> {
    let Report::Terminal { id, owner, created_at, name, title, size, state, start, head, taken, answered, seen, nonce } =
        *told
    else {
        return None;
    };
    let title = (!title.is_empty()).then(|| title.to_owned());
    let past = Past { start, taken, answered, seen: Some(seen.max(start)), title };
    let nonce = (!nonce.is_empty()).then(|| nonce.to_owned());
    Some((Identity { id, owner, created_at, name: name.to_owned(), nonce }, size, past, head, state))
}
