//! `/ws/live`: the live channel of one tab.

use std::time::Duration;

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, Utf8Bytes, WebSocket},
    },
    http::HeaderMap,
    response::Response,
};
use bytes::Bytes;
use futures_util::StreamExt;
use live::Subscriber;
use model::live::{ClientFrame, HEARTBEAT_MS, MAX_CLIENT_FRAME, ServerFrame, Topic};
use nova::Nova;
use tokio::{
    sync::broadcast::error::RecvError,
    time::{Instant, MissedTickBehavior, interval},
};

use super::{End, PING_EVERY, check_origin, close, revoked, send, track};
use crate::{auth::Signed, problem::Problem, state::AppState};

/// Frames a browser may send: this many at once, one more every [`REFILL`].
const BURST: u32 = 300;
const REFILL: Duration = Duration::from_millis(50);

pub(crate) async fn upgrade(
    State(state): State<AppState>,
    Signed(caller): Signed,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    check_origin(&state, &caller, &headers)?;
    let subscriber = state.nova.live.connect(&caller)?;
    Ok(upgrade
        .max_message_size(MAX_CLIENT_FRAME)
        .max_frame_size(MAX_CLIENT_FRAME)
        .on_upgrade(track(&state, move |state, socket| run(state, socket, subscriber))))
}

async fn run(state: AppState, socket: WebSocket, mut subscriber: Subscriber) {
    let caller = subscriber.caller().clone();
    let mut told = state.nova.identity.revocations();
    let mut changed_rooms = state.nova.chat.changed_rooms();
    let (mut sink, mut stream) = socket.split();
    let going_away = state.sockets.going_away.clone();
    let talk = async {
        send(&mut sink, text(&ServerFrame::Hello { epoch: state.nova.live.epoch() })).await?;
        let mut heartbeat = interval(Duration::from_millis(HEARTBEAT_MS.into()));
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut ping = interval(PING_EVERY);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        let mut allowance = Allowance::new();
        loop {
            tokio::select! {
                frame = subscriber.next() => send(&mut sink, message(frame)).await?,
                incoming = stream.next() => {
                    heard = Instant::now();
                    let answer = match incoming {
                        Some(Ok(Message::Text(json))) if allowance.take(Instant::now()) => receive(&state.nova, &mut subscriber, &json).await?,
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => None,
                        Some(Ok(Message::Close(_))) | None => return Err(End::PeerGone),
                        _ => return Err(End::Protocol),
                    };
                    if let Some(answer) = answer {
                        send(&mut sink, text(&answer)).await?;
                    }
                }
                changed = changed_rooms.recv() => {
                    let only = match changed {
                        Ok(room) => Some(Topic::Room(room)),
                        Err(RecvError::Lagged(_)) => None,
                        Err(RecvError::Closed) => return Err(End::GoingAway),
                    };
                    for refused in subscriber.recheck(only).await {
                        send(&mut sink, text(&refused)).await?;
                    }
                }
                _ = heartbeat.tick() => send(&mut sink, text(&ServerFrame::Heartbeat)).await?,
                _ = ping.tick() => {
                    if heard.elapsed() > 2 * PING_EVERY {
                        return Err(End::PeerGone);
                    }
                    send(&mut sink, Message::Ping(Bytes::new())).await?;
                }
            }
        }
    };
    let end = tokio::select! {
        result = talk => match result { Ok(()) => End::Done, Err(end) => end },
        end = revoked(&state.nova, &caller, &mut told) => end,
        () = going_away.cancelled() => End::GoingAway,
    };
    close(sink, end).await;
}

async fn receive(nova: &Nova, subscriber: &mut Subscriber, json: &str) -> Result<Option<ServerFrame>, End> {
    match serde_json::from_str(json).map_err(|_| End::Protocol)? {
        ClientFrame::Subscribe { topic, after } => Ok(Some(subscriber.subscribe(topic, after).await)),
        ClientFrame::Unsubscribe { topic } => {
            subscriber.unsubscribe(topic);
            Ok(None)
        }
        ClientFrame::Typing { room } => {
            // Nobody misses a typing mark; a room one does not belong to is simply not told.
            if let Err(error) = nova.chat.typing(subscriber.caller(), room).await {
                tracing::debug!(%error, "typing");
            }
            Ok(None)
        }
    }
}

fn text(frame: &ServerFrame) -> Message {
    // Our own wire types always serialise; an empty frame would be refused loudly by the browser.
    Message::Text(serde_json::to_string(frame).unwrap_or_default().into())
}

/// A frame the bus has serialised already.
fn message(frame: Bytes) -> Message {
    Utf8Bytes::try_from(frame).map_or_else(|_| Message::Text(Utf8Bytes::default()), Message::Text)
}

/// A token bucket for what the browser sends.
struct Allowance {
    left: u32,
    since: Instant,
}

impl Allowance {
    fn new() -> Self {
        Self { left: BURST, since: Instant::now() }
    }

    fn take(&mut self, now: Instant) -> bool {
        let earned = now.duration_since(self.since).as_millis() / REFILL.as_millis();
        if earned > 0 {
            self.left = self.left.saturating_add(u32::try_from(earned).unwrap_or(BURST)).min(BURST);
            self.since = now;
        }
        self.left.checked_sub(1).map(|left| self.left = left).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_frames_ends_the_socket_and_a_steady_stream_does_not() {
        let mut allowance = Allowance::new();
        let mut now = allowance.since;
        assert!((0..BURST).all(|_| allowance.take(now)));
        assert!(!allowance.take(now));
        for _ in 0..1000 {
            now += REFILL;
            assert!(allowance.take(now));
        }
    }
}
