//! To the provider and back.

use std::time::Duration;

use audit::Entry;
use model::{Caller, Factor, UserId, audit::Action};
use oidc::{Answer, Flow, Verified};
use secrecy::{ExposeSecret, SecretString};
use store::sqlx::{self, Row};

use super::providers::Stored;
use crate::{Client, Entrance, Error, Identity, accounts, secret};

/// How long someone may stay at the provider.
const LIFETIME: Duration = Duration::from_secs(10 * 60);
/// Sign-ins at providers at once: anybody may begin one.
const MAX_OPEN: i64 = 10_000;

/// Where to send the browser, and what it must bring back.
#[derive(Debug, Clone)]
pub struct Departure {
    /// The provider's page.
    pub url: String,
    /// For a cookie: who answers must be the browser that left.
    pub token: SecretString,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum Landing {
    /// Someone signs in, and goes on to this path.
    Entrance(Box<Entrance>, String),
    /// The account they were signed in to is linked now.
    Linked,
}

impl Identity {
    /// Begins a sign-in at a provider; with `caller`, linking their account to it.
    ///
    /// # Errors
    /// `Unknown` provider; `StepUp` for linking without a fresh proof; the provider's trouble in words.
    pub async fn begin_sso(&self, provider: &str, caller: Option<&Caller>, next: &str) -> Result<Departure, Error> {
        let user = match caller {
            Some(caller) => {
                caller.require_fresh()?;
                Some(caller.require_person()?.0)
            }
            None => None,
        };
        let stored = self.stored_provider(provider).await?.ok_or(Error::Unknown("provider"))?;
        let begun = self.sso.begin(&self.known_provider(&stored)?, &self.redirect_uri(provider)).await?;
        let token = secret::random_secret();
        let digest = secret::digest(token.expose_secret());
        let json = serde_json::to_string(&begun.flow).map_err(|_| Error::Broken("a sign-in could not be written"))?;
        let now = self.clock.now();
        let mut write = self.db.write().await?;
        sqlx::query("DELETE FROM sso_flows WHERE expires_at <= $1").bind(now.0).execute(&mut *write).await?;
        // One more than the bound takes the oldest's place: who floods us must not lock everybody out for minutes.
        sqlx::query(
            "DELETE FROM sso_flows WHERE token_hash IN
             (SELECT token_hash FROM sso_flows ORDER BY expires_at DESC LIMIT 1000 OFFSET $1)",
        )
        .bind(MAX_OPEN - 1)
        .execute(&mut *write)
        .await?;
        sqlx::query(
            "INSERT INTO sso_flows (token_hash, provider, flow, user_id, next, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&digest)
        .bind(provider)
        .bind(self.sealer.seal(&format!("sso:{digest}"), &json.into())?)
        .bind(user.map(|user| user.to_string()))
        .bind(next.chars().take(500).collect::<String>())
        .bind(now.plus(LIFETIME).0)
        .execute(&mut *write)
        .await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(Departure { url: begun.url, token })
    }

    /// Takes the provider's answer. A disabled account stays out; a second factor that is set up is still asked for.
    ///
    /// # Errors
    /// [`Error::StepEnded`] when this browser began nothing or too long ago; [`Error::Sso`] when the answer is not to be
    /// believed; [`Error::NoAccount`] for someone nobody knows.
    pub async fn finish_sso(
        &self,
        provider: &str,
        token: &str,
        answer: &Answer,
        client: &Client,
    ) -> Result<Landing, Error> {
        let digest = secret::digest(token);
        let mut write = self.db.write().await?;
        // Taken out first: an answer is looked at once.
        let row = sqlx::query(
            "DELETE FROM sso_flows WHERE token_hash = $1 AND provider = $2 AND expires_at > $3
             RETURNING flow, user_id, next",
        )
        .bind(&digest)
        .bind(provider)
        .bind(self.clock.now().0)
        .fetch_optional(&mut *write)
        .await?;
        write.commit().await.map_err(store::Error::from)?;
        let row = row.ok_or(Error::StepEnded)?;
        let (sealed, user, next): (String, Option<String>, String) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let json = self.sealer.open_sealed(&format!("sso:{digest}"), &sealed)?;
        let flow: Flow = serde_json::from_str(json.expose_secret()).map_err(|_| Error::StepEnded)?;
        let stored = self.stored_provider(provider).await?.ok_or(Error::Unknown("provider"))?;
        let verified = match self.sso.finish(&self.known_provider(&stored)?, flow, answer).await {
            Ok(verified) => verified,
            Err(error) => {
                // What anybody can send us by the thousand is not worth an entry each.
                if matches!(error, oidc::Error::Identity(_) | oidc::Error::Declined) {
                    let entry = Entry::stranger(Action::SessionBegin, &client.address);
                    let entry = entry.object("provider", provider, provider).refused().detail(&error.to_string());
                    self.audit.record(entry).await?;
                }
                tracing::info!(%error, provider, "single sign-on failed");
                return Err(error.into());
            }
        };
        if let Some(user) = user {
            let user: UserId = user.parse().map_err(|_| store::Error::Unreadable("user id"))?;
            self.link(user, &stored, &verified, client).await?;
            return Ok(Landing::Linked);
        }
        let user = self.person_of(&stored, &verified, client).await?;
        let account = accounts::get(&self.db, user).await?;
        if !account.active {
            let entry = Entry::stranger(Action::SessionBegin, &client.address).person(user).refused();
            self.audit.record(entry.detail("the account is disabled")).await?;
            return Err(Error::NoAccount);
        }
        self.follow_roles(&stored, &account, &verified).await?;
        let account = accounts::get(&self.db, user).await?;
        Ok(Landing::Entrance(Box::new(self.enter(&account, Factor::Sso, None, client).await?), next))
    }

    /// Whose account it is: by issuer and subject; else, where the owner trusts the domain and the provider says with a
    /// true `email_verified` that the address is theirs, by the address; else someone new, where those are welcome.
    async fn person_of(&self, stored: &Stored, verified: &Verified, client: &Client) -> Result<UserId, Error> {
        let known: Option<String> =
            sqlx::query_scalar("SELECT user_id FROM identities WHERE issuer = $1 AND subject = $2")
                .bind(&verified.issuer)
                .bind(&verified.subject)
                .fetch_optional(self.db.read())
                .await?;
        if let Some(known) = known {
            let mut write = self.db.write().await?;
            sqlx::query("UPDATE identities SET last_used_at = $1 WHERE issuer = $2 AND subject = $3")
                .bind(self.clock.now().0)
                .bind(&verified.issuer)
                .bind(&verified.subject)
                .execute(&mut *write)
                .await?;
            write.commit().await.map_err(store::Error::from)?;
            return Ok(known.parse().map_err(|_| store::Error::Unreadable("user id"))?);
        }
        let trusted = verified.email.as_deref().filter(|_| verified.email_verified).filter(|email| {
            let domain = email.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
            domain.is_some_and(|domain| stored.form.trusted_domains.contains(&domain))
        });
        if let Some(email) = trusted
            && let Some((user, _)) = accounts::find(&self.db, email).await?
        {
            self.link(user.id, stored, verified, client).await?;
            return Ok(user.id);
        }
        if stored.form.creates_accounts {
            return self.welcome(stored, verified, trusted, client).await;
        }
        let entry = Entry::stranger(Action::SessionBegin, &client.address).object("provider", &stored.form.id, "");
        self.audit.record(entry.refused().detail("nobody's account is linked to this identity")).await?;
        Err(Error::NoAccount)
    }
}
