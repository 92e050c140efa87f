//! Doors to recordings. What a player reads is served beside the pages.

use leptos::prelude::*;
use model::{
    RecordingId, Role, ShareId, TerminalId,
    recording::{
        Found, NewShare, Policy, RecordedShells, RecordingCheck, RecordingFilter, RecordingInfo, RecordingPage,
        RolePolicy, ShareInfo,
    },
};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// One page of recordings before `before`, newest first.
#[server(prefix = "/api", endpoint = "recordings", input = Json, output = Json)]
pub async fn recordings(filter: RecordingFilter, before: Option<RecordingId>) -> Result<RecordingPage, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.recordings.list(&caller, &filter, before).await?)
}

/// One recording, perhaps by a link.
#[server(prefix = "/api", endpoint = "recording", input = Json, output = Json)]
pub async fn recording(id: RecordingId, share: Option<String>) -> Result<RecordingInfo, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.recordings.get(&caller, id, share.as_deref()).await?)
}

/// Where a text stands in a recording.
#[server(prefix = "/api", endpoint = "search_recording", input = Json, output = Json)]
pub async fn search_recording(id: RecordingId, share: Option<String>, text: String) -> Result<Found, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.recordings.search(&caller, id, share.as_deref(), &text).await?)
}

/// Whether a recording is what was written.
#[server(prefix = "/api", endpoint = "check_recording", output = Json)]
pub async fn check_recording(id: RecordingId) -> Result<RecordingCheck, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.recordings.verify(&caller, id).await?)
}

/// Deletes a recording.
#[server(prefix = "/api", endpoint = "delete_recording", output = Json)]
pub async fn delete_recording(id: RecordingId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.recordings.delete(&caller, id).await?)
}

/// Makes a link to a recording.
#[server(prefix = "/api", endpoint = "share_recording", output = Json)]
pub async fn share_recording(id: RecordingId, days: u32) -> Result<NewShare, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.recordings.share(&caller, id, days).await?)
}

/// The links to a recording that hold.
#[server(prefix = "/api", endpoint = "recording_links", output = Json)]
pub async fn recording_links(id: RecordingId) -> Result<Vec<ShareInfo>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.recordings.shares(&caller, id).await?)
}

/// Ends a link.
#[server(prefix = "/api", endpoint = "unshare_recording", output = Json)]
pub async fn unshare_recording(id: RecordingId, share: ShareId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.recordings.unshare(&caller, id, share).await?)
}

/// Which of one's shells are recorded.
#[server(prefix = "/api", endpoint = "shell_recordings", output = Json)]
pub async fn shell_recordings() -> Result<RecordedShells, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.recordings.of_shells(&caller).await?)
}

/// Begins to record a shell.
#[server(prefix = "/api", endpoint = "start_recording", output = Json)]
pub async fn start_recording(terminal: TerminalId) -> Result<RecordingId, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.start_recording(&caller, terminal).await?)
}

/// Ends the recording of a shell.
#[server(prefix = "/api", endpoint = "end_recording", output = Json)]
pub async fn end_recording(terminal: TerminalId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.recordings.end(&caller, terminal).await?)
}

/// How the shells of each role are recorded.
#[server(prefix = "/api", endpoint = "recording_policies", output = Json)]
pub async fn recording_policies() -> Result<Vec<RolePolicy>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.recording_policies(&caller).await?)
}

/// Decides how the shells of a role are recorded.
#[server(prefix = "/api", endpoint = "save_recording_policy", input = Json, output = Json)]
pub async fn save_recording_policy(role: Role, policy: Policy) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.recordings.save_policy(&caller, &role, policy).await?)
}
