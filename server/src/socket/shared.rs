//! `/ws/shared/{id}`: one viewer of somebody else's shell, as far as its owner or a permission allows.

use axum::{
    extract::{Path, Query, State, WebSocketUpgrade},
    http::HeaderMap,
    response::Response,
};
use model::{ApiError, TerminalId, terminal::MAX_INPUT};

use super::{
    check_origin,
    terminal::{From, carry},
    track,
};
use crate::{auth::Signed, problem::Problem, state::AppState};

pub(crate) async fn upgrade(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    Query(from): Query<From>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    check_origin(&state, &caller, &headers)?;
    let id: TerminalId = id.parse().map_err(|_| ApiError::not_found("terminal"))?;
    let (viewer, visit) = state.nova.visit_terminal(&caller, id, from.after).await?;
    Ok(upgrade.max_message_size(MAX_INPUT + 1).max_frame_size(MAX_INPUT + 1).on_upgrade(track(
        &state,
        move |state, socket| async move {
            carry(state, socket, caller, viewer).await;
            visit.leave().await;
        },
    )))
}
