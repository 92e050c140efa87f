//! Showing a second factor at the sign-in, and showing again who one is before a sensitive action.

use audit::Entry;
use model::{Caller, Factor, SessionId, UserId, audit::Action, factors::Showing};
use store::{Write, sqlx};

use crate::{Client, Error, Identity, SignedIn, accounts, attempts};

impl Identity {
    /// Completes a sign-in with a second factor.
    ///
    /// # Errors
    /// [`Error::StepEnded`]; [`Error::WrongCode`]; [`Error::Wait`] after too many wrong ones, counted together with
    /// wrong passwords.
    pub async fn prove(&self, token: &str, showing: &Showing, client: &Client) -> Result<SignedIn, Error> {
        let half = self.half(token).await?;
        if matches!(showing, Showing::Password(_)) {
            return Err(Error::WrongCode);
        }
        let factor = match self.check_showing(half.user.id, showing, client).await {
            Err(error @ Error::WrongCode) => {
                let entry = Entry::stranger(Action::SessionBegin, &client.address).person(half.user.id);
                self.audit.record(entry.refused().detail("wrong second factor")).await?;
                return Err(error);
            }
            result => result?,
        };
        self.complete(half, factor, client).await
    }

    /// Shows again who the caller is; sensitive actions are open for a while then. Those who have a second factor must
    /// show one.
    ///
    /// # Errors
    /// [`Error::WrongCode`], `Invalid` on `password`, [`Error::Wait`].
    pub async fn confirm(&self, caller: &Caller, showing: &Showing, client: &Client) -> Result<(), Error> {
        let (user, session) = caller.require_person()?;
        if matches!(showing, Showing::Password(_)) && self.factors(caller).await?.any() {
            return Err(Error::Refused("Use your second factor: the password alone is not enough for you."));
        }
        let entry = Entry::by(caller, Action::SessionConfirm).person(user);
        let factor = match self.check_showing(user, showing, client).await {
            Err(error @ (Error::WrongCode | Error::WrongPassword)) => {
                self.audit.record(entry.refused()).await?;
                return Err(error);
            }
            result => result?,
        };
        let mut write = self.db.write().await?;
        self.note_proof(&mut write, session, factor).await?;
        self.audit.within(&mut write, &entry.detail(factor.name())).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.forget(session);
        Ok(())
    }

    async fn check_showing(&self, user: UserId, showing: &Showing, client: &Client) -> Result<Factor, Error> {
        let attempt = self.begin_attempt(attempts::account_key(Some(user), ""), client).await?;
        let factor = match showing {
            Showing::Password(password) => {
                let hash = accounts::password_hash(&self.db, user).await?;
                if !self.passwords.verify(&password.clone().into(), hash).await? {
                    return Err(Error::WrongPassword);
                }
                Factor::Password
            }
            Showing::Totp(code) if self.use_totp(user, code, false).await? => Factor::Totp,
            Showing::BackupCode(code) if self.use_backup_code(user, code).await? => Factor::BackupCode,
            Showing::Totp(_) | Showing::BackupCode(_) => return Err(Error::WrongCode),
        };
        self.attempt_succeeded(&attempt).await?;
        Ok(factor)
    }

    /// Notes in the session that its holder has just shown `factor`.
    pub(crate) async fn note_proof(&self, write: &mut Write, session: SessionId, factor: Factor) -> Result<(), Error> {
        // A second factor shown once is not taken back by confirming with a password later.
        sqlx::query(
            "UPDATE sessions SET proven_at = $1, factor = $2,
                    second_factor = CASE WHEN second_factor = 1 THEN 1 ELSE $3 END WHERE id = $4",
        )
        .bind(self.clock.now().0)
        .bind(factor.name())
        .bind(i64::from(factor.is_second()))
        .bind(session.to_string())
        .execute(&mut **write)
        .await?;
        Ok(())
    }
}
