//! Doors to one's own second factors, and to confirming who one is.

use leptos::prelude::*;
use model::{
    FactorId,
    factors::{Challenge, Factors, Passkey, Showing, TotpOffer},
};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// One's own second factors.
#[server(prefix = "/api", endpoint = "factors", output = Json)]
pub async fn my_factors() -> Result<Factors, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.factors(&caller).await?)
}

/// Shows again who one is.
#[server(prefix = "/api", endpoint = "confirm", input = Json, output = Json)]
pub async fn confirm(showing: Showing) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.confirm(&caller, &showing, &context::client()).await?)
}

/// Asks for a passkey, to confirm.
#[server(prefix = "/api", endpoint = "begin_passkey_confirm", output = Json)]
pub async fn begin_passkey_confirm() -> Result<Challenge, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.begin_passkey_confirm(&caller).await?)
}

/// Confirms with it.
#[server(prefix = "/api", endpoint = "finish_passkey_confirm", output = Json)]
pub async fn finish_passkey_confirm(ceremony: String, credential: String) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.finish_passkey_confirm(&caller, &ceremony, &credential).await?)
}

/// Offers a seed for an app.
#[server(prefix = "/api", endpoint = "begin_totp", output = Json)]
pub async fn begin_totp() -> Result<TotpOffer, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.begin_totp(&caller).await?)
}

/// Puts it in force. Returns backup codes, unless there were some.
#[server(prefix = "/api", endpoint = "confirm_totp", output = Json)]
pub async fn confirm_totp(code: String) -> Result<Vec<String>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.confirm_totp(&caller, &code, &context::client()).await?)
}

/// Takes codes from an app out of force.
#[server(prefix = "/api", endpoint = "remove_totp", output = Json)]
pub async fn remove_totp() -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.remove_totp(&caller).await?)
}

/// Makes new backup codes.
#[server(prefix = "/api", endpoint = "new_backup_codes", output = Json)]
pub async fn new_backup_codes() -> Result<Vec<String>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.new_backup_codes(&caller).await?)
}

/// Asks the browser to make a passkey.
#[server(prefix = "/api", endpoint = "begin_passkey", output = Json)]
pub async fn begin_passkey() -> Result<Challenge, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.begin_passkey(&caller).await?)
}

/// Keeps it. Returns it with backup codes, unless there were some.
#[server(prefix = "/api", endpoint = "finish_passkey", output = Json)]
pub async fn finish_passkey(
    ceremony: String,
    credential: String,
    name: String,
) -> Result<(Passkey, Vec<String>), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.finish_passkey(&caller, &ceremony, &credential, &name).await?)
}

/// Names one of one's passkeys.
#[server(prefix = "/api", endpoint = "rename_passkey", output = Json)]
pub async fn rename_passkey(id: FactorId, name: String) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.rename_passkey(&caller, id, &name).await?)
}

/// Removes one of them.
#[server(prefix = "/api", endpoint = "remove_passkey", output = Json)]
pub async fn remove_passkey(id: FactorId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.remove_passkey(&caller, id).await?)
}
