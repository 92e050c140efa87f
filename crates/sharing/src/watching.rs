//! Watching by a permission.

use model::{
    Caller, Permission, ShareId, TerminalId, UserId,
    terminal::sharing::{GuestRole, ShareInfo, SharedWith, Term, WATCH_MINUTES},
};
use store::sqlx;

use crate::{
    Error, Sharing,
    owner::{NewShare, check_room},
};

impl Sharing {
    /// Lets the caller watch someone's shell for [`WATCH_MINUTES`]. That they watch is noted when they begin and when they
    /// stop, by who carries it out.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.observe.any` and for programs; `StepUp` without a fresh proof; [`Error::TooMany`].
    pub async fn watch(&self, caller: &Caller, terminal: TerminalId, owner: UserId, title: &str) -> Result<(), Error> {
        caller.require(Permission::TerminalObserveAny)?;
        caller.require_fresh()?;
        let (user, _) = caller.require_person()?;
        let mut write = self.db.write().await?;
        self.sweep(&mut write).await?;
        sqlx::query("DELETE FROM terminal_shares WHERE terminal_id = $1 AND guest_id = $2 AND role = 'watcher'")
            .bind(terminal.to_string())
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        check_room(&mut write, None, Some(user)).await?;
        let with = SharedWith::Person { user, name: String::new(), by_link: false };
        let expires_at = Term::minutes(WATCH_MINUTES)?.after(self.clock.now());
        let info = ShareInfo { id: ShareId::new(), with, role: GuestRole::Watcher, expires_at };
        let new = NewShare { terminal, owner, title, info: &info, guest: Some(user), link: None, hash: None };
        self.insert(&mut write, &new).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }
}
