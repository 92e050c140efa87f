//! Being at somebody else's shell: noted when it begins and when it ends.

use audit::{Audit, Entry};
use model::{ApiError, Caller, TerminalId, audit::Action, terminal::sharing::GuestRole};
use terminal::Viewer;

use crate::Nova;

/// Somebody's visit to a shell that is not theirs. It is to be ended by [`Visit::leave`]; one that is dropped, as by a
/// panic, is noted all the same.
#[derive(Debug)]
pub struct Visit {
    leaving: Option<Entry>,
    audit: Audit,
}

impl Nova {
    /// Lets the caller into somebody else's shell, as far as its owner or a permission allows.
    ///
    /// # Errors
    /// As [`terminal::Terminals::visit`]; when the audit log cannot be written.
    pub async fn visit_terminal(
        &self,
        caller: &Caller,
        id: TerminalId,
        after: Option<u64>,
    ) -> Result<(Viewer, Visit), ApiError> {
        let viewer = self.terminals.visit(caller, id, after).await?;
        let (begin, end) = match viewer.role() {
            Some(GuestRole::Watcher) => (Action::TerminalObserve, Action::TerminalObserveEnd),
            _ => (Action::TerminalJoin, Action::TerminalLeave),
        };
        let title = self.sharing.shared_shell(caller, id).await.map(|shell| shell.title).unwrap_or_default();
        let entry = |action| Entry::by(caller, action).object("terminal", id, &title);
        self.audit.record(entry(begin)).await?;
        Ok((viewer, Visit { leaving: Some(entry(end)), audit: self.audit.clone() }))
    }

    /// Lets the caller watch someone's shell for a while.
    ///
    /// # Errors
    /// As [`terminal::Terminals::owner_of`] and [`sharing::Sharing::watch`].
    pub async fn watch_terminal(&self, caller: &Caller, id: TerminalId) -> Result<(), ApiError> {
        let (owner, title) = self.terminals.owner_of(caller, id)?;
        Ok(self.sharing.watch(caller, id, owner, &title).await?)
    }
}

impl Visit {
    /// It is over.
    pub async fn leave(mut self) {
        if let Some(entry) = self.leaving.take() {
            note(&self.audit, entry).await;
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if let (Some(entry), Ok(runtime)) = (self.leaving.take(), tokio::runtime::Handle::try_current()) {
            let audit = self.audit.clone();
            runtime.spawn(async move { note(&audit, entry).await });
        }
    }
}

async fn note(audit: &Audit, entry: Entry) {
    if let Err(error) = audit.record(entry).await {
        tracing::error!(%error, "the end of a visit to a shell could not be noted");
    }
}
