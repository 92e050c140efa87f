//! API keys: made, listed, replaced, ended.

mod authenticate;
mod service_accounts;
mod text;

use std::time::Duration;

use audit::Entry;
use model::{
    ApiError, Caller, ErrorCode, KeyId, Permission, Timestamp, UserId,
    audit::Action,
    keys::{KeyInfo, KeyRequest, MAX_OVERLAP_HOURS, NewKey},
};
use secrecy::ExposeSecret;
use store::{
    Write,
    sqlx::{self, Row, any::AnyRow},
};

use crate::{Error, Identity, accounts, secret};

/// Live keys of one account.
const MAX_PER_USER: i64 = 100;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Columns of [`KeyInfo`], for queries over `api_keys` joined with `users`.
const COLUMNS: &str = "api_keys.id, api_keys.name, api_keys.user_id, users.username, api_keys.prefix, api_keys.scopes,
    api_keys.networks, api_keys.created_at, api_keys.expires_at, api_keys.last_used_at, api_keys.last_used_from";

impl Identity {
    /// Makes a key for the caller or for a service account; it is shown once.
    ///
    /// # Errors
    /// `Forbidden` without `keys.use` (for a service account: `keys.manage`) or for scopes its account does not hold;
    /// `StepUp`; `Invalid`, naming the field; `TooMany` over the bound.
    pub async fn make_key(&self, caller: &Caller, request: &KeyRequest) -> Result<NewKey, Error> {
        let (user, _) = caller.require_person()?;
        caller.require_fresh()?;
        request.check()?;
        let owner = match request.account {
            Some(account) if account != user => {
                caller.require(Permission::KeysManage)?;
                self.check_service_account(caller, account).await?;
                account
            }
            _ => {
                caller.require(Permission::KeysUse)?;
                user
            }
        };
        let role = accounts::get(&self.db, owner).await?.role;
        let held = self.grants_of(&role).await?;
        if let Some(beyond) = request.scopes.iter().find(|scope| !held.iter().any(|grant| grant.permission == **scope))
        {
            return Err(
                ApiError::invalid("scopes", format!("A key cannot do what its owner may not: {beyond}.")).into()
            );
        }
        let expires_at = request.days.map(|days| self.clock.now().plus(DAY * days));
        let mut write = self.db.write().await?;
        let (id, key) = self.insert_key(&mut write, owner, request, expires_at).await?;
        let scopes: Vec<&str> = request.scopes.iter().map(|scope| scope.name()).collect();
        let entry = Entry::by(caller, Action::KeyMake).object("key", id, request.name.trim()).detail(&scopes.join(" "));
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(NewKey { info: self.key_info(id).await?, key })
    }

    async fn insert_key(
        &self,
        write: &mut Write,
        owner: UserId,
        request: &KeyRequest,
        expires_at: Option<Timestamp>,
    ) -> Result<(KeyId, String), Error> {
        let (id, now) = (KeyId::new(), self.clock.now());
        let count: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM api_keys WHERE user_id = $1 AND ended_at IS NULL
             AND (expires_at IS NULL OR expires_at > $2)",
        )
        .bind(owner.to_string())
        .bind(now.0)
        .fetch_one(&mut **write)
        .await?;
        if count >= MAX_PER_USER {
            return Err(ApiError::new(ErrorCode::TooMany, "There are too many keys. End some first.").into());
        }
        let (key, prefix) = text::fresh();
        let json = |failed: serde_json::Result<String>| failed.map_err(|_| Error::Broken("a key could not be written"));
        sqlx::query(
            "INSERT INTO api_keys (id, user_id, name, prefix, digest, scopes, networks, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(id.to_string())
        .bind(owner.to_string())
        .bind(request.name.trim())
        .bind(prefix)
        .bind(secret::digest(key.expose_secret()))
        .bind(json(serde_json::to_string(&request.scopes))?)
        .bind(json(serde_json::to_string(&request.networks))?)
        .bind(now.0)
        .bind(expires_at.map(|at| at.0))
        .execute(&mut **write)
        .await?;
        Ok((id, key.expose_secret().to_owned()))
    }

    /// Live keys, newest first: the caller's own, or everybody's.
    ///
    /// # Errors
    /// `Forbidden` without `keys.manage` for everybody's.
    pub async fn keys(&self, caller: &Caller, everybody: bool) -> Result<Vec<KeyInfo>, Error> {
        let (user, _) = caller.require_person()?;
        if everybody {
            caller.require(Permission::KeysManage)?;
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM api_keys JOIN users ON users.id = api_keys.user_id
             WHERE api_keys.ended_at IS NULL AND (api_keys.expires_at IS NULL OR api_keys.expires_at > $1)
             AND (api_keys.user_id = $2 OR $3 = 1) ORDER BY api_keys.created_at DESC LIMIT 1000"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(self.clock.now().0)
            .bind(user.to_string())
            .bind(i64::from(everybody))
            .fetch_all(self.db.read())
            .await?;
        rows.iter().map(info).collect()
    }

    async fn key_info(&self, id: KeyId) -> Result<KeyInfo, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM api_keys JOIN users ON users.id = api_keys.user_id
             WHERE api_keys.id = $1 AND api_keys.ended_at IS NULL"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(self.db.read()).await?;
        row.as_ref().map(info).transpose()?.ok_or(Error::Unknown("API key"))
    }

    /// The key, if the caller may end or replace it: their own, or anybody's they may manage.
    async fn managed_key(&self, caller: &Caller, id: KeyId) -> Result<KeyInfo, Error> {
        let (user, _) = caller.require_person()?;
        let info = self.key_info(id).await?;
        if info.owner != user {
            // Without the permission nobody learns that there is such a key.
            caller.require(Permission::KeysManage).map_err(|_| Error::Unknown("API key"))?;
        }
        Ok(info)
    }

    /// Replaces a key: the new one is shown once, the old one works on for `overlap_hours`, so that programs can change
    /// over.
    ///
    /// # Errors
    /// `Unknown`; `StepUp`; `Invalid` on `overlap_hours`; `Forbidden` for a person's key that is not the caller's.
    pub async fn rotate_key(&self, caller: &Caller, id: KeyId, overlap_hours: u32) -> Result<NewKey, Error> {
        let old = self.managed_key(caller, id).await?;
        caller.require_fresh()?;
        if overlap_hours > MAX_OVERLAP_HOURS {
            let message = format!("The old key can work on for at most {MAX_OVERLAP_HOURS} hours.");
            return Err(ApiError::invalid("overlap_hours", message).into());
        }
        if !caller.is(old.owner) {
            // Whoever could make a key that acts as another person would be that person.
            self.check_service_account(caller, old.owner).await?;
        }
        let now = self.clock.now();
        let until = now.plus(Duration::from_secs(u64::from(overlap_hours) * 3600));
        let until = old.expires_at.map_or(until, |expires| expires.min(until));
        let request = KeyRequest {
            name: old.name.clone(),
            scopes: old.scopes.clone(),
            networks: old.networks.clone(),
            days: None,
            account: None,
        };
        let life = old.expires_at.map(|expires| expires.since(old.created_at));
        let mut write = self.db.write().await?;
        let (new, key) = self.insert_key(&mut write, old.owner, &request, life.map(|life| now.plus(life))).await?;
        let ended = (overlap_hours == 0).then_some(now.0);
        sqlx::query("UPDATE api_keys SET expires_at = $1, ended_at = $2 WHERE id = $3")
            .bind(until.0)
            .bind(ended)
            .bind(id.to_string())
            .execute(&mut *write)
            .await?;
        let detail = format!("replaced by {new}, works on until {until}");
        let entry = Entry::by(caller, Action::KeyRotate).object("key", id, &old.name).detail(&detail);
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        if ended.is_some() {
            self.tell_key_ended(id);
        }
        Ok(NewKey { info: self.key_info(new).await?, key })
    }

    /// Ends a key; what it holds open closes within a second.
    ///
    /// # Errors
    /// `Unknown` when it is not the caller's and they may not manage it, or has ended.
    pub async fn revoke_key(&self, caller: &Caller, id: KeyId) -> Result<(), Error> {
        let key = self.managed_key(caller, id).await?;
        let mut write = self.db.write().await?;
        let ended = sqlx::query("UPDATE api_keys SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL")
            .bind(self.clock.now().0)
            .bind(id.to_string())
            .execute(&mut *write)
            .await?;
        if ended.rows_affected() == 0 {
            return Err(Error::Unknown("API key"));
        }
        let entry = Entry::by(caller, Action::KeyRevoke).object("key", id, &key.name);
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.tell_key_ended(id);
        Ok(())
    }
}

fn info(row: &AnyRow) -> Result<KeyInfo, Error> {
    let unreadable = |_| Error::Store(store::Error::Unreadable("API key"));
    Ok(KeyInfo {
        id: row.try_get::<String, _>(0)?.parse().map_err(|_| store::Error::Unreadable("API key"))?,
        name: row.try_get(1)?,
        owner: row.try_get::<String, _>(2)?.parse().map_err(|_| store::Error::Unreadable("API key"))?,
        owner_name: row.try_get(3)?,
        prefix: row.try_get(4)?,
        scopes: serde_json::from_str(&row.try_get::<String, _>(5)?).map_err(unreadable)?,
        networks: serde_json::from_str(&row.try_get::<String, _>(6)?).map_err(unreadable)?,
        created_at: Timestamp(row.try_get(7)?),
        expires_at: row.try_get::<Option<i64>, _>(8)?.map(Timestamp),
        last_used_at: row.try_get::<Option<i64>, _>(9)?.map(Timestamp),
        last_used_from: row.try_get(10)?,
    })
}
