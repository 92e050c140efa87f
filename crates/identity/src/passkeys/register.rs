//! Adding, naming and removing passkeys.

use audit::Entry;
use model::{
    ApiError, Caller, Factor, FactorId, UserId,
    audit::Action,
    factors::{Challenge, Passkey},
};
use store::{Write, sqlx};
use webauthn_rs::prelude::{Passkey as Credential, PasskeyRegistration, RegisterPublicKeyCredential, Uuid};

use super::{Kind, answer, broken, challenge, wrong};
use crate::{
    BackupCodes, Client, Error, Identity, SignedIn,
    accounts::{self, User},
    factors::forget_backup_codes,
    notices::Notice,
};

/// Passkeys of one person.
const MAX_PASSKEYS: usize = 20;

/// A passkey's name: 1–64 characters, no control characters.
fn named(name: &str) -> Result<String, Error> {
    let name = name.trim();
    if (1..=64).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(ApiError::invalid("name", "A passkey's name has 1 to 64 characters.").into())
    }
}

impl Identity {
    /// Asks the browser to make a passkey for the caller.
    ///
    /// # Errors
    /// `StepUp`; refused where passkeys cannot work or over the bound.
    pub async fn begin_passkey(&self, caller: &Caller) -> Result<Challenge, Error> {
        let (user, _) = caller.require_person()?;
        caller.require_fresh()?;
        self.ask_for_new(&accounts::get(&self.db, user).await?).await
    }

    /// Keeps the passkey the browser made. Returns backup codes unless there were some.
    ///
    /// # Errors
    /// `StepUp`; [`Error::WrongPasskey`]; [`Error::StepEnded`]; `Invalid` on `name`.
    pub async fn finish_passkey(
        &self,
        caller: &Caller,
        ceremony: &str,
        credential: &str,
        name: &str,
    ) -> Result<(Passkey, BackupCodes), Error> {
        let (user, session) = caller.require_person()?;
        caller.require_fresh()?;
        let made = self.check_new(user, ceremony, credential, name).await?;
        let mut write = self.db.write().await?;
        self.note_proof(&mut write, session, Factor::Passkey).await?;
        let kept = self.keep_new(&mut write, caller, user, made).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        self.forget(session);
        Ok(kept)
    }

    /// Asks the browser of someone half signed in, whose role asks for a second factor they do not have, to make one.
    ///
    /// # Errors
    /// [`Error::StepEnded`]; refused for those who have a factor, and where passkeys cannot work.
    pub async fn begin_passkey_enrolment(&self, token: &str) -> Result<Challenge, Error> {
        self.ask_for_new(&self.half_to_enrol(token).await?.user).await
    }

    /// Completes that enrolment and the sign-in with it.
    ///
    /// # Errors
    /// As [`finish_passkey`](Self::finish_passkey), or [`Error::StepEnded`].
    pub async fn finish_passkey_enrolment(
        &self,
        token: &str,
        ceremony: &str,
        credential: &str,
        client: &Client,
    ) -> Result<(SignedIn, BackupCodes), Error> {
        let half = self.half_to_enrol(token).await?;
        let user = half.user.id;
        let made = self.check_new(user, ceremony, credential, "Passkey").await?;
        let mut write = self.db.write().await?;
        let admitted = self.complete_within(&mut write, half, Factor::Passkey, client).await?;
        let (_, codes) = self.keep_new(&mut write, &admitted.caller, user, made).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        Ok((self.settle(admitted)?, codes))
    }

    async fn ask_for_new(&self, account: &User) -> Result<Challenge, Error> {
        let known = self.stored(account.id).await?;
        if known.len() >= MAX_PASSKEYS {
            return Err(Error::Refused("There are too many passkeys. Remove one first."));
        }
        let exclude = known.iter().map(|(_, key)| key.cred_id().clone()).collect();
        let id = Uuid::parse_str(&account.id.to_string()).map_err(|_| Error::Broken("a user id is no UUID"))?;
        let (request, state) = self
            .party()?
            .start_passkey_registration(id, &account.username, &account.display_name, Some(exclude))
            .map_err(broken)?;
        let ceremony = self.keep_ceremony(Kind::Register, Some(account.id), &state).await?;
        let mut options =
            serde_json::to_value(&request).map_err(|_| Error::Broken("a challenge could not be written"))?;
        // The passkey must be found by its instance alone, so that it can be the only factor.
        if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection") {
            selection["residentKey"] = "required".into();
            selection["requireResidentKey"] = true.into();
        }
        challenge(&options, ceremony)
    }

    async fn check_new(
        &self,
        user: UserId,
        ceremony: &str,
        credential: &str,
        name: &str,
    ) -> Result<(Credential, String), Error> {
        let name = named(name)?;
        let state: PasskeyRegistration = self.take_ceremony(Kind::Register, Some(user), ceremony).await?;
        let credential: RegisterPublicKeyCredential = answer(credential)?;
        Ok((self.party()?.finish_passkey_registration(&credential, &state).map_err(wrong)?, name))
    }

    /// Keeps a credential that was checked, with what goes with it.
    async fn keep_new(
        &self,
        write: &mut Write,
        caller: &Caller,
        user: UserId,
        (key, name): (Credential, String),
    ) -> Result<(Passkey, BackupCodes), Error> {
        let json = serde_json::to_string(&key).map_err(|_| Error::Broken("a passkey could not be written"))?;
        let (id, now) = (FactorId::new(), self.clock.now());
        // A credential belongs to one person: the column is unique.
        let added = sqlx::query(
            "INSERT INTO passkeys (id, user_id, credential_id, credential, name, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id.to_string())
        .bind(user.to_string())
        .bind(hex::encode(key.cred_id()))
        .bind(json)
        .bind(&name)
        .bind(now.0)
        .execute(&mut **write)
        .await
        .map_err(store::Error::from);
        match added {
            Err(error) if error.is_duplicate() => return Err(Error::Refused("This passkey is added already.")),
            result => result?,
        };
        let codes = self.first_backup_codes(write, user).await?;
        let entry = Entry::by(caller, Action::PasskeyAdd).object("passkey", id, &name);
        self.audit.within(write, &entry).await?;
        self.tell(write, user, Notice::PasskeyAdded).await?;
        Ok((Passkey { id, name, created_at: now, last_used_at: None }, codes))
    }

    /// Gives one of the caller's passkeys another name.
    ///
    /// # Errors
    /// `Unknown`; `Invalid` on `name`.
    pub async fn rename_passkey(&self, caller: &Caller, id: FactorId, name: &str) -> Result<(), Error> {
        let (user, _) = caller.require_person()?;
        let name = named(name)?;
        let mut write = self.db.write().await?;
        let renamed = sqlx::query("UPDATE passkeys SET name = $1 WHERE id = $2 AND user_id = $3")
            .bind(&name)
            .bind(id.to_string())
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        if renamed.rows_affected() == 0 {
            return Err(Error::Unknown("passkey"));
        }
        let entry = Entry::by(caller, Action::PasskeyRename).object("passkey", id, &name);
        self.audit.within(&mut write, &entry).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// Removes one of the caller's passkeys.
    ///
    /// # Errors
    /// `StepUp`; `Unknown`; refused when the role asks for a second factor and this is the last.
    pub async fn remove_passkey(&self, caller: &Caller, id: FactorId) -> Result<(), Error> {
        let (user, _) = caller.require_person()?;
        caller.require_fresh()?;
        let factors = self.factors(caller).await?;
        let last = factors.totp_since.is_none() && factors.passkeys.len() == 1;
        if factors.required && last {
            return Err(Error::Refused("Your role asks for a second factor. Add another before you remove this one."));
        }
        let mut write = self.db.write().await?;
        let removed = sqlx::query("DELETE FROM passkeys WHERE id = $1 AND user_id = $2")
            .bind(id.to_string())
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        if removed.rows_affected() == 0 {
            return Err(Error::Unknown("passkey"));
        }
        if last {
            forget_backup_codes(&mut write, user).await?;
        }
        let name = factors.passkeys.iter().find(|key| key.id == id).map_or("", |key| key.name.as_str());
        let entry = Entry::by(caller, Action::PasskeyRemove).object("passkey", id, name);
        self.audit.within(&mut write, &entry).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }
}
