//! Service accounts: names programs act under, to which nobody signs in.

use audit::Entry;
use model::{
    ApiError, Caller, ErrorCode, Permission, Role, UserId,
    audit::Action,
    identity::{DisplayName, Username},
    keys::ServiceAccount,
};
use store::sqlx::{self, Row};

use crate::{Error, Identity, roles::may_give};

/// Service accounts at most.
const MAX_ACCOUNTS: i64 = 200;

impl Identity {
    /// Makes a service account. It acts by keys only: there is no password to guess and none to reset.
    ///
    /// # Errors
    /// `Forbidden` without `keys.manage` or for a role that allows more than the caller's; `StepUp`;
    /// [`Error::UsernameTaken`]; `TooMany` over the bound.
    pub async fn add_service_account(
        &self,
        caller: &Caller,
        username: &Username,
        name: &DisplayName,
        role: &Role,
    ) -> Result<UserId, Error> {
        caller.require(Permission::KeysManage)?;
        caller.require_fresh()?;
        self.check_gives(caller, role).await?;
        let id = UserId::new();
        let mut write = self.db.write().await?;
        let count: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM users WHERE kind = 'service'").fetch_one(&mut *write).await?;
        if count >= MAX_ACCOUNTS {
            return Err(ApiError::new(ErrorCode::TooMany, "There are too many service accounts.").into());
        }
        let inserted = sqlx::query(
            "INSERT INTO users (id, username, display_name, role, password_hash, active, created_at, kind)
             VALUES ($1, $2, $3, $4, '', 1, $5, 'service')",
        )
        .bind(id.to_string())
        .bind(username.as_str())
        .bind(name.as_str())
        .bind(role.name())
        .bind(self.clock.now().0)
        .execute(&mut *write)
        .await
        .map_err(store::Error::from);
        match inserted {
            Err(error) if error.is_duplicate() => return Err(Error::UsernameTaken),
            result => result?,
        };
        let entry = Entry::by(caller, Action::AccountCreate).person(id).detail(&format!("service account, {role}"));
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.tell_people_changed(id);
        Ok(id)
    }

    /// Service accounts, by name.
    ///
    /// # Errors
    /// `Forbidden` without `keys.manage`.
    pub async fn service_accounts(&self, caller: &Caller) -> Result<Vec<ServiceAccount>, Error> {
        caller.require(Permission::KeysManage)?;
        let rows = sqlx::query(
            "SELECT id, username, role, active FROM users WHERE kind = 'service' ORDER BY username LIMIT 200",
        )
        .fetch_all(self.db.read())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(ServiceAccount {
                    id: row.try_get::<String, _>(0)?.parse().map_err(|_| store::Error::Unreadable("user id"))?,
                    username: row.try_get(1)?,
                    role: row.try_get::<String, _>(2)?.parse()?,
                    active: row.try_get::<i64, _>(3)? == 1,
                })
            })
            .collect()
    }

    /// Refuses unless `account` is a service account that may do no more than the caller.
    pub(super) async fn check_service_account(&self, caller: &Caller, account: UserId) -> Result<(), Error> {
        let role: Option<String> = sqlx::query_scalar("SELECT role FROM users WHERE id = $1 AND kind = 'service'")
            .bind(account.to_string())
            .fetch_optional(self.db.read())
            .await?;
        let role: Role = role.ok_or(Error::Refused("Keys are made for oneself or for a service account."))?.parse()?;
        if may_give(caller, &self.grants_of(&role).await?) {
            Ok(())
        } else {
            Err(ApiError::new(ErrorCode::Forbidden, "This service account may do more than you.").into())
        }
    }
}
