//! Roles made here, which roles need a second factor, and giving roles to people.

use std::{collections::BTreeMap, sync::Arc};

use audit::Entry;
use model::{
    ApiError, Caller, ErrorCode, Permission, Role, UserId,
    audit::Action,
    policy::{Grant, RoleInfo, covers},
};
use store::{
    Write,
    sqlx::{self, Row},
};

use crate::{Error, Identity, accounts};

/// Roles made here at most.
const MAX_ROLES: i64 = 100;
/// Grants of one role, and conditions of one grant, at most.
const MAX_GRANTS: usize = 100;
const MAX_CONDITIONS: usize = 8;

/// Grants as they stand in the store.
pub(crate) fn parse(json: &str) -> Result<Arc<[Grant]>, Error> {
    serde_json::from_str::<Vec<Grant>>(json)
        .map(Into::into)
        .map_err(|_| Error::Store(store::Error::Unreadable("grants of a role")))
}

/// What a role allows, given the row of `roles` where it has one.
pub(crate) fn grants_from(role: &Role, stored: Option<&str>) -> Result<Arc<[Grant]>, Error> {
    match stored {
        Some(json) if !role.is_built_in() => parse(json),
        _ => Ok(role.grants().into()),
    }
}

impl Identity {
    /// Every role, built-in ones first.
    ///
    /// # Errors
    /// `Forbidden` without `people.read`.
    pub async fn roles(&self, caller: &Caller) -> Result<Vec<RoleInfo>, Error> {
        caller.require(Permission::PeopleRead)?;
        let holders: BTreeMap<String, i64> = sqlx::query("SELECT role, COUNT(*) FROM users GROUP BY role LIMIT 1000")
            .fetch_all(self.db.read())
            .await?
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect::<Result<_, sqlx::Error>>()?;
        let rows = sqlx::query("SELECT name, grants, needs_second_factor FROM roles ORDER BY name LIMIT 200")
            .fetch_all(self.db.read())
            .await?;
        let mut all: Vec<(Role, Arc<[Grant]>, bool)> =
            Role::ALL.into_iter().map(|role| (role.clone(), role.grants().into(), false)).collect();
        for row in rows {
            let role: Role = row.try_get::<String, _>(0)?.parse()?;
            let needs = row.try_get::<i64, _>(2)? == 1;
            match all.iter_mut().find(|(known, ..)| *known == role) {
                Some(known) => known.2 = needs,
                None => {
                    let stored: Option<String> = row.try_get(1)?;
                    all.push((role.clone(), grants_from(&role, stored.as_deref())?, needs));
                }
            }
        }
        Ok(all
            .into_iter()
            .map(|(role, grants, needs_second_factor)| RoleInfo {
                holders: holders.get(role.name()).map_or(0, |count| u32::try_from(*count).unwrap_or(u32::MAX)),
                grantable: may_give(caller, &grants),
                grants: grants.to_vec(),
                role,
                needs_second_factor,
            })
            .collect())
    }

    /// What a role allows.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a role nobody made.
    pub(crate) async fn grants_of(&self, role: &Role) -> Result<Arc<[Grant]>, Error> {
        if role.is_built_in() {
            return Ok(role.grants().into());
        }
        let stored: Option<String> = sqlx::query_scalar("SELECT grants FROM roles WHERE name = $1")
            .bind(role.name())
            .fetch_optional(self.db.read())
            .await?;
        parse(&stored.ok_or(Error::Unknown("role"))?)
    }

    /// What a person may do at all, whatever the circumstances; nothing when they are disabled or gone.
    ///
    /// # Errors
    /// `Forbidden` without `people.read`; when the store fails.
    pub async fn grants_of_person(&self, caller: &Caller, user: UserId) -> Result<Arc<[Grant]>, Error> {
        caller.require(Permission::PeopleRead)?;
        match accounts::get(&self.db, user).await {
            Ok(user) if user.active => self.grants_of(&user.role).await,
            Ok(_) | Err(Error::Unknown(_)) => Ok(Arc::default()),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn grants_within(&self, write: &mut Write, role: &Role) -> Result<Arc<[Grant]>, Error> {
        if role.is_built_in() {
            return Ok(role.grants().into());
        }
        let stored: Option<String> = sqlx::query_scalar("SELECT grants FROM roles WHERE name = $1")
            .bind(role.name())
            .fetch_optional(&mut **write)
            .await?;
        parse(&stored.ok_or(Error::Unknown("role"))?)
    }

    /// Refuses to give a role that holds more than the caller does.
    pub(crate) async fn check_gives(&self, caller: &Caller, role: &Role) -> Result<(), Error> {
        if may_give(caller, &self.grants_of(role).await?) {
            Ok(())
        } else {
            Err(ApiError::new(ErrorCode::Forbidden, "Nobody gives a role that allows more than their own.").into())
        }
    }

    /// Makes a role or changes one; whoever holds it may do what it says from now on. A built-in role keeps its grants:
    /// only whether it needs a second factor can be set.
    ///
    /// # Errors
    /// `Forbidden` without `roles.manage` or for grants the caller does not hold; `StepUp`; `Invalid` on `conditions` or
    /// `projects`.
    pub async fn save_role(&self, caller: &Caller, role: &Role, grants: &[Grant], needs: bool) -> Result<(), Error> {
        caller.require(Permission::RolesManage)?;
        caller.require_fresh()?;
        let sane = grants.len() <= MAX_GRANTS && grants.iter().all(|grant| grant.conditions.len() <= MAX_CONDITIONS);
        if !sane {
            return Err(ApiError::new(ErrorCode::TooLarge, "This role has too many grants or conditions.").into());
        }
        grants.iter().try_for_each(Grant::check)?;
        if !may_give(caller, grants) {
            return Err(ApiError::new(ErrorCode::Forbidden, "Nobody gives permissions they do not hold.").into());
        }
        let json = serde_json::to_string(grants).map_err(|_| Error::Broken("grants could not be written"))?;
        let now = self.clock.now();
        let mut write = self.db.write().await?;
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM roles WHERE name <> $1")
            .bind(role.name())
            .fetch_one(&mut *write)
            .await?;
        if count >= MAX_ROLES {
            return Err(ApiError::new(ErrorCode::TooMany, "There are too many roles. Remove some first.").into());
        }
        sqlx::query(
            "INSERT INTO roles (name, grants, needs_second_factor, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (name) DO UPDATE SET grants = excluded.grants,
                         needs_second_factor = excluded.needs_second_factor",
        )
        .bind(role.name())
        .bind((!role.is_built_in()).then_some(json.clone()))
        .bind(i64::from(needs))
        .bind(now.0)
        .execute(&mut *write)
        .await?;
        let holders = self.touch_holders(&mut write, role).await?;
        let detail = if role.is_built_in() { String::new() } else { json };
        let detail = format!("{}{detail}", if needs { "needs a second factor; " } else { "" });
        let entry = Entry::by(caller, Action::RoleSave).object("role", role.name(), role.name()).detail(&detail);
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        for user in holders {
            self.tell_rights_changed(user);
        }
        Ok(())
    }

    /// Removes a role nobody holds.
    ///
    /// # Errors
    /// `Forbidden` without `roles.manage`; `StepUp`; refused while someone holds it, or an invitation or
    /// registering gives it.
    pub async fn remove_role(&self, caller: &Caller, role: &Role) -> Result<(), Error> {
        caller.require(Permission::RolesManage)?;
        caller.require_fresh()?;
        if role.is_built_in() {
            return Err(Error::Refused("Built-in roles stay."));
        }
        if self.joining_now().await?.role == *role {
            return Err(Error::Refused("Those who join by themselves get this role. Choose another for them first."));
        }
        let mut write = self.db.write().await?;
        let held: Option<String> = sqlx::query_scalar(
            "SELECT role FROM users WHERE role = $1
             UNION SELECT role FROM invitations WHERE role = $1 AND ended_at IS NULL AND expires_at > $2 LIMIT 1",
        )
        .bind(role.name())
        .bind(self.clock.now().0)
        .fetch_optional(&mut *write)
        .await?;
        if held.is_some() {
            return Err(Error::Refused("Someone holds this role or is invited to. Give them another one first."));
        }
        let removed = sqlx::query("DELETE FROM roles WHERE name = $1").bind(role.name()).execute(&mut *write).await?;
        if removed.rows_affected() == 0 {
            return Err(Error::Unknown("role"));
        }
        let entry = Entry::by(caller, Action::RoleRemove).object("role", role.name(), role.name());
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(())
    }

    /// Gives someone another role, in force everywhere within a second.
    ///
    /// # Errors
    /// `Forbidden` without `people.manage`, towards someone who may more, or for a role that allows more than the
    /// caller's; `StepUp`; refused for oneself and for the last owner.
    pub async fn set_role(&self, caller: &Caller, user: UserId, role: &Role) -> Result<(), Error> {
        self.check_authority(caller, user).await?;
        caller.require_fresh()?;
        self.check_gives(caller, role).await?;
        if caller.is(user) {
            return Err(Error::Refused("Nobody changes their own role. Ask another admin."));
        }
        let old = accounts::get(&self.db, user).await?.role;
        let now = self.clock.now();
        let mut write = self.db.write().await?;
        if *role != Role::Owner {
            accounts::check_not_last_owner(&mut write, user).await?;
        }
        sqlx::query("UPDATE users SET role = $1, changed_at = $2 WHERE id = $3")
            .bind(role.name())
            .bind(now.0)
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        let detail = format!("from {old} to {role}");
        self.audit.within(&mut write, &Entry::by(caller, Action::AccountRole).person(user).detail(&detail)).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.tell_rights_changed(user);
        self.tell_people_changed(user);
        Ok(())
    }

    /// Marks everyone who holds `role` as changed, for other processes too.
    async fn touch_holders(&self, write: &mut Write, role: &Role) -> Result<Vec<UserId>, Error> {
        sqlx::query("UPDATE users SET changed_at = $1 WHERE role = $2")
            .bind(self.clock.now().0)
            .bind(role.name())
            .execute(&mut **write)
            .await?;
        let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM users WHERE role = $1 LIMIT 10000")
            .bind(role.name())
            .fetch_all(&mut **write)
            .await?;
        Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
    }
}

/// Whether `caller` may hand out `grants`. Background work may; a key may not.
pub(crate) fn may_give(caller: &Caller, grants: &[Grant]) -> bool {
    caller.purpose().is_some() || (caller.api_key().is_none() && covers(caller.grants(), grants))
}
