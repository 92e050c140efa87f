//! Handing entries on to real listeners.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::time::Duration;

use audit::{Audit, Entry, Target, forward};
use model::audit::{Action, AuditEvent};
use store::{Clock, testing::Fresh};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, UdpSocket},
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(20);

async fn log(fresh: &Fresh) -> Audit {
    Audit::start(fresh.open().await, Clock::system())
}

async fn add(audit: &Audit, detail: &str) {
    audit.record(Entry::stranger(Action::SessionBegin, "192.0.2.7").refused().detail(detail)).await.unwrap();
}

#[tokio::test]
async fn a_syslog_server_gets_each_entry_from_now_on() {
    let fresh = Fresh::sqlite();
    let audit = log(&fresh).await;
    add(&audit, "before").await;
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let target = Target::syslog(&format!("udp://{}", server.local_addr().unwrap())).unwrap();
    let forwarding = tokio::spawn(forward(audit.clone(), target));
    let mut buffer = [0; 4096];
    // Whether it has begun is seen by the first entry that arrives.
    let text = loop {
        add(&audit, "after").await;
        if let Ok(length) = timeout(Duration::from_secs(2), server.recv(&mut buffer)).await {
            break String::from_utf8_lossy(&buffer[..length.unwrap()]).into_owned();
        }
    };
    assert!(text.contains("detail=\"after\"") && !text.contains("before"), "{text}");
    forwarding.abort();
}

#[tokio::test]
async fn a_webhook_that_is_down_gets_everything_later_in_order() {
    let fresh = Fresh::sqlite();
    let audit = log(&fresh).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = Target::webhook(&format!("http://{}/hook", listener.local_addr().unwrap()).into()).unwrap();
    let forwarding = tokio::spawn(forward(audit.clone(), target));
    // The first request is refused, the second taken.
    let (mut seen, mut refused) = (Vec::new(), false);
    while seen.is_empty() {
        add(&audit, "one").await;
        add(&audit, "two").await;
        let Ok(Ok((mut stream, _))) = timeout(Duration::from_secs(3), listener.accept()).await else { continue };
        let body = timeout(PATIENCE, read_request(&mut stream)).await.unwrap();
        let status = if refused { "200 OK" } else { "503 Service Unavailable" };
        stream
            .write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes())
            .await
            .unwrap();
        if refused {
            seen = body.lines().map(|line| serde_json::from_str::<AuditEvent>(line).unwrap().seq).collect();
        }
        refused = true;
    }
    assert!(seen.len() >= 2 && seen.windows(2).all(|pair| pair[1] == pair[0] + 1), "{seen:?}");
    forwarding.abort();
}

async fn read_request(stream: &mut tokio::net::TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return body.to_owned();
            }
        }
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "cut off");
        bytes.extend_from_slice(&buffer[..read]);
    }
}

#[test]
fn addresses_that_cannot_be_are_told() {
    for wrong in ["logs:514", "udp://", "udp://:514", "udp://a", "udp://a:99999", "http://a:1"] {
        assert!(Target::syslog(wrong).is_err(), "{wrong}");
    }
    for wrong in ["", "http://logs.example.org/x", "ftp://a"] {
        assert!(Target::webhook(&wrong.to_owned().into()).is_err(), "{wrong}");
    }
}
