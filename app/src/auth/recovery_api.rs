//! Doors for those who forgot their password, and for links that were mailed. All are open to strangers.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// Asks for a link to choose a new password. Says the same whatever was typed. Returns where to go on.
#[server(prefix = "/api/public", endpoint = "forgot_password", output = Json)]
pub async fn forgot_password(identifier: String) -> Result<String, Failure> {
    context::nova()?.identity.request_reset(&identifier, &context::client()).await?;
    Ok(then("/forgot?sent=true"))
}

/// The user name a reset link is for, while it is open.
#[server(prefix = "/api/public", endpoint = "check_reset", output = Json)]
pub async fn check_reset(token: String) -> Result<String, Failure> {
    Ok(context::nova()?.identity.check_reset(&token).await?)
}

/// Chooses a new password with a link. Returns where to go on.
#[server(prefix = "/api/public", endpoint = "finish_reset", output = Json)]
pub async fn finish_reset(token: String, password: String) -> Result<String, Failure> {
    context::nova()?.identity.finish_reset(&token, &password.into(), &context::client()).await?;
    Ok(then("/sign-in?done=reset"))
}

/// The address a link verifies, while it is open.
#[server(prefix = "/api/public", endpoint = "check_verification", output = Json)]
pub async fn check_verification(token: String) -> Result<String, Failure> {
    Ok(context::nova()?.identity.check_verification(&token).await?)
}

/// Verifies the address of a link. Returns where to go on.
#[server(prefix = "/api/public", endpoint = "verify_email", output = Json)]
pub async fn verify_email(token: String) -> Result<String, Failure> {
    context::nova()?.identity.verify_email(&token, &context::client()).await?;
    Ok(then(if context::caller().is_some() { "/account" } else { "/sign-in?done=verified" }))
}

#[cfg(feature = "ssr")]
pub(super) fn then(path: &str) -> String {
    context::redirect_form(path);
    path.to_owned()
}
