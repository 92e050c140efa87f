//! Links by which people who are signed in may watch a recording.

use audit::Entry;
use model::{
    ApiError, Caller, Permission, RecordingId, ShareId, Timestamp,
    audit::Action,
    recording::{MAX_SHARE_DAYS, MAX_SHARES, NewShare, ShareInfo},
};
use sha2::{Digest, Sha256};
use store::{
    Db,
    sqlx::{self, Row as _},
};

use crate::{Error, Recordings, rows::Row};

/// Whether `secret` is that of a link to `id` that holds at `now`.
pub(crate) async fn holds(db: &Db, id: RecordingId, secret: &str, now: Timestamp) -> Result<bool, Error> {
    let sql = "SELECT COUNT(*) FROM recording_shares WHERE recording = $1 AND digest = $2 AND expires_at > $3";
    let count: i64 =
        sqlx::query_scalar(sql).bind(id.to_string()).bind(digest(secret)).bind(now.0).fetch_one(db.read()).await?;
    Ok(count > 0)
}

fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

impl Recordings {
    /// Makes a link that holds for `days`.
    ///
    /// # Errors
    /// [`Error::NotFound`] unless it is the caller's or they may `recordings.manage`; `Invalid` on `days`;
    /// [`Error::TooManyShares`]; when the store fails.
    pub async fn share(&self, caller: &Caller, id: RecordingId, days: u32) -> Result<NewShare, Error> {
        let row = self.shareable(caller, id).await?;
        if !(1..=MAX_SHARE_DAYS).contains(&days) {
            return Err(ApiError::invalid("days", format!("A link holds for 1 to {MAX_SHARE_DAYS} days.")).into());
        }
        let secret = hex::encode(rand::random::<[u8; 16]>());
        let now = self.0.clock.now();
        let expires_at = now.plus(std::time::Duration::from_secs(86_400 * u64::from(days)));
        let info = ShareInfo { id: ShareId::new(), created_at: now, expires_at };
        let mut write = self.0.db.write().await?;
        // The recording's row is locked first, so that two links at once are counted one after the other.
        sqlx::query("UPDATE recordings SET title = title WHERE id = $1")
            .bind(id.to_string())
            .execute(&mut *write)
            .await?;
        sqlx::query("DELETE FROM recording_shares WHERE recording = $1 AND expires_at <= $2")
            .bind(id.to_string())
            .bind(now.0)
            .execute(&mut *write)
            .await?;
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM recording_shares WHERE recording = $1")
            .bind(id.to_string())
            .fetch_one(&mut *write)
            .await?;
        if usize::try_from(count).is_ok_and(|count| count >= MAX_SHARES) {
            return Err(Error::TooManyShares);
        }
        sqlx::query(
            "INSERT INTO recording_shares (id, recording, digest, created_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(info.id.to_string())
        .bind(id.to_string())
        .bind(digest(&secret))
        .bind(caller.user()?.to_string())
        .bind(now.0)
        .bind(expires_at.0)
        .execute(&mut *write)
        .await?;
        let entry = Entry::by(caller, Action::RecordingShare).object("recording", id, &row.title);
        self.0.audit.within(&mut write, &entry.detail(&format!("until {expires_at}"))).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(NewShare { info, path: format!("/recordings/{id}?share={secret}") })
    }

    /// The links that hold, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] unless it is the caller's or they may `recordings.manage`.
    pub async fn shares(&self, caller: &Caller, id: RecordingId) -> Result<Vec<ShareInfo>, Error> {
        self.shareable(caller, id).await?;
        let sql = "SELECT id, created_at, expires_at FROM recording_shares WHERE recording = $1 AND expires_at > $2
                   ORDER BY id DESC";
        let rows = sqlx::query(sql).bind(id.to_string()).bind(self.0.clock.now().0).fetch_all(self.0.db.read()).await?;
        rows.iter()
            .map(|row| {
                let share: String = row.try_get(0)?;
                let id = share.parse().map_err(|_| store::Error::Unreadable("recording link"))?;
                Ok(ShareInfo { id, created_at: Timestamp(row.try_get(1)?), expires_at: Timestamp(row.try_get(2)?) })
            })
            .collect()
    }

    /// Ends a link at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] as above, and for a link that is gone.
    pub async fn unshare(&self, caller: &Caller, id: RecordingId, share: ShareId) -> Result<(), Error> {
        let row = self.shareable(caller, id).await?;
        let mut write = self.0.db.write().await?;
        let gone = sqlx::query("DELETE FROM recording_shares WHERE id = $1 AND recording = $2")
            .bind(share.to_string())
            .bind(id.to_string())
            .execute(&mut *write)
            .await?;
        if gone.rows_affected() == 0 {
            return Err(Error::NotFound);
        }
        let entry = Entry::by(caller, Action::RecordingUnshare).object("recording", id, &row.title);
        self.0.audit.within(&mut write, &entry).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    async fn shareable(&self, caller: &Caller, id: RecordingId) -> Result<Row, Error> {
        let row = self.visible(caller, id, None).await?;
        if row.is_of(caller) {
            return Ok(row);
        }
        caller.require(Permission::RecordingsManage)?;
        Ok(row)
    }
}
