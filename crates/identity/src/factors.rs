//! A person's second factors: which there are, setting them up and removing them.

use audit::Entry;
use model::{
    Caller, Factor, Timestamp, UserId,
    audit::Action,
    factors::{Factors, TotpOffer},
};
use store::{
    Write,
    sqlx::{self, Row},
};

use crate::{
    Client, Error, Identity, SignedIn,
    accounts::{self, User},
    attempts,
    notices::Notice,
    pending::{self, Half},
};

/// Codes to keep on paper, shown once.
pub type BackupCodes = Vec<String>;

impl Identity {
    /// The caller's own second factors.
    ///
    /// # Errors
    /// `Forbidden` for keys and background work; when the store fails.
    pub async fn factors(&self, caller: &Caller) -> Result<Factors, Error> {
        let (user, _) = caller.require_person()?;
        self.factors_of(&accounts::get(&self.db, user).await?).await
    }

    pub(crate) async fn factors_of(&self, user: &User) -> Result<Factors, Error> {
        let id = user.id.to_string();
        let totp: Option<i64> =
            sqlx::query_scalar("SELECT confirmed_at FROM totp WHERE user_id = $1 AND confirmed_at IS NOT NULL")
                .bind(&id)
                .fetch_optional(self.db.read())
                .await?;
        let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM backup_codes WHERE user_id = $1 AND used_at IS NULL")
            .bind(&id)
            .fetch_one(self.db.read())
            .await?;
        let needed: Option<i64> = sqlx::query("SELECT needs_second_factor FROM roles WHERE name = $1")
            .bind(user.role.name())
            .fetch_optional(self.db.read())
            .await?
            .map(|row| row.try_get(0))
            .transpose()?;
        Ok(Factors {
            totp_since: totp.map(Timestamp),
            backup_codes_left: u32::try_from(left).unwrap_or(u32::MAX),
            passkeys: self.passkeys_of(user.id).await?,
            required: needed == Some(1),
        })
    }

    /// Offers the caller a seed to put into an app.
    ///
    /// # Errors
    /// `StepUp` without a fresh proof; refused while codes from an app are set up.
    pub async fn begin_totp(&self, caller: &Caller) -> Result<TotpOffer, Error> {
        let (user, _) = caller.require_person()?;
        caller.require_fresh()?;
        self.offer_totp(&accounts::get(&self.db, user).await?).await
    }

    /// Puts the offered seed in force once a code of it is shown. Returns backup codes unless there were some.
    ///
    /// # Errors
    /// `StepUp`; `Invalid` on `code`; [`Error::Wait`] after too many wrong ones.
    pub async fn confirm_totp(&self, caller: &Caller, code: &str, client: &Client) -> Result<BackupCodes, Error> {
        let (user, session) = caller.require_person()?;
        caller.require_fresh()?;
        self.check_offered(user, code, client).await?;
        let mut write = self.db.write().await?;
        self.note_proof(&mut write, session, Factor::Totp).await?;
        let codes = self.first_backup_codes(&mut write, user).await?;
        self.audit.within(&mut write, &Entry::by(caller, Action::TotpEnrol).person(user)).await?;
        self.tell(&mut write, user, Notice::TotpAdded).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        self.tell_rights_changed(user);
        Ok(codes)
    }

    /// Offers a seed to someone half signed in whose role asks for a second factor they do not have.
    ///
    /// # Errors
    /// [`Error::StepEnded`]; refused for those who have one: they must show it instead.
    pub async fn begin_enrolment(&self, token: &str) -> Result<TotpOffer, Error> {
        let half = self.half_to_enrol(token).await?;
        self.offer_totp(&half.user).await
    }

    /// The half-done sign-in of someone without a second factor. Who has one must show it: else a password alone would
    /// be enough to add another.
    pub(crate) async fn half_to_enrol(&self, token: &str) -> Result<Half, Error> {
        let half = self.half(token).await?;
        if self.factors_of(&half.user).await?.any() {
            return Err(Error::Refused("Show the second factor that is set up already."));
        }
        Ok(half)
    }

    /// Completes that enrolment and the sign-in with it.
    ///
    /// # Errors
    /// As [`confirm_totp`](Self::confirm_totp), or [`Error::StepEnded`].
    pub async fn finish_enrolment(
        &self,
        token: &str,
        code: &str,
        client: &Client,
    ) -> Result<(SignedIn, BackupCodes), Error> {
        let half = self.half_to_enrol(token).await?;
        let user = half.user.id;
        self.check_offered(user, code, client).await?;
        let mut write = self.db.write().await?;
        let admitted = self.complete_within(&mut write, half, Factor::Totp, client).await?;
        let codes = self.first_backup_codes(&mut write, user).await?;
        let entry = Entry::by(&admitted.caller, Action::TotpEnrol).person(user);
        self.audit.within(&mut write, &entry).await?;
        self.tell(&mut write, user, Notice::TotpAdded).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        Ok((self.settle(admitted)?, codes))
    }

    async fn check_offered(&self, user: UserId, code: &str, client: &Client) -> Result<(), Error> {
        let attempt = self.begin_attempt(attempts::account_key(Some(user), ""), client).await?;
        if self.use_totp(user, code, true).await? {
            self.attempt_succeeded(&attempt).await
        } else {
            Err(Error::WrongCode)
        }
    }

    pub(crate) async fn first_backup_codes(&self, write: &mut Write, user: UserId) -> Result<BackupCodes, Error> {
        let some: Option<String> =
            sqlx::query_scalar("SELECT digest FROM backup_codes WHERE user_id = $1 AND used_at IS NULL LIMIT 1")
                .bind(user.to_string())
                .fetch_optional(&mut **write)
                .await?;
        if some.is_some() { Ok(Vec::new()) } else { self.make_backup_codes(write, user).await }
    }

    /// Makes new backup codes, shown once; those before work no more.
    ///
    /// # Errors
    /// `StepUp`; refused without another second factor.
    pub async fn new_backup_codes(&self, caller: &Caller) -> Result<BackupCodes, Error> {
        let (user, _) = caller.require_person()?;
        caller.require_fresh()?;
        if !self.factors(caller).await?.any() {
            return Err(Error::Refused("Set up an app or a passkey first: backup codes stand in for those."));
        }
        let mut write = self.db.write().await?;
        let codes = self.make_backup_codes(&mut write, user).await?;
        self.audit.within(&mut write, &Entry::by(caller, Action::BackupCodesMake).person(user)).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(codes)
    }

    /// Takes the caller's codes from an app out of force.
    ///
    /// # Errors
    /// `StepUp`; refused when the role asks for a second factor and this is the last.
    pub async fn remove_totp(&self, caller: &Caller) -> Result<(), Error> {
        let (user, _) = caller.require_person()?;
        caller.require_fresh()?;
        let factors = self.factors(caller).await?;
        if factors.required && factors.passkeys.is_empty() {
            return Err(Error::Refused(
                "Your role asks for a second factor. Add a passkey before you remove this one.",
            ));
        }
        let mut write = self.db.write().await?;
        let removed =
            sqlx::query("DELETE FROM totp WHERE user_id = $1").bind(user.to_string()).execute(&mut *write).await?;
        if removed.rows_affected() == 0 {
            return Err(Error::Unknown("set-up of codes"));
        }
        if factors.passkeys.is_empty() {
            forget_backup_codes(&mut write, user).await?;
        }
        self.audit.within(&mut write, &Entry::by(caller, Action::TotpRemove).person(user)).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(())
    }

    /// Removes all second factors of someone who lost them, and ends all their sessions.
    ///
    /// # Errors
    /// `Forbidden` without `people.manage` or towards someone who may more; `StepUp`; refused for oneself.
    pub async fn reset_factors(&self, caller: &Caller, user: UserId) -> Result<(), Error> {
        self.check_authority(caller, user).await?;
        caller.require_fresh()?;
        if caller.is(user) {
            return Err(Error::Refused("Remove your own second factors on your security page."));
        }
        let mut write = self.db.write().await?;
        for sql in ["DELETE FROM totp WHERE user_id = $1", "DELETE FROM passkeys WHERE user_id = $1"] {
            sqlx::query(sql).bind(user.to_string()).execute(&mut *write).await?;
        }
        forget_backup_codes(&mut write, user).await?;
        pending::forget_halves(&mut write, user).await?;
        let ended = self.end_rows(&mut write, user, None, None, "the second factors were reset").await?;
        self.audit.within(&mut write, &Entry::by(caller, Action::FactorsReset).person(user)).await?;
        self.tell(&mut write, user, Notice::FactorsReset).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        self.tell_all_ended(&ended);
        Ok(())
    }
}

pub(crate) async fn forget_backup_codes(write: &mut Write, user: UserId) -> Result<(), Error> {
    sqlx::query("DELETE FROM backup_codes WHERE user_id = $1").bind(user.to_string()).execute(&mut **write).await?;
    Ok(())
}
