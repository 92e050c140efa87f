//! Pinning and deleting.

use audit::Entry;
use model::{Caller, CommandId, audit::Action, commands::MAX_PINNED};
use store::sqlx;

use crate::{Commands, Error, service::owner};

impl Commands {
    /// Keeps one of the caller's commands whatever its age, or no longer.
    ///
    /// # Errors
    /// [`Error::NoCommand`]; [`Error::TooManyPinned`] at [`MAX_PINNED`]; `Forbidden` without `terminal.open`.
    pub async fn pin(&self, caller: &Caller, id: CommandId, pinned: bool) -> Result<(), Error> {
        let user = owner(caller)?.to_string();
        let mut write = self.db.write().await?;
        // The person's row is locked first, so that two at once are counted one after the other.
        sqlx::query("UPDATE users SET kind = kind WHERE id = $1").bind(&user).execute(&mut *write).await?;
        let changed = sqlx::query("UPDATE commands SET pinned = $1 WHERE id = $2 AND user_id = $3 AND hidden = 0")
            .bind(i64::from(pinned))
            .bind(id.to_string())
            .bind(&user)
            .execute(&mut *write)
            .await?;
        if changed.rows_affected() == 0 {
            return Err(Error::NoCommand);
        }
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM commands WHERE user_id = $1 AND pinned = 1")
            .bind(&user)
            .fetch_one(&mut *write)
            .await?;
        if pinned && usize::try_from(count).is_ok_and(|count| count > MAX_PINNED) {
            return Err(Error::TooManyPinned);
        }
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// Deletes one of the caller's commands, and every one of the same line.
    ///
    /// # Errors
    /// [`Error::NoCommand`]; `Forbidden` without `terminal.open`.
    pub async fn delete(&self, caller: &Caller, id: CommandId) -> Result<(), Error> {
        let user = owner(caller)?.to_string();
        let mut write = self.db.write().await?;
        let deleted = sqlx::query(
            "DELETE FROM commands WHERE user_id = $1 AND hidden = 0
             AND line = (SELECT line FROM commands WHERE id = $2 AND user_id = $1 AND hidden = 0)",
        )
        .bind(&user)
        .bind(id.to_string())
        .execute(&mut *write)
        .await?;
        if deleted.rows_affected() == 0 {
            return Err(Error::NoCommand);
        }
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// Deletes the caller's whole history, pinned commands included, and returns how many commands that were. The audit
    /// log keeps what is in it.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.open`; when the store or the audit log fails.
    pub async fn clear(&self, caller: &Caller) -> Result<u64, Error> {
        let user = owner(caller)?.to_string();
        let mut write = self.db.write().await?;
        let cleared = sqlx::query("DELETE FROM commands WHERE user_id = $1 AND hidden = 0")
            .bind(&user)
            .execute(&mut *write)
            .await?
            .rows_affected();
        let entry = Entry::by(caller, Action::HistoryClear).detail(&format!("{cleared} commands"));
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(cleared)
    }
}
