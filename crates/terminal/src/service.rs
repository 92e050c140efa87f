//! The door to every shell.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use model::{
    Caller, Permission, TerminalId, UserId,
    terminal::{Size, TerminalInfo},
};
use tokio::{
    task::{JoinSet, spawn_blocking},
    time::timeout,
};

use crate::{error::Error, pty, registry::Registry, session::Session, settings::Settings, viewer::Viewer};

/// How long a closed shell has to end by itself.
const GRACE: Duration = Duration::from_secs(2);

/// How long shells have to end by themselves when the server goes down. They are killed then, and
/// [`Terminals::shutdown`] returns after [`GRACE`] at the latest.
const SHUTDOWN_GRACE: Duration = Duration::from_millis(1_500);

/// Every shell of this machine's Nova. A cheap handle: clones share them.
#[derive(Clone)]
pub struct Terminals(Arc<Inner>);

struct Inner {
    settings: Settings,
    registry: Mutex<Registry>,
    /// One shell is started at a time, so that the bounds hold.
    opening: tokio::sync::Mutex<()>,
    relayed: Arc<AtomicU64>,
}

/// How the shells fare, for a health card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Shells that run.
    pub running: usize,
    /// Terminals whose shell has ended and that are still in a list.
    pub ended: usize,
    /// Viewers attached.
    pub viewers: usize,
    /// Bytes sent to viewers since the start.
    pub relayed_bytes: u64,
}

impl Terminals {
    /// Begins with no shell. Needs no runtime yet; every other method does.
    #[must_use]
    pub fn start(settings: Settings) -> Self {
        Self(Arc::new(Inner {
            settings,
            registry: Mutex::default(),
            opening: tokio::sync::Mutex::default(),
            relayed: Arc::default(),
        }))
    }

    /// Starts a shell for the caller. `size` is brought within bounds.
    ///
    /// # Errors
    /// Without `terminal.open`; over a bound; when the shell does not start.
    pub async fn open(&self, caller: &Caller, size: Size) -> Result<TerminalInfo, Error> {
        let owner = person(caller)?;
        let size = Size { cols: size.cols.clamp(1, Size::MAX), rows: size.rows.clamp(1, Size::MAX) };
        let _turn = self.0.opening.lock().await;
        self.registry().make_room(owner, &self.0.settings)?;
        let (shell, directory) = (self.0.settings.shell(), self.0.settings.directory.clone());
        let program = shell.clone();
        // A fork copies page tables: milliseconds in a large process.
        let started = spawn_blocking(move || pty::start(&program, &directory, size))
            .await
            .unwrap_or_else(|failure| Err(std::io::Error::other(failure)))
            .map_err(|cause| Error::CannotStart { shell: shell.clone(), cause })?;
        let opened = (owner, (self.0.settings.clock)());
        let session = Session::start(opened, (&shell, size), started, Arc::clone(&self.0.relayed));
        let info = session.info();
        self.registry().insert(session);
        tracing::info!(terminal = %info.id, %owner, shell = %shell.display(), "opened a terminal");
        Ok(info)
    }

    /// The caller's terminals, oldest first.
    ///
    /// # Errors
    /// Without `terminal.open`.
    pub fn list(&self, caller: &Caller) -> Result<Vec<TerminalInfo>, Error> {
        let owner = person(caller)?;
        Ok(self.registry().of(owner).map(|session| session.info()).collect())
    }

    /// Attaches to a terminal of the caller. With `after`, everything before that byte is drawn already, and output goes
    /// on from there if it is still kept; otherwise a snapshot comes first.
    ///
    /// # Errors
    /// Without `terminal.open`; when there is no such terminal of the caller; when it has too many viewers.
    pub fn attach(&self, caller: &Caller, id: TerminalId, after: Option<u64>) -> Result<Viewer, Error> {
        Viewer::attach(self.find(caller, id)?, after)
    }

    /// Ends a terminal of the caller: it is out of the list at once, its shell and foreground program get SIGHUP, and
    /// SIGKILL after two seconds. Attached viewers get what was still written, then `Ended`.
    ///
    /// # Errors
    /// Without `terminal.open`; when there is no such terminal of the caller.
    pub fn close(&self, caller: &Caller, id: TerminalId) -> Result<(), Error> {
        let session = self.find(caller, id)?;
        self.end(session, "closed by its owner");
        Ok(())
    }

    /// Ends every shell of `owner`, who may have none any more.
    ///
    /// # Errors
    /// For anybody but Nova's own background work.
    pub fn end_all_of(&self, caller: &Caller, owner: UserId) -> Result<usize, Error> {
        if caller.purpose().is_none() {
            return Err(Error::NotFound);
        }
        let sessions: Vec<_> = self.registry().of(owner).cloned().collect();
        for session in &sessions {
            self.end(Arc::clone(session), "its owner may have no shell any more");
        }
        Ok(sessions.len())
    }

    fn end(&self, session: Arc<Session>, why: &'static str) {
        let id = session.id;
        self.registry().close(id);
        let terminals = self.clone();
        tokio::spawn(async move {
            session.hang_up(GRACE).await;
            terminals.registry().close(id);
            tracing::info!(terminal = %id, why, "closed a terminal");
        });
    }

    /// Whose shells there are.
    ///
    /// # Errors
    /// Without `health.read`.
    pub fn owners(&self, caller: &Caller) -> Result<std::collections::BTreeSet<UserId>, Error> {
        caller.require(Permission::HealthRead).map_err(Error::Refused)?;
        Ok(self.registry().all().map(|session| session.owner).collect())
    }

    /// How the shells fare.
    ///
    /// # Errors
    /// Without `health.read`.
    pub fn status(&self, caller: &Caller) -> Result<Status, Error> {
        caller.require(Permission::HealthRead).map_err(Error::Refused)?;
        let sessions: Vec<_> = self.registry().all().cloned().collect();
        let running = sessions.iter().filter(|session| session.is_running()).count();
        Ok(Status {
            running,
            ended: sessions.len() - running,
            viewers: sessions.iter().map(|session| session.relay().viewers()).sum(),
            relayed_bytes: self.0.relayed.load(Ordering::Relaxed),
        })
    }

    /// Ends every shell, and opens none any more. Returns when all have ended, after two seconds at the latest.
    pub async fn shutdown(&self) {
        self.registry().shut();
        let ended = async {
            // Whoever was opening has finished then; whoever comes later is refused.
            let _turn = self.0.opening.lock().await;
            let sessions: Vec<_> = self.registry().all().cloned().collect();
            let mut hanging_up = JoinSet::new();
            for session in sessions {
                hanging_up.spawn(async move {
                    session.relay().close();
                    session.hang_up(SHUTDOWN_GRACE).await;
                    session.painting.notify_one();
                });
            }
            while hanging_up.join_next().await.is_some() {}
        };
        if timeout(GRACE, ended).await.is_err() {
            tracing::warn!("some shells outlived the shutdown");
        }
    }

    /// The caller's terminal `id`.
    fn find(&self, caller: &Caller, id: TerminalId) -> Result<Arc<Session>, Error> {
        let owner = person(caller)?;
        self.registry().of(owner).find(|session| session.id == id).cloned().ok_or(Error::NotFound)
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.0.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The person who may have terminals.
fn person(caller: &Caller) -> Result<UserId, Error> {
    caller.require(Permission::TerminalOpen).map_err(Error::Refused)?;
    caller.user().map_err(Error::Refused)
}

impl std::fmt::Debug for Terminals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Terminals").field(&self.0.settings).finish()
    }
}
