//! A person's e-mail address: which it is, and asking for another.

use audit::Entry;
use model::{
    Caller, Timestamp, UserId,
    audit::Action,
    identity::{Email, OwnEmail},
};
use store::{
    Write,
    sqlx::{self, Row},
};

use crate::{Error, Identity, accounts, links::Purpose, notices::Notice};

impl Identity {
    /// The caller's own address.
    ///
    /// # Errors
    /// `Forbidden` for keys and background work; when the store fails.
    pub async fn email(&self, caller: &Caller) -> Result<OwnEmail, Error> {
        let (user, _) = caller.require_person()?;
        let (address, verified_at) = self.address_of(user).await?;
        let mail = self.mail.is_configured();
        let waiting = if mail { self.waiting_address(user).await? } else { None };
        Ok(OwnEmail {
            address: address.map(|address| address.as_str().to_owned()),
            verified_at,
            waiting: waiting.map(|waiting| waiting.as_str().to_owned()),
            mail,
        })
    }

    /// Asks for another address, or none. Where mail is set up it is in force once the link sent there is opened, and the
    /// verified one before it is told; without mail it is kept as claimed only.
    ///
    /// # Errors
    /// `StepUp` without a fresh proof; `Invalid` on `email`; `TooMany` after too many links; [`Error::EmailTaken`]
    /// without mail (with it, only who can read the mailbox learns that).
    pub async fn set_email(&self, caller: &Caller, email: Option<&Email>) -> Result<(), Error> {
        let (id, _) = caller.require_person()?;
        caller.require_fresh()?;
        let user = accounts::get(&self.db, id).await?;
        let (old, verified_at) = self.address_of(id).await?;
        let mut write = self.db.write().await?;
        self.end_links(&mut write, Purpose::Verify, id).await?;
        let detail = match email {
            Some(email) if old.as_ref() == Some(email) && verified_at.is_some() => {
                format!("{} stays", email.as_str())
            }
            Some(email) if self.mail.is_configured() => {
                self.ask_verification(&mut write, id, &user.username, email).await?;
                format!("asked for {}", email.as_str())
            }
            _ => {
                put(&mut write, id, email, None).await?;
                self.end_links(&mut write, Purpose::Reset, id).await?;
                if let (Some(old), Some(_)) = (&old, verified_at) {
                    self.tell_at(&mut write, old, &user.username, Notice::EmailChanged(email)).await?;
                }
                email.map_or_else(|| "removed".to_owned(), |email| format!("{}, not verified", email.as_str()))
            }
        };
        let entry = Entry::by(caller, Action::AccountEmail).person(id).detail(&detail);
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        Ok(())
    }

    /// The address of an account and when it was verified.
    pub(crate) async fn address_of(&self, user: UserId) -> Result<(Option<Email>, Option<Timestamp>), Error> {
        let row = sqlx::query("SELECT email, email_verified_at FROM users WHERE id = $1")
            .bind(user.to_string())
            .fetch_one(self.db.read())
            .await?;
        let email: Option<String> = row.try_get(0)?;
        let email = email.map(|email| Email::parse(&email)).transpose()?;
        Ok((email, row.try_get::<Option<i64>, _>(1)?.map(Timestamp)))
    }
}

/// Takes an address from everybody who merely claimed it: `user` has shown that it is theirs.
pub(crate) async fn take_from_claimers(write: &mut Write, user: UserId, email: &Email) -> Result<(), Error> {
    sqlx::query("UPDATE users SET email = NULL WHERE email = $1 AND id <> $2 AND email_verified_at IS NULL")
        .bind(email.as_str())
        .bind(user.to_string())
        .execute(&mut **write)
        .await?;
    Ok(())
}

/// Writes an address into its account; one that is verified also confirms who registered with it.
pub(crate) async fn put(
    write: &mut Write,
    user: UserId,
    email: Option<&Email>,
    verified_at: Option<Timestamp>,
) -> Result<(), Error> {
    let written = sqlx::query(
        "UPDATE users SET email = $1, email_verified_at = $2,
                unconfirmed = CASE WHEN $2 IS NULL THEN unconfirmed ELSE 0 END WHERE id = $3",
    )
    .bind(email.map(|email| email.as_str().to_owned()))
    .bind(verified_at.map(|at| at.0))
    .bind(user.to_string())
    .execute(&mut **write)
    .await
    .map_err(store::Error::from);
    match written {
        Err(error) if error.is_duplicate() => Err(Error::EmailTaken),
        result => Ok(result.map(|_| ())?),
    }
}
