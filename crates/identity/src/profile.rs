//! What people change about themselves.

use audit::Entry;
use model::{
    ApiError, Caller, UserId,
    audit::Action,
    identity::DisplayName,
    profile::{Locale, Preferences, TimeZone},
};
use secrecy::{ExposeSecret, SecretString};
use store::sqlx::{self, Row};

use crate::{Client, Error, Identity, accounts, attempts, notices::Notice, pending};

impl Identity {
    /// Changes how the caller is called.
    ///
    /// # Errors
    /// `Forbidden` for keys and background work; when the store fails.
    pub async fn rename(&self, caller: &Caller, name: &DisplayName) -> Result<(), Error> {
        let (user, _) = caller.require_person()?;
        let mut write = self.db.write().await?;
        sqlx::query("UPDATE users SET display_name = $1 WHERE id = $2")
            .bind(name.as_str())
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        self.audit.within(&mut write, &Entry::by(caller, Action::AccountRename).detail(name.as_str())).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.tell_people_changed(user);
        Ok(())
    }

    /// Changes how dates and times are written for the caller.
    ///
    /// # Errors
    /// `Forbidden` for keys and background work; when the store fails.
    pub async fn set_preferences(&self, caller: &Caller, preferences: &Preferences) -> Result<(), Error> {
        let (user, _) = caller.require_person()?;
        let Preferences { time_zone, locale } = preferences;
        let (zone, locale) = (time_zone.as_ref().map(|zone| zone.as_str()), locale.as_ref().map(|tag| tag.as_str()));
        let mut write = self.db.write().await?;
        sqlx::query("UPDATE users SET time_zone = $1, locale = $2 WHERE id = $3")
            .bind(zone)
            .bind(locale)
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        let detail = format!("{}, {}", zone.unwrap_or("as the browser"), locale.unwrap_or("as the browser"));
        self.audit
            .within(&mut write, &Entry::by(caller, Action::AccountPreferences).person(user).detail(&detail))
            .await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// What is kept of it. Names this binary does not know (any more) count as not set.
    pub(crate) async fn preferences_of(&self, user: UserId) -> Result<Preferences, Error> {
        let row = sqlx::query("SELECT time_zone, locale FROM users WHERE id = $1")
            .bind(user.to_string())
            .fetch_one(self.db.read())
            .await?;
        let (zone, locale): (Option<String>, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        Ok(Preferences {
            time_zone: zone.and_then(|zone| TimeZone::parse(&zone).ok()),
            locale: locale.and_then(|locale| Locale::parse(&locale).ok()),
        })
    }

    /// Changes the caller's password and ends all their other sessions: whoever knew the old one is out. Returns how
    /// many it ended.
    ///
    /// # Errors
    /// `Invalid` on `current` or `password`; [`Error::Wait`] after wrong ones, as at the sign-in.
    pub async fn change_password(
        &self,
        caller: &Caller,
        current: &SecretString,
        password: &SecretString,
        client: &Client,
    ) -> Result<usize, Error> {
        let (user, session) = caller.require_person()?;
        let user = accounts::get(&self.db, user).await?;
        let attempt = self.begin_attempt(attempts::account_key(Some(user.id), ""), client).await?;
        let row = sqlx::query("SELECT password_hash, email FROM users WHERE id = $1")
            .bind(user.id.to_string())
            .fetch_one(self.db.read())
            .await?;
        let (old, email): (String, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        if !self.passwords.verify(current, Some(old.clone()).filter(|hash| !hash.is_empty())).await? {
            self.audit.record(Entry::by(caller, Action::PasswordChange).refused()).await?;
            return Err(ApiError::invalid("current", "This is not your present password.").into());
        }
        self.attempt_succeeded(&attempt).await?;
        if current.expose_secret() == password.expose_secret() {
            return Err(ApiError::invalid("password", "This is your password already. Choose another.").into());
        }
        let about = accounts::about(&user.username, &user.display_name, email.as_deref());
        let new = self.passwords.hash(password, about).await?;
        let mut write = self.db.write().await?;
        // Only over the password that was shown to be known: of two changes at once one is told.
        let changed = sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3")
            .bind(new)
            .bind(user.id.to_string())
            .bind(old)
            .execute(&mut *write)
            .await?;
        if changed.rows_affected() == 0 {
            return Err(Error::Refused("Your password was changed just now from elsewhere."));
        }
        let ended = self.end_rows(&mut write, user.id, None, Some(session), "the password was changed").await?;
        pending::forget_halves(&mut write, user.id).await?;
        self.audit.within(&mut write, &Entry::by(caller, Action::PasswordChange).person(user.id)).await?;
        self.tell(&mut write, user.id, Notice::PasswordChanged).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        self.tell_all_ended(&ended);
        Ok(ended.len())
    }
}
