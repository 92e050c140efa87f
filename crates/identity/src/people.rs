//! The directory, and what admins do to accounts.

use std::collections::BTreeSet;

use model::{ApiError, Caller, ErrorCode, Permission, Role, UserId, identity::Person};
use secrecy::SecretString;
use store::sqlx;

use crate::{Error, Identity, accounts, secret};

impl Identity {
    /// Everyone, by user name. Whether they are online is not known here.
    ///
    /// # Errors
    /// `Forbidden` without `people.read`.
    pub async fn people(&self, caller: &Caller) -> Result<Vec<Person>, Error> {
        caller.require(Permission::PeopleRead)?;
        let users = accounts::all(&self.db).await?;
        let slowed = if caller.may(Permission::PeopleInvite) { self.slowed_accounts().await? } else { BTreeSet::new() };
        Ok(users
            .into_iter()
            .map(|user| Person {
                slowed: slowed.contains(&user.id.to_string()),
                id: user.id,
                username: user.username,
                display_name: user.display_name,
                role: user.role,
                active: user.active,
                online: false,
            })
            .collect())
    }

    /// The person with this user name.
    ///
    /// # Errors
    /// `Forbidden` without `people.read`; `Unknown`.
    pub async fn person_named(&self, caller: &Caller, username: &str) -> Result<UserId, Error> {
        caller.require(Permission::PeopleRead)?;
        let found = accounts::find(&self.db, username).await?;
        found.map(|(user, _)| user.id).ok_or(Error::Unknown("person"))
    }

    /// Lets someone sign in again, or ends all their sessions and lets them no more.
    ///
    /// # Errors
    /// `Forbidden` without `people.invite` or towards a higher role; refused for oneself and for the last owner.
    pub async fn set_active(&self, caller: &Caller, user: UserId, active: bool) -> Result<(), Error> {
        self.check_authority(caller, user).await?;
        if caller.is(user) {
            return Err(Error::Refused("Nobody disables their own account. Ask another admin."));
        }
        let mut write = self.db.write().await?;
        if !active {
            let others: i64 =
                sqlx::query_scalar("SELECT COUNT(*) FROM users WHERE role = $1 AND active = 1 AND id <> $2")
                    .bind(Role::Owner.name())
                    .bind(user.to_string())
                    .fetch_one(&mut *write)
                    .await?;
            if others == 0 {
                return Err(Error::Refused("This is the last owner. Make someone else an owner first."));
            }
        }
        sqlx::query("UPDATE users SET active = $1 WHERE id = $2")
            .bind(i64::from(active))
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        write.commit().await.map_err(store::Error::from)?;
        if !active {
            self.end_where(user, None, None, "the account was disabled").await?;
        }
        self.tell_people_changed(user);
        Ok(())
    }

    /// Gives someone a new random password, shown once, and ends all their sessions.
    ///
    /// # Errors
    /// `Forbidden` without `people.invite` or towards a higher role.
    pub async fn reset_password(&self, caller: &Caller, user: UserId) -> Result<SecretString, Error> {
        self.check_authority(caller, user).await?;
        let password = secret::random_secret();
        let hash = self.passwords.hash(&password, Vec::new()).await?;
        let mut write = self.db.write().await?;
        sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2")
            .bind(hash)
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        write.commit().await.map_err(store::Error::from)?;
        self.end_where(user, None, None, "the password was reset").await?;
        Ok(password)
    }

    pub(crate) async fn check_authority(&self, caller: &Caller, user: UserId) -> Result<(), Error> {
        caller.require(Permission::PeopleInvite)?;
        let target = accounts::get(&self.db, user).await?;
        if caller.role().may_grant(target.role) {
            Ok(())
        } else {
            Err(ApiError::new(ErrorCode::Forbidden, "This person's role is above yours.").into())
        }
    }
}
