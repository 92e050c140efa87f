//! One-time links: to verify an address, or to choose a new password. Kept as digests; each is over once it was used.

use std::time::Duration;

use model::{ApiError, ErrorCode, UserId, identity::Email};
use secrecy::{ExposeSecret, SecretString};
use store::{
    Write,
    sqlx::{self, Row, any::AnyRow},
};

use crate::{Error, Identity, secret};

/// Links made for one person and one purpose within [`HOUR`]: nobody's mailbox is flooded, whoever asks. Those handed
/// over by admins are counted by themselves, so that a stranger's requests do not stand in their way.
const MAX_PER_HOUR: i64 = 5;
const HOUR: Duration = Duration::from_secs(3600);

/// What a link is for; one made for one thing opens no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Verify,
    Reset,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
        }
    }

    /// How long a link that is mailed is good for.
    const fn lifetime(self) -> Duration {
        match self {
            Self::Verify => Duration::from_secs(24 * 3600),
            Self::Reset => Duration::from_secs(30 * 60),
        }
    }
}

/// How long a link that is handed over is good for: it may take a day until two people meet.
const HANDED_OVER: Duration = Duration::from_secs(24 * 3600);

/// A link as it was found again.
pub(crate) struct Link {
    pub(crate) user: UserId,
    /// Where it was sent; `None` when it was handed over.
    pub(crate) email: Option<Email>,
}

impl Identity {
    /// Makes a link for `user`, to be mailed to `email` or, without one, to be handed over.
    ///
    /// # Errors
    /// `TooMany` over the bound.
    pub(crate) async fn make_link(
        &self,
        write: &mut Write,
        purpose: Purpose,
        user: UserId,
        email: Option<&Email>,
    ) -> Result<SecretString, Error> {
        let now = self.clock.now();
        sqlx::query("DELETE FROM email_tokens WHERE expires_at <= $1 AND created_at <= $2")
            .bind(now.0)
            .bind(now.minus(HOUR).0)
            .execute(&mut **write)
            .await?;
        // Keeps others who make a link for the same person waiting, so that each counts those before it.
        sqlx::query("UPDATE users SET username = username WHERE id = $1")
            .bind(user.to_string())
            .execute(&mut **write)
            .await?;
        let recent: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM email_tokens WHERE user_id = $1 AND purpose = $2 AND created_at > $3
             AND CASE WHEN email IS NULL THEN 1 ELSE 0 END = $4",
        )
        .bind(user.to_string())
        .bind(purpose.name())
        .bind(now.minus(HOUR).0)
        .bind(i64::from(email.is_none()))
        .fetch_one(&mut **write)
        .await?;
        if recent >= MAX_PER_HOUR {
            return Err(
                ApiError::new(ErrorCode::TooMany, "Enough links were made just now. Try again in an hour.").into()
            );
        }
        let token = secret::random_secret();
        let lifetime = if email.is_some() { purpose.lifetime() } else { HANDED_OVER };
        sqlx::query(
            "INSERT INTO email_tokens (digest, user_id, purpose, email, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(secret::digest(token.expose_secret()))
        .bind(user.to_string())
        .bind(purpose.name())
        .bind(email.map(|email| email.as_str().to_owned()))
        .bind(now.0)
        .bind(now.plus(lifetime).0)
        .execute(&mut **write)
        .await?;
        Ok(format!("{}/{}/{}", self.settings.public_url, purpose.name(), token.expose_secret()).into())
    }

    /// The link of this token, without using it.
    ///
    /// # Errors
    /// [`Error::LinkEnded`] unless it is open.
    pub(crate) async fn find_link(&self, purpose: Purpose, token: &str) -> Result<Link, Error> {
        let row = sqlx::query(
            "SELECT user_id, email FROM email_tokens
             WHERE digest = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3",
        )
        .bind(secret::digest(token))
        .bind(purpose.name())
        .bind(self.clock.now().0)
        .fetch_optional(self.db.read())
        .await?;
        row.as_ref().map(link).transpose()?.ok_or(Error::LinkEnded)
    }

    /// Uses the link of this token up within a transaction: of two at once, one does.
    ///
    /// # Errors
    /// [`Error::LinkEnded`] unless it was open.
    pub(crate) async fn use_link(&self, write: &mut Write, purpose: Purpose, token: &str) -> Result<Link, Error> {
        let row = sqlx::query(
            "UPDATE email_tokens SET used_at = $1
             WHERE digest = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > $1 RETURNING user_id, email",
        )
        .bind(self.clock.now().0)
        .bind(secret::digest(token))
        .bind(purpose.name())
        .fetch_optional(&mut **write)
        .await?;
        row.as_ref().map(link).transpose()?.ok_or(Error::LinkEnded)
    }

    /// Ends the open links of `user` for `purpose`.
    pub(crate) async fn end_links(&self, write: &mut Write, purpose: Purpose, user: UserId) -> Result<(), Error> {
        sqlx::query("UPDATE email_tokens SET used_at = $1 WHERE user_id = $2 AND purpose = $3 AND used_at IS NULL")
            .bind(self.clock.now().0)
            .bind(user.to_string())
            .bind(purpose.name())
            .execute(&mut **write)
            .await?;
        Ok(())
    }

    /// Where the newest open link for verifying was sent.
    pub(crate) async fn waiting_address(&self, user: UserId) -> Result<Option<Email>, Error> {
        let email: Option<String> = sqlx::query_scalar(
            "SELECT email FROM email_tokens WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3
             ORDER BY created_at DESC LIMIT 1",
        )
        .bind(user.to_string())
        .bind(Purpose::Verify.name())
        .bind(self.clock.now().0)
        .fetch_optional(self.db.read())
        .await?;
        Ok(email.map(|email| Email::parse(&email)).transpose()?)
    }
}

fn link(row: &AnyRow) -> Result<Link, Error> {
    let email: Option<String> = row.try_get(1)?;
    Ok(Link {
        user: row.try_get::<String, _>(0)?.parse().map_err(|_| store::Error::Unreadable("user id"))?,
        email: email.map(|email| Email::parse(&email)).transpose()?,
    })
}
