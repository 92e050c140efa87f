//! The first start: whoever holds the link from the console becomes the owner.

use std::time::Duration;

use audit::Entry;
use model::{Caller, Permission, Role, audit::Action};
use secrecy::{ExposeSecret, SecretString};
use store::sqlx;

use crate::{Client, Entrance, Error, Identity, NewAccount, accounts, pending::FirstStep, secret};

/// How long a set-up link is good for.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
const TOKEN: &str = "setup_token_hash";
const EXPIRES: &str = "setup_expires_at";

impl Identity {
    /// Whether nobody owns this instance yet.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn needs_setup(&self) -> Result<bool, Error> {
        let someone: Option<String> =
            sqlx::query_scalar("SELECT id FROM users LIMIT 1").fetch_optional(self.db.read()).await?;
        Ok(someone.is_none())
    }

    /// A fresh set-up link; any before it stops working. `None` when the instance has an owner.
    ///
    /// # Errors
    /// `Forbidden` unless it is background work or an admin; when the store fails.
    pub async fn new_setup_link(&self, caller: &Caller) -> Result<Option<SecretString>, Error> {
        caller.require(Permission::PeopleInvite)?;
        if !self.needs_setup().await? {
            return Ok(None);
        }
        let token = secret::random_secret();
        let expires = self.clock.now().plus(LIFETIME);
        self.db.set_meta(EXPIRES, Some(&expires.0.to_string())).await?;
        self.db.set_meta(TOKEN, Some(&secret::digest(token.expose_secret()))).await?;
        Ok(Some(format!("{}/setup/{}", self.settings.public_url, token.expose_secret()).into()))
    }

    /// Whether the link still works, for the page that shows its form.
    ///
    /// # Errors
    /// [`Error::LinkEnded`] unless it does.
    pub async fn check_setup(&self, token: &str) -> Result<(), Error> {
        let hash = self.db.meta(TOKEN).await?.unwrap_or_default();
        let expires: i64 = self.db.meta(EXPIRES).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
        let right = secret::same(&hash, &secret::digest(token)) && self.clock.now().0 < expires;
        if right && self.needs_setup().await? { Ok(()) } else { Err(Error::LinkEnded) }
    }

    /// Claims the instance: makes the owner and signs them in. Works once.
    ///
    /// # Errors
    /// [`Error::LinkEnded`], or a field's own error.
    pub async fn claim(&self, token: &str, account: NewAccount, client: &Client) -> Result<Entrance, Error> {
        self.check_setup(token).await?;
        let hash = self.passwords.hash(&account.password, account.about()).await?;
        let mut write = self.db.write().await?;
        // Deleting the token is the claim: of two at once, one deletes a row and the other none.
        let claimed = sqlx::query("DELETE FROM meta WHERE key = $1 AND value = $2")
            .bind(TOKEN)
            .bind(secret::digest(token))
            .execute(&mut *write)
            .await?;
        let someone: Option<String> =
            sqlx::query_scalar("SELECT id FROM users LIMIT 1").fetch_optional(&mut *write).await?;
        if claimed.rows_affected() != 1 || someone.is_some() {
            return Err(Error::LinkEnded);
        }
        let user = accounts::insert(&mut write, &account, &Role::Owner, &hash, self.clock.now()).await?;
        self.verify_first(&mut write, &user, account.email.as_ref()).await?;
        let entry = Entry::stranger(Action::InstanceClaim, &client.address).person(user.id);
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        self.tell_people_changed(user.id);
        self.enter(&user, FirstStep::link(), client).await
    }

    /// Adds an account without a link, for the command line.
    ///
    /// # Errors
    /// `Forbidden` when the caller may not grant `role`, or a field's own error.
    pub async fn add_user(&self, caller: &Caller, account: NewAccount, role: &Role) -> Result<model::UserId, Error> {
        caller.require(Permission::PeopleManage)?;
        self.check_gives(caller, role).await?;
        let hash = self.passwords.hash(&account.password, account.about()).await?;
        let mut write = self.db.write().await?;
        let user = accounts::insert(&mut write, &account, role, &hash, self.clock.now()).await?;
        let entry = Entry::by(caller, Action::AccountCreate).person(user.id).detail(role.name());
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.tell_people_changed(user.id);
        Ok(user.id)
    }
}
