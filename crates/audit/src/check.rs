//! Checking the chain from end to end.

use model::{
    Caller, Permission,
    audit::{AuditEvent, ChainCheck},
};
use store::sqlx::{self, AssertSqlSafe, Row};

use crate::{
    Audit, Error,
    chain::{Fields, hash},
    query,
};

/// Entries read at once.
const CHUNK: i64 = 2000;

impl Audit {
    /// Reads the whole log and computes every hash again. Entries added meanwhile are not looked at.
    ///
    /// # Errors
    /// `Forbidden` without `audit.read`; when the store fails. A broken chain is no error but an answer.
    pub async fn verify(&self, caller: &Caller) -> Result<ChainCheck, Error> {
        caller.require(Permission::AuditRead)?;
        let row = sqlx::query("SELECT seq, hash, first_seq, before_hash FROM audit_head WHERE id = 1")
            .fetch_one(self.db.read())
            .await?;
        let (last, head): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        let (first, mut end): (i64, String) = (row.try_get(2)?, row.try_get(3)?);
        let mut check = ChainCheck { entries: 0, first, last, head, broken: None };
        let sql = format!(
            "SELECT {} FROM audit_events WHERE seq >= $1 AND seq <= $2 ORDER BY seq LIMIT {CHUNK}",
            query::COLUMNS
        );
        let mut next = first;
        while next <= last {
            let rows = sqlx::query(AssertSqlSafe(sql.clone())).bind(next).bind(last).fetch_all(self.db.read()).await?;
            if rows.is_empty() {
                check.broken = Some((next, "this entry and all after it are missing".into()));
                return Ok(check);
            }
            for row in &rows {
                let Ok(event) = query::event(row) else {
                    check.broken = Some((next, "this entry cannot be read".into()));
                    return Ok(check);
                };
                if event.seq != next {
                    check.broken = Some((next, "this entry is missing".into()));
                    return Ok(check);
                }
                end = hash(&end, &fields(&event));
                if end != event.hash {
                    check.broken = Some((next, "this entry, or the one before it, was changed".into()));
                    return Ok(check);
                }
                check.entries += 1;
                next += 1;
            }
        }
        if end != check.head {
            check.broken = Some((last, "the last entries were replaced".into()));
        }
        Ok(check)
    }
}

fn fields(event: &AuditEvent) -> Fields<'_> {
    Fields {
        seq: event.seq,
        at: event.at.0,
        texts: [
            &event.actor,
            &event.actor_name,
            &event.behalf,
            &event.action,
            &event.object_kind,
            &event.object,
            &event.object_name,
            &event.address,
            &event.session,
            &event.factor,
            event.outcome.name(),
            &event.detail,
        ],
    }
}
