//! Doors to one's own links to providers.

use leptos::prelude::*;
use model::sso::{LinkedIdentity, ProviderButton};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// One's links, and the providers one can link.
#[server(prefix = "/api", endpoint = "my_links", output = Json)]
pub async fn my_links() -> Result<(Vec<LinkedIdentity>, Vec<ProviderButton>), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok((nova.identity.linked_identities(&caller).await?, nova.identity.provider_buttons().await?))
}

/// Asks for a fresh proof before one leaves for a page that needs it.
#[server(prefix = "/api", endpoint = "ensure_fresh", output = Json)]
pub async fn ensure_fresh() -> Result<(), Failure> {
    let (_, caller) = context::signed_in()?;
    Ok(caller.require_fresh()?)
}

/// Removes a link.
#[server(prefix = "/api", endpoint = "unlink", output = Json)]
pub async fn unlink(issuer: String, subject: String) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.unlink(&caller, &issuer, &subject).await?)
}
