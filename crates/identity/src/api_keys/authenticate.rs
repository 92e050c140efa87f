//! Becoming a caller by an API key.

use std::{net::IpAddr, time::Duration};

use model::{
    Caller, Factor, KeyId, Role, Timestamp, UserId,
    caller::Proof,
    policy::{Grant, Network},
};
use store::sqlx::{self, Row, any::AnyRow};

use super::text;
use crate::{Client, Error, Identity, roles, secret};

/// "Last used" is written at most this often.
const USED_EVERY: Duration = Duration::from_secs(60);

/// A live key with its owner's role. The owner must be active; what they may do now bounds the key.
const LIVE: &str = "SELECT api_keys.id, api_keys.user_id, users.role, roles.grants, api_keys.scopes, api_keys.networks,
        api_keys.last_used_at
     FROM api_keys JOIN users ON users.id = api_keys.user_id LEFT JOIN roles ON roles.name = users.role
     WHERE api_keys.ended_at IS NULL AND (api_keys.expires_at IS NULL OR api_keys.expires_at > $2) AND users.active = 1
     AND ";

impl Identity {
    /// The program a key stands for; `None` unless it is exactly a live key, used from where it may be.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn authenticate_key(&self, key: &str, client: &Client) -> Result<Option<Caller>, Error> {
        if !text::is_shaped(key) {
            return Ok(None);
        }
        let sql = format!("{LIVE} api_keys.digest = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(secret::digest(key))
            .bind(self.clock.now().0)
            .fetch_optional(self.db.read())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let Some((caller, id)) = self.caller_of(&row, client)? else { return Ok(None) };
        self.note_used(id, row.try_get::<Option<i64>, _>(6)?, client).await?;
        Ok(Some(caller))
    }

    /// The same by the key's id, for what it holds open.
    pub(crate) async fn live_key(&self, key: KeyId, client: &Client) -> Result<Option<Caller>, Error> {
        let sql = format!("{LIVE} api_keys.id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(key.to_string())
            .bind(self.clock.now().0)
            .fetch_optional(self.db.read())
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(self.caller_of(&row, client)?.map(|(caller, _)| caller))
    }

    fn caller_of(&self, row: &AnyRow, client: &Client) -> Result<Option<(Caller, KeyId)>, Error> {
        let unreadable = || Error::Store(store::Error::Unreadable("API key"));
        let id: KeyId = row.try_get::<String, _>(0)?.parse().map_err(|_| unreadable())?;
        let user: UserId = row.try_get::<String, _>(1)?.parse().map_err(|_| unreadable())?;
        let role: Role = row.try_get::<String, _>(2)?.parse()?;
        let held = roles::grants_from(&role, row.try_get::<Option<String>, _>(3)?.as_deref())?;
        let scopes: Vec<model::Permission> =
            serde_json::from_str(&row.try_get::<String, _>(4)?).map_err(|_| unreadable())?;
        let networks: Vec<Network> = serde_json::from_str(&row.try_get::<String, _>(5)?).map_err(|_| unreadable())?;
        let address: Option<IpAddr> = client.address.parse().ok();
        let inside = |address: IpAddr| networks.iter().any(|network| network.contains(address));
        if !networks.is_empty() && !address.is_some_and(inside) {
            return Ok(None);
        }
        let grants: Vec<Grant> = held.iter().filter(|grant| scopes.contains(&grant.permission)).cloned().collect();
        let now = self.clock.now();
        let proof = Some(Proof { factor: Factor::Key, at: now });
        Ok(Some((Caller::key(user, id, role, grants.into()).under(now, address, false, proof), id)))
    }

    async fn note_used(&self, id: KeyId, last: Option<i64>, client: &Client) -> Result<(), Error> {
        let now = self.clock.now();
        if last.is_some_and(|last| now.since(Timestamp(last)) < USED_EVERY) {
            return Ok(());
        }
        let mut write = self.db.write().await?;
        sqlx::query("UPDATE api_keys SET last_used_at = $1, last_used_from = $2 WHERE id = $3")
            .bind(now.0)
            .bind(&client.address)
            .bind(id.to_string())
            .execute(&mut *write)
            .await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }
}
