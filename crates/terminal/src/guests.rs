//! Those who are at a shell that is not theirs: by the owner's leave, or by a permission.

use std::{sync::Arc, time::Duration};

use model::{
    Caller, Permission, ShareId, TerminalId, UserId,
    terminal::sharing::{GuestRole, RunningShell},
};
use tokio::{sync::watch, time::Instant};

use crate::{
    company::{Guest, Seat},
    error::Error,
    relay::Relay,
    service::{GRACE, Terminals},
    session::Session,
    viewer::Viewer,
};

/// Places from which guests look at one terminal at once: the owner finds a place whoever else is there.
pub const MAX_GUESTS: usize = 12;
/// Places from which one guest looks at one terminal at once.
pub const MAX_GUEST_PLACES: usize = 4;

/// Whose shells are to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(TerminalId),
    /// All of this person.
    Of(UserId),
    /// Every one, at once and without a grace.
    All,
}

/// A shell that is ended for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Which.
    pub id: TerminalId,
    /// Whose.
    pub owner: UserId,
    /// What it was called.
    pub title: String,
}

impl Terminals {
    /// Attaches to somebody else's terminal, as far as the owner or a permission lets the caller. With `after` as for
    /// [`Terminals::attach`].
    ///
    /// # Errors
    /// For programs; when there is no such terminal for the caller; when it has too many guests.
    pub async fn visit(&self, caller: &Caller, id: TerminalId, after: Option<u64>) -> Result<Viewer, Error> {
        let (user, _) = caller.require_person().map_err(Error::Refused)?;
        let session = self.any(id)?;
        let guard = self.0.settings.guests.as_ref().ok_or(Error::NotFound)?;
        let admission = guard(caller.clone(), id).await.map_err(Error::Refused)?;
        // A share opens what is its owner's, and nothing else.
        let admission = admission.filter(|admission| admission.owner == session.owner).ok_or(Error::NotFound)?;
        if admission.role == GuestRole::Watcher {
            caller.require(Permission::TerminalObserveAny).map_err(Error::Refused)?;
        }
        let left = admission.until.0.saturating_sub((self.0.settings.clock)().0);
        let guest = Guest {
            share: admission.share,
            role: admission.role,
            name: admission.name,
            // Who may have no shell types in none.
            can_type: caller.may(Permission::TerminalOpen) && self.policy().restriction(caller.role()).is_none(),
            until: Instant::now() + Duration::from_millis(u64::try_from(left).unwrap_or(0)),
            parted: watch::Sender::new(false),
        };
        Viewer::attach(session, after, Seat { user, guest: Some(guest) })
    }

    /// Lets a peer type in the caller's terminal, or no more.
    ///
    /// # Errors
    /// When there is no such terminal of the caller; to let: `StepUp` without a fresh proof, [`Error::NotAPeer`].
    pub fn let_write(&self, caller: &Caller, id: TerminalId, guest: UserId, write: bool) -> Result<(), Error> {
        let session = self.find(caller, id)?;
        if write {
            caller.require_fresh().map_err(Error::Refused)?;
            if !session.relay().let_write(guest) {
                return Err(Error::NotAPeer);
            }
        } else {
            let size = session.relay().withdraw(guest);
            session.take(size);
        }
        session.rights_changed();
        Ok(())
    }

    /// Gives control of the caller's terminal to a peer, who may type then and whose size it follows; with `None` the
    /// owner takes it back, and who has it gives it back. Whoever gives it up types no more, unless it is theirs. Says who
    /// had it.
    ///
    /// # Errors
    /// When there is no such terminal for the caller; to give: `StepUp` without a fresh proof, [`Error::NotAPeer`].
    pub fn hand_over(&self, caller: &Caller, id: TerminalId, to: Option<UserId>) -> Result<Option<UserId>, Error> {
        let session = match (self.find(caller, id), to) {
            (Ok(session), _) => session,
            (Err(refusal), None) => {
                let session = self.any(id)?;
                let controller = session.relay().controller();
                if !controller.is_some_and(|user| caller.is(user)) {
                    return Err(refusal);
                }
                session
            }
            (Err(refusal), Some(_)) => return Err(refusal),
        };
        if to.is_some() {
            caller.require_fresh().map_err(Error::Refused)?;
        }
        let (before, size) = {
            let mut relay = session.relay();
            let before = relay.controller();
            if let Some(user) = to
                && !relay.let_write(user)
            {
                return Err(Error::NotAPeer);
            }
            if let Some(former) = before.filter(|former| to != Some(*former)) {
                relay.withdraw(former);
            }
            (before, relay.give_control(to))
        };
        session.take(size);
        session.rights_changed();
        Ok(before)
    }

    /// Who has control of a terminal, if not its owner, and who else may type.
    ///
    /// # Errors
    /// When there is no such terminal of the caller.
    pub fn who_types(&self, caller: &Caller, id: TerminalId) -> Result<(Option<UserId>, Vec<UserId>), Error> {
        let session = self.find(caller, id)?;
        let relay = session.relay();
        Ok((relay.controller(), relay.writers()))
    }

    /// Sends guests away whose shares have ended: these, or with `None` all but watchers. Says how many places they had.
    ///
    /// # Errors
    /// For anybody but Nova's own background work.
    pub fn dismiss(&self, caller: &Caller, id: TerminalId, shares: Option<&[ShareId]>) -> Result<usize, Error> {
        if caller.purpose().is_none() {
            return Err(Error::NotFound);
        }
        let Ok(session) = self.any(id) else { return Ok(0) };
        let which = |share: ShareId, role| match shares {
            Some(shares) => shares.contains(&share),
            None => role != GuestRole::Watcher,
        };
        let (parted, size) = session.relay().part(which);
        session.take(size);
        session.rights_changed();
        Ok(parted)
    }

    /// Whether there is a terminal of this owner, listed still.
    ///
    /// # Errors
    /// For anybody but Nova's own background work.
    pub fn is_there(&self, caller: &Caller, id: TerminalId) -> Result<bool, Error> {
        if caller.purpose().is_none() {
            return Err(Error::NotFound);
        }
        Ok(self.any(id).is_ok())
    }

    /// Whose terminal it is and what it is called, for those who may watch or end everybody's.
    ///
    /// # Errors
    /// Without `terminal.observe.any` and `terminal.manage`; when there is none.
    pub fn owner_of(&self, caller: &Caller, id: TerminalId) -> Result<(UserId, String), Error> {
        oversees(caller)?;
        let session = self.any(id)?;
        Ok((session.owner, session.info().title))
    }

    /// Every running shell, oldest first; their owners' names are not known here.
    ///
    /// # Errors
    /// Without `terminal.observe.any` and `terminal.manage`.
    pub fn running(&self, caller: &Caller) -> Result<Vec<RunningShell>, Error> {
        oversees(caller)?;
        let sessions: Vec<_> = self.registry().all().filter(|session| session.is_running()).cloned().collect();
        let shell = |session: &Arc<Session>| {
            let info = session.info();
            RunningShell {
                id: info.id,
                title: info.title,
                owner: session.owner,
                owner_name: String::new(),
                created_at: info.created_at,
                typed_at: self.typed_at(session.id, info.created_at),
                viewers: session.relay().viewers(),
            }
        };
        Ok(sessions.iter().filter(|session| !session.relay().closed()).map(shell).collect())
    }

    /// Ends shells whosever they are.
    ///
    /// # Errors
    /// Without `terminal.manage`; `StepUp` without a fresh proof; when the one is not there.
    pub fn stop(&self, caller: &Caller, which: Which) -> Result<Vec<Ended>, Error> {
        caller.require(Permission::TerminalManage).map_err(Error::Refused)?;
        caller.require_fresh().map_err(Error::Refused)?;
        let meant = |session: &&Arc<Session>| match which {
            Which::One(id) => session.id == id,
            Which::Of(user) => session.owner == user,
            Which::All => true,
        };
        let sessions: Vec<_> = self.registry().all().filter(meant).cloned().collect();
        let sessions: Vec<_> = sessions.into_iter().filter(|session| !session.relay().closed()).collect();
        if sessions.is_empty() && matches!(which, Which::One(_)) {
            return Err(Error::NotFound);
        }
        let grace = if which == Which::All { Duration::ZERO } else { GRACE };
        let ended = |session: Arc<Session>| {
            let ended = Ended { id: session.id, owner: session.owner, title: session.info().title };
            self.end(session, grace, "ended by who may end everybody's");
            ended
        };
        Ok(sessions.into_iter().map(ended).collect())
    }

    /// A listed terminal, whosever it is. What the caller may do with it is for the caller of this to see to.
    fn any(&self, id: TerminalId) -> Result<Arc<Session>, Error> {
        let session = self.registry().all().find(|session| session.id == id).cloned();
        session.filter(|session| !session.relay().closed()).ok_or(Error::NotFound)
    }
}

/// Refuses who may neither watch nor end everybody's shells.
pub(crate) fn oversees(caller: &Caller) -> Result<(), Error> {
    let refused = caller.require(Permission::TerminalObserveAny);
    if caller.may(Permission::TerminalManage) { Ok(()) } else { refused.map_err(Error::Refused) }
}

/// Refuses a guest when guests have as many places as they may.
pub(crate) fn check_room(relay: &Relay, seat: &Seat) -> Result<(), Error> {
    if seat.guest.is_none() {
        return Ok(());
    }
    let (all, own) = relay.guests(seat.user);
    if all >= MAX_GUESTS || own >= MAX_GUEST_PLACES {
        return Err(Error::TooManyGuests { max: if own >= MAX_GUEST_PLACES { MAX_GUEST_PLACES } else { MAX_GUESTS } });
    }
    Ok(())
}

impl Session {
    /// Takes on the size of who has control now, if they said one.
    fn take(&self, size: Option<model::terminal::Size>) {
        if let Some(size) = size {
            self.take_size(size);
        }
    }

    /// Input that waits is looked at again, and so is who paces the shell.
    fn rights_changed(&self) {
        self.rights.send_modify(|count| *count = count.wrapping_add(1));
        self.allow();
    }
}
