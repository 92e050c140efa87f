//! WebSockets. Each upgrade has passed authentication and its Origin check; each socket ends within a second of its
//! session, and says why.

pub(crate) mod live;
pub(crate) mod terminal;

use std::time::Duration;

use axum::{
    extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket},
    http::HeaderMap,
};
use model::{ApiError, Caller, ErrorCode};
use nova::Nova;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::task::task_tracker::TrackedFuture;

use crate::{problem::Problem, state::AppState};

/// How often the peer is asked for a sign of life; without one until the next time it is gone.
pub(crate) const PING_EVERY: Duration = Duration::from_secs(20);
/// A peer that does not take one frame in this time is gone.
pub(crate) const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// Why a socket ends, as a close code (RFC 6455 §7.4; 4000–4999 are ours).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// 1000: nothing more will come.
    Done,
    /// 1001: the server goes down; come back.
    GoingAway,
    /// 1002: the peer broke the protocol.
    Protocol,
    /// 4401: the session has ended; coming back is of no use.
    SessionEnded,
    /// The peer is gone; there is nobody to tell.
    PeerGone,
}

impl End {
    fn frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Done => (1000, "done"),
            Self::GoingAway => (1001, "the server goes down"),
            Self::Protocol => (1002, "not a frame of this protocol"),
            Self::SessionEnded => (4401, "the session has ended"),
            Self::PeerGone => return None,
        };
        Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) })
    }
}

/// Refuses an upgrade that does not come from one of our own pages.
pub(crate) fn check_origin(state: &AppState, headers: &HeaderMap) -> Result<(), Problem> {
    if state.origins.allows(headers) {
        return Ok(());
    }
    Err(Problem(ApiError::new(
        ErrorCode::Forbidden,
        "This socket opens only from Nova's own pages. Set NOVA_PUBLIC_URL to the address people use.",
    )))
}

/// Waits until the caller's session ends.
pub(crate) async fn session_ended(nova: &Nova, caller: &Caller, ended: &mut Receiver<model::SessionId>) {
    loop {
        match ended.recv().await {
            Ok(session) if caller.session() == Some(session) => return,
            Ok(_) => {}
            // Some were missed: ask for our own.
            Err(RecvError::Lagged(_)) if nova.identity.session_lives(caller).await => {}
            Err(_) => return,
        }
    }
}

/// Sends one message within [`SEND_TIMEOUT`].
pub(crate) async fn send(
    socket: &mut (impl futures_util::Sink<Message, Error = axum::Error> + Unpin),
    message: Message,
) -> Result<(), End> {
    use futures_util::SinkExt;
    match tokio::time::timeout(SEND_TIMEOUT, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(End::PeerGone),
    }
}

/// Says goodbye.
pub(crate) async fn close(mut socket: impl futures_util::Sink<Message, Error = axum::Error> + Unpin, end: End) {
    if let Some(frame) = end.frame() {
        // The peer may be gone already; then nobody needs to be told.
        let _ = send(&mut socket, Message::Close(Some(frame))).await;
    }
}

/// Keeps a socket's task in the count of those to wait for.
pub(crate) fn track<F, R>(state: &AppState, run: R) -> impl FnOnce(WebSocket) -> TrackedFuture<F> + Send + use<F, R>
where
    F: Future<Output = ()> + Send + 'static,
    R: FnOnce(AppState, WebSocket) -> F + Send + 'static,
{
    let state = state.clone();
    move |socket| {
        let tasks = state.sockets.tasks.clone();
        tasks.track_future(run(state, socket))
    }
}
