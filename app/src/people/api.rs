//! Doors to inviting and managing people.

use leptos::prelude::*;
use model::{
    InvitationId, Role, UserId,
    identity::{Invitation, NewInvitation},
};

use crate::Failure;
#[cfg(feature = "ssr")]
use crate::context;

/// Open invitations.
#[server(prefix = "/api", endpoint = "invitations")]
pub async fn invitations() -> Result<Vec<Invitation>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.invitations(&caller).await?)
}

/// Makes an invitation; its link is shown once.
#[server(prefix = "/api", endpoint = "invite")]
pub async fn invite(role: Role) -> Result<NewInvitation, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.invite(&caller, role).await?)
}

/// Ends an open invitation.
#[server(prefix = "/api", endpoint = "withdraw_invitation")]
pub async fn withdraw_invitation(id: InvitationId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.withdraw_invitation(&caller, id).await?)
}

/// Disables someone or lets them in again.
#[server(prefix = "/api", endpoint = "set_active")]
pub async fn set_active(user: UserId, active: bool) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.set_active(&caller, user, active).await?)
}
