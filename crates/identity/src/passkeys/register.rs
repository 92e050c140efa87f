//! Adding, naming and removing passkeys.

use audit::Entry;
use model::{
    ApiError, Caller, Factor, FactorId,
    audit::Action,
    factors::{Challenge, Passkey},
};
use store::sqlx;
use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential, Uuid};

use super::{Kind, answer, broken, challenge, wrong};
use crate::{Error, Identity, accounts, factors::forget_backup_codes, notices::Notice};

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
        let account = accounts::get(&self.db, user).await?;
        let known = self.stored(user).await?;
        if known.len() >= MAX_PASSKEYS {
            return Err(Error::Refused("There are too many passkeys. Remove one first."));
        }
        let exclude = known.iter().map(|(_, key)| key.cred_id().clone()).collect();
        let id = Uuid::parse_str(&user.to_string()).map_err(|_| Error::Broken("a user id is no UUID"))?;
        let (request, state) = self
            .party()?
            .start_passkey_registration(id, &account.username, &account.display_name, Some(exclude))
            .map_err(broken)?;
        let ceremony = self.keep_ceremony(Kind::Register, Some(user), &state).await?;
        let mut options =
            serde_json::to_value(&request).map_err(|_| Error::Broken("a challenge could not be written"))?;
        // The passkey must be found by its instance alone, so that it can be the only factor.
        if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection") {
            selection["residentKey"] = "required".into();
            selection["requireResidentKey"] = true.into();
        }
        challenge(&options, ceremony)
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
    ) -> Result<(Passkey, crate::BackupCodes), Error> {
        let (user, session) = caller.require_person()?;
        caller.require_fresh()?;
        let name = named(name)?;
        let state: PasskeyRegistration = self.take_ceremony(Kind::Register, Some(user), ceremony).await?;
        let credential: RegisterPublicKeyCredential = answer(credential)?;
        let key = self.party()?.finish_passkey_registration(&credential, &state).map_err(wrong)?;
        let json = serde_json::to_string(&key).map_err(|_| Error::Broken("a passkey could not be written"))?;
        let (id, now) = (FactorId::new(), self.clock.now());
        let mut write = self.db.write().await?;
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
        .execute(&mut *write)
        .await
        .map_err(store::Error::from);
        match added {
            Err(error) if error.is_duplicate() => return Err(Error::Refused("This passkey is added already.")),
            result => result?,
        };
        self.note_proof(&mut write, session, Factor::Passkey).await?;
        let codes = self.first_backup_codes(&mut write, user).await?;
        let entry = Entry::by(caller, Action::PasskeyAdd).object("passkey", id, &name);
        self.audit.within(&mut write, &entry).await?;
        self.tell(&mut write, user, Notice::PasskeyAdded).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        self.forget(session);
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
