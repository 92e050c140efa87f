//! Idle cost, and fan-out of the live channel.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use model::live::{ClientFrame, ServerFrame, Topic};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_tungstenite::tungstenite::Message;

use crate::{client, client::Socket, nova::Server, table::Table};

const SUBSCRIBERS: usize = 500;
const PER_PERSON: usize = 60;
const WINDOW: Duration = Duration::from_secs(15);

async fn subscribe(socket: &mut Socket, topic: Topic) {
    let frame = serde_json::to_string(&ClientFrame::Subscribe { topic, after: None }).unwrap();
    socket.send(Message::text(frame)).await.unwrap();
}

pub(crate) async fn idle(server: &Server, session: &str, table: &mut Table) {
    let mut socket = client::socket(&server.url, "/ws/live", session).await;
    subscribe(&mut socket, Topic::Metrics).await;
    subscribe(&mut socket, Topic::Services).await;
    let reading = tokio::spawn(async move { while let Some(Ok(_)) = socket.next().await {} });
    sleep(Duration::from_secs(3)).await;
    let before = server.processor_time();
    sleep(Duration::from_secs(20)).await;
    let used = server.processor_time() - before;
    table.row("idle RSS, one dashboard open", format!("{:.1} MiB", server.resident()), "≤ 60 MB");
    table.row(
        "idle CPU, whole server, of one core",
        format!("{:.2} %", used.as_secs_f64() / 20.0 * 100.0),
        "collector ≤ 0.5 %",
    );
    reading.abort();
}

pub(crate) async fn fan_out(server: &Server, owner: &str, table: &mut Table) {
    let mut sessions = vec![owner.to_owned()];
    while sessions.len() * PER_PERSON < SUBSCRIBERS {
        let name = format!("person{}", sessions.len());
        let (_, _, made) = client::post(&server.url, "/api/invite", owner, "role=viewer").await;
        let made: serde_json::Value = serde_json::from_str(&made).unwrap();
        let token = made["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let body = format!("token={token}&username={name}&password={}", client::PASSWORD.replace(' ', "+"));
        let (status, cookies, answer) = client::post(&server.url, "/api/public/accept_invitation", "", &body).await;
        assert_eq!(status, 200, "{answer}");
        sessions.push(cookies);
    }
    let before = server.resident();
    let mut sockets = Vec::new();
    for n in 0..SUBSCRIBERS {
        let mut socket = client::socket(&server.url, "/ws/live", &sessions[n / PER_PERSON]).await;
        subscribe(&mut socket, Topic::Metrics).await;
        sockets.push(socket);
    }
    let end = Instant::now() + WINDOW;
    let readers: Vec<_> = sockets.into_iter().map(|socket| tokio::spawn(read(socket, end))).collect();
    let (mut received, mut lost) = (0, 0);
    for reader in readers {
        let (got, gaps) = reader.await.unwrap();
        received += got;
        lost += gaps;
    }
    table.row("live: samples delivered to 500 subscribers", received.to_string(), "");
    table.row("live: samples lost", lost.to_string(), "0");
    table.row(
        "live: memory a subscriber",
        format!("{:.1} KiB", (server.resident() - before).max(0.0) * 1024.0 / 500.0),
        "",
    );
}

/// Samples received and missing numbers between them.
async fn read(mut socket: Socket, end: Instant) -> (u64, u64) {
    let (mut received, mut lost, mut last) = (0, 0, None);
    while let Ok(Some(Ok(message))) = timeout_at(end, socket.next()).await {
        let Message::Text(text) = message else { continue };
        match serde_json::from_str::<ServerFrame>(&text) {
            Ok(ServerFrame::Event { topic: Topic::Metrics, seq, .. }) => {
                lost += last.map_or(0, |last: u64| seq - last - 1);
                last = Some(seq);
                received += 1;
            }
            Ok(ServerFrame::Missed { count, .. }) => lost += count,
            _ => {}
        }
    }
    (received, lost)
}
