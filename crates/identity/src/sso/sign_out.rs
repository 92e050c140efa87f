//! Signing out here and at the provider one came from (OpenID Connect RP-Initiated Logout 1.0).

use model::{Caller, SessionId};
use oidc::Verified;
use secrecy::SecretString;
use store::{
    Write,
    sqlx::{self, Row},
};

use super::providers::Stored;
use crate::{Error, Identity};

/// Where a session came from, if one can sign out there.
pub(crate) struct Origin {
    /// The provider's id.
    pub(crate) provider: String,
    /// By which the provider knows whose session it is.
    pub(crate) id_token: Option<SecretString>,
}

/// Where a half-done sign-in keeps its ID token.
pub(crate) fn pending_place(digest: &str) -> String {
    format!("pending-token:{digest}")
}

fn place(session: SessionId) -> String {
    format!("session-token:{session}")
}

impl Identity {
    /// Notes where `session` came from.
    pub(crate) async fn note_origin(
        &self,
        write: &mut Write,
        session: SessionId,
        origin: &Origin,
    ) -> Result<(), Error> {
        let sealed = origin.id_token.as_ref().map(|token| self.sealer.seal(&place(session), token)).transpose()?;
        sqlx::query("UPDATE sessions SET provider = $1, id_token = $2 WHERE id = $3")
            .bind(&origin.provider)
            .bind(sealed)
            .bind(session.to_string())
            .execute(&mut **write)
            .await?;
        Ok(())
    }

    /// Where someone whom a provider vouched for can sign out too. Asks nobody: the provider has just answered, and what
    /// it says about itself is remembered.
    pub(super) async fn origin_of(&self, stored: &Stored, verified: Verified) -> Option<Origin> {
        let known = self.known_provider(stored).ok()?;
        // One whose description cannot be read after all is one nobody can sign out at.
        self.sso.sign_out_url(&known, None, &self.signed_out_uri(), None).await.ok()??;
        Some(Origin { provider: stored.form.id.clone(), id_token: verified.id_token })
    }

    /// Whether `session` came from a provider where one can sign out too.
    pub(crate) async fn came_from_provider(&self, session: SessionId) -> Result<bool, Error> {
        let row = sqlx::query("SELECT 1 FROM sessions WHERE id = $1 AND provider IS NOT NULL")
            .bind(session.to_string())
            .fetch_optional(self.db.read())
            .await?;
        Ok(row.is_some())
    }

    /// Ends the session of the caller, and says where the browser ends the one at the provider: a page there that leads
    /// back to the sign-in. `None` when the session came from no provider, or the provider does not answer: the session
    /// here is over all the same.
    ///
    /// # Errors
    /// `Forbidden` for keys and background work; when the store fails.
    pub async fn sign_out_at_provider(&self, caller: &Caller) -> Result<Option<String>, Error> {
        let (_, session) = caller.require_person()?;
        // Asked before the session is over, with a bound on its time (the relying party's own).
        let url = self.provider_sign_out(session).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a provider could not be asked where to sign out");
            None
        });
        self.sign_out(caller).await?;
        Ok(url)
    }

    async fn provider_sign_out(&self, session: SessionId) -> Result<Option<String>, Error> {
        let row = sqlx::query("SELECT provider, id_token FROM sessions WHERE id = $1 AND provider IS NOT NULL")
            .bind(session.to_string())
            .fetch_optional(self.db.read())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (provider, sealed): (String, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        let Some(stored) = self.stored_provider(&provider).await? else { return Ok(None) };
        // A token that cannot be opened any more is only a hint: the provider asks then.
        let hint = sealed.and_then(|sealed| self.sealer.open_sealed(&place(session), &sealed).ok());
        let back = self.signed_out_uri();
        Ok(self.sso.sign_out_url(&self.known_provider(&stored)?, hint.as_ref(), &back, None).await?)
    }

    /// Where a provider sends people back to who have signed out there.
    pub(super) fn signed_out_uri(&self) -> String {
        format!("{}/sign-in", self.settings.public_url)
    }
}
