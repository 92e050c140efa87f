//! A person's e-mail address: asked for, verified by a link that is sent there, in force from then on.

use audit::Entry;
use mail::Message;
use model::{
    Caller, Timestamp, UserId,
    audit::Action,
    identity::{Email, OwnEmail},
};
use secrecy::SecretString;
use store::{
    Write,
    sqlx::{self, Row},
};

use crate::{Client, Error, Identity, accounts, links::Purpose, notices::Notice};

impl Identity {
    /// The caller's own address.
    ///
    /// # Errors
    /// `Forbidden` for background work; when the store fails.
    pub async fn email(&self, caller: &Caller) -> Result<OwnEmail, Error> {
        let user = caller.user()?;
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

    /// Sends the caller another link to verify the address they asked for, or the one they have.
    ///
    /// # Errors
    /// Refused where nothing is to be verified; `TooMany` after too many links; [`Error::Mail`] without mail.
    pub async fn send_verification(&self, caller: &Caller) -> Result<(), Error> {
        let (id, _) = caller.require_person()?;
        let user = accounts::get(&self.db, id).await?;
        let (address, verified_at) = self.address_of(id).await?;
        let claimed = address.filter(|_| verified_at.is_none());
        let email = self.waiting_address(id).await?.or(claimed);
        let email = email.ok_or(Error::Refused("There is no address to verify."))?;
        let mut write = self.db.write().await?;
        self.ask_verification(&mut write, id, &user.username, &email).await?;
        let detail = format!("asked again for {}", email.as_str());
        self.audit.within(&mut write, &Entry::by(caller, Action::AccountEmail).person(id).detail(&detail)).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        Ok(())
    }

    /// The address a link verifies, for the page with its button.
    ///
    /// # Errors
    /// [`Error::LinkEnded`] unless it is open.
    pub async fn check_verification(&self, token: &str) -> Result<String, Error> {
        let link = self.find_link(Purpose::Verify, token).await?;
        Ok(link.email.ok_or(Error::LinkEnded)?.as_str().to_owned())
    }

    /// Puts the address of a link in force. Works once, within a day, and only while no other address was asked for.
    /// Whoever had merely claimed the address loses it.
    ///
    /// # Errors
    /// [`Error::LinkEnded`]; [`Error::EmailTaken`] when another account has verified it.
    pub async fn verify_email(&self, token: &str, client: &Client) -> Result<(), Error> {
        let now = self.clock.now();
        let mut write = self.db.write().await?;
        let link = self.use_link(&mut write, Purpose::Verify, token).await?;
        let email = link.email.ok_or(Error::LinkEnded)?;
        let row = sqlx::query("SELECT username, email, email_verified_at FROM users WHERE id = $1 AND active = 1")
            .bind(link.user.to_string())
            .fetch_optional(&mut *write)
            .await?
            .ok_or(Error::LinkEnded)?;
        let (username, old): (String, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        let was_verified = row.try_get::<Option<i64>, _>(2)?.is_some();
        sqlx::query("UPDATE users SET email = NULL WHERE email = $1 AND id <> $2 AND email_verified_at IS NULL")
            .bind(email.as_str())
            .bind(link.user.to_string())
            .execute(&mut *write)
            .await?;
        put(&mut write, link.user, Some(&email), Some(now)).await?;
        for purpose in [Purpose::Verify, Purpose::Reset] {
            self.end_links(&mut write, purpose, link.user).await?;
        }
        if let Some(old) = old.filter(|old| was_verified && old != email.as_str()) {
            self.tell_at(&mut write, &Email::parse(&old)?, &username, Notice::EmailChanged(Some(&email))).await?;
        }
        let entry = Entry::stranger(Action::AccountEmail, &client.address).person(link.user);
        self.audit.within(&mut write, &entry.detail(&format!("verified {}", email.as_str()))).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        self.tell_people_changed(link.user);
        Ok(())
    }

    /// Sends a link that verifies `email` for `user`. Where another account has verified it, its holder is told instead,
    /// and who asked is not: nobody learns here who has an account.
    pub(crate) async fn ask_verification(
        &self,
        write: &mut Write,
        user: UserId,
        username: &str,
        email: &Email,
    ) -> Result<(), Error> {
        let url = self.make_link(write, Purpose::Verify, user, Some(email)).await?;
        let holder: Option<String> = sqlx::query_scalar(
            "SELECT username FROM users WHERE email = $1 AND id <> $2 AND email_verified_at IS NOT NULL",
        )
        .bind(email.as_str())
        .bind(user.to_string())
        .fetch_optional(&mut **write)
        .await?;
        let message = match holder {
            None => self.verification(email, username, &url)?,
            Some(holder) => self.belongs_to(email, &holder)?,
        };
        self.mail.queue(write, &message).await?;
        Ok(())
    }

    fn verification(&self, email: &Email, username: &str, url: &SecretString) -> Result<Message, Error> {
        let text = format!(
            "Someone, hopefully you, gave this address for the account “{username}” at {}.\n\n\
             Open the link within a day to confirm that it is yours. If you know nothing of this, do not open it: \
             nothing happens then.",
            self.settings.public_url
        );
        Ok(Message::new(email.clone(), "Confirm your e-mail address", text)?.action("Confirm this address", url)?)
    }

    fn belongs_to(&self, email: &Email, holder: &str) -> Result<Message, Error> {
        let url = &self.settings.public_url;
        let text = format!(
            "Someone gave this address for another account at {url}. It stays with yours, “{holder}”, and nothing \
             changes.\n\nIf that was you: sign in as “{holder}”. Should you not know its password any more, choose a \
             new one at {url}/forgot."
        );
        Ok(Message::new(email.clone(), "You have a Nova account already", text)?)
    }

    /// The address of an account and when it was verified.
    async fn address_of(&self, user: UserId) -> Result<(Option<Email>, Option<Timestamp>), Error> {
        let row = sqlx::query("SELECT email, email_verified_at FROM users WHERE id = $1")
            .bind(user.to_string())
            .fetch_one(self.db.read())
            .await?;
        let email: Option<String> = row.try_get(0)?;
        let email = email.map(|email| Email::parse(&email)).transpose()?;
        Ok((email, row.try_get::<Option<i64>, _>(1)?.map(Timestamp)))
    }
}

/// Writes an address into its account; one that is verified also confirms who registered with it.
async fn put(
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
