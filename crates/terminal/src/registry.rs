//! Which terminals there are, and whose.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use model::{TerminalId, UserId};

use crate::{error::Error, session::Session, settings::Settings};

/// Every terminal, in order of creation: ids sort by it. A closed one stays, unlisted, until its shell has ended.
#[derive(Default)]
pub(crate) struct Registry {
    sessions: BTreeMap<TerminalId, Arc<Session>>,
    shut: bool,
}

impl Registry {
    /// Makes room for one more terminal of `user`, who may have `per_user`: when a bound is reached, the oldest ended terminal goes.
    ///
    /// # Errors
    /// When every terminal within the bound has a running shell, or the server is on its way down.
    pub(crate) fn make_room(&mut self, user: UserId, per_user: usize, settings: &Settings) -> Result<(), Error> {
        if self.shut {
            return Err(Error::ShuttingDown);
        }
        while self.of(user).count() >= per_user {
            let ended = self.of(user).find(|session| !session.is_running()).map(|session| session.id);
            let id = ended.ok_or(Error::TooManyOfYours { max: per_user })?;
            self.close(id);
        }
        while self.sessions.len() >= settings.max_total {
            let ended = self.sessions.values().find(|session| !session.is_running()).map(|session| session.id);
            let id = ended.ok_or(Error::TooManyInAll { max: settings.max_total })?;
            self.close(id);
        }
        Ok(())
    }

    /// The terminals in `user`'s list, oldest first.
    pub(crate) fn of(&self, user: UserId) -> impl Iterator<Item = &Arc<Session>> {
        self.sessions.values().filter(move |session| session.owner == user && !session.relay().closed())
    }

    /// Every terminal whose shell or place in a list is still there.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Session>> {
        self.sessions.values()
    }

    /// Adds a terminal.
    pub(crate) fn insert(&mut self, session: Arc<Session>) {
        self.sessions.insert(session.id, session);
    }

    /// Takes a terminal out of its owner's list; it is forgotten if its shell has ended.
    pub(crate) fn close(&mut self, id: TerminalId) {
        if let Some(session) = self.sessions.get(&id) {
            session.relay().close();
            session.painting.notify_one();
            if !session.is_running() {
                // Its holder need not keep it any longer either.
                session.hang_up(Duration::ZERO);
                self.sessions.remove(&id);
            }
        }
    }

    /// Opens nothing any more.
    pub(crate) fn shut(&mut self) {
        self.shut = true;
    }
}
