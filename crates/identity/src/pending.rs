//! Sign-ins that are half done. What they hold is no session and no token of one: no other door knows it, so being half
//! signed in is worth nothing by construction.

use std::time::Duration;

use audit::Entry;
use model::{Caller, Factor, UserId, audit::Action, caller::Proof, factors::SecondStep};
use secrecy::{ExposeSecret, SecretString};
use store::{
    Write,
    sqlx::{self, Row},
};

use crate::{
    Client, Error, Identity, SignedIn,
    accounts::{self, User},
    secret,
    sessions::Begun,
    sso::{Origin, pending_place},
};

/// How long the second step may take.
const LIFETIME: Duration = Duration::from_secs(10 * 60);
/// Half-done sign-ins of one person; one more replaces the oldest.
const MAX_PER_USER: i64 = 20;

/// Where a sign-in stands after its first step.
#[derive(Debug, Clone)]
pub enum Entrance {
    /// Signed in.
    In(Box<SignedIn>),
    /// A second step is to come, with this token.
    Second(Pending),
    /// The link that was sent to the address of this account has to be opened first.
    Verify(String),
}

impl Entrance {
    /// The sign-in, if it is complete.
    #[must_use]
    pub fn signed_in(self) -> Option<SignedIn> {
        match self {
            Self::In(signed_in) => Some(*signed_in),
            Self::Second(_) | Self::Verify(_) => None,
        }
    }
}

/// A half-done sign-in, for its browser.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Opaque, ten minutes, good for the second step only.
    pub token: SecretString,
    /// What is to be done.
    pub step: SecondStep,
}

/// A half-done sign-in as it was found again.
pub(crate) struct Half {
    pub(crate) user: User,
    digest: String,
    origin: Option<Origin>,
}

/// A first step that was right.
pub(crate) struct FirstStep<'a> {
    factor: Factor,
    /// What the password was checked against, if it was one.
    hash: Option<&'a str>,
    /// Where they came from, if it was a provider one can sign out at.
    origin: Option<Origin>,
}

impl<'a> FirstStep<'a> {
    /// A password, checked against `hash`.
    pub(crate) const fn password(hash: Option<&'a str>) -> Self {
        Self { factor: Factor::Password, hash, origin: None }
    }

    /// A link that was handed over.
    pub(crate) const fn link() -> Self {
        Self { factor: Factor::Link, hash: None, origin: None }
    }

    /// A provider's word.
    pub(crate) const fn provider(origin: Option<Origin>) -> Self {
        Self { factor: Factor::Sso, hash: None, origin }
    }
}

/// A session that has begun within a transaction.
pub(crate) struct Admitted {
    pub(crate) caller: Caller,
    user: UserId,
    begun: Begun,
}

impl Identity {
    /// Goes on after a first step was right: in, or to the second step where there is one.
    pub(crate) async fn enter(&self, user: &User, first: FirstStep<'_>, client: &Client) -> Result<Entrance, Error> {
        let FirstStep { factor, hash, origin } = first;
        if user.unconfirmed {
            let entry = Entry::stranger(Action::SessionBegin, &client.address).person(user.id).refused();
            self.audit.record(entry.detail("the address is not verified")).await?;
            return Ok(Entrance::Verify(user.username.clone()));
        }
        let factors = self.factors_of(user).await?;
        let asked = !factor.is_second() && (factors.any() || factors.required);
        let step = asked.then(|| factors.step(self.has_passkeys()));
        let Some(step) = step else {
            let mut write = self.db.write().await?;
            accounts::hold(&mut write, self.db.engine(), user.id, hash).await?;
            let admitted = self.admit_within(&mut write, user, factor, origin, client).await?;
            write.commit().await.map_err(store::Error::from)?;
            return Ok(Entrance::In(Box::new(self.settle(admitted)?)));
        };
        let (token, now) = (secret::random_secret(), self.clock.now());
        let mut write = self.db.write().await?;
        accounts::hold(&mut write, self.db.engine(), user.id, hash).await?;
        sqlx::query("DELETE FROM pending_sign_ins WHERE expires_at <= $1").bind(now.0).execute(&mut *write).await?;
        sqlx::query(
            "DELETE FROM pending_sign_ins WHERE token_hash IN
             (SELECT token_hash FROM pending_sign_ins WHERE user_id = $1 ORDER BY created_at DESC LIMIT 100 OFFSET $2)",
        )
        .bind(user.id.to_string())
        .bind(MAX_PER_USER - 1)
        .execute(&mut *write)
        .await?;
        let digest = secret::digest(token.expose_secret());
        let id_token = origin.as_ref().and_then(|origin| origin.id_token.as_ref());
        let sealed = id_token.map(|token| self.sealer.seal(&pending_place(&digest), token)).transpose()?;
        sqlx::query(
            "INSERT INTO pending_sign_ins (token_hash, user_id, factor, created_at, expires_at, provider, id_token)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&digest)
        .bind(user.id.to_string())
        .bind(factor.name())
        .bind(now.0)
        .bind(now.plus(LIFETIME).0)
        .bind(origin.map(|origin| origin.provider))
        .bind(sealed)
        .execute(&mut *write)
        .await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(Entrance::Second(Pending { token, step }))
    }

    /// The half-done sign-in of this token.
    ///
    /// # Errors
    /// [`Error::StepEnded`] when it took too long, or the account was disabled meanwhile.
    pub(crate) async fn half(&self, token: &str) -> Result<Half, Error> {
        let digest = secret::digest(token);
        let row = sqlx::query(
            "SELECT user_id, provider, id_token FROM pending_sign_ins WHERE token_hash = $1 AND expires_at > $2",
        )
        .bind(&digest)
        .bind(self.clock.now().0)
        .fetch_optional(self.db.read())
        .await?
        .ok_or(Error::StepEnded)?;
        let id: UserId = row.try_get::<String, _>(0)?.parse().map_err(|_| store::Error::Unreadable("user id"))?;
        let user = accounts::get(&self.db, id).await?;
        if !user.active {
            return Err(Error::StepEnded);
        }
        let sealed: Option<String> = row.try_get(2)?;
        let id_token = sealed.and_then(|sealed| self.sealer.open_sealed(&pending_place(&digest), &sealed).ok());
        let origin = row.try_get::<Option<String>, _>(1)?.map(|provider| Origin { provider, id_token });
        Ok(Half { user, digest, origin })
    }

    /// What is still to do for a half-done sign-in, for the page that asks for it.
    ///
    /// # Errors
    /// [`Error::StepEnded`].
    pub async fn second_step(&self, token: &str) -> Result<SecondStep, Error> {
        let half = self.half(token).await?;
        Ok(self.factors_of(&half.user).await?.step(self.has_passkeys()))
    }

    /// Turns a half-done sign-in into a session, once.
    pub(crate) async fn complete(&self, half: Half, factor: Factor, client: &Client) -> Result<SignedIn, Error> {
        let mut write = self.db.write().await?;
        let admitted = self.complete_within(&mut write, half, factor, client).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.settle(admitted)
    }

    /// The same within a transaction, to be [settled](Self::settle) after its commit.
    pub(crate) async fn complete_within(
        &self,
        write: &mut Write,
        half: Half,
        factor: Factor,
        client: &Client,
    ) -> Result<Admitted, Error> {
        let taken = sqlx::query("DELETE FROM pending_sign_ins WHERE token_hash = $1")
            .bind(&half.digest)
            .execute(&mut **write)
            .await?;
        if taken.rows_affected() != 1 {
            return Err(Error::StepEnded);
        }
        accounts::hold(write, self.db.engine(), half.user.id, None).await?;
        self.admit_within(write, &half.user, factor, half.origin, client).await
    }

    /// Begins a session for someone who has shown who they are.
    pub(crate) async fn admit(&self, user: &User, factor: Factor, client: &Client) -> Result<SignedIn, Error> {
        let mut write = self.db.write().await?;
        accounts::hold(&mut write, self.db.engine(), user.id, None).await?;
        let admitted = self.admit_within(&mut write, user, factor, None, client).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.settle(admitted)
    }

    async fn admit_within(
        &self,
        write: &mut Write,
        user: &User,
        factor: Factor,
        origin: Option<Origin>,
        client: &Client,
    ) -> Result<Admitted, Error> {
        let begun = self.begin_session(write, user.id, factor, client).await?;
        if let Some(origin) = origin {
            self.note_origin(write, begun.session, &origin).await?;
        }
        let now = self.clock.now();
        let proof = Some(Proof { factor, at: now });
        let grants = self.grants_within(write, &user.role).await?;
        let caller = Caller::person(user.id, begun.session, user.role.clone()).with_grants(grants).under(
            now,
            client.address.parse().ok(),
            factor.is_second(),
            proof,
        );
        let entry = Entry::by(&caller, Action::SessionBegin).person(user.id).detail(&begun.device);
        self.audit.within(write, &entry).await?;
        Ok(Admitted { caller, user: user.id, begun })
    }

    /// Hands out the tokens of a session whose beginning is committed.
    pub(crate) fn settle(&self, admitted: Admitted) -> Result<SignedIn, Error> {
        let Admitted { caller, user, begun } = admitted;
        for session in &begun.surplus {
            self.tell_ended(*session);
        }
        let tokens = self.tokens(user, begun)?;
        Ok(SignedIn { caller, tokens })
    }
}

/// Ends all half-done sign-ins of `user`: what they began with is no longer right.
pub(crate) async fn forget_halves(write: &mut Write, user: UserId) -> Result<(), Error> {
    sqlx::query("DELETE FROM pending_sign_ins WHERE user_id = $1").bind(user.to_string()).execute(&mut **write).await?;
    Ok(())
}
