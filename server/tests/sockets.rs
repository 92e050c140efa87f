//! What sockets promise, over real connections.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use futures_util::{SinkExt, StreamExt};
use model::{
    Role, TerminalId,
    live::{ClientFrame, ServerFrame, Topic},
    terminal::Size,
};
use support::{Socket, WAIT, World, close_code};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn sockets_open_only_from_our_own_pages() {
    let world = World::start().await;
    let cookies = world.person("alice", Role::Owner).await;
    let caller = world.caller(&cookies).await;
    let shell = world.nova.terminals.open(&caller, Size::DEFAULT).await.unwrap();
    let port = world.address.port();
    for path in ["/ws/live".to_owned(), format!("/ws/terminal/{}", shell.id)] {
        for origin in [
            None,
            Some("null".to_owned()),
            Some("https://evil.example".to_owned()),
            Some(format!("http://evil.example:{port}")),
            Some(format!("http://127.0.0.1.evil.example:{port}")),
            Some(format!("https://127.0.0.1:{port}")),
            Some(format!("http://127.0.0.1:{}", port ^ 1)),
            Some(format!("http://127.0.0.1:{port}/")),
        ] {
            assert_eq!(world.socket(&path, &cookies, origin.as_deref()).await.err(), Some(403), "{path} {origin:?}");
        }
        assert_eq!(world.socket(&path, "", Some(&world.origin())).await.err(), Some(401), "{path}");
        assert!(world.socket(&path, &cookies, Some(&world.origin())).await.is_ok(), "{path}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_revoked_session_closes_its_sockets() {
    let world = World::start().await;
    let cookies = world.person("alice", Role::Owner).await;
    let caller = world.caller(&cookies).await;
    let shell = world.nova.terminals.open(&caller, Size::DEFAULT).await.unwrap();
    let mut live = world.live(&cookies).await;
    let mut terminal =
        world.socket(&format!("/ws/terminal/{}", shell.id), &cookies, Some(&world.origin())).await.unwrap();
    let other = world.sign_in("alice").await;
    let mut unharmed = world.live(&other).await;
    let started = std::time::Instant::now();
    world.nova.identity.sign_out(&caller).await.unwrap();
    assert_eq!(close_code(&mut live).await, Some(4401));
    assert_eq!(close_code(&mut terminal).await, Some(4401));
    println!("both sockets closed after {:?}", started.elapsed());
    assert_eq!(world.get("/", &[("cookie", &cookies)]).await.status, 401);
    let still = timeout(WAIT, unharmed.next()).await.unwrap().unwrap().unwrap();
    assert!(still.is_text());
    world.stop().await;
}

#[tokio::test]
async fn one_user_sees_only_their_own_terminals() {
    let world = World::start().await;
    let alice = world.person("alice", Role::Owner).await;
    let bob = world.person("bob", Role::Developer).await;
    let caller = world.caller(&alice).await;
    let shell = world.nova.terminals.open(&caller, Size::DEFAULT).await.unwrap();
    let origin = world.origin();
    for (cookies, id, status) in [
        (&bob, shell.id.to_string(), 404),
        (&alice, TerminalId::new().to_string(), 404),
        (&alice, "nonsense".into(), 404),
    ] {
        assert_eq!(
            world.socket(&format!("/ws/terminal/{id}"), cookies, Some(&origin)).await.err(),
            Some(status),
            "{id}"
        );
    }
    let viewer = world.person("vera", Role::Viewer).await;
    assert_eq!(world.socket(&format!("/ws/terminal/{}", shell.id), &viewer, Some(&origin)).await.err(), Some(403));
    world.stop().await;
}

async fn next(socket: &mut Socket) -> ServerFrame {
    loop {
        if let Message::Text(text) = timeout(WAIT, socket.next()).await.expect("a frame").unwrap().unwrap() {
            return serde_json::from_str(&text).unwrap();
        }
    }
}

#[tokio::test]
async fn the_live_channel_says_hello_and_delivers_samples() {
    let world = World::start().await;
    let cookies = world.person("alice", Role::Owner).await;
    let mut socket = world.live(&cookies).await;
    assert!(matches!(next(&mut socket).await, ServerFrame::Hello { .. }));
    let subscribe = serde_json::to_string(&ClientFrame::Subscribe { topic: Topic::Metrics, after: None }).unwrap();
    socket.send(Message::text(subscribe)).await.unwrap();
    while !matches!(next(&mut socket).await, ServerFrame::Event { topic: Topic::Metrics, .. }) {}
    world.stop().await;
}

#[tokio::test]
async fn nonsense_on_a_socket_is_a_typed_close() {
    let world = World::start().await;
    let cookies = world.person("alice", Role::Owner).await;
    let caller = world.caller(&cookies).await;
    let shell = world.nova.terminals.open(&caller, Size::DEFAULT).await.unwrap();
    let path = format!("/ws/terminal/{}", shell.id);
    for message in [
        Message::text("nonsense"),
        Message::text("{}"),
        Message::binary(vec![0xff; 8]),
        Message::text("[".repeat(4000)),
    ] {
        let mut socket = world.live(&cookies).await;
        socket.send(message).await.unwrap();
        assert_eq!(close_code(&mut socket).await, Some(1002));
    }
    for message in [
        Message::text("ls\n"),
        Message::binary(vec![]),
        Message::binary(vec![9]),
        Message::binary(vec![2, 0, 0, 0, 9, 9, 9, 9, 9]),
    ] {
        let mut socket = world.socket(&path, &cookies, Some(&world.origin())).await.unwrap();
        socket.send(message).await.unwrap();
        assert_eq!(close_code(&mut socket).await, Some(1002));
    }
    let mut socket = world.live(&cookies).await;
    // A frame over the bound ends the connection one way or the other, and nothing else.
    let _ = socket.send(Message::text("x".repeat(1 << 20))).await;
    close_code(&mut socket).await;
    assert_eq!(world.get("/live", &[]).await.status, 200);
    world.stop().await;
}

#[tokio::test]
async fn the_shutdown_tells_open_sockets_and_ends_within_its_bound() {
    let world = World::start().await;
    let cookies = world.person("alice", Role::Owner).await;
    let caller = world.caller(&cookies).await;
    let shell = world.nova.terminals.open(&caller, Size::DEFAULT).await.unwrap();
    let mut live = world.live(&cookies).await;
    let mut terminal =
        world.socket(&format!("/ws/terminal/{}", shell.id), &cookies, Some(&world.origin())).await.unwrap();
    world.begin_shutdown();
    assert_eq!(close_code(&mut live).await, Some(1001));
    assert_eq!(close_code(&mut terminal).await, Some(1001));
    println!("ended after {:?}", world.ended().await);
}
