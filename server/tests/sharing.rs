//! Sharing and watching through the doors: what is audited, and what a guest's sockets are told.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![recursion_limit = "1024"]

#[allow(dead_code, reason = "each test file uses its part")]
mod support;

use futures_util::{SinkExt, StreamExt};
use model::{
    Caller, Factor, Role, Timestamp, UserId,
    audit::AuditFilter,
    caller::Proof,
    terminal::{
        ClientFrame, ServerFrame, Size,
        policy::{Limits, Policy},
        sharing::{Company, GuestRole, Term},
    },
};
use support::{Socket, World};
use tokio::time::{Duration, Instant, timeout};
use tokio_tungstenite::tungstenite::Message;

const PATIENCE: Duration = Duration::from_secs(20);

/// The same person, who has just shown who they are.
fn confirmed(caller: &Caller) -> Caller {
    let now = Timestamp(i64::MAX / 2);
    caller.clone().under(now, None, true, Some(Proof { factor: Factor::Password, at: now }))
}

async fn actions(world: &World) -> Vec<(String, String)> {
    let filter = AuditFilter { action: "terminal.".into(), ..AuditFilter::default() };
    let page = world.nova.audit.page(&Caller::system("test"), &filter, None, 100).await.unwrap();
    page.events.into_iter().rev().map(|event| (event.action, event.detail)).collect()
}

async fn company(socket: &mut Socket, found: impl Fn(&Company) -> bool) {
    let told = async {
        loop {
            let Message::Binary(frame) = socket.next().await.unwrap().unwrap() else { continue };
            if let Ok(ServerFrame::Company(json)) = ServerFrame::decode(&frame)
                && found(&serde_json::from_slice(json).unwrap())
            {
                return;
            }
        }
    };
    timeout(PATIENCE, told).await.expect("the company is told");
}

async fn close_code(socket: &mut Socket) -> u16 {
    let closed = async {
        loop {
            if let Some(Ok(Message::Close(Some(frame)))) = socket.next().await {
                return u16::from(frame.code);
            }
        }
    };
    timeout(PATIENCE, closed).await.expect("it is closed")
}

#[tokio::test]
async fn who_was_where_and_might_type_when_stands_in_the_log() {
    let world = World::with(|config| config.shell = Some("/bin/sh".into())).await;
    let (alice, bob) = (world.person("alice", Role::Owner).await, world.person("bob", Role::Developer).await);
    let (owner, guest) = (world.caller(&alice).await, world.caller(&bob).await);
    let (owner, user): (Caller, UserId) = (confirmed(&owner), guest.user().unwrap());
    let nova = &world.nova;
    let id = nova.terminals.open(&owner, Size::DEFAULT).await.unwrap().id;
    nova.share_terminal(&owner, id, "bob", GuestRole::Peer, Term::DEFAULT).await.unwrap();
    let path = format!("/ws/shared/{id}");
    let mut socket = world.socket(&path, &bob, Some(&world.origin())).await.unwrap();
    company(&mut socket, |company| company.here.len() == 1 && !company.writes).await;
    nova.let_write(&owner, id, user, true).await.unwrap();
    nova.hand_over(&owner, id, Some(user)).await.unwrap();
    company(&mut socket, |company| company.controls).await;
    nova.hand_over(&owner, id, None).await.unwrap();
    company(&mut socket, |company| !company.writes).await;
    socket.send(Message::binary(ClientFrame::Input(b"exit\n").encode())).await.unwrap();
    let asked = Instant::now();
    nova.end_sharing(&owner, id).await.unwrap();
    assert_eq!(close_code(&mut socket).await, 4403);
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    let left = async {
        while !actions(&world).await.iter().any(|(action, _)| action == "terminal.leave") {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, left).await.expect("leaving is noted");
    let mut said = actions(&world).await;
    // Leaving and the end of the share are noted side by side.
    said.sort_by_key(|(action, _)| action == "terminal.leave");
    let expected = [
        ("terminal.share", "with bob as peer, for 60 minutes"),
        ("terminal.join", ""),
        ("terminal.write", "bob may type"),
        ("terminal.control", "bob has control"),
        ("terminal.control", "the owner has control, bob had"),
        ("terminal.unshare", "1 ended"),
        ("terminal.leave", ""),
    ];
    assert_eq!(said, expected.map(|(action, detail)| (action.to_owned(), detail.to_owned())));
    assert_eq!(world.upgrade(&path, &[("cookie", &bob), ("origin", &world.origin())]).await, 404);
    assert_eq!(
        nova.terminals.list(&owner).unwrap()[0].state,
        model::terminal::State::Running,
        "the late “exit” is void"
    );
    world.stop().await;
}

#[tokio::test]
async fn limits_are_kept_handed_on_and_stopping_all_holds_until_it_is_lifted() {
    let world = World::with(|config| config.shell = Some("/bin/sh".into())).await;
    let alice = world.person("alice", Role::Owner).await;
    let owner = world.caller(&alice).await;
    let owner = confirmed(&owner);
    let nova = &world.nova;
    let limits = Limits { files: Some(128), ..Limits::default() };
    let policy = Policy { per_person: 2, limits, ..Policy::default() };
    nova.set_shell_policy(&owner, policy.clone()).await.unwrap();
    assert_eq!(nova.shell_policy(&owner).await.unwrap().0, policy);
    for _ in 0..2 {
        nova.open_terminal(&owner, Size::DEFAULT, None).await.unwrap();
    }
    assert!(nova.open_terminal(&owner, Size::DEFAULT, None).await.is_err());
    let refused = nova.set_shell_policy(&owner, Policy { per_person: 0, ..policy.clone() }).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("per_person"));
    assert_eq!(nova.stop_all_shells(&owner).await.unwrap(), 2);
    let stopped = nova.open_terminal(&owner, Size::DEFAULT, None).await.unwrap_err();
    assert!(stopped.message.contains("stopped all"), "{}", stopped.message);
    // Setting limits meanwhile lifts nothing.
    nova.set_shell_policy(&owner, policy).await.unwrap();
    assert!(nova.open_terminal(&owner, Size::DEFAULT, None).await.is_err());
    nova.open_shells_again(&owner).await.unwrap();
    nova.open_terminal(&owner, Size::DEFAULT, None).await.unwrap();
    let said: Vec<String> = actions(&world).await.into_iter().map(|(action, _)| action).collect();
    let count = |name: &str| said.iter().filter(|action| *action == name).count();
    assert_eq!((count("terminal.policy"), count("terminal.stop"), count("terminal.open")), (4, 2, 3));
    world.stop().await;
}
