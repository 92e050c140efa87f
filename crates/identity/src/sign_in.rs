//! Becoming a caller: by password, by access token, by refresh token.

use std::time::Duration;

use audit::Entry;
use model::{Caller, SessionId, UserId, audit::Action, identity::Me};
use secrecy::{ExposeSecret, SecretString};
use store::sqlx::{self, Row};

use crate::{
    Entrance, Error, Identity, access, accounts, attempts,
    pending::FirstStep,
    secret,
    sessions::{self, Begun},
};

/// A refresh token that was just replaced still works this long, for requests that were under way together: it gets
/// the same successor, never a second one.
const GRACE: Duration = Duration::from_secs(15);

/// Where a request comes from.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// Network address.
    pub address: String,
    /// `User-Agent` header.
    pub user_agent: String,
}

/// What a browser keeps in cookies.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// JWT, fifteen minutes.
    pub access: SecretString,
    /// Opaque, seven days, replaced at each use.
    pub refresh: SecretString,
    /// Makes the access token worth something.
    pub fingerprint: SecretString,
}

/// Someone has just become a caller.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who they are to every service.
    pub caller: Caller,
    /// For their browser.
    pub tokens: Tokens,
}

/// What a request brought along.
#[derive(Debug, Clone, Copy, Default)]
pub struct Credentials<'a> {
    /// Access token.
    pub access: Option<&'a str>,
    /// Refresh token.
    pub refresh: Option<&'a str>,
    /// Fingerprint.
    pub fingerprint: Option<&'a str>,
}

/// Who a request is from.
#[derive(Debug, Clone)]
pub enum Authenticated {
    /// Nobody we know.
    Nobody,
    /// The access token was good.
    Caller(Caller),
    /// The access token had run out and was renewed: the browser must keep these.
    Renewed(Box<SignedIn>),
}

impl Identity {
    /// Signs in with user name or e-mail address and password. Where a second factor is set up or asked for, one more
    /// step is to come.
    ///
    /// # Errors
    /// [`Error::WrongCredentials`], which takes as long for an unknown name as for a wrong password;
    /// [`Error::Wait`] after too many wrong ones; [`Error::Busy`] over the bound of attempts at once.
    pub async fn sign_in(&self, identifier: &str, password: &SecretString, client: &Client) -> Result<Entrance, Error> {
        let found = accounts::find(&self.db, identifier).await?;
        let account = attempts::account_key(found.as_ref().map(|(user, _)| user.id), identifier);
        let attempt = self.begin_attempt(account, client).await?;
        let hash = found.as_ref().and_then(|(_, hash)| hash.clone());
        let right = self.passwords.verify(password, hash.clone()).await?;
        match found {
            Some((user, _)) if right && user.active => {
                let entrance = self.enter(&user, FirstStep::password(hash.as_deref()), client).await?;
                match &entrance {
                    Entrance::In(_) => self.attempt_succeeded(&attempt).await?,
                    // Wrong codes count on: who knows the password must not guess codes for ever.
                    Entrance::Second(_) | Entrance::Verify(_) => self.attempt_undone(&attempt).await?,
                }
                Ok(entrance)
            }
            found => {
                let entry = Entry::stranger(Action::SessionBegin, &client.address).refused();
                // A name nobody has is not kept: people type passwords into the wrong field.
                let entry = match found {
                    Some((user, _)) if right => entry.person(user.id).detail("the account is disabled"),
                    Some((user, _)) => entry.person(user.id).detail("wrong password"),
                    None => entry.detail("unknown name"),
                };
                self.audit.record(entry).await?;
                Err(Error::WrongCredentials)
            }
        }
    }

    /// What a browser keeps of a session that has just begun.
    pub(crate) fn tokens(&self, user: UserId, begun: Begun) -> Result<Tokens, Error> {
        let fingerprint = secret::digest(begun.fingerprint.expose_secret());
        let issuer = &self.settings.public_url;
        let access = access::mint(&self.keys, issuer, user, begun.session, &fingerprint, self.clock.now())?;
        Ok(Tokens { access, refresh: begun.refresh, fingerprint: begun.fingerprint })
    }

    /// Who a request is from. An access token that has run out is renewed with the refresh token.
    ///
    /// # Errors
    /// Only when the store fails; wrong credentials are [`Authenticated::Nobody`].
    pub async fn authenticate(&self, credentials: Credentials<'_>, client: &Client) -> Result<Authenticated, Error> {
        let Some(fingerprint) = credentials.fingerprint else { return Ok(Authenticated::Nobody) };
        let issuer = &self.settings.public_url;
        let claims = credentials
            .access
            .and_then(|access| self.verified.check(&self.keys, issuer, access, fingerprint, self.clock.now()));
        if let Some(claims) = claims {
            let caller = self.live_session(claims.sid, client).await?.filter(|caller| caller.is(claims.sub));
            if let Some(caller) = caller {
                self.note_seen(claims.sid, client).await?;
                return Ok(Authenticated::Caller(caller));
            }
            return Ok(Authenticated::Nobody);
        }
        match credentials.refresh {
            Some(refresh) => self.renew(refresh, fingerprint, client).await,
            None => Ok(Authenticated::Nobody),
        }
    }

    async fn renew(&self, refresh: &str, fingerprint: &str, client: &Client) -> Result<Authenticated, Error> {
        // Only tokens we made get as far as the database; nobody ends a session by guessing at its id.
        let Some((session, _)) = self.refresh.recognise(refresh) else { return Ok(Authenticated::Nobody) };
        let Some((generation, ended)) = self.rotate(session, refresh, fingerprint, client).await? else {
            return Ok(Authenticated::Nobody);
        };
        if ended {
            tracing::warn!(%session, "a replaced refresh token was used again; the session is ended");
            self.tell_ended(session);
            return Ok(Authenticated::Nobody);
        }
        let Some(caller) = self.live_session(session, client).await? else { return Ok(Authenticated::Nobody) };
        let digest = secret::digest(fingerprint);
        let issuer = &self.settings.public_url;
        let access = access::mint(&self.keys, issuer, caller.user()?, session, &digest, self.clock.now())?;
        let tokens = Tokens {
            access,
            refresh: self.refresh.mint(session, generation),
            fingerprint: SecretString::from(fingerprint.to_owned()),
        };
        Ok(Authenticated::Renewed(Box::new(SignedIn { caller, tokens })))
    }

    /// Claims the token in one transaction: the generation now current, and whether the session was ended for reuse.
    /// `None` when it does not live or the fingerprint is another.
    async fn rotate(
        &self,
        session: SessionId,
        token: &str,
        fingerprint: &str,
        client: &Client,
    ) -> Result<Option<(i64, bool)>, Error> {
        let now = self.clock.now();
        let mut write = self.db.write().await?;
        // PostgreSQL must not let two rotations read the same row; SQLite has one writer anyway.
        let sql = match self.db.engine() {
            store::Engine::Sqlite => {
                "SELECT generation, refresh_hash, previous_hash, rotated_at FROM sessions
                 WHERE id = $1 AND fingerprint = $2 AND ended_at IS NULL AND expires_at > $3"
            }
            store::Engine::Postgres => {
                "SELECT generation, refresh_hash, previous_hash, rotated_at FROM sessions
                 WHERE id = $1 AND fingerprint = $2 AND ended_at IS NULL AND expires_at > $3 FOR UPDATE"
            }
        };
        let row = sqlx::query(sql)
            .bind(session.to_string())
            .bind(secret::digest(fingerprint))
            .bind(now.0)
            .fetch_optional(&mut *write)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let generation: i64 = row.try_get(0)?;
        let (current, previous): (String, Option<String>) = (row.try_get(1)?, row.try_get(2)?);
        let rotated_at = model::Timestamp(row.try_get(3)?);
        let presented = secret::digest(token);
        if secret::same(&presented, &current) {
            let next = generation + 1;
            let successor = self.refresh.mint(session, next);
            sqlx::query(
                "UPDATE sessions SET generation = $1, refresh_hash = $2, previous_hash = $3, rotated_at = $4,
                        last_seen_at = $4, expires_at = $5, address = $6 WHERE id = $7",
            )
            .bind(next)
            .bind(secret::digest(successor.expose_secret()))
            .bind(presented)
            .bind(now.0)
            .bind(now.plus(sessions::LIFETIME).0)
            .bind(&client.address)
            .bind(session.to_string())
            .execute(&mut *write)
            .await?;
            write.commit().await.map_err(store::Error::from)?;
            return Ok(Some((next, false)));
        }
        if previous.is_some_and(|previous| secret::same(&presented, &previous)) && now.apart(rotated_at) <= GRACE {
            return Ok(Some((generation, false)));
        }
        sessions::end_row(&mut write, &session.to_string(), now, "a replaced refresh token was used again").await?;
        let entry = Entry::stranger(Action::SessionReuse, &client.address).object("session", session, "").refused();
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(Some((generation, true)))
    }

    /// The caller as their own pages know them.
    ///
    /// # Errors
    /// `Forbidden` for background work; when the store fails.
    pub async fn me(&self, caller: &Caller) -> Result<Me, Error> {
        let user = accounts::get(&self.db, caller.user()?).await?;
        let session = caller.session().ok_or(Error::Unknown("session"))?;
        Ok(Me {
            id: user.id,
            username: user.username,
            display_name: user.display_name,
            role: user.role,
            may: caller.permissions(),
            session,
            provider_sign_out: self.came_from_provider(session).await?,
            avatar: user.avatar,
            preferences: self.preferences_of(user.id).await?,
        })
    }
}
