//! Doors to everybody's shells.

use leptos::prelude::*;
use model::{
    TerminalId, UserId,
    terminal::{
        policy::{Means, Policy},
        sharing::RunningShell,
    },
};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// Every running shell; whether shells are stopped.
#[server(prefix = "/api", endpoint = "running_shells", output = Json)]
pub async fn running_shells() -> Result<(Vec<RunningShell>, bool), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok((nova.running_shells(&caller).await?, nova.terminals.are_stopped(&caller)?))
}

/// Lets the caller watch a shell.
#[server(prefix = "/api", endpoint = "watch_terminal", output = Json)]
pub async fn watch_terminal(id: TerminalId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.watch_terminal(&caller, id).await?)
}

/// Ends a shell.
#[server(prefix = "/api", endpoint = "stop_shell", output = Json)]
pub async fn stop_shell(id: TerminalId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.stop_shell(&caller, id).await?)
}

/// Ends all shells of a person.
#[server(prefix = "/api", endpoint = "stop_shells_of", output = Json)]
pub async fn stop_shells_of(user: UserId) -> Result<usize, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.stop_shells_of(&caller, user).await?)
}

/// The emergency stop.
#[server(prefix = "/api", endpoint = "stop_all_shells", output = Json)]
pub async fn stop_all_shells() -> Result<usize, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.stop_all_shells(&caller).await?)
}

/// Lifts it.
#[server(prefix = "/api", endpoint = "open_shells_again", output = Json)]
pub async fn open_shells_again() -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.open_shells_again(&caller).await?)
}

/// The limits of shells.
#[server(prefix = "/api", endpoint = "shell_policy", output = Json)]
pub async fn shell_policy() -> Result<(Policy, Means), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.shell_policy(&caller).await?)
}

/// Sets them.
#[server(prefix = "/api", endpoint = "set_shell_policy", input = Json, output = Json)]
pub async fn set_shell_policy(policy: Policy) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.set_shell_policy(&caller, policy).await?)
}
