//! Doors to sharing.

use leptos::prelude::*;
use model::{
    ShareId, TerminalId, UserId,
    terminal::sharing::{Offer, ShareInfo, SharedShell},
};

#[cfg(feature = "ssr")]
use model::terminal::sharing::Term;
#[cfg(feature = "ssr")]
use secrecy::ExposeSecret;

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// Shares a shell with a person, by user name, for so many minutes.
#[server(prefix = "/api", endpoint = "share_terminal", output = Json)]
pub async fn share_terminal(id: TerminalId, name: String, role: String, minutes: u32) -> Result<ShareInfo, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.share_terminal(&caller, id, &name, role.parse()?, Term::minutes(minutes)?).await?)
}

/// Makes a link to a shell; its path is shown once.
#[server(prefix = "/api", endpoint = "share_by_link", output = Json)]
pub async fn share_by_link(id: TerminalId, role: String, minutes: u32) -> Result<String, Failure> {
    let (nova, caller) = context::signed_in()?;
    let (_, secret) = nova.share_by_link(&caller, id, role.parse()?, Term::minutes(minutes)?).await?;
    Ok(format!("/terminal/join/{}", secret.expose_secret()))
}

/// With whom a shell is shared.
#[server(prefix = "/api", endpoint = "terminal_shares", output = Json)]
pub async fn terminal_shares(id: TerminalId) -> Result<Vec<ShareInfo>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.sharing.shares(&caller, id).await?)
}

/// Ends one share.
#[server(prefix = "/api", endpoint = "end_share", output = Json)]
pub async fn end_share(share: ShareId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.end_share(&caller, share).await?)
}

/// Ends all sharing of a shell.
#[server(prefix = "/api", endpoint = "end_sharing", output = Json)]
pub async fn end_sharing(id: TerminalId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.end_sharing(&caller, id).await?)
}

/// Lets a peer type, or no more.
#[server(prefix = "/api", endpoint = "let_write", output = Json)]
pub async fn let_write(id: TerminalId, guest: UserId, write: bool) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.let_write(&caller, id, guest, write).await?)
}

/// Gives control to a peer, or back to the owner.
#[server(prefix = "/api", endpoint = "hand_over", input = Json, output = Json)]
pub async fn hand_over(id: TerminalId, to: Option<UserId>) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.hand_over(&caller, id, to).await?)
}

/// What others share with the caller.
#[server(prefix = "/api", endpoint = "shared_terminals", output = Json)]
pub async fn shared_terminals() -> Result<Vec<SharedShell>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.shared_terminals(&caller).await?)
}

/// One of them, or one the caller watches.
#[server(prefix = "/api", endpoint = "shared_terminal", output = Json)]
pub async fn shared_terminal(id: TerminalId) -> Result<SharedShell, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.sharing.shared_shell(&caller, id).await?)
}

/// What a link offers.
#[server(prefix = "/api", endpoint = "share_offer", output = Json)]
pub async fn share_offer(token: String) -> Result<Offer, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.sharing.offer(&caller, &token).await?)
}

/// Follows a link.
#[server(prefix = "/api", endpoint = "follow_share", output = Json)]
pub async fn follow_share(token: String) -> Result<TerminalId, Failure> {
    let (nova, caller) = context::signed_in()?;
    let id = nova.sharing.follow(&caller, &token).await?;
    context::redirect_form(&format!("/terminal/shared/{id}"));
    Ok(id)
}
