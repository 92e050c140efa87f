use std::fmt;

use audit::Audit;
use model::{Caller, TerminalId, UserId, terminal::sharing::Admission};
use store::{
    Clock, Db, Write,
    sqlx::{self, Row},
};

use crate::{Error, rows};

/// The sharing service. Cheap to clone.
#[derive(Clone)]
pub struct Sharing {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) audit: Audit,
}

impl fmt::Debug for Sharing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sharing")
    }
}

impl Sharing {
    /// Opens the service.
    #[must_use]
    pub fn new(db: Db, clock: Clock, audit: Audit) -> Self {
        Self { db, clock, audit }
    }

    /// What lets the caller into a shell that is not theirs: the owner's leave before a permission. It opens nothing by
    /// itself: the terminal area compares whose share and whose shell it is.
    ///
    /// # Errors
    /// `Forbidden` for programs; when the store fails.
    pub async fn admission(&self, caller: &Caller, terminal: TerminalId) -> Result<Option<Admission>, Error> {
        let (user, _) = caller.require_person()?;
        let found = sqlx::query(
            "SELECT s.id, s.owner_id, s.role, s.expires_at, guest.display_name, owner.display_name
             FROM terminal_shares s
             JOIN users guest ON guest.id = s.guest_id
             JOIN users owner ON owner.id = s.owner_id
             WHERE s.guest_id = $1 AND s.terminal_id = $2 AND s.expires_at > $3
             ORDER BY CASE s.role WHEN 'watcher' THEN 1 ELSE 0 END LIMIT 1",
        )
        .bind(user.to_string())
        .bind(terminal.to_string())
        .bind(self.clock.now().0)
        .fetch_optional(self.db.read())
        .await?;
        let Some(row) = found else { return Ok(None) };
        Ok(Some(Admission {
            share: rows::parsed(&row, 0)?,
            owner: rows::parsed(&row, 1)?,
            role: rows::role(&row, 2)?,
            until: model::Timestamp(row.try_get(3)?),
            name: row.try_get(4)?,
            owner_name: row.try_get(5)?,
        }))
    }

    /// What people are called, for those who have their ids already.
    ///
    /// # Errors
    /// For anybody but Nova's own background work.
    pub async fn name_of(&self, caller: &Caller, user: UserId) -> Result<String, Error> {
        if caller.purpose().is_none() {
            return Err(Error::NoPerson);
        }
        let name: Option<String> = sqlx::query_scalar("SELECT display_name FROM users WHERE id = $1")
            .bind(user.to_string())
            .fetch_optional(self.db.read())
            .await?;
        name.ok_or(Error::NoPerson)
    }

    /// Forgets the shares of a shell that is no more. Nothing is said about it in the audit log: its end is.
    ///
    /// # Errors
    /// For anybody but Nova's own background work; when the store fails.
    pub async fn forget(&self, caller: &Caller, terminal: TerminalId) -> Result<Vec<UserId>, Error> {
        if caller.purpose().is_none() {
            return Err(Error::NoShare);
        }
        let mut write = self.db.write().await?;
        let rows = sqlx::query("DELETE FROM terminal_shares WHERE terminal_id = $1 RETURNING guest_id")
            .bind(terminal.to_string())
            .fetch_all(&mut *write)
            .await?;
        write.commit().await.map_err(store::Error::from)?;
        rows.iter().filter_map(|row| rows::optional(row, 0).transpose()).collect()
    }

    /// Deletes what is over, before something is added: the table never holds more than what holds, and a week's rest.
    pub(crate) async fn sweep(&self, write: &mut Write) -> Result<(), Error> {
        sqlx::query("DELETE FROM terminal_shares WHERE expires_at <= $1")
            .bind(self.clock.now().0)
            .execute(&mut **write)
            .await?;
        Ok(())
    }
}
