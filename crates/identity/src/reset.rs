//! Choosing a new password with a link, and making one to hand over.

use audit::Entry;
use model::{Caller, UserId, audit::Action};
use secrecy::SecretString;
use store::sqlx::{self, Row};

use crate::{
    Client, Error, Identity, accounts,
    links::{Link, Purpose},
    notices::Notice,
    pending,
};

/// Who a reset link is for.
struct Target {
    username: String,
    display_name: String,
    email: Option<String>,
}

impl Identity {
    /// The user name a link is for, for the page that shows its form.
    ///
    /// # Errors
    /// [`Error::LinkEnded`] unless it is open.
    pub async fn check_reset(&self, token: &str) -> Result<String, Error> {
        Ok(self.target(&self.find_link(Purpose::Reset, token).await?).await?.username)
    }

    /// Chooses a new password with a link: ends all sessions, half-done sign-ins and other such links of the account. It
    /// signs nobody in, and second factors stay.
    ///
    /// # Errors
    /// [`Error::LinkEnded`] unless it is open; `Invalid` on `password`, which uses nothing up.
    pub async fn finish_reset(&self, token: &str, password: &SecretString, client: &Client) -> Result<(), Error> {
        let target = self.target(&self.find_link(Purpose::Reset, token).await?).await?;
        let about = accounts::about(&target.username, &target.display_name, target.email.as_deref());
        let hash = self.passwords.hash(password, about).await?;
        let mut write = self.db.write().await?;
        let Link { user, email } = self.use_link(&mut write, Purpose::Reset, token).await?;
        let changed = sqlx::query(
            "UPDATE users SET password_hash = $1 WHERE id = $2 AND active = 1
             AND ($3 IS NULL OR (email = $3 AND email_verified_at IS NOT NULL))",
        )
        .bind(hash)
        .bind(user.to_string())
        .bind(email.map(|email| email.as_str().to_owned()))
        .execute(&mut *write)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(Error::LinkEnded);
        }
        self.end_links(&mut write, Purpose::Reset, user).await?;
        pending::forget_halves(&mut write, user).await?;
        self.forget_failures(&mut write, user, client).await?;
        let ended = self.end_rows(&mut write, user, None, None, "the password was reset").await?;
        let entry = Entry::stranger(Action::PasswordReset, &client.address).person(user).detail("with a link");
        self.audit.within(&mut write, &entry).await?;
        self.tell(&mut write, user, Notice::PasswordReset).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        self.tell_all_ended(&ended);
        Ok(())
    }

    /// Voids someone's password and ends all their sessions. Returns a link, good for a day, to hand over: with it they
    /// choose a new one.
    ///
    /// # Errors
    /// `Forbidden` without `people.manage` or towards someone who may more; `StepUp`; refused for oneself, for disabled
    /// accounts and for those nobody signs in to; `TooMany` after too many links.
    pub async fn make_reset_link(&self, caller: &Caller, user: UserId) -> Result<SecretString, Error> {
        self.check_authority(caller, user).await?;
        caller.require_fresh()?;
        if caller.is(user) {
            return Err(Error::Refused("Change your own password on your security page."));
        }
        let mut write = self.db.write().await?;
        let voided =
            sqlx::query("UPDATE users SET password_hash = '' WHERE id = $1 AND active = 1 AND kind = 'person'")
                .bind(user.to_string())
                .execute(&mut *write)
                .await?;
        if voided.rows_affected() == 0 {
            return Err(Error::Refused(
                "Nobody signs in to this account. If it is a disabled person's, enable it first.",
            ));
        }
        self.end_links(&mut write, Purpose::Reset, user).await?;
        let url = self.make_link(&mut write, Purpose::Reset, user, None).await?;
        pending::forget_halves(&mut write, user).await?;
        let ended = self.end_rows(&mut write, user, None, None, "the password was reset").await?;
        let entry = Entry::by(caller, Action::PasswordReset).person(user).detail("by a link to hand over");
        self.audit.within(&mut write, &entry).await?;
        self.tell(&mut write, user, Notice::PasswordVoided).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        self.tell_all_ended(&ended);
        Ok(url)
    }

    /// Who a link is for: an active account that, if it was mailed, still has the address it was mailed to.
    async fn target(&self, link: &Link) -> Result<Target, Error> {
        let row = sqlx::query(
            "SELECT username, display_name, email FROM users
             WHERE id = $1 AND active = 1 AND ($2 IS NULL OR (email = $2 AND email_verified_at IS NOT NULL))",
        )
        .bind(link.user.to_string())
        .bind(link.email.as_ref().map(|email| email.as_str().to_owned()))
        .fetch_optional(self.db.read())
        .await?
        .ok_or(Error::LinkEnded)?;
        Ok(Target { username: row.try_get(0)?, display_name: row.try_get(1)?, email: row.try_get(2)? })
    }
}
