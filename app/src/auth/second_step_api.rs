//! Doors to the second step of a sign-in. They know who it is by the half-done sign-in's own cookie.

use leptos::prelude::*;
use model::factors::{Challenge, SecondStep, TotpOffer};

#[cfg(feature = "ssr")]
use super::api::welcome;
#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// What is still to do.
#[server(prefix = "/api/public", endpoint = "second_step", output = Json)]
pub async fn sign_in_step() -> Result<SecondStep, Failure> {
    Ok(context::nova()?.identity.second_step(&context::pending()?).await?)
}

/// Completes the sign-in with a code from an app, or a backup code. Returns where to go on.
#[server(prefix = "/api/public", endpoint = "prove", output = Json)]
pub async fn prove(
    code: String,
    #[server(default)] backup: bool,
    #[server(default)] next: String,
) -> Result<String, Failure> {
    use model::factors::Showing;
    let nova = context::nova()?;
    let showing = if backup { Showing::BackupCode(code) } else { Showing::Totp(code) };
    let signed_in = nova.identity.prove(&context::pending()?, &showing, &context::client()).await?;
    Ok(welcome(&nova, &signed_in, &next))
}

/// A seed for an app, for those whose role asks for a second factor they do not have.
#[server(prefix = "/api/public", endpoint = "begin_enrolment", output = Json)]
pub async fn begin_enrolment() -> Result<TotpOffer, Failure> {
    Ok(context::nova()?.identity.begin_enrolment(&context::pending()?).await?)
}

/// Completes that and signs in. Returns the backup codes, shown once.
#[server(prefix = "/api/public", endpoint = "finish_enrolment", output = Json)]
pub async fn finish_enrolment(code: String) -> Result<Vec<String>, Failure> {
    let nova = context::nova()?;
    let (signed_in, codes) = nova.identity.finish_enrolment(&context::pending()?, &code, &context::client()).await?;
    welcome(&nova, &signed_in, "/");
    Ok(codes)
}

/// Asks for a new passkey instead.
#[server(prefix = "/api/public", endpoint = "begin_passkey_enrolment", output = Json)]
pub async fn begin_passkey_enrolment() -> Result<Challenge, Failure> {
    Ok(context::nova()?.identity.begin_passkey_enrolment(&context::pending()?).await?)
}

/// Completes that and signs in. Returns the backup codes, shown once.
#[server(prefix = "/api/public", endpoint = "finish_passkey_enrolment", output = Json)]
pub async fn finish_passkey_enrolment(ceremony: String, credential: String) -> Result<Vec<String>, Failure> {
    let nova = context::nova()?;
    let (pending, client) = (context::pending()?, context::client());
    let (signed_in, codes) = nova.identity.finish_passkey_enrolment(&pending, &ceremony, &credential, &client).await?;
    welcome(&nova, &signed_in, "/");
    Ok(codes)
}

/// Asks for a passkey as the second factor.
#[server(prefix = "/api/public", endpoint = "begin_passkey_proof", output = Json)]
pub async fn begin_passkey_proof() -> Result<Challenge, Failure> {
    Ok(context::nova()?.identity.begin_passkey_proof(&context::pending()?).await?)
}

/// Completes the sign-in with it.
#[server(prefix = "/api/public", endpoint = "finish_passkey_proof", output = Json)]
pub async fn finish_passkey_proof(ceremony: String, credential: String, next: String) -> Result<String, Failure> {
    let nova = context::nova()?;
    let (pending, client) = (context::pending()?, context::client());
    let signed_in = nova.identity.finish_passkey_proof(&pending, &ceremony, &credential, &client).await?;
    Ok(welcome(&nova, &signed_in, &next))
}

/// Asks for any passkey of this instance.
#[server(prefix = "/api/public", endpoint = "begin_passkey_sign_in", output = Json)]
pub async fn begin_passkey_sign_in() -> Result<Challenge, Failure> {
    Ok(context::nova()?.identity.begin_passkey_sign_in().await?)
}

/// Signs in with it alone.
#[server(prefix = "/api/public", endpoint = "finish_passkey_sign_in", output = Json)]
pub async fn finish_passkey_sign_in(ceremony: String, credential: String, next: String) -> Result<String, Failure> {
    let nova = context::nova()?;
    let signed_in = nova.identity.finish_passkey_sign_in(&ceremony, &credential, &context::client()).await?;
    Ok(welcome(&nova, &signed_in, &next))
}
