//! Verifying e-mail addresses: a link that is sent there, and what opening it does.

use audit::Entry;
use mail::Message;
use model::{Caller, UserId, audit::Action, identity::Email};
use secrecy::SecretString;
use store::{
    Write,
    sqlx::{self, Row},
};

use crate::{
    Client, Error, Identity,
    accounts::{self, User},
    email::{put, take_from_claimers},
    links::Purpose,
    notices::Notice,
};

impl Identity {
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
        take_from_claimers(&mut write, link.user, &email).await?;
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

    /// Sends a link to the address someone joined with, where mail is set up.
    pub(crate) async fn verify_first(
        &self,
        write: &mut Write,
        user: &User,
        email: Option<&Email>,
    ) -> Result<(), Error> {
        match email {
            Some(email) if self.mail.is_configured() => {
                match self.ask_verification(write, user.id, &user.username, email).await {
                    // They are in all the same, and ask again on their account page.
                    Err(Error::Mail(error @ mail::Error::Full(_))) => {
                        tracing::warn!(%error, "a link to verify an address could not be queued");
                        Ok(())
                    }
                    result => result,
                }
            }
            _ => Ok(()),
        }
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
}
