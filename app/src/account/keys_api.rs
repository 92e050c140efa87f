//! Doors to API keys and service accounts.

use leptos::prelude::*;
use model::{
    KeyId, Role, UserId,
    keys::{KeyInfo, KeyRequest, NewKey, ServiceAccount},
};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// Live keys: one's own, or everybody's.
#[server(prefix = "/api", endpoint = "keys", output = Json)]
pub async fn keys(#[server(default)] everybody: bool) -> Result<Vec<KeyInfo>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.keys(&caller, everybody).await?)
}

/// Makes a key; it is shown once.
#[server(prefix = "/api", endpoint = "make_key", input = Json, output = Json)]
pub async fn make_key(request: KeyRequest) -> Result<NewKey, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.make_key(&caller, &request).await?)
}

/// Replaces a key; the old one works on for some hours.
#[server(prefix = "/api", endpoint = "rotate_key", output = Json)]
pub async fn rotate_key(id: KeyId, overlap_hours: u32) -> Result<NewKey, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.rotate_key(&caller, id, overlap_hours).await?)
}

/// Ends a key.
#[server(prefix = "/api", endpoint = "revoke_key", output = Json)]
pub async fn revoke_key(id: KeyId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.revoke_key(&caller, id).await?)
}

/// Service accounts.
#[server(prefix = "/api", endpoint = "service_accounts", output = Json)]
pub async fn service_accounts() -> Result<Vec<ServiceAccount>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.service_accounts(&caller).await?)
}

/// Makes a service account.
#[server(prefix = "/api", endpoint = "add_service_account", output = Json)]
pub async fn add_service_account(username: String, role: Role) -> Result<UserId, Failure> {
    use model::identity::{DisplayName, Username};
    let (nova, caller) = context::signed_in()?;
    let (username, name) = (Username::parse(&username)?, DisplayName::parse(&username)?);
    Ok(nova.identity.add_service_account(&caller, &username, &name, &role).await?)
}
