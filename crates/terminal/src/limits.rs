//! How long shells may run: looked at now and then, told beforehand, and carried out.

use std::{
    sync::{Arc, MutexGuard, PoisonError, atomic::Ordering},
    time::Duration,
};

use model::{
    Caller, TerminalId, Timestamp, UserId,
    terminal::{Warning, policy::Policy},
};

use crate::{
    error::Error,
    service::{GRACE, Terminals},
    session::Session,
};

/// How long before its end a shell's page is told; of a short time a quarter.
const BEFORE: Duration = Duration::from_secs(5 * 60);

/// What is known of one shell's idleness.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Idle {
    /// When somebody was last seen to have typed.
    pub(crate) typed_at: Timestamp,
    /// Its page was told that it is about to be ended.
    warned: bool,
}

/// A shell that was ended at a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// Which.
    pub id: TerminalId,
    /// Whose.
    pub owner: UserId,
    /// What it was called.
    pub title: String,
    /// At which limit, in words.
    pub why: &'static str,
}

impl Terminals {
    /// Sets the limits: the number, the programs and the bounds for what is opened from now on, the times for all.
    ///
    /// # Errors
    /// For anybody but Nova's own background work: who may set them is said where they are kept.
    pub fn set_policy(&self, caller: &Caller, policy: Policy) -> Result<(), Error> {
        if caller.purpose().is_none() {
            return Err(Error::NotFound);
        }
        *self.0.policy.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(policy);
        Ok(())
    }

    /// The limits that hold.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.0.policy.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether nobody can open a shell, by an emergency stop.
    ///
    /// # Errors
    /// Without `terminal.observe.any` and `terminal.manage`.
    pub fn are_stopped(&self, caller: &Caller) -> Result<bool, Error> {
        crate::guests::oversees(caller)?;
        Ok(self.policy().stopped)
    }

    /// Names of the programs that the caller's role runs; none for who may have a shell.
    ///
    /// # Errors
    /// Without `terminal.open`.
    pub fn programs(&self, caller: &Caller) -> Result<Vec<String>, Error> {
        caller.require(model::Permission::TerminalOpen).map_err(Error::Refused)?;
        let policy = self.policy();
        let restriction = policy.restriction(caller.role());
        Ok(restriction.into_iter().flat_map(|it| &it.programs).map(|program| program.name.clone()).collect())
    }

    /// Looks at every running shell: warns those whose time is nearly over, and ends those whose time is. To be called
    /// every few seconds; that is how exactly idleness is known.
    ///
    /// # Errors
    /// For anybody but Nova's own background work.
    pub fn look_after(&self, caller: &Caller) -> Result<Vec<Overdue>, Error> {
        if caller.purpose().is_none() {
            return Err(Error::NotFound);
        }
        let (policy, now) = (self.policy(), (self.0.settings.clock)());
        let sessions: Vec<_> = self.registry().all().filter(|session| session.is_running()).cloned().collect();
        let sessions: Vec<_> = sessions.into_iter().filter(|session| !session.relay().closed()).collect();
        let mut overdue = Vec::new();
        {
            let mut idle = self.idle();
            idle.retain(|id, _| sessions.iter().any(|session| session.id == *id));
            for session in sessions {
                let typed = session.typed.swap(false, Ordering::Relaxed);
                let state = idle.entry(session.id).or_insert(Idle { typed_at: now, warned: false });
                if typed {
                    state.typed_at = now;
                }
                let left = [
                    (policy.idle_minutes, state.typed_at, Warning::Idle as fn(u32) -> Warning, "nobody typed"),
                    (policy.lifetime_minutes, session.info().created_at, Warning::Lifetime, "it ran as long as it may"),
                ];
                let nearest = left
                    .into_iter()
                    .filter_map(|(minutes, since, warning, why)| {
                        let whole = i64::from(minutes?) * 60_000;
                        Some((since.0 + whole - now.0, whole, warning, why))
                    })
                    .min_by_key(|(left, ..)| *left);
                match nearest {
                    Some((..=0, _, _, why)) => overdue.push((session, why)),
                    Some((left, whole, warning, _)) if left <= before(whole) => {
                        state.warned = true;
                        let seconds = u32::try_from(left / 1000).unwrap_or(u32::MAX);
                        session.relay().warn(warning(seconds));
                    }
                    _ if state.warned => {
                        state.warned = false;
                        session.relay().warn(Warning::None);
                    }
                    _ => {}
                }
            }
        }
        let ended = |(session, why): (Arc<Session>, &'static str)| {
            let ended = Overdue { id: session.id, owner: session.owner, title: session.info().title, why };
            self.end(session, GRACE, why);
            ended
        };
        Ok(overdue.into_iter().map(ended).collect())
    }

    /// When somebody last typed in a shell that was opened at `opened`.
    pub(crate) fn typed_at(&self, id: TerminalId, opened: Timestamp) -> Timestamp {
        self.idle().get(&id).map_or(opened, |idle| idle.typed_at)
    }

    fn idle(&self) -> MutexGuard<'_, std::collections::BTreeMap<TerminalId, Idle>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long before the end of `whole` milliseconds it is told.
fn before(whole: i64) -> i64 {
    i64::try_from(BEFORE.as_millis()).unwrap_or(i64::MAX).min(whole / 4)
}
