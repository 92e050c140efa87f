//! Doors to signing in. Those under `/api/public` are open to strangers.

use leptos::prelude::*;
use model::{Role, chat::Room, identity::Me, sso::ProviderButton};
use serde::{Deserialize, Serialize};

use crate::{Failure, wire::Json};
#[cfg(feature = "ssr")]
use crate::{context, cookies};

/// What every page starts from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Who is signed in.
    pub me: Option<Me>,
    /// Whether nobody owns this instance yet.
    pub unclaimed: bool,
    /// This machine's name, for those who are signed in.
    pub host: Option<String>,
    /// Whether one can sign in with a passkey here.
    pub passkeys: bool,
    /// Where else one can sign in, for those who are not.
    pub providers: Vec<ProviderButton>,
    /// Whether mail is sent, so that a forgotten password can be replaced by it.
    pub mail: bool,
    /// Whether strangers may make an account; told to them alone.
    pub open: bool,
    /// Their chat rooms: the bars show what is unread on every page.
    pub rooms: Vec<Room>,
}

/// Who is signed in, if anybody.
#[server(prefix = "/api/public", endpoint = "start", output = Json)]
pub async fn start() -> Result<Visit, Failure> {
    let nova = context::nova()?;
    let Some(caller) = context::caller() else {
        return Ok(Visit {
            me: None,
            unclaimed: nova.identity.needs_setup().await?,
            host: None,
            passkeys: nova.identity.has_passkeys(),
            providers: nova.identity.provider_buttons().await?,
            mail: nova.mail.is_configured(),
            open: nova.identity.is_open().await?,
            rooms: Vec::new(),
        });
    };
    let host = nova.metrics.host(&caller).ok().map(|host| host.name);
    let chats = caller.require_anywhere(model::Permission::ChatUse).is_ok();
    let rooms = if chats { nova.chat.rooms(&caller).await? } else { Vec::new() };
    let (me, passkeys) = (nova.identity.me(&caller).await?, nova.identity.has_passkeys());
    let mail = nova.mail.is_configured();
    Ok(Visit { me: Some(me), unclaimed: false, host, passkeys, mail, open: false, providers: Vec::new(), rooms })
}

/// Signs in and says where to go on.
#[server(prefix = "/api/public", endpoint = "sign_in", output = Json)]
pub async fn sign_in(identifier: String, password: String, #[server(default)] next: String) -> Result<String, Failure> {
    let nova = context::nova()?;
    let entrance = nova.identity.sign_in(&identifier, &password.into(), &context::client()).await?;
    Ok(go_on(&nova, entrance, &next))
}

/// Claims the instance with the link from the console.
#[server(prefix = "/api/public", endpoint = "claim", output = Json)]
pub async fn claim(
    token: String,
    username: String,
    #[server(default)] email: String,
    #[server(default)] display_name: String,
    password: String,
) -> Result<String, Failure> {
    let nova = context::nova()?;
    let account = identity::NewAccount::parse(&username, &email, &display_name, password.into())?;
    let entrance = nova.identity.claim(&token, account, &context::client()).await?;
    Ok(go_on(&nova, entrance, "/"))
}

/// Whether a set-up link still works.
#[server(prefix = "/api/public", endpoint = "check_setup", output = Json)]
pub async fn check_setup(token: String) -> Result<(), Failure> {
    Ok(context::nova()?.identity.check_setup(&token).await?)
}

/// Joins by an invitation.
#[server(prefix = "/api/public", endpoint = "accept_invitation", output = Json)]
pub async fn accept_invitation(
    token: String,
    username: String,
    #[server(default)] email: String,
    #[server(default)] display_name: String,
    password: String,
) -> Result<String, Failure> {
    let nova = context::nova()?;
    let account = identity::NewAccount::parse(&username, &email, &display_name, password.into())?;
    let entrance = nova.identity.accept_invitation(&token, account, &context::client()).await?;
    Ok(go_on(&nova, entrance, "/"))
}

/// The role an invitation is for, while it is open.
#[server(prefix = "/api/public", endpoint = "check_invitation", output = Json)]
pub async fn check_invitation(token: String) -> Result<Role, Failure> {
    Ok(context::nova()?.identity.check_invitation(&token).await?.role)
}

/// Ends this session. With `provider` it says where to end the one at the provider it came from.
#[server(prefix = "/api", endpoint = "sign_out", output = Json)]
pub async fn sign_out(#[server(default)] provider: bool) -> Result<Option<String>, Failure> {
    let (nova, caller) = context::signed_in()?;
    let url = if provider {
        nova.identity.sign_out_at_provider(&caller).await?
    } else {
        nova.identity.sign_out(&caller).await?;
        None
    };
    context::set_cookies(cookies::forget(nova.config.is_https()));
    context::redirect_form("/sign-in");
    Ok(url)
}

/// In, or to the second step where one is to come.
#[cfg(feature = "ssr")]
pub(super) fn go_on(nova: &nova::Nova, entrance: identity::Entrance, next: &str) -> String {
    match entrance {
        identity::Entrance::In(signed_in) => welcome(nova, &signed_in, next),
        identity::Entrance::Second(pending) => {
            context::set_cookies(vec![cookies::pending(Some(&pending.token), nova.config.is_https())]);
            let next = crate::encode_component(&crate::local_path(next));
            let target = format!("{}?next={next}", crate::paths::SECOND_STEP);
            context::redirect_form(&target);
            target
        }
        identity::Entrance::Verify(username) => {
            let target = format!("/join/sent?name={}", crate::encode_component(&username));
            context::redirect_form(&target);
            target
        }
    }
}

/// Keeps the tokens and says where to go on: a page of ours, whatever `next` says.
#[cfg(feature = "ssr")]
pub(super) fn welcome(nova: &nova::Nova, signed_in: &identity::SignedIn, next: &str) -> String {
    let secure = nova.config.is_https();
    let mut kept = cookies::keep(&signed_in.tokens, secure);
    if context::pending().is_ok() {
        kept.push(cookies::pending(None, secure));
    }
    context::set_cookies(kept);
    let target = crate::local_path(next);
    context::redirect_form(&target);
    target
}
