//! The outbox for those who look after it.

use model::{
    Caller, MailId, Permission, Timestamp,
    identity::Email,
    mail::{MailState, MailStatus, OutboxEntry},
};
use store::{
    Write,
    sqlx::{self, Row, any::AnyRow},
};

use crate::{Error, Mail, Message, outbox};

/// Who looks after the outbox.
const MANAGE: Permission = Permission::MailManage;
/// Entries shown at once.
const SHOWN: i64 = 200;

impl Mail {
    /// The newest 200 mails, newest first.
    ///
    /// # Errors
    /// `Forbidden` without `mail.manage`.
    pub async fn outbox(&self, caller: &Caller) -> Result<Vec<OutboxEntry>, Error> {
        caller.require(MANAGE)?;
        let rows = sqlx::query(
            "SELECT id, recipient, subject, state, attempts, created_at, next_at, sent_at, last_error FROM mail_outbox
             ORDER BY created_at DESC, id DESC LIMIT $1",
        )
        .bind(SHOWN)
        .fetch_all(self.shared.db.read())
        .await?;
        rows.iter().map(entry).collect()
    }

    /// How outgoing mail fares.
    ///
    /// # Errors
    /// `Forbidden` without `mail.manage`.
    pub async fn state(&self, caller: &Caller) -> Result<MailState, Error> {
        caller.require(MANAGE)?;
        let mut connection = self.shared.db.read().acquire().await?;
        let queued = outbox::queued(&mut connection).await?;
        Ok(MailState {
            configured: self.shared.configured,
            server: self.shared.server().state.clone(),
            queued: u32::try_from(queued).unwrap_or(u32::MAX),
        })
    }

    /// Tries a mail that waits at once.
    ///
    /// # Errors
    /// `Forbidden` without `mail.manage`; [`Error::Unknown`]; [`Error::Refused`] when it was sent or has failed, as
    /// its text is erased.
    pub async fn retry(&self, caller: &Caller, id: MailId) -> Result<(), Error> {
        let mut write = self.shared.db.write().await?;
        self.retry_within(&mut write, caller, id).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.try_now();
        Ok(())
    }

    /// The same within the caller's transaction. Call [`try_now`](Self::try_now) after the commit.
    ///
    /// # Errors
    /// Those of [`retry`](Self::retry).
    pub async fn retry_within(&self, write: &mut Write, caller: &Caller, id: MailId) -> Result<(), Error> {
        caller.require(MANAGE)?;
        let moved = sqlx::query("UPDATE mail_outbox SET next_at = $1 WHERE id = $2 AND state = 'queued'")
            .bind(self.shared.clock.now().0)
            .bind(id.to_string())
            .execute(&mut **write)
            .await?;
        if moved.rows_affected() == 0 {
            return Err(match self.status(write, id).await? {
                MailStatus::Sent => Error::Refused("This mail was sent already."),
                _ => Error::Refused("The text of this mail is erased, as it holds secrets. Have it made again."),
            });
        }
        Ok(())
    }

    /// Has the worker try what is due at once, even if the server failed a moment ago.
    pub fn try_now(&self) {
        self.shared.server().try_now();
        self.wake();
    }

    /// Removes a mail that waits or has failed.
    ///
    /// # Errors
    /// `Forbidden` without `mail.manage`; [`Error::Unknown`]; [`Error::Refused`] when it was sent or is being sent.
    pub async fn discard(&self, caller: &Caller, id: MailId) -> Result<(), Error> {
        let mut write = self.shared.db.write().await?;
        self.discard_within(&mut write, caller, id).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.shared.tell_changed();
        Ok(())
    }

    /// The same within the caller's transaction. Call [`wake`](Self::wake) after the commit.
    ///
    /// # Errors
    /// Those of [`discard`](Self::discard).
    pub async fn discard_within(&self, write: &mut Write, caller: &Caller, id: MailId) -> Result<(), Error> {
        caller.require(MANAGE)?;
        let gone = sqlx::query("DELETE FROM mail_outbox WHERE id = $1 AND state <> 'sent' AND claimed_until <= $2")
            .bind(id.to_string())
            .bind(self.shared.clock.now().0)
            .execute(&mut **write)
            .await?;
        if gone.rows_affected() == 0 {
            return Err(match self.status(write, id).await? {
                MailStatus::Sent => Error::Refused("This mail was sent already."),
                _ => Error::Refused("This mail is being sent just now. Look again in a minute."),
            });
        }
        Ok(())
    }

    /// Queues a mail that says that mail works, and has it tried at once even if the server failed a moment ago. What
    /// became of it stands in the outbox.
    ///
    /// # Errors
    /// `Forbidden` without `mail.manage`; `Invalid` on `email`; those of [`queue`](Self::queue).
    pub async fn send_test(&self, caller: &Caller, to: Email) -> Result<MailId, Error> {
        caller.require(MANAGE)?;
        let text = "This mail was sent from the outbox of Nova to see whether mail works.\n\nIt does.";
        let message = Message::new(to, "A test mail from Nova", text)?;
        let mut write = self.shared.db.write().await?;
        let id = self.queue(&mut write, &message).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.try_now();
        Ok(id)
    }

    async fn status(&self, write: &mut Write, id: MailId) -> Result<MailStatus, Error> {
        let state: Option<String> = sqlx::query_scalar("SELECT state FROM mail_outbox WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&mut **write)
            .await?;
        status(&state.ok_or(Error::Unknown)?)
    }
}

fn status(state: &str) -> Result<MailStatus, Error> {
    match state {
        "queued" => Ok(MailStatus::Queued),
        "sent" => Ok(MailStatus::Sent),
        "failed" => Ok(MailStatus::Failed),
        _ => Err(store::Error::Unreadable("mail state").into()),
    }
}

fn entry(row: &AnyRow) -> Result<OutboxEntry, Error> {
    let status = status(&row.try_get::<String, _>(3)?)?;
    Ok(OutboxEntry {
        id: row.try_get::<String, _>(0)?.parse().map_err(|_| store::Error::Unreadable("mail id"))?,
        recipient: row.try_get(1)?,
        subject: row.try_get(2)?,
        status,
        attempts: u32::try_from(row.try_get::<i64, _>(4)?).unwrap_or(u32::MAX),
        created_at: Timestamp(row.try_get(5)?),
        next_try_at: (status == MailStatus::Queued).then_some(Timestamp(row.try_get(6)?)),
        sent_at: row.try_get::<Option<i64>, _>(7)?.map(Timestamp),
        last_error: row.try_get(8)?,
    })
}
