//! Doors to inviting and managing people.

use leptos::prelude::*;
use model::{
    InvitationId, Role, UserId,
    identity::{Invitation, NewInvitation},
};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// Open invitations.
#[server(prefix = "/api", endpoint = "invitations", output = Json)]
pub async fn invitations() -> Result<Vec<Invitation>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.invitations(&caller).await?)
}

/// Makes an invitation; its link is shown once.
#[server(prefix = "/api", endpoint = "invite", output = Json)]
pub async fn invite(role: Role) -> Result<NewInvitation, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.invite(&caller, role).await?)
}

/// Ends an open invitation.
#[server(prefix = "/api", endpoint = "withdraw_invitation", output = Json)]
pub async fn withdraw_invitation(id: InvitationId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.withdraw_invitation(&caller, id).await?)
}

/// Lets someone who guessed wrong too often try again at once.
#[server(prefix = "/api", endpoint = "lift_wait", output = Json)]
pub async fn lift_wait(user: UserId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.lift_wait(&caller, user).await?)
}

/// Disables someone or lets them in again.
#[server(prefix = "/api", endpoint = "set_active", output = Json)]
pub async fn set_active(user: UserId, active: bool) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.set_active(&caller, user, active).await?)
}
