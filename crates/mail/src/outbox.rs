//! The outbox as rows: what waits, what is being carried, what became of it.

use std::time::Duration;

use model::{MailId, Timestamp, identity::Email};
use secrecy::{ExposeSecret, SecretString};
use store::{
    Db, Sealer, Write,
    sqlx::{self, Row, any::AnyRow},
};

use crate::{Error, Message, message::Content};

/// Mails that may wait at once. On PostgreSQL, transactions at the same moment can each add one more.
pub(crate) const MAX_QUEUED: i64 = 10_000;
/// How long a mail that waits is tried.
const GIVE_UP: Duration = Duration::from_secs(3 * 24 * 3600);
/// How long a row is kept, from when it was queued.
const KEEP: Duration = Duration::from_secs(30 * 24 * 3600);
/// A worker that has not noted the outcome by then is gone; longer than one try can take.
const CLAIM: Duration = Duration::from_secs(60);
/// Rows deleted in one go.
const SWEEP: i64 = 1000;

/// A mail that is this worker's to send.
pub(crate) struct Claimed {
    pub(crate) id: MailId,
    pub(crate) recipient: String,
    pub(crate) subject: String,
    pub(crate) attempts: i64,
    pub(crate) created_at: Timestamp,
    body: String,
}

impl Claimed {
    pub(crate) fn recipient(&self) -> Result<Email, Error> {
        Ok(Email::parse(&self.recipient)?)
    }

    pub(crate) fn content(&self, sealer: &Sealer) -> Result<Content, Error> {
        let opened = sealer.open_sealed(&place(self.id), &self.body)?;
        Ok(serde_json::from_str(opened.expose_secret()).map_err(|_| store::Error::Unreadable("mail"))?)
    }
}

/// Where a mail's text is sealed for.
fn place(id: MailId) -> String {
    format!("mail:{id}")
}

/// Mails that wait; counting stops above the bound.
pub(crate) async fn queued(connection: &mut sqlx::AnyConnection) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM mail_outbox WHERE state = 'queued' LIMIT $1) AS waiting";
    Ok(sqlx::query_scalar(sql).bind(MAX_QUEUED + 1).fetch_one(connection).await?)
}

/// Adds a mail to the caller's transaction.
///
/// # Errors
/// [`Error::Full`] over the bound.
pub(crate) async fn add(
    write: &mut Write,
    sealer: &Sealer,
    message: &Message,
    now: Timestamp,
) -> Result<MailId, Error> {
    let waiting = queued(&mut *write).await?;
    if waiting >= MAX_QUEUED {
        return Err(Error::Full(waiting));
    }
    let id = MailId::new();
    let content = serde_json::to_string(&message.content).map_err(|_| Error::Broken("a mail cannot be serialised"))?;
    let sealed = sealer.seal(&place(id), &SecretString::from(content))?;
    sqlx::query(
        "INSERT INTO mail_outbox (id, recipient, subject, body, state, attempts, next_at, claimed_until, created_at)
         VALUES ($1, $2, $3, $4, 'queued', 0, $5, 0, $5)",
    )
    .bind(id.to_string())
    .bind(message.to.as_str())
    .bind(message.subject.as_str())
    .bind(sealed)
    .bind(now.0)
    .execute(&mut **write)
    .await?;
    Ok(id)
}

/// Takes the mail whose turn it is: nobody else takes it within [`CLAIM`].
pub(crate) async fn claim(db: &Db, now: Timestamp) -> Result<Option<Claimed>, Error> {
    loop {
        // Looking is done among the readers: an idle worker keeps nobody from writing.
        let row = sqlx::query(
            "SELECT id, recipient, subject, body, attempts, created_at, claimed_until FROM mail_outbox
             WHERE state = 'queued' AND next_at <= $1 AND claimed_until <= $1 ORDER BY next_at, id LIMIT 1",
        )
        .bind(now.0)
        .fetch_optional(db.read())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let claimed = claimed(&row)?;
        let mut write = db.write().await?;
        let taken = sqlx::query(
            "UPDATE mail_outbox SET attempts = attempts + 1, claimed_until = $1
             WHERE id = $2 AND state = 'queued' AND claimed_until = $3",
        )
        .bind(now.plus(CLAIM).0)
        .bind(claimed.id.to_string())
        .bind(row.try_get::<i64, _>(6)?)
        .execute(&mut *write)
        .await?;
        write.commit().await.map_err(store::Error::from)?;
        // Another worker was faster, or an admin discarded it: look again.
        if taken.rows_affected() == 1 {
            return Ok(Some(claimed));
        }
    }
}

fn claimed(row: &AnyRow) -> Result<Claimed, Error> {
    Ok(Claimed {
        id: row.try_get::<String, _>(0)?.parse().map_err(|_| store::Error::Unreadable("mail id"))?,
        recipient: row.try_get(1)?,
        subject: row.try_get(2)?,
        body: row.try_get::<Option<String>, _>(3)?.unwrap_or_default(),
        attempts: row.try_get::<i64, _>(4)? + 1,
        created_at: Timestamp(row.try_get(5)?),
    })
}

/// Notes that it went, and forgets its text.
pub(crate) async fn note_sent(db: &Db, id: MailId, now: Timestamp) -> Result<(), Error> {
    let mut write = db.write().await?;
    sqlx::query(
        "UPDATE mail_outbox SET state = 'sent', body = NULL, last_error = NULL, claimed_until = 0, sent_at = $1
         WHERE id = $2",
    )
    .bind(now.0)
    .bind(id.to_string())
    .execute(&mut *write)
    .await?;
    Ok(write.commit().await.map_err(store::Error::from)?)
}

/// Notes that it goes never, and forgets its text.
pub(crate) async fn note_failed(db: &Db, id: MailId, why: &str) -> Result<(), Error> {
    let mut write = db.write().await?;
    sqlx::query(
        "UPDATE mail_outbox SET state = 'failed', body = NULL, last_error = $1, claimed_until = 0
         WHERE id = $2 AND state = 'queued'",
    )
    .bind(why)
    .bind(id.to_string())
    .execute(&mut *write)
    .await?;
    Ok(write.commit().await.map_err(store::Error::from)?)
}

/// Notes that it is to be tried again, and when.
pub(crate) async fn note_delayed(db: &Db, id: MailId, why: &str, next_at: Timestamp) -> Result<(), Error> {
    let mut write = db.write().await?;
    sqlx::query(
        "UPDATE mail_outbox SET next_at = $1, last_error = $2, claimed_until = 0 WHERE id = $3 AND state = 'queued'",
    )
    .bind(next_at.0)
    .bind(why)
    .bind(id.to_string())
    .execute(&mut *write)
    .await?;
    Ok(write.commit().await.map_err(store::Error::from)?)
}

/// Makes everything that waits due: the server is back. What another worker carries stays claimed.
pub(crate) async fn bring_forward(db: &Db, now: Timestamp) -> Result<(), Error> {
    let mut write = db.write().await?;
    sqlx::query("UPDATE mail_outbox SET next_at = $1 WHERE state = 'queued' AND next_at > $1")
        .bind(now.0)
        .execute(&mut *write)
        .await?;
    Ok(write.commit().await.map_err(store::Error::from)?)
}

/// Gives up what has waited too long and deletes what is kept no longer. Returns whether anything changed.
pub(crate) async fn sweep(db: &Db, now: Timestamp) -> Result<bool, Error> {
    let mut write = db.write().await?;
    let given_up = sqlx::query(
        "UPDATE mail_outbox SET state = 'failed', body = NULL,
                last_error = 'given up after three days: ' || COALESCE(last_error, 'it was never tried')
         WHERE state = 'queued' AND created_at < $1 AND claimed_until <= $2",
    )
    .bind(now.minus(GIVE_UP).0)
    .bind(now.0)
    .execute(&mut *write)
    .await?;
    let deleted = sqlx::query(
        "DELETE FROM mail_outbox WHERE id IN
         (SELECT id FROM mail_outbox WHERE created_at < $1 AND state <> 'queued' ORDER BY created_at LIMIT $2)",
    )
    .bind(now.minus(KEEP).0)
    .bind(SWEEP)
    .execute(&mut *write)
    .await?;
    write.commit().await.map_err(store::Error::from)?;
    Ok(given_up.rows_affected() + deleted.rows_affected() > 0)
}
