//! A forgotten password: asking for a link by mail.

use std::sync::Arc;

use audit::Entry;
use mail::Message;
use model::{UserId, audit::Action, identity::Email};
use store::sqlx::{self, Row};

use crate::{
    Client, Error, Identity,
    attempts::{self, Door},
    links::Purpose,
};

/// Mails being written at once for those who asked.
pub(crate) const MAX_UNDER_WAY: usize = 64;

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
}
