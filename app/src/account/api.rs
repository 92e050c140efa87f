//! Doors to one's own account and sessions.

use leptos::prelude::*;
use model::{
    SessionId,
    identity::{OwnEmail, SessionInfo},
    profile::Preferences,
};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// One's own sign-ins, newest first.
#[server(prefix = "/api", endpoint = "sessions", output = Json)]
pub async fn sessions() -> Result<Vec<SessionInfo>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.sessions(&caller).await?)
}

/// Changes how one is called.
#[server(prefix = "/api", endpoint = "rename", output = Json)]
pub async fn rename(name: String) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    let name = model::identity::DisplayName::parse(&name)?;
    Ok(nova.identity.rename(&caller, &name).await?)
}

/// Changes how dates and times are written for the caller; empty is as their browser says.
#[server(prefix = "/api", endpoint = "set_preferences", output = Json)]
pub async fn set_preferences(
    #[server(default)] time_zone: String,
    #[server(default)] locale: String,
) -> Result<Preferences, Failure> {
    let (nova, caller) = context::signed_in()?;
    let preferences = Preferences::parse(&time_zone, &locale)?;
    nova.identity.set_preferences(&caller, &preferences).await?;
    Ok(preferences)
}

/// One's own e-mail address.
#[server(prefix = "/api", endpoint = "my_email", output = Json)]
pub async fn my_email() -> Result<OwnEmail, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.email(&caller).await?)
}

/// Asks for another address; an empty one is none.
#[server(prefix = "/api", endpoint = "set_email", output = Json)]
pub async fn set_email(#[server(default)] email: String) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    let email = if email.trim().is_empty() { None } else { Some(model::identity::Email::parse(&email)?) };
    Ok(nova.identity.set_email(&caller, email.as_ref()).await?)
}

/// Sends another link to verify it.
#[server(prefix = "/api", endpoint = "send_verification", output = Json)]
pub async fn send_verification() -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.send_verification(&caller).await?)
}

/// Changes one's password. Returns how many other sessions it ended.
#[server(prefix = "/api", endpoint = "change_password", output = Json)]
pub async fn change_password(current: String, password: String) -> Result<u32, Failure> {
    let (nova, caller) = context::signed_in()?;
    let (current, password) = (current.into(), password.into());
    let ended = nova.identity.change_password(&caller, &current, &password, &context::client()).await?;
    Ok(u32::try_from(ended).unwrap_or(u32::MAX))
}

/// Ends one of them.
#[server(prefix = "/api", endpoint = "end_session", output = Json)]
pub async fn end_session(id: SessionId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.end_session(&caller, id).await?)
}

/// Ends all but this one.
#[server(prefix = "/api", endpoint = "end_other_sessions", output = Json)]
pub async fn end_other_sessions() -> Result<u32, Failure> {
    let (nova, caller) = context::signed_in()?;
    let ended = nova.identity.end_other_sessions(&caller).await?;
    Ok(u32::try_from(ended).unwrap_or(u32::MAX))
}

/// Deletes one's own account.
#[server(prefix = "/api", endpoint = "delete_my_account", output = Json)]
pub async fn delete_my_account() -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    nova.identity.delete_own_account(&caller).await?;
    context::set_cookies(crate::cookies::forget(nova.config.is_https()));
    Ok(())
}
