//! What is under way at a browser's passkey or at a provider: kept sealed until the answer comes, which counts once.

use std::time::Duration;

use model::UserId;
use secrecy::ExposeSecret;
use serde::{Serialize, de::DeserializeOwned};
use store::sqlx::{self, Row};

use crate::{Error, Identity, secret};

/// Ceremonies under way at once: anybody may begin one.
const MAX_OPEN: i64 = 10_000;

/// What a ceremony is for; one begun for one thing completes no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Register,
    SignIn,
    Prove,
    Sso,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::SignIn => "sign_in",
            Self::Prove => "prove",
            Self::Sso => "sso",
        }
    }

    /// How long the answer may take: people read more at a provider than before their own device.
    const fn lifetime(self) -> Duration {
        match self {
            Self::Register | Self::SignIn | Self::Prove => Duration::from_secs(5 * 60),
            Self::Sso => Duration::from_secs(10 * 60),
        }
    }
}

impl Identity {
    /// Keeps `state` and returns the token it is found by.
    pub(crate) async fn keep_ceremony(
        &self,
        kind: Kind,
        user: Option<UserId>,
        state: &impl Serialize,
    ) -> Result<String, Error> {
        let token = secret::random_secret().expose_secret().to_owned();
        let digest = secret::digest(&token);
        let json = serde_json::to_string(state).map_err(|_| Error::Broken("a ceremony could not be written"))?;
        let now = self.clock.now();
        let mut write = self.db.write().await?;
        sqlx::query("DELETE FROM ceremonies WHERE expires_at <= $1").bind(now.0).execute(&mut *write).await?;
        // One more than the bound takes the oldest's place: who floods us must not lock everybody out for minutes.
        sqlx::query(
            "DELETE FROM ceremonies WHERE token_hash IN
             (SELECT token_hash FROM ceremonies ORDER BY expires_at DESC LIMIT 1000 OFFSET $1)",
        )
        .bind(MAX_OPEN - 1)
        .execute(&mut *write)
        .await?;
        sqlx::query(
            "INSERT INTO ceremonies (token_hash, user_id, kind, state, expires_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&digest)
        .bind(user.map(|user| user.to_string()))
        .bind(kind.name())
        .bind(self.sealer.seal(&format!("ceremony:{digest}"), &json.into())?)
        .bind(now.plus(kind.lifetime()).0)
        .execute(&mut *write)
        .await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(token)
    }

    /// Takes the ceremony out, so that it is answered once.
    pub(crate) async fn take_ceremony<S: DeserializeOwned>(
        &self,
        kind: Kind,
        user: Option<UserId>,
        token: &str,
    ) -> Result<S, Error> {
        let digest = secret::digest(token);
        let mut write = self.db.write().await?;
        let row = sqlx::query(
            "DELETE FROM ceremonies WHERE token_hash = $1 AND kind = $2 AND expires_at > $3
             AND COALESCE(user_id, '') = $4 RETURNING state",
        )
        .bind(&digest)
        .bind(kind.name())
        .bind(self.clock.now().0)
        .bind(user.map(|user| user.to_string()).unwrap_or_default())
        .fetch_optional(&mut *write)
        .await?;
        write.commit().await.map_err(store::Error::from)?;
        let sealed: String = row.ok_or(Error::StepEnded)?.try_get(0)?;
        let json = self.sealer.open_sealed(&format!("ceremony:{digest}"), &sealed)?;
        serde_json::from_str(json.expose_secret()).map_err(|_| Error::StepEnded)
    }
}
