//! Doors to one's own sessions.

use leptos::prelude::*;
use model::{SessionId, identity::SessionInfo};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// One's own sign-ins, newest first.
#[server(prefix = "/api", endpoint = "sessions", output = Json)]
pub async fn sessions() -> Result<Vec<SessionInfo>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.sessions(&caller).await?)
}

/// Ends one of them.
#[server(prefix = "/api", endpoint = "end_session", output = Json)]
pub async fn end_session(id: SessionId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.identity.end_session(&caller, id).await?)
}

/// Ends all but this one.
#[server(prefix = "/api", endpoint = "end_other_sessions", output = Json)]
pub async fn end_other_sessions() -> Result<u32, Failure> {
    let (nova, caller) = context::signed_in()?;
    let ended = nova.identity.end_other_sessions(&caller).await?;
    Ok(u32::try_from(ended).unwrap_or(u32::MAX))
}
