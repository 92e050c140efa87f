//! The directory, and what admins do to accounts.

use std::collections::BTreeSet;

use audit::Entry;
use model::{
    ApiError, Caller, ErrorCode, Permission, Role, UserId,
    audit::Action,
    identity::{AccountKind, Person},
};
use secrecy::SecretString;
use store::sqlx;

use crate::{Error, Identity, accounts, notices::Notice, pending, roles::may_give, secret};

impl Identity {
    /// Everyone, by user name. Whether they are online is not known here.
    ///
    /// # Errors
    /// `Forbidden` without `people.read`.
    pub async fn people(&self, caller: &Caller) -> Result<Vec<Person>, Error> {
        caller.require(Permission::PeopleRead)?;
        let users = accounts::all(&self.db).await?;
        let manages = caller.may(Permission::PeopleManage);
        let slowed = if manages { self.slowed_accounts().await? } else { BTreeSet::new() };
        let grantable: Vec<Role> = if manages {
            self.roles(caller).await?.into_iter().filter(|info| info.grantable).map(|info| info.role).collect()
        } else {
            Vec::new()
        };
        Ok(users
            .into_iter()
            .map(|user| Person {
                slowed: slowed.contains(&user.id.to_string()),
                manageable: grantable.contains(&user.role) && !caller.is(user.id),
                id: user.id,
                username: user.username,
                display_name: user.display_name,
                avatar: user.avatar,
                role: user.role,
                active: user.active,
                kind: user.kind,
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
    /// `Forbidden` without `people.manage` or towards someone who may more; refused for oneself and for the last owner.
    pub async fn set_active(&self, caller: &Caller, user: UserId, active: bool) -> Result<(), Error> {
        self.check_authority(caller, user).await?;
        if caller.is(user) {
            return Err(Error::Refused("Nobody disables their own account. Ask another admin."));
        }
        let mut write = self.db.write().await?;
        let mut ended = Vec::new();
        if !active {
            accounts::check_not_last_owner(&mut write, user).await?;
        }
        sqlx::query("UPDATE users SET active = $1, changed_at = $2 WHERE id = $3")
            .bind(i64::from(active))
            .bind(self.clock.now().0)
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        // After the row is ours: who signs in at this moment is in before, and ended, or not at all.
        if !active {
            pending::forget_halves(&mut write, user).await?;
            ended = self.end_rows(&mut write, user, None, None, "the account was disabled").await?;
        }
        let action = if active { Action::AccountEnable } else { Action::AccountDisable };
        self.audit.within(&mut write, &Entry::by(caller, action).person(user)).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.tell_all_ended(&ended);
        self.tell_rights_changed(user);
        self.tell_people_changed(user);
        Ok(())
    }

    /// Gives someone a new random password, shown once, and ends all their sessions.
    ///
    /// # Errors
    /// `Forbidden` without `people.manage` or towards someone who may more; `StepUp`; refused for oneself, of whom the
    /// present password is asked ([`change_password`](Self::change_password)), and for service accounts.
    pub async fn reset_password(&self, caller: &Caller, user: UserId) -> Result<SecretString, Error> {
        self.check_authority(caller, user).await?;
        caller.require_fresh()?;
        if caller.is(user) {
            return Err(Error::Refused("Change your own password on your account page."));
        }
        let password = secret::random_secret();
        let hash = self.passwords.hash(&password, Vec::new()).await?;
        let mut write = self.db.write().await?;
        let set = sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2 AND kind = 'person'")
            .bind(hash)
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        if set.rows_affected() == 0 {
            return Err(Error::Refused("This is a service account: it acts by keys, and nobody signs in to it."));
        }
        pending::forget_halves(&mut write, user).await?;
        let ended = self.end_rows(&mut write, user, None, None, "the password was reset").await?;
        self.audit.within(&mut write, &Entry::by(caller, Action::PasswordReset).person(user)).await?;
        self.tell(&mut write, user, Notice::PasswordVoided).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        self.tell_all_ended(&ended);
        Ok(password)
    }

    pub(crate) async fn check_authority(&self, caller: &Caller, user: UserId) -> Result<(), Error> {
        caller.require_towards(Permission::PeopleManage, user)?;
        let target = accounts::get(&self.db, user).await?;
        if target.kind == AccountKind::Deleted {
            return Err(Error::Unknown("person"));
        }
        if may_give(caller, &self.grants_of(&target.role).await?) {
            Ok(())
        } else {
            Err(ApiError::new(ErrorCode::Forbidden, "This person may do more than you.").into())
        }
    }
}
