//! Rooms of projects over real sockets: who may not read any more hears nothing more.

use std::time::Instant;

use futures_util::{SinkExt, StreamExt};
use model::{
    Caller, Permission, Role, RoomId,
    chat::{ClientMessageId, RoomEvent, RoomForm, UserEvent},
    live::{ClientFrame, Event, ServerFrame, Topic},
    policy::{Condition, Grant, Project},
};
use tokio::time::{Duration, timeout};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Socket, World, close_code};

/// The goal for whatever ends a right.
const SECOND: Duration = Duration::from_secs(1);

fn form(name: &str, project: &str) -> RoomForm {
    RoomForm { name: name.into(), topic: String::new(), project: project.into() }
}

/// A role that chats in these projects only.
async fn chats_in(world: &World, projects: &str) -> Role {
    let role: Role = "guest".parse().unwrap();
    let condition = Condition::Project { projects: Project::parse_list(projects).unwrap() };
    let grants = [Grant { permission: Permission::ChatUse, conditions: vec![condition] }];
    world.nova.identity.save_role(&Caller::system("test"), &role, &grants, false).await.unwrap();
    role
}

async fn subscribe(socket: &mut Socket, topic: Topic) -> ServerFrame {
    let frame = ClientFrame::Subscribe { topic, after: None };
    socket.send(Message::text(serde_json::to_string(&frame).unwrap())).await.unwrap();
    heard(socket, |frame| matches!(frame, ServerFrame::Subscribed { .. } | ServerFrame::Refused { .. })).await
}

async fn heard(socket: &mut Socket, wanted: impl Fn(&ServerFrame) -> bool) -> ServerFrame {
    let found = timeout(Duration::from_secs(5), async {
        loop {
            if let Message::Text(json) = socket.next().await.unwrap().unwrap() {
                let frame: ServerFrame = serde_json::from_str(&json).unwrap();
                if wanted(&frame) {
                    return frame;
                }
            }
        }
    });
    found.await.expect("a frame")
}

fn is_message(frame: &ServerFrame, text: &str) -> bool {
    matches!(frame, ServerFrame::Event { event, .. }
        if matches!(&**event, Event::Room(RoomEvent::Message(message)) if message.body == text))
}

async fn say(world: &World, caller: &Caller, room: RoomId, text: &str) {
    world.nova.chat.send(caller, room, ClientMessageId::new(), text).await.unwrap();
}

#[tokio::test]
async fn a_room_that_leaves_ones_project_is_silent_within_a_second() {
    let world = World::start().await;
    let owner = world.caller(&world.person("olga", Role::Owner).await).await;
    let guest = world.person("wanda", chats_in(&world, "web").await).await;
    let chat = &world.nova.chat;
    let web = chat.make_room(&owner, &form("web", "web")).await.unwrap().id;
    let ops = chat.make_room(&owner, &form("ops", "ops")).await.unwrap().id;
    let mut socket = world.live(&guest).await;
    let me = world.caller(&guest).await.user().unwrap();
    assert!(matches!(subscribe(&mut socket, Topic::User(me)).await, ServerFrame::Subscribed { .. }));
    assert!(matches!(subscribe(&mut socket, Topic::Room(web)).await, ServerFrame::Subscribed { .. }));
    assert!(matches!(subscribe(&mut socket, Topic::Room(ops)).await, ServerFrame::Refused { .. }));
    say(&world, &owner, web, "for web").await;
    heard(&mut socket, |frame| is_message(frame, "for web")).await;
    let begun = Instant::now();
    chat.change_room(&owner, web, &form("web", "ops")).await.unwrap();
    heard(&mut socket, |frame| matches!(frame, ServerFrame::Refused { topic, .. } if *topic == Topic::Room(web))).await;
    assert!(begun.elapsed() < SECOND, "{:?}", begun.elapsed());
    say(&world, &owner, web, "for ops").await;
    // What comes after it shows that it did not come.
    chat.make_room(&owner, &form("third", "web")).await.unwrap();
    let last = heard(&mut socket, |frame| {
        assert!(!is_message(frame, "for ops"), "heard in a room that is closed to them");
        matches!(frame, ServerFrame::Event { event, .. } if **event == Event::User(UserEvent::RoomsChanged))
    });
    last.await;
    world.stop().await;
}

#[tokio::test]
async fn a_role_that_names_another_project_closes_sockets_within_a_second() {
    let world = World::start().await;
    let guest = world.person("wanda", chats_in(&world, "web").await).await;
    let mut socket = world.live(&guest).await;
    let before = world.caller(&guest).await.permissions();
    let begun = Instant::now();
    chats_in(&world, "ops").await;
    assert_eq!(close_code(&mut socket).await, Some(4409));
    assert!(begun.elapsed() < SECOND, "{:?}", begun.elapsed());
    assert_eq!(world.caller(&guest).await.permissions(), before, "the door is the same, what is behind it is not");
    world.stop().await;
}

#[tokio::test]
async fn pages_of_chat_open_for_a_right_for_a_project_and_the_audit_log_does_not() {
    let world = World::start().await;
    let role: Role = "guest".parse().unwrap();
    let guest = world.person("wanda", chats_in(&world, "web").await).await;
    assert_eq!(world.get("/chat", &[("cookie", &guest), ("accept", "text/html")]).await.status, 200);
    assert_eq!(world.get("/audit", &[("cookie", &guest), ("accept", "text/html")]).await.status, 403);
    let web = Condition::Project { projects: Project::parse_list("web").unwrap() };
    let grants = [Grant { permission: Permission::AuditRead, conditions: vec![web] }];
    let refused = world.nova.identity.save_role(&Caller::system("test"), &role, &grants, false).await;
    assert_eq!(model::ApiError::from(refused.unwrap_err()).field.as_deref(), Some("projects"));
    world.stop().await;
}
