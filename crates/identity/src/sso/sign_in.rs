//! To the provider and back.

use audit::Entry;
use model::{Caller, UserId, audit::Action};
use oidc::{Answer, Flow, Verified};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use store::sqlx;

use super::providers::Stored;
use crate::{Client, Entrance, Error, Identity, accounts, ceremonies::Kind, pending::FirstStep};

/// What is kept while someone is at the provider.
#[derive(Serialize, Deserialize)]
struct Away {
    provider: String,
    flow: Flow,
    /// Whose account is to be linked; `None` for a sign-in.
    user: Option<UserId>,
    next: String,
}

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
        let next = next.chars().take(500).collect();
        let state = Away { provider: provider.to_owned(), flow: begun.flow, user, next };
        let token = self.keep_ceremony(Kind::Sso, None, &state).await?.into();
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
        // Taken out first: an answer is looked at once.
        let away: Away = self.take_ceremony(Kind::Sso, None, token).await?;
        let Away { flow, user, next, .. } =
            Some(away).filter(|away| away.provider == provider).ok_or(Error::StepEnded)?;
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
        let first = FirstStep::provider(self.origin_of(&stored, verified).await);
        Ok(Landing::Entrance(Box::new(self.enter(&account, first, client).await?), next))
    }

    /// Whose account it is: by issuer and subject; else, where the owner trusts the domain and the provider says with a
    /// true `email_verified` that the address is theirs, whoever has verified that address here too; else someone new,
    /// where those are welcome. Who merely claims an address here is not its holder: they would get another's sign-ins.
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
            && let Some(user) = self.holder_of(email).await?
        {
            self.link(user, stored, verified, client).await?;
            return Ok(user);
        }
        if stored.form.creates_accounts {
            return self.welcome(stored, verified, trusted, client).await;
        }
        let entry = Entry::stranger(Action::SessionBegin, &client.address).object("provider", &stored.form.id, "");
        self.audit.record(entry.refused().detail("nobody's account is linked to this identity")).await?;
        Err(Error::NoAccount)
    }

    /// The person whose verified address this is.
    async fn holder_of(&self, email: &str) -> Result<Option<UserId>, Error> {
        let id: Option<String> = sqlx::query_scalar(
            "SELECT id FROM users WHERE email = $1 AND email_verified_at IS NOT NULL AND kind = 'person'",
        )
        .bind(email.to_lowercase())
        .fetch_optional(self.db.read())
        .await?;
        Ok(id.map(|id| id.parse().map_err(|_| store::Error::Unreadable("user id"))).transpose()?)
    }
}
