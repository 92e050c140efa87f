//! Doors for those who join by themselves. All are open to strangers.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{api::go_on, recovery_api::then};
#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// Whether registering is open, and whether it needs an e-mail address.
#[server(prefix = "/api/public", endpoint = "check_registration", output = Json)]
pub async fn check_registration() -> Result<bool, Failure> {
    Ok(context::nova()?.identity.check_registration().await?)
}

/// Makes an account for a stranger. Returns where to go on.
#[server(prefix = "/api/public", endpoint = "register", output = Json)]
pub async fn register(
    username: String,
    #[server(default)] email: String,
    #[server(default)] display_name: String,
    password: String,
) -> Result<String, Failure> {
    let nova = context::nova()?;
    let account = identity::NewAccount::parse(&username, &email, &display_name, password.into())?;
    let entrance = nova.identity.register(account, &context::client()).await?;
    Ok(go_on(&nova, entrance, "/"))
}

/// Sends the link to verify an address again. Says the same for every name. Returns where to go on.
#[server(prefix = "/api/public", endpoint = "resend_verification", output = Json)]
pub async fn resend_verification(username: String) -> Result<String, Failure> {
    context::nova()?.identity.resend_verification(&username, &context::client()).await?;
    Ok(then("/join/sent?again=true"))
}
