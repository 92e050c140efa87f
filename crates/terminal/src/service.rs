//! The door to every shell.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    os::unix::ffi::OsStrExt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
    time::Duration,
};

use model::{
    Caller, Permission, TerminalId, UserId,
    terminal::{Size, TerminalInfo, policy::Policy},
};
use tokio::time::{sleep, timeout};

use crate::{
    commands::Reporter,
    company::Seat,
    error::Error,
    limits::Idle,
    link::{self, Link},
    opening::Plan,
    registry::Registry,
    relay::Past,
    session::{Identity, Session, Told},
    settings::Settings,
    tap::Tap,
    viewer::Viewer,
    wire::{self, Opening},
};

/// How long a closed shell has to end by itself.
pub(crate) const GRACE: Duration = Duration::from_secs(2);

/// How long shells have to end by themselves when the server goes down. They are killed then, and
/// [`Terminals::shutdown`] returns after [`GRACE`] at the latest.
const SHUTDOWN_GRACE: Duration = Duration::from_millis(1_500);

/// How long a shell that was adopted keeps, for viewers who come back, everything they have not seen: what floods waits.
const RETURN: Duration = Duration::from_secs(30);

/// Every shell of this machine's Nova. A cheap handle: clones share them.
#[derive(Clone)]
pub struct Terminals(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) settings: Settings,
    registry: Mutex<Registry>,
    /// The connection to the holder, while it has shells. One shell is started at a time, so that the bounds hold.
    opening: tokio::sync::Mutex<Option<Link>>,
    /// The limits that hold for what is opened from now on.
    pub(crate) policy: Mutex<Arc<Policy>>,
    /// When somebody last typed where, as far as it was looked at.
    pub(crate) idle: Mutex<BTreeMap<TerminalId, Idle>>,
    told: Told,
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
        let reporter = Reporter::new(settings.commands.clone(), Arc::clone(&settings.clock));
        Self(Arc::new(Inner {
            settings,
            registry: Mutex::default(),
            opening: tokio::sync::Mutex::default(),
            policy: Mutex::default(),
            idle: Mutex::default(),
            told: Told { relayed: Arc::default(), reporter },
        }))
    }

    /// Starts a shell for the caller that tells of its commands, if it can, or what their role runs instead. `size` is
    /// brought within bounds.
    ///
    /// # Errors
    /// Without `terminal.open`; over a bound; while all are stopped; when the shell does not start.
    pub async fn open(&self, caller: &Caller, size: Size) -> Result<TerminalInfo, Error> {
        self.open_program(caller, size, None, true).await
    }

    /// The same with one of the programs that the caller's role runs, by name; the first one unless named. Unless
    /// `integrated`, a shell starts as anywhere else and tells nothing.
    ///
    /// # Errors
    /// As [`Terminals::open`]; [`Error::NoProgram`].
    pub async fn open_program(
        &self,
        caller: &Caller,
        size: Size,
        name: Option<&str>,
        integrated: bool,
    ) -> Result<TerminalInfo, Error> {
        let owner = person(caller)?;
        let size = Size { cols: size.cols.clamp(1, Size::MAX), rows: size.rows.clamp(1, Size::MAX) };
        let mut link = self.0.opening.lock().await;
        let policy = self.policy();
        let mut plan = Plan::of(caller, name, &self.0.settings, &policy)?;
        if integrated {
            plan.integrate(&self.0.settings);
        }
        let per_user = usize::try_from(policy.per_person).unwrap_or(usize::MAX).min(self.0.settings.max_per_user);
        self.registry().make_room(owner, per_user, &self.0.settings)?;
        let session = self.start_shell(&mut link, owner, size, &plan).await?;
        let info = session.info();
        self.registry().insert(session);
        tracing::info!(terminal = %info.id, %owner, program = %plan.program.display(), "opened a terminal");
        Ok(info)
    }

    /// Has the holder start a shell. A holder ends with its last shell, which may be now: then the next one is asked.
    async fn start_shell(
        &self,
        link: &mut Option<Link>,
        owner: UserId,
        size: Size,
        plan: &Plan,
    ) -> Result<Arc<Session>, Error> {
        let settings = &self.0.settings;
        let (name, nonce) = (plan.name.clone(), plan.nonce.clone());
        let identity = Identity { id: TerminalId::new(), owner, created_at: (settings.clock)(), name, nonce };
        let group = plan.group_of(identity.id);
        let shell = &plan.program;
        let opening = Opening {
            id: identity.id,
            owner,
            created_at: identity.created_at,
            name: &identity.name,
            size,
            program: shell.as_os_str().as_bytes(),
            directory: settings.directory.as_os_str().as_bytes(),
            environment: plan.environment.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect(),
            arguments: plan.arguments.iter().map(|argument| argument.as_bytes()).collect(),
            bounds: plan.bounds(group.as_deref()),
            nonce: identity.nonce.as_deref().unwrap_or_default(),
        };
        let cannot = |cause| Error::CannotStart { shell: shell.clone(), cause };
        for _ in 0..2 {
            let link = match link.take().filter(Link::lives) {
                Some(living) => link.insert(living),
                None => link.insert(self.holder().await.map_err(Error::NoHolder)?),
            };
            let (holder, told) = (Arc::clone(link.outgoing()), self.0.told.clone());
            let session = Session::new(identity.clone(), size, Past::default(), holder, told);
            match link.open(&session, &opening).await {
                Ok(()) => return Ok(session),
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => return Err(cannot(error)),
            }
        }
        Err(cannot(io::ErrorKind::ConnectionAborted.into()))
    }

    /// A holder: the one that is there already, else a new one.
    async fn holder(&self) -> io::Result<Link> {
        let (holder, told) = (self.0.settings.holder.as_ref(), self.0.told.clone());
        if let Some(holder) = holder
            && let Some((link, sessions)) = Link::take_over(&holder.directory, told.clone()).await?
        {
            self.take_in(sessions);
            return Ok(link);
        }
        Link::start(holder, told).await
    }

    /// Takes over the shells that an earlier server left behind, and says whose. Without a holder there are none.
    ///
    /// A holder of another version, or one that does not answer, is left alone and told in the log; the terminals of the
    /// former are listed as unreachable.
    ///
    /// # Errors
    /// For anybody but Nova's own background work.
    pub async fn adopt(&self, caller: &Caller) -> Result<BTreeSet<UserId>, Error> {
        if caller.purpose().is_none() {
            return Err(Error::NotFound);
        }
        let Some(holder) = &self.0.settings.holder else { return Ok(BTreeSet::new()) };
        let mut link = self.0.opening.lock().await;
        for major in link::versions(&holder.directory).into_iter().filter(|major| *major != wire::MAJOR) {
            match Link::ask(&holder.directory, major, self.0.told.clone()).await {
                Ok(sessions) => sessions.into_iter().for_each(|session| self.registry().insert(session)),
                Err(error) => {
                    tracing::error!(%error, protocol = major, "a shell holder of another version is left alone")
                }
            }
        }
        match Link::take_over(&holder.directory, self.0.told.clone()).await {
            Ok(Some((taken, sessions))) => {
                let owners = self.take_in(sessions);
                *link = Some(taken);
                Ok(owners)
            }
            Ok(None) => Ok(BTreeSet::new()),
            Err(error) => {
                tracing::error!(%error, directory = %holder.directory.display(), "a shell holder is left alone");
                Ok(BTreeSet::new())
            }
        }
    }

    /// Lists the shells that were handed over; their viewers have a while to come back.
    fn take_in(&self, sessions: Vec<Arc<Session>>) -> BTreeSet<UserId> {
        let mut owners = BTreeSet::new();
        for session in &sessions {
            owners.insert(session.owner);
            tracing::info!(terminal = %session.id, owner = %session.owner, "adopted a terminal");
            self.registry().insert(Arc::clone(session));
        }
        tokio::spawn(async move {
            sleep(RETURN).await;
            for session in sessions {
                session.relay().wait_no_more();
                session.allow();
            }
        });
        owners
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
        let session = self.find(caller, id)?;
        let seat = Seat { user: session.owner, guest: None };
        Viewer::attach(session, after, seat)
    }

    /// Listens to a terminal of the caller, or, for Nova's own background work, to any: with `from`, from that byte on as far
    /// as output is still kept, else from the screen as it is now. With `input` what is typed is heard as well, but never
    /// while the terminal does not echo it. A reader paces nobody; one that is too slow goes on with a screen.
    ///
    /// # Errors
    /// Without `terminal.open`; when there is no such terminal; when it has too many readers.
    pub fn tap(&self, caller: &Caller, id: TerminalId, from: Option<u64>, input: bool) -> Result<Tap, Error> {
        Tap::attach(self.reach(caller, id)?, from, input)
    }

    /// What the list shows of one terminal of the caller, or, for Nova's own background work, of any.
    ///
    /// # Errors
    /// Without `terminal.open`; when there is no such terminal.
    pub fn info(&self, caller: &Caller, id: TerminalId) -> Result<TerminalInfo, Error> {
        Ok(self.reach(caller, id)?.info())
    }

    /// Ends any terminal, as [`close`](Self::close) does.
    ///
    /// # Errors
    /// For anybody but Nova's own background work; when there is no such terminal.
    pub fn end_any(&self, caller: &Caller, id: TerminalId, why: &'static str) -> Result<(), Error> {
        if caller.purpose().is_none() {
            return Err(Error::NotFound);
        }
        let session = self.reach(caller, id)?;
        self.end(session, GRACE, why);
        Ok(())
    }

    /// Ends a terminal of the caller: it is out of the list at once, its shell and foreground program get SIGHUP, and
    /// SIGKILL after two seconds. Attached viewers get what was still written, then `Ended`.
    ///
    /// # Errors
    /// Without `terminal.open`; when there is no such terminal of the caller.
    pub fn close(&self, caller: &Caller, id: TerminalId) -> Result<(), Error> {
        let session = self.find(caller, id)?;
        self.end(session, GRACE, "closed by its owner");
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
            self.end(Arc::clone(session), GRACE, "its owner may have no shell any more");
        }
        Ok(sessions.len())
    }

    pub(crate) fn end(&self, session: Arc<Session>, grace: Duration, why: &'static str) {
        let id = session.id;
        self.registry().close(id);
        let terminals = self.clone();
        tokio::spawn(async move {
            session.hang_up(grace);
            session.ended().await;
            terminals.registry().close(id);
            tracing::info!(terminal = %id, why, "closed a terminal");
        });
    }

    /// Whose shells there are.
    ///
    /// # Errors
    /// Without `health.read`.
    pub fn owners(&self, caller: &Caller) -> Result<BTreeSet<UserId>, Error> {
        caller.require(Permission::HealthRead).map_err(Error::Refused)?;
        Ok(self.registry().all().map(|session| session.owner).collect())
    }

    /// The terminals whose shells run.
    ///
    /// # Errors
    /// Without `health.read`.
    pub fn living(&self, caller: &Caller) -> Result<Vec<TerminalId>, Error> {
        caller.require(Permission::HealthRead).map_err(Error::Refused)?;
        Ok(self.registry().all().filter(|session| session.is_running()).map(|session| session.id).collect())
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
            relayed_bytes: self.0.told.relayed.load(Ordering::Relaxed),
        })
    }

    /// Opens no shell any more. Shells with a holder of their own are left to the next server; others are ended, and all
    /// have when this returns. Takes two seconds at the most.
    pub async fn shutdown(&self) {
        self.registry().shut();
        let left = async {
            // Whoever was opening has finished then; whoever comes later is refused.
            let link = self.0.opening.lock().await.take();
            let sessions: Vec<_> = self.registry().all().cloned().collect();
            if self.0.settings.holder.is_some() {
                sessions.iter().for_each(|session| session.detach());
                tracing::info!(shells = sessions.len(), "shells are left to their holder");
            } else {
                for session in &sessions {
                    session.relay().close();
                    session.hang_up(SHUTDOWN_GRACE);
                }
                for session in &sessions {
                    session.ended().await;
                    session.painting.notify_one();
                }
            }
            if let Some(link) = link {
                link.close().await;
            }
        };
        if timeout(GRACE, left).await.is_err() {
            tracing::warn!("some shells outlived the shutdown");
        }
    }

    /// The caller's terminal `id`.
    pub(crate) fn find(&self, caller: &Caller, id: TerminalId) -> Result<Arc<Session>, Error> {
        let owner = person(caller)?;
        self.registry().of(owner).find(|session| session.id == id).cloned().ok_or(Error::NotFound)
    }

    /// The caller's terminal `id`, or anybody's for Nova's own background work.
    fn reach(&self, caller: &Caller, id: TerminalId) -> Result<Arc<Session>, Error> {
        if caller.purpose().is_none() {
            return self.find(caller, id);
        }
        self.registry().all().find(|session| session.id == id).cloned().ok_or(Error::NotFound)
    }

    pub(crate) fn registry(&self) -> MutexGuard<'_, Registry> {
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
