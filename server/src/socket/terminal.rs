//! `/ws/terminal/{id}`: one viewer of one shell. Frames are `model::terminal`'s; the relay's rules live in the service.

use std::time::Duration;

use axum::{
    extract::{
        Path, Query, State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    http::HeaderMap,
    response::Response,
};
use futures_util::StreamExt;
use model::{ApiError, Caller, TerminalId, terminal::MAX_INPUT};
use terminal::Viewer;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::{End, PING_EVERY, check_origin, close, revoked, send, track};
use crate::{auth::Signed, problem::Problem, state::AppState};

/// After the shell's end the browser may still read what was sent before it closes.
const LINGER: Duration = Duration::from_secs(1);

/// Where the viewer goes on: it has drawn everything before this byte.
#[derive(serde::Deserialize)]
pub(crate) struct From {
    pub(super) after: Option<u64>,
}

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
    let viewer = state.nova.terminals.attach(&caller, id, from.after)?;
    Ok(upgrade
        .max_message_size(MAX_INPUT + 1)
        .max_frame_size(MAX_INPUT + 1)
        .on_upgrade(track(&state, move |state, socket| carry(state, socket, caller, viewer))))
}

/// Carries frames between a browser and its place at a shell, until one of them or the right to it ends.
pub(super) async fn carry(state: AppState, socket: WebSocket, caller: Caller, viewer: Viewer) {
    let mut told = state.nova.identity.revocations();
    let going_away = state.sockets.going_away.clone();
    let (mut sink, mut stream) = socket.split();
    let parted = viewer.parted();
    let (mut reader, mut writer) = viewer.split();
    let (heard_tx, heard) = tokio::sync::watch::channel(Instant::now());

    // Output and input run side by side: a shell that takes no input until its output is read must not block us.
    let output = async {
        let mut ping = interval(PING_EVERY);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                frame = reader.next() => match frame {
                    Some(frame) => send(&mut sink, Message::Binary(frame)).await?,
                    None => return Ok::<End, End>(End::Done),
                },
                _ = ping.tick() => {
                    if heard.borrow().elapsed() > 2 * PING_EVERY {
                        return Err(End::PeerGone);
                    }
                    send(&mut sink, Message::Ping(bytes::Bytes::new())).await?;
                }
            }
        }
    };
    let input = async {
        loop {
            let incoming = stream.next().await;
            heard_tx.send_replace(Instant::now());
            match incoming {
                Some(Ok(Message::Binary(frame))) => writer.receive(&frame).await.map_err(|_| End::Protocol)?,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_))) | None => return Err::<End, End>(End::PeerGone),
                _ => return Err(End::Protocol),
            }
        }
    };
    let end = tokio::select! {
        // First: a place that is no more has no further output either.
        biased;
        () = parted => End::Unshared,
        result = output => result.unwrap_or_else(|end| end),
        result = input => result.unwrap_or_else(|end| end),
        end = revoked(&state.nova, &caller, &mut told) => end,
        () = going_away.cancelled() => End::GoingAway,
    };
    close(sink, end).await;
    if end == End::Done {
        // Let the peer's own close arrive, so that the last frames are not cut off by a reset.
        let _ = tokio::time::timeout(LINGER, async { while let Some(Ok(_)) = stream.next().await {} }).await;
    }
}
