//! Passkeys (Web Authentication Level 3): as the only factor, as the second, and to confirm.

mod register;

use model::{
    Caller, Factor, FactorId, Timestamp, UserId,
    audit::Action,
    factors::{Challenge, Passkey},
};
use store::sqlx::{self, Row};
use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{DiscoverableAuthentication, PasskeyAuthentication, PublicKeyCredential, Url},
};

use crate::{Client, Error, Identity, SignedIn, accounts, ceremonies::Kind};

/// Longest answer of a browser that is looked at, in bytes.
const MAX_ANSWER: usize = 16 * 1024;

/// The relying party of this address. `None` where passkeys cannot work: a host that is an address has no domain they
/// could belong to (Web Authentication §5.1.2).
pub(crate) fn relying_party(public_url: &str) -> Option<Webauthn> {
    let origin = Url::parse(public_url).ok()?;
    let domain = origin.domain()?.to_owned();
    WebauthnBuilder::new(&domain, &origin).ok()?.rp_name("Nova").build().ok()
}

/// What a browser sent, as far as it can be read.
fn answer<A: serde::de::DeserializeOwned>(json: &str) -> Result<A, Error> {
    if json.len() > MAX_ANSWER {
        return Err(Error::WrongPasskey);
    }
    serde_json::from_str(json).map_err(|error| {
        tracing::info!(%error, "a browser's answer cannot be read");
        Error::WrongPasskey
    })
}

impl Identity {
    fn party(&self) -> Result<&Webauthn, Error> {
        self.webauthn.as_deref().ok_or(Error::Refused(
            "Passkeys need a name: people must reach Nova by a host name over https (or localhost). Set NOVA_PUBLIC_URL.",
        ))
    }

    /// Whether passkeys can be used at this instance's address.
    #[must_use]
    pub fn has_passkeys(&self) -> bool {
        self.webauthn.is_some()
    }

    pub(crate) async fn passkeys_of(&self, user: UserId) -> Result<Vec<Passkey>, Error> {
        let rows = sqlx::query(
            "SELECT id, name, created_at, last_used_at FROM passkeys WHERE user_id = $1
             ORDER BY created_at DESC LIMIT 100",
        )
        .bind(user.to_string())
        .fetch_all(self.db.read())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Passkey {
                    id: row.try_get::<String, _>(0)?.parse().map_err(|_| store::Error::Unreadable("passkey id"))?,
                    name: row.try_get(1)?,
                    created_at: Timestamp(row.try_get(2)?),
                    last_used_at: row.try_get::<Option<i64>, _>(3)?.map(Timestamp),
                })
            })
            .collect()
    }

    /// Asks the browser for any passkey it has for this instance: whoever it belongs to signs in.
    ///
    /// # Errors
    /// Refused where passkeys cannot work.
    pub async fn begin_passkey_sign_in(&self) -> Result<Challenge, Error> {
        let (mut request, state) = self.party()?.start_discoverable_authentication().map_err(broken)?;
        // A person who pressed the button is asked at once.
        request.mediation = None;
        let ceremony = self.keep_ceremony(Kind::SignIn, None, &state).await?;
        challenge(&request, ceremony)
    }

    /// Signs in with a passkey alone.
    ///
    /// # Errors
    /// [`Error::WrongPasskey`]; [`Error::StepEnded`] when it took too long or was answered before.
    pub async fn finish_passkey_sign_in(
        &self,
        ceremony: &str,
        credential: &str,
        client: &Client,
    ) -> Result<SignedIn, Error> {
        let user = accounts::get(&self.db, self.identify(ceremony, credential).await?).await?;
        if !user.active {
            let entry = audit::Entry::stranger(Action::SessionBegin, &client.address).person(user.id).refused();
            self.audit.record(entry.detail("the account is disabled")).await?;
            return Err(Error::WrongPasskey);
        }
        self.admit(&user, Factor::Passkey, client).await
    }

    async fn identify(&self, ceremony: &str, credential: &str) -> Result<UserId, Error> {
        let state: DiscoverableAuthentication = self.take_ceremony(Kind::SignIn, None, ceremony).await?;
        let credential: PublicKeyCredential = answer(credential)?;
        let party = self.party()?;
        let (user, id) = party.identify_discoverable_authentication(&credential).map_err(|_| Error::WrongPasskey)?;
        let user: UserId = user.to_string().parse().map_err(|_| Error::WrongPasskey)?;
        let keys = self.stored(user).await?;
        let key = keys.into_iter().find(|(_, key)| key.cred_id().as_slice() == id).ok_or(Error::WrongPasskey)?;
        let known = webauthn_rs::prelude::DiscoverableKey::from(&key.1);
        let result = party.finish_discoverable_authentication_v2(&credential, state, known).map_err(wrong)?;
        self.note_passkey_used(key, &result).await?;
        Ok(user)
    }

    /// Asks for one of the passkeys of someone half signed in.
    ///
    /// # Errors
    /// [`Error::StepEnded`]; refused without a passkey.
    pub async fn begin_passkey_proof(&self, token: &str) -> Result<Challenge, Error> {
        let half = self.half(token).await?;
        self.ask_passkey(half.user.id).await
    }

    /// Completes a sign-in with a passkey as the second factor.
    ///
    /// # Errors
    /// [`Error::WrongPasskey`], [`Error::StepEnded`].
    pub async fn finish_passkey_proof(
        &self,
        token: &str,
        ceremony: &str,
        credential: &str,
        client: &Client,
    ) -> Result<SignedIn, Error> {
        let half = self.half(token).await?;
        self.check_passkey(half.user.id, ceremony, credential).await?;
        self.complete(half, Factor::Passkey, client).await
    }

    /// Asks for one of the caller's passkeys, to confirm.
    ///
    /// # Errors
    /// `Forbidden` for keys and background work; refused without a passkey.
    pub async fn begin_passkey_confirm(&self, caller: &Caller) -> Result<Challenge, Error> {
        let (user, _) = caller.require_person()?;
        self.ask_passkey(user).await
    }

    /// Shows with a passkey that it is the caller.
    ///
    /// # Errors
    /// [`Error::WrongPasskey`], [`Error::StepEnded`].
    pub async fn finish_passkey_confirm(&self, caller: &Caller, ceremony: &str, credential: &str) -> Result<(), Error> {
        let (user, session) = caller.require_person()?;
        self.check_passkey(user, ceremony, credential).await?;
        let mut write = self.db.write().await?;
        self.note_proof(&mut write, session, Factor::Passkey).await?;
        let entry = audit::Entry::by(caller, Action::SessionConfirm).person(user).detail(Factor::Passkey.name());
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.forget(session);
        Ok(())
    }

    async fn ask_passkey(&self, user: UserId) -> Result<Challenge, Error> {
        let keys: Vec<_> = self.stored(user).await?.into_iter().map(|(_, key)| key).collect();
        if keys.is_empty() {
            return Err(Error::Refused("There is no passkey yet."));
        }
        let (request, state) = self.party()?.start_passkey_authentication(&keys).map_err(broken)?;
        let ceremony = self.keep_ceremony(Kind::Prove, Some(user), &state).await?;
        challenge(&request, ceremony)
    }

    async fn check_passkey(&self, user: UserId, ceremony: &str, credential: &str) -> Result<(), Error> {
        let state: PasskeyAuthentication = self.take_ceremony(Kind::Prove, Some(user), ceremony).await?;
        let credential: PublicKeyCredential = answer(credential)?;
        let result = self.party()?.finish_passkey_authentication(&credential, &state).map_err(wrong)?;
        let keys = self.stored(user).await?;
        let key = keys.into_iter().find(|(_, key)| key.cred_id() == result.cred_id()).ok_or(Error::WrongPasskey)?;
        self.note_passkey_used(key, &result).await
    }

    /// A person's credentials as they are verified.
    async fn stored(&self, user: UserId) -> Result<Vec<(FactorId, webauthn_rs::prelude::Passkey)>, Error> {
        let rows = sqlx::query("SELECT id, credential FROM passkeys WHERE user_id = $1 LIMIT 100")
            .bind(user.to_string())
            .fetch_all(self.db.read())
            .await?;
        let unreadable = || Error::Store(store::Error::Unreadable("passkey"));
        rows.iter()
            .map(|row| {
                let id = row.try_get::<String, _>(0)?.parse().map_err(|_| unreadable())?;
                Ok((id, serde_json::from_str(&row.try_get::<String, _>(1)?).map_err(|_| unreadable())?))
            })
            .collect()
    }

    async fn note_passkey_used(
        &self,
        (id, mut key): (FactorId, webauthn_rs::prelude::Passkey),
        result: &webauthn_rs::prelude::AuthenticationResult,
    ) -> Result<(), Error> {
        if !result.user_verified() {
            return Err(Error::WrongPasskey);
        }
        key.update_credential(result);
        let json = serde_json::to_string(&key).map_err(|_| Error::Broken("a passkey could not be written"))?;
        let mut write = self.db.write().await?;
        sqlx::query("UPDATE passkeys SET credential = $1, last_used_at = $2 WHERE id = $3")
            .bind(json)
            .bind(self.clock.now().0)
            .bind(id.to_string())
            .execute(&mut *write)
            .await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }
}

fn challenge(request: &impl serde::Serialize, ceremony: String) -> Result<Challenge, Error> {
    let options = serde_json::to_string(request).map_err(|_| Error::Broken("a challenge could not be written"))?;
    Ok(Challenge { options, ceremony })
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn wrong(error: webauthn_rs::prelude::WebauthnError) -> Error {
    tracing::info!(%error, "a passkey was refused");
    Error::WrongPasskey
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn broken(error: webauthn_rs::prelude::WebauthnError) -> Error {
    tracing::error!(%error, "a passkey ceremony could not begin");
    Error::Broken("a passkey ceremony could not begin")
}
