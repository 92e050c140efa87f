//! Handing every entry on: to a syslog server, to a webhook. In order, from where it stopped, until it is taken: what
//! could not be delivered waits in the log itself.

mod syslog;
mod target;
mod webhook;

use std::time::Duration;

use store::{
    Db,
    sqlx::{self, AssertSqlSafe},
};
pub use target::Target;
use tokio::time::sleep;

use crate::{Audit, Error, query};

/// Entries handed on at once.
const BATCH: i64 = 100;
/// How often new entries are looked for.
const EVERY: Duration = Duration::from_secs(1);
/// The longest wait after failures; it doubles up to here.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// The fact that says how far a target has got.
fn place(target: &Target) -> String {
    format!("audit_forwarded:{}", target.name())
}

/// Hands entries on until the runtime ends. A target named for the first time gets what comes from now on.
///
/// # Errors
/// Only before it begins: when the store fails.
pub async fn forward(audit: Audit, target: Target) -> Result<(), Error> {
    let place = place(&target);
    let mut next = match audit.db.meta(&place).await?.and_then(|text| text.parse::<i64>().ok()) {
        Some(done) => done,
        None => {
            let now = newest(&audit.db).await?;
            audit.db.set_meta(&place, Some(&now.to_string())).await?;
            now
        }
    };
    let mut wait = EVERY;
    loop {
        sleep(wait).await;
        match step(&audit, &target, &place, &mut next).await {
            Ok(()) => wait = EVERY,
            Err(why) => {
                tracing::warn!(target = target.name(), why, "audit entries could not be handed on; they wait");
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
}

/// Hands on all there is.
async fn step(audit: &Audit, target: &Target, place: &str, done: &mut i64) -> Result<(), String> {
    loop {
        let sql = format!("SELECT {} FROM audit_events WHERE seq > $1 ORDER BY seq LIMIT {BATCH}", query::COLUMNS);
        let rows =
            sqlx::query(AssertSqlSafe(sql)).bind(*done).fetch_all(audit.db.read()).await.map_err(|e| e.to_string())?;
        let events = rows.iter().map(query::event).collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
        let Some(last) = events.last() else { return Ok(()) };
        match target {
            Target::Syslog(address) => syslog::send(address, &events).await?,
            Target::Webhook(hook) => webhook::send(hook, &events).await?,
        }
        *done = last.seq;
        // After the delivery: a crash in between hands a batch on twice, never not at all.
        audit.db.set_meta(place, Some(&done.to_string())).await.map_err(|e| e.to_string())?;
    }
}

async fn newest(db: &Db) -> Result<i64, Error> {
    Ok(sqlx::query_scalar("SELECT seq FROM audit_head WHERE id = 1").fetch_one(db.read()).await?)
}
