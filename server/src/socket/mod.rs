//! WebSockets. Each upgrade has passed authentication and its Origin check; each socket ends within a second of its
//! session, and says why.

pub(crate) mod live;
pub(crate) mod shared;
pub(crate) mod terminal;

use std::time::Duration;

use axum::{
    extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket},
    http::HeaderMap,
};
use identity::Revoked;
use model::{ApiError, Caller, ErrorCode};
use nova::Nova;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::task::task_tracker::TrackedFuture;

use crate::{problem::Problem, state::AppState};

/// How often the peer is asked for a sign of life; without one until the next time it is gone.
pub(crate) const PING_EVERY: Duration = Duration::from_secs(20);
/// A peer that does not take one frame in this time is gone.
pub(crate) const SEND_TIMEOUT: Duration = Duration::from_secs(30);
/// How often an open socket asks whether it still may be.
const CHECK_EVERY: Duration = Duration::from_secs(20);

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
    /// 4403: the shell is no longer shared with the caller; coming back is of no use.
    Unshared,
    /// 4409: what the caller may do has changed; come back and be asked again.
    RightsChanged,
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
            Self::Unshared => (4403, "no longer shared with you"),
            Self::RightsChanged => (4409, "what you may do has changed"),
            Self::PeerGone => return None,
        };
        Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) })
    }
}

/// Refuses an upgrade that does not come from one of our own pages. A program with a key is no page: no browser sends
/// its key by itself.
pub(crate) fn check_origin(state: &AppState, caller: &Caller, headers: &HeaderMap) -> Result<(), Problem> {
    if caller.api_key().is_some() || state.origins.allows(headers) {
        return Ok(());
    }
    Err(Problem(ApiError::new(
        ErrorCode::Forbidden,
        "This socket opens only from Nova's own pages. Set NOVA_PUBLIC_URL to the address people use.",
    )))
}

/// Waits until what the caller came with ends, or what they may do changes.
pub(crate) async fn revoked(nova: &Nova, caller: &Caller, told: &mut Receiver<Revoked>) -> End {
    // Grants may depend on the hour, which nobody tells of.
    let mut again = tokio::time::interval(CHECK_EVERY);
    again.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    again.tick().await;
    loop {
        tokio::select! {
            heard = told.recv() => match heard {
                Ok(heard) if !heard.concerns(caller) => continue,
                Ok(Revoked::Session(_) | Revoked::Key(_)) => return End::SessionEnded,
                Ok(Revoked::Rights(_)) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return End::GoingAway,
            },
            _ = again.tick() => {}
        }
        match nova.identity.renewed(caller).await {
            // Of two grants that open the door one may open other rooms behind it.
            Ok(Some(now)) if now.permissions() == caller.permissions() && now.grants() == caller.grants() => {}
            Ok(Some(_)) => return End::RightsChanged,
            Ok(None) => return End::SessionEnded,
            // Without the database nobody knows; closing is the safe side, and the browser comes back.
            Err(error) => {
                tracing::warn!(%error, "could not ask whether a socket may stay open");
                return End::RightsChanged;
            }
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
