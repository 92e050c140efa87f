//! Doors to inviting and managing people.

use leptos::prelude::*;
use model::{
    InvitationId, Role, UserId,
    identity::{Invitation, NewInvitation},
    joining::Joining,
    policy::{Grant, RoleInfo},
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
    Ok(nova.identity.invite(&caller, &role).await?)
}

/// Ends an open invitation.
#[server(prefix = "/api", endpoint = "withdraw_invitation", output = Json)]
pub async fn withdraw_invitation(id: InvitationId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.withdraw_invitation(&caller, id).await?)
}

/// Who may join.
#[server(prefix = "/api", endpoint = "who_may_join", output = Json)]
pub async fn who_may_join() -> Result<Joining, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.joining(&caller).await?)
}

/// Decides who may join.
#[server(prefix = "/api", endpoint = "set_joining", input = Json, output = Json)]
pub async fn set_joining(joining: Joining) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.set_joining(&caller, &joining).await?)
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

/// Gives someone another role.
#[server(prefix = "/api", endpoint = "set_role", output = Json)]
pub async fn set_role(user: UserId, role: Role) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.set_role(&caller, user, &role).await?)
}

/// Voids someone's password. Returns a link to choose a new one, shown once.
#[server(prefix = "/api", endpoint = "make_reset_link", output = Json)]
pub async fn make_reset_link(user: UserId) -> Result<String, Failure> {
    use secrecy::ExposeSecret;
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.make_reset_link(&caller, user).await?.expose_secret().to_owned())
}

/// Removes all second factors of someone who lost them.
#[server(prefix = "/api", endpoint = "reset_factors", output = Json)]
pub async fn reset_factors(user: UserId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.reset_factors(&caller, user).await?)
}

/// Every role.
#[server(prefix = "/api", endpoint = "roles", output = Json)]
pub async fn roles() -> Result<Vec<RoleInfo>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.roles(&caller).await?)
}

/// Makes or changes a role.
#[server(prefix = "/api", endpoint = "save_role", input = Json, output = Json)]
pub async fn save_role(role: Role, grants: Vec<Grant>, needs_second_factor: bool) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.save_role(&caller, &role, &grants, needs_second_factor).await?)
}

/// Removes a role nobody holds.
#[server(prefix = "/api", endpoint = "remove_role", output = Json)]
pub async fn remove_role(role: Role) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.remove_role(&caller, &role).await?)
}
