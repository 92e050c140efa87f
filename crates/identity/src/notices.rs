//! Telling people by mail what happened to their account, so that whoever did not do it themselves learns of it.

use mail::Message;
use model::{ApiError, UserId, identity::Email};
use store::{
    Write,
    sqlx::{self, Row},
};

use crate::{Error, Identity};

/// What happened.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Notice<'a> {
    EmailChanged(Option<&'a Email>),
    PasswordChanged,
    PasswordReset,
    PasswordVoided,
    FactorsReset,
    TotpAdded,
    PasskeyAdded,
}

impl Notice<'_> {
    fn subject(self) -> &'static str {
        match self {
            Self::EmailChanged(_) => "The e-mail address of your Nova account was changed",
            Self::PasswordChanged | Self::PasswordReset => "The password of your Nova account was changed",
            Self::PasswordVoided => "The password of your Nova account was taken out of force",
            Self::FactorsReset => "The second factors of your Nova account were removed",
            Self::TotpAdded | Self::PasskeyAdded => "A second factor was added to your Nova account",
        }
    }

    fn what(self) -> String {
        match self {
            Self::EmailChanged(Some(email)) => {
                format!("its e-mail address is {} from now on. This one gets no more mail.", email.as_str())
            }
            Self::EmailChanged(None) => "its e-mail address was removed.".to_owned(),
            Self::PasswordChanged => "its password was changed by someone who knew it.".to_owned(),
            Self::PasswordReset => "a new password was chosen with a reset link. All sessions have ended.".to_owned(),
            Self::PasswordVoided => {
                "an admin put its password out of force and hands over a way to a new one. All sessions have ended."
                    .to_owned()
            }
            Self::FactorsReset => "an admin removed its second factors. All sessions have ended.".to_owned(),
            Self::TotpAdded => "codes from an authenticator app sign in to it from now on.".to_owned(),
            Self::PasskeyAdded => "a new passkey signs in to it from now on.".to_owned(),
        }
    }
}

impl Identity {
    /// Queues a notice to `user` within the transaction of what it tells of, where mail is set up and their address is
    /// verified. Call `self.mail.wake()` after the commit.
    pub(crate) async fn tell(&self, write: &mut Write, user: UserId, notice: Notice<'_>) -> Result<(), Error> {
        let row = sqlx::query("SELECT username, email FROM users WHERE id = $1 AND email_verified_at IS NOT NULL")
            .bind(user.to_string())
            .fetch_optional(&mut **write)
            .await?;
        let Some(row) = row else { return Ok(()) };
        let (username, email): (String, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        match email {
            Some(email) => self.tell_at(write, &Email::parse(&email)?, &username, notice).await,
            None => Ok(()),
        }
    }

    /// The same to an address that was verified before.
    pub(crate) async fn tell_at(
        &self,
        write: &mut Write,
        to: &Email,
        username: &str,
        notice: Notice<'_>,
    ) -> Result<(), Error> {
        if !self.mail.is_configured() {
            return Ok(());
        }
        let message = self.notice(to, username, notice)?;
        match self.mail.queue(write, &message).await {
            // What it tells of must not fail for a full outbox: people lock their accounts by it.
            Err(error @ mail::Error::Full(_)) => {
                tracing::warn!(%error, "a notice could not be queued");
                Ok(())
            }
            result => Ok(result.map(|_| ())?),
        }
    }

    fn notice(&self, to: &Email, username: &str, notice: Notice<'_>) -> Result<Message, ApiError> {
        let (url, at, what) = (&self.settings.public_url, self.clock.now(), notice.what());
        let text = format!(
            "This is about your account “{username}” at {url}, at {at}: {what}\n\n\
             If that was you or was agreed with you, there is nothing to do. If not, choose a new password at \
             {url}/forgot and tell an admin."
        );
        Message::new(to.clone(), notice.subject(), text)
    }
}
