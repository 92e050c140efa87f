//! Doors to one's command history. Its export is a file, served beside the pages.

use leptos::prelude::*;
use model::{
    CommandId,
    commands::{Found, Policy, Search, Suggestion},
};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// What of one's history fits.
#[server(prefix = "/api", endpoint = "search_commands", input = Json, output = Json)]
pub async fn search_commands(search: Search) -> Result<Found, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.commands.search(&caller, &search).await?)
}

/// Lines the page may suggest.
#[server(prefix = "/api", endpoint = "command_suggestions", output = Json)]
pub async fn command_suggestions() -> Result<Vec<Suggestion>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.commands.suggestions(&caller).await?)
}

/// Keeps a command whatever its age, or no longer.
#[server(prefix = "/api", endpoint = "pin_command", output = Json)]
pub async fn pin_command(id: CommandId, pinned: bool) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.commands.pin(&caller, id, pinned).await?)
}

/// Deletes a command and its equals.
#[server(prefix = "/api", endpoint = "delete_command", output = Json)]
pub async fn delete_command(id: CommandId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.commands.delete(&caller, id).await?)
}

/// Deletes one's whole history.
#[server(prefix = "/api", endpoint = "clear_commands", output = Json)]
pub async fn clear_commands() -> Result<u64, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.commands.clear(&caller).await?)
}

/// What is decided about everybody's commands.
#[server(prefix = "/api", endpoint = "command_policy", output = Json)]
pub async fn command_policy() -> Result<Policy, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.commands.policy(&caller).await?)
}

/// Decides it.
#[server(prefix = "/api", endpoint = "set_command_policy", input = Json, output = Json)]
pub async fn set_command_policy(policy: Policy) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.commands.set_policy(&caller, policy).await?)
}
