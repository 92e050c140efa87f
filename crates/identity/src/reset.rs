//! A forgotten password: asking for a link by mail, and choosing a new password with it. Admins hand such links over.

use std::sync::Arc;

use audit::Entry;
use mail::Message;
use model::{Caller, UserId, audit::Action, identity::Email};
use secrecy::SecretString;
use store::sqlx::{self, Row};

use crate::{
    Client, Error, Identity, accounts,
    attempts::{self, Door},
    links::{Link, Purpose},
    notices::Notice,
    pending,
};

/// Mails being written at once for those who asked.
pub(crate) const MAX_UNDER_WAY: usize = 64;

/// Who a reset link is for.
struct Target {
    username: String,
    display_name: String,
    email: Option<String>,
}

impl Identity {
    /// Sends a link to choose a new password to whoever has this user name or e-mail address, if their address is
    /// verified. Answers the same, and as soon, where nobody has: the mail is written afterwards.
    ///
    /// # Errors
    /// [`Error::Mail`] without mail; [`Error::TooSoon`] after too many requests, told by what was typed and from where
    /// and not by whose it is; [`Error::Busy`].
    pub async fn request_reset(&self, identifier: &str, client: &Client) -> Result<(), Error> {
        if !self.mail.is_configured() {
            return Err(mail::Error::NotConfigured.into());
        }
        let place = Arc::clone(&self.resets).try_acquire_owned().map_err(|_| Error::Busy)?;
        // Counted by the words themselves: a wait shared by all names of an account would show that they are one's.
        let _attempt = self.begin_attempt_at(Door::Reset, attempts::account_key(None, identifier), client).await?;
        let row = sqlx::query(
            "SELECT id, username, CASE WHEN active = 1 AND unconfirmed = 0 AND kind = 'person'
                    AND email_verified_at IS NOT NULL THEN email END
             FROM users WHERE username = $1 OR email = $1",
        )
        .bind(identifier.trim().to_lowercase())
        .fetch_optional(self.db.read())
        .await?;
        let entry = Entry::stranger(Action::PasswordForgot, &client.address);
        let Some(row) = row else {
            // What nobody is called is not kept: people type passwords into the wrong field.
            return Ok(self.audit.record(entry.detail("unknown name")).await?);
        };
        let user: UserId = row.try_get::<String, _>(0)?.parse().map_err(|_| store::Error::Unreadable("user id"))?;
        let (username, email): (String, Option<String>) = (row.try_get(1)?, row.try_get(2)?);
        let Some(email) = email else {
            return Ok(self.audit.record(entry.person(user).detail("no verified address")).await?);
        };
        self.audit.record(entry.person(user)).await?;
        let (identity, email) = (self.clone(), Email::parse(&email)?);
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = identity.mail_reset(user, &username, &email).await {
                tracing::warn!(%error, "a reset link could not be sent");
            }
        });
        Ok(())
    }

    async fn mail_reset(&self, user: UserId, username: &str, email: &Email) -> Result<(), Error> {
        let mut write = self.db.write().await?;
        let url = self.make_link(&mut write, Purpose::Reset, user, Some(email)).await?;
        let text = format!(
            "Someone, hopefully you, asked for a new password for the account “{username}” at {}.\n\n\
             Open the link within half an hour to choose one. If it was not you, there is nothing to do: your password \
             stays.",
            self.settings.public_url
        );
        let message =
            Message::new(email.clone(), "Choose a new password", text)?.action("Choose a new password", &url)?;
        self.mail.queue(&mut write, &message).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        Ok(())
    }

    /// The user name a link is for, for the page that shows its form.
    ///
    /// # Errors
    /// [`Error::LinkEnded`] unless it is open.
    pub async fn check_reset(&self, token: &str) -> Result<String, Error> {
        Ok(self.target(&self.find_link(Purpose::Reset, token).await?).await?.username)
    }

    /// Chooses a new password with a link: ends all sessions, half-done sign-ins and other such links of the account. It
    /// signs nobody in, and second factors stay.
    ///
    /// # Errors
    /// [`Error::LinkEnded`] unless it is open; `Invalid` on `password`, which uses nothing up.
    pub async fn finish_reset(&self, token: &str, password: &SecretString, client: &Client) -> Result<(), Error> {
        let target = self.target(&self.find_link(Purpose::Reset, token).await?).await?;
        let about = accounts::about(&target.username, &target.display_name, target.email.as_deref());
        let hash = self.passwords.hash(password, about).await?;
        let mut write = self.db.write().await?;
        let Link { user, email } = self.use_link(&mut write, Purpose::Reset, token).await?;
        let changed = sqlx::query(
            "UPDATE users SET password_hash = $1 WHERE id = $2 AND active = 1
             AND ($3 IS NULL OR (email = $3 AND email_verified_at IS NOT NULL))",
        )
        .bind(hash)
        .bind(user.to_string())
        .bind(email.map(|email| email.as_str().to_owned()))
        .execute(&mut *write)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(Error::LinkEnded);
        }
        self.end_links(&mut write, Purpose::Reset, user).await?;
        pending::forget_halves(&mut write, user).await?;
        self.forget_failures(&mut write, user, client).await?;
        let ended = self.end_rows(&mut write, user, None, None, "the password was reset").await?;
        let entry = Entry::stranger(Action::PasswordReset, &client.address).person(user).detail("with a link");
        self.audit.within(&mut write, &entry).await?;
        self.tell(&mut write, user, Notice::PasswordReset).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        self.tell_all_ended(&ended);
        Ok(())
    }

    /// Voids someone's password and ends all their sessions. Returns a link, good for a day, to hand over: with it they
    /// choose a new one.
    ///
    /// # Errors
    /// `Forbidden` without `people.manage` or towards someone who may more; `StepUp`; refused for oneself, for disabled
    /// accounts and for those nobody signs in to; `TooMany` after too many links.
    pub async fn make_reset_link(&self, caller: &Caller, user: UserId) -> Result<SecretString, Error> {
        self.check_authority(caller, user).await?;
        caller.require_fresh()?;
        if caller.is(user) {
            return Err(Error::Refused("Change your own password on your security page."));
        }
        let mut write = self.db.write().await?;
        let voided =
            sqlx::query("UPDATE users SET password_hash = '' WHERE id = $1 AND active = 1 AND kind = 'person'")
                .bind(user.to_string())
                .execute(&mut *write)
                .await?;
        if voided.rows_affected() == 0 {
            return Err(Error::Refused(
                "Nobody signs in to this account. If it is a disabled person's, enable it first.",
            ));
        }
        self.end_links(&mut write, Purpose::Reset, user).await?;
        let url = self.make_link(&mut write, Purpose::Reset, user, None).await?;
        pending::forget_halves(&mut write, user).await?;
        let ended = self.end_rows(&mut write, user, None, None, "the password was reset").await?;
        let entry = Entry::by(caller, Action::PasswordReset).person(user).detail("by a link to hand over");
        self.audit.within(&mut write, &entry).await?;
        self.tell(&mut write, user, Notice::PasswordVoided).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        self.tell_all_ended(&ended);
        Ok(url)
    }

    /// Who a link is for: an active account that, if it was mailed, still has the address it was mailed to.
    async fn target(&self, link: &Link) -> Result<Target, Error> {
        let row = sqlx::query(
            "SELECT username, display_name, email FROM users
             WHERE id = $1 AND active = 1 AND ($2 IS NULL OR (email = $2 AND email_verified_at IS NOT NULL))",
        )
        .bind(link.user.to_string())
        .bind(link.email.as_ref().map(|email| email.as_str().to_owned()))
        .fetch_optional(self.db.read())
        .await?
        .ok_or(Error::LinkEnded)?;
        Ok(Target { username: row.try_get(0)?, display_name: row.try_get(1)?, email: row.try_get(2)? })
    }
}
