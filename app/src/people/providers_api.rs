//! Doors to setting up single sign-on.

use leptos::prelude::*;
use model::sso::{ProviderForm, ProviderInfo};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// Every provider, without secrets.
#[server(prefix = "/api", endpoint = "providers", output = Json)]
pub async fn providers() -> Result<Vec<ProviderInfo>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.providers(&caller).await?)
}

/// Sets one up or changes it.
#[server(prefix = "/api", endpoint = "save_provider", input = Json, output = Json)]
pub async fn save_provider(form: ProviderForm) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.save_provider(&caller, &form).await?)
}

/// Removes one, with everybody's links to it.
#[server(prefix = "/api", endpoint = "remove_provider", output = Json)]
pub async fn remove_provider(id: String) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.remove_provider(&caller, &id).await?)
}
