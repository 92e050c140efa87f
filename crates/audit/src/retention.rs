//! Forgetting old entries: from the beginning only, so that what stays is still one chain.

use std::time::Duration;

use model::{Caller, Permission, audit::Action};
use store::sqlx::{self, Row};

use crate::{Audit, Entry, Error};

/// Entries deleted in one transaction.
const CHUNK: i64 = 5000;

impl Audit {
    /// Deletes entries older than `keep`, and notes in the log how many. The newest one always stays.
    ///
    /// # Errors
    /// `Forbidden` without `settings.manage`; when the store fails.
    pub async fn prune(&self, caller: &Caller, keep: Duration) -> Result<u64, Error> {
        caller.require(Permission::SettingsManage)?;
        let before = self.clock.now().minus(keep);
        let mut deleted = 0;
        loop {
            let mut write = self.db.write().await?;
            // Numbers follow time, so the newest of the old ones marks the cut.
            let cut = sqlx::query(
                "SELECT seq, hash FROM audit_events
                 WHERE seq = (SELECT MAX(seq) FROM (SELECT seq FROM audit_events WHERE at < $1
                                                     AND seq < (SELECT seq FROM audit_head) ORDER BY seq LIMIT $2) AS old)",
            )
            .bind(before.0)
            .bind(CHUNK)
            .fetch_optional(&mut *write)
            .await?;
            let Some(cut) = cut else { break };
            let (seq, hash): (i64, String) = (cut.try_get(0)?, cut.try_get(1)?);
            let rows = sqlx::query("DELETE FROM audit_events WHERE seq <= $1").bind(seq).execute(&mut *write).await?;
            sqlx::query("UPDATE audit_head SET first_seq = $1, before_hash = $2 WHERE id = 1")
                .bind(seq + 1)
                .bind(hash)
                .execute(&mut *write)
                .await?;
            write.commit().await.map_err(store::Error::from)?;
            deleted += rows.rows_affected();
        }
        if deleted > 0 {
            let detail = format!("{deleted} entries from before {}", before.rfc3339());
            self.record(Entry::by(caller, Action::AuditPrune).detail(&detail)).await?;
        }
        Ok(deleted)
    }
}
