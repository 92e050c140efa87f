//! Guests at a shell: who may do what, and what a hostile one achieves.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use common::{Client, PATIENCE, developer, person, settings};
use model::{
    ApiError, Caller, ErrorCode, Factor, Role, ShareId, TerminalId, Timestamp, UserId,
    caller::Proof,
    terminal::{
        ClientFrame, MAX_INPUT, ServerFrame,
        sharing::{Admission, Company, GuestRole},
    },
};
use terminal::{Error, MAX_GUEST_PLACES, MAX_GUESTS, MAX_VIEWERS, Size, Terminals, Viewer, Which};
use tokio::time::timeout;

/// Times by the tests' clock, which stands still.
const NOW: i64 = 1_000;
const HOUR: i64 = 3_600_000;

/// Who is let in where, as the area that keeps shares would say it.
type Book = Arc<Mutex<HashMap<(UserId, TerminalId), Admission>>>;

fn world() -> (Terminals, Book) {
    let book = Book::default();
    let kept = Arc::clone(&book);
    let mut settings = settings("/bin/sh");
    settings.guests = Some(Arc::new(move |caller: Caller, id| {
        let found = kept.lock().unwrap().get(&(caller.user().unwrap(), id)).cloned();
        Box::pin(async move { Ok(found) })
    }));
    (Terminals::start(settings), book)
}

fn fresh(role: Role) -> Caller {
    let proof = Some(Proof { factor: Factor::Password, at: Timestamp(NOW) });
    person(role).under(Timestamp(NOW), None, false, proof)
}

fn user(caller: &Caller) -> UserId {
    caller.user().unwrap()
}

fn let_in(book: &Book, owner: &Caller, guest: &Caller, id: TerminalId, role: GuestRole, millis: i64) -> ShareId {
    let share = ShareId::new();
    let admission = Admission {
        share,
        owner: user(owner),
        role,
        name: format!("{role}"),
        owner_name: "owner".into(),
        until: Timestamp(NOW + millis),
    };
    book.lock().unwrap().insert((user(guest), id), admission);
    share
}

/// Reads frames until `found` says yes of one about the company.
async fn company(viewer: &mut Viewer, found: impl Fn(&Company) -> bool) -> Company {
    timeout(PATIENCE, async {
        loop {
            let frame = viewer.next().await.expect("still here");
            if let ServerFrame::Company(json) = ServerFrame::decode(&frame).unwrap() {
                let company: Company = serde_json::from_slice(json).unwrap();
                if found(&company) {
                    return company;
                }
            }
        }
    })
    .await
    .expect("the company is told")
}

async fn type_in(viewer: &mut Viewer, text: &str) {
    timeout(PATIENCE, viewer.receive(&ClientFrame::Input(text.as_bytes()).encode())).await.unwrap().unwrap();
}

/// As whom somebody is at the shell in the table below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Owner,
    Observer,
    Peer,
    Writer,
    Controller,
    Watcher,
    /// Let type, but without shells of their own: they were made a viewer after.
    Shellless,
}

#[tokio::test]
async fn each_role_and_each_frame() {
    use Who::{Controller, Observer, Owner, Peer, Shellless, Watcher, Writer};
    // Whether the shell takes the input, and the size.
    let table = [
        (Owner, true, true),
        (Observer, false, false),
        (Peer, false, false),
        (Writer, true, false),
        (Controller, true, true),
        (Watcher, false, false),
        (Shellless, false, false),
    ];
    for (number, (who, types, sizes)) in table.into_iter().enumerate() {
        let (terminals, book) = world();
        let owner = fresh(Role::Developer);
        let (id, mut own) = Client::open(&terminals, &owner).await;
        own.companied = true;
        own.companied = true;
        let guest = match who {
            Watcher => fresh(Role::Admin),
            Shellless => fresh(Role::Viewer),
            _ => fresh(Role::Developer),
        };
        let role = match who {
            Observer => GuestRole::Observer,
            Watcher => GuestRole::Watcher,
            _ => GuestRole::Peer,
        };
        let mut viewer = if who == Owner {
            terminals.attach(&owner, id, None).unwrap()
        } else {
            let_in(&book, &owner, &guest, id, role, HOUR);
            let mut viewer = terminals.visit(&guest, id, None).await.unwrap();
            company(&mut viewer, |_| true).await;
            viewer
        };
        match who {
            Writer => terminals.let_write(&owner, id, user(&guest), true).unwrap(),
            Controller => drop(terminals.hand_over(&owner, id, Some(user(&guest))).unwrap()),
            Observer | Watcher | Shellless => {
                let refused = terminals.let_write(&owner, id, user(&guest), true);
                assert!(matches!(refused, Err(Error::NotAPeer)), "{who:?}");
                let refused = terminals.hand_over(&owner, id, Some(user(&guest)));
                assert!(matches!(refused, Err(Error::NotAPeer)), "{who:?}");
            }
            Owner | Peer => {}
        }
        let (cols, rows) = (100 + u16::try_from(number).unwrap(), 33);
        type_in(&mut viewer, &format!("echo guest-$((40+{number}))\n")).await;
        viewer.receive(&ClientFrame::Resize { cols, rows }.encode()).await.unwrap();
        viewer.receive(&ClientFrame::Ack(0).encode()).await.unwrap_or_default();
        // The shell takes input in order: the owner's question is answered last.
        own.type_in("stty size; echo asked-$((1+1))\n").await;
        own.until("asked-2\r\n").await;
        let text = own.text();
        assert_eq!(text.contains(&format!("guest-{}\r\n", 40 + number)), types, "{who:?}: {text}");
        assert_eq!(text.contains(&format!("{rows} {cols}")), sizes, "{who:?}: {text}");
    }
}

#[tokio::test]
async fn a_share_opens_what_is_its_owners_and_nothing_else() {
    let (terminals, book) = world();
    let (owner, other, guest) = (developer(), developer(), fresh(Role::Owner));
    let id = terminals.open(&owner, Size::DEFAULT).await.unwrap().id;
    let not_found = |result: Result<Viewer, Error>| matches!(result, Err(Error::NotFound));
    assert!(not_found(terminals.visit(&guest, id, None).await), "not shared");
    let_in(&book, &other, &guest, id, GuestRole::Peer, HOUR);
    assert!(not_found(terminals.visit(&guest, id, None).await), "shared by who does not own it");
    let_in(&book, &owner, &guest, id, GuestRole::Peer, HOUR);
    assert!(not_found(terminals.visit(&guest, TerminalId::new(), None).await));
    assert!(terminals.visit(&guest, id, None).await.is_ok());
    // A guest is a guest at the owner's doors.
    assert!(matches!(terminals.attach(&guest, id, None), Err(Error::NotFound)));
    assert!(matches!(terminals.close(&guest, id), Err(Error::NotFound)));
    assert!(matches!(terminals.let_write(&guest, id, user(&guest), true), Err(Error::NotFound)));
    assert!(matches!(terminals.hand_over(&guest, id, Some(user(&guest))), Err(Error::NotFound)));
    assert!(matches!(terminals.hand_over(&guest, id, None), Err(Error::NotFound)), "who has no control");
    assert!(matches!(terminals.dismiss(&guest, id, None), Err(Error::NotFound)));
    let key = Caller::key(user(&guest), model::KeyId::new(), Role::Owner, Role::Owner.grants().into());
    assert!(matches!(terminals.visit(&key, id, None).await, Err(Error::Refused(_))), "no program is a guest");
}

#[tokio::test]
async fn watching_needs_the_permission_and_is_seen() {
    let (terminals, book) = world();
    let (owner, watcher, former) = (developer(), fresh(Role::Admin), fresh(Role::Developer));
    let id = terminals.open(&owner, Size::DEFAULT).await.unwrap().id;
    let_in(&book, &owner, &former, id, GuestRole::Watcher, HOUR);
    let refused = ApiError::from(terminals.visit(&former, id, None).await.unwrap_err());
    assert_eq!(refused.code, ErrorCode::Forbidden, "they had the permission once");
    let mut own = terminals.attach(&owner, id, Some(0)).unwrap();
    let_in(&book, &owner, &watcher, id, GuestRole::Watcher, HOUR);
    let place = terminals.visit(&watcher, id, None).await.unwrap();
    let seen = company(&mut own, |company| company.here.len() == 2).await;
    assert!(seen.here.iter().any(|present| present.role == Some(GuestRole::Watcher) && present.name == "watcher"));
    // The owner ends sharing; the watcher did not come by their leave.
    terminals.dismiss(&Caller::system("test"), id, None).unwrap();
    drop(place);
    company(&mut own, |company| company.here.len() == 1).await;
}

#[tokio::test]
async fn granting_asks_for_a_fresh_proof_and_taking_back_does_not() {
    let (terminals, book) = world();
    let (owner, peer) = (developer(), fresh(Role::Developer));
    let id = terminals.open(&owner, Size::DEFAULT).await.unwrap().id;
    let_in(&book, &owner, &peer, id, GuestRole::Peer, HOUR);
    let mut place = terminals.visit(&peer, id, None).await.unwrap();
    let code = |result: Result<(), Error>| result.map_err(|error| ApiError::from(error).code);
    assert_eq!(code(terminals.let_write(&owner, id, user(&peer), true)), Err(ErrorCode::StepUp));
    assert_eq!(code(terminals.hand_over(&owner, id, Some(user(&peer))).map(drop)), Err(ErrorCode::StepUp));
    let proof = Some(Proof { factor: Factor::Password, at: Timestamp(NOW) });
    let confirmed = owner.clone().under(Timestamp(NOW), None, false, proof);
    assert_eq!(terminals.hand_over(&confirmed, id, Some(user(&peer))).unwrap(), None);
    assert!(company(&mut place, |company| company.controls).await.writes);
    assert_eq!(terminals.hand_over(&owner, id, None).unwrap(), Some(user(&peer)), "taken back without a proof");
    let told = company(&mut place, |company| !company.controls).await;
    assert!(!told.writes && told.writers.is_empty(), "who gave control up types no more");
    // Given back by who has it.
    terminals.hand_over(&confirmed, id, Some(user(&peer))).unwrap();
    assert_eq!(terminals.hand_over(&peer, id, None).unwrap(), Some(user(&peer)));
    assert_eq!(terminals.who_types(&owner, id).unwrap(), (None, Vec::new()));
}

#[tokio::test]
async fn the_owner_ends_it_and_guests_are_out_within_a_second_even_in_the_middle_of_a_paste() {
    let (terminals, book) = world();
    let (owner, peer) = (fresh(Role::Developer), fresh(Role::Developer));
    let (id, mut own) = Client::open(&terminals, &owner).await;
    own.companied = true;
    own.type_in("stty raw -echo; echo ready; exec sleep 1000\n").await;
    own.until("ready").await;
    let share = let_in(&book, &owner, &peer, id, GuestRole::Peer, HOUR);
    let mut place = terminals.visit(&peer, id, None).await.unwrap();
    terminals.hand_over(&owner, id, Some(user(&peer))).unwrap();
    company(&mut place, |company| company.controls).await;
    let parted = place.parted();
    let (mut reader, mut writer) = place.split();
    // Nobody reads it: the paste stands in the middle.
    let paste = tokio::spawn(async move {
        let frame = ClientFrame::Input(&[b'x'; MAX_INPUT]).encode();
        for _ in 0..8 {
            writer.receive(&frame).await.unwrap();
        }
    });
    let asked = Instant::now();
    assert_eq!(terminals.dismiss(&Caller::system("test"), id, Some(&[share])).unwrap(), 1);
    timeout(PATIENCE, parted).await.unwrap();
    timeout(PATIENCE, async { while reader.next().await.is_some() {} }).await.unwrap();
    timeout(PATIENCE, paste).await.unwrap().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    assert_eq!(terminals.who_types(&owner, id).unwrap(), (None, Vec::new()));
    book.lock().unwrap().clear();
    assert!(matches!(terminals.visit(&peer, id, None).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_share_that_is_over_ends_by_itself_and_takes_its_rights_along() {
    let (terminals, book) = world();
    let (owner, peer) = (fresh(Role::Developer), fresh(Role::Developer));
    let id = terminals.open(&owner, Size::DEFAULT).await.unwrap().id;
    let_in(&book, &owner, &peer, id, GuestRole::Peer, 300);
    let mut place = terminals.visit(&peer, id, None).await.unwrap();
    terminals.hand_over(&owner, id, Some(user(&peer))).unwrap();
    timeout(PATIENCE, async { while place.next().await.is_some() {} }).await.expect("it ends by itself");
    // Frames that were on their way.
    type_in(&mut place, "echo late\n").await;
    drop(place);
    assert_eq!(terminals.who_types(&owner, id).unwrap(), (None, Vec::new()));
    // What was granted was granted under that share.
    let_in(&book, &owner, &peer, id, GuestRole::Peer, HOUR);
    let mut again = terminals.visit(&peer, id, None).await.unwrap();
    assert!(!company(&mut again, |_| true).await.writes);
}

#[tokio::test]
async fn what_was_granted_does_not_outlive_the_share_it_was_granted_under() {
    let (terminals, book) = world();
    let (owner, peer) = (fresh(Role::Developer), fresh(Role::Developer));
    let id = terminals.open(&owner, Size::DEFAULT).await.unwrap().id;
    let_in(&book, &owner, &peer, id, GuestRole::Peer, HOUR);
    let mut place = terminals.visit(&peer, id, None).await.unwrap();
    terminals.let_write(&owner, id, user(&peer), true).unwrap();
    company(&mut place, |company| company.writes).await;
    drop(place);
    let_in(&book, &owner, &peer, id, GuestRole::Observer, HOUR);
    let mut again = terminals.visit(&peer, id, None).await.unwrap();
    assert!(!company(&mut again, |_| true).await.writes);
}

#[tokio::test]
async fn a_hostile_guest_gets_nowhere() {
    let (terminals, book) = world();
    let (owner, eve) = (fresh(Role::Developer), fresh(Role::Developer));
    let (id, mut own) = Client::open(&terminals, &owner).await;
    own.companied = true;
    let_in(&book, &owner, &eve, id, GuestRole::Observer, HOUR);
    let mut place = terminals.visit(&eve, id, Some(0)).await.unwrap();
    // Floods of input and sizes: dropped, and answered by one word however many they are.
    for n in 0..10_000_u16 {
        place.receive(&ClientFrame::Input(b"exit\n").encode()).await.unwrap();
        place.receive(&ClientFrame::Resize { cols: n, rows: n }.encode()).await.unwrap();
    }
    own.type_in("stty size; echo alive-$((1+1))\n").await;
    own.until("alive-2\r\n").await;
    assert!(own.text().contains("24 80"), "{}", own.text());
    let mut told = 0;
    while let Ok(Some(frame)) = timeout(Duration::from_millis(200), place.next()).await {
        told += usize::from(matches!(ServerFrame::decode(&frame), Ok(ServerFrame::Company(_))));
    }
    assert!(told <= 3, "told {told} times");
    // Frames that break the protocol end its socket.
    let oversize = ClientFrame::Input(&vec![b'x'; MAX_INPUT + 1]).encode();
    for broken in [&oversize[..], &[], &[9], &[1, 0], &[3, b'{'], &ClientFrame::Ack(u64::MAX).encode()] {
        assert!(place.receive(broken).await.is_err(), "{:?}", &broken[..broken.len().min(8)]);
    }
}

#[tokio::test]
async fn a_guest_who_takes_no_output_stops_nobody() {
    let (terminals, book) = world();
    let (owner, eve) = (fresh(Role::Developer), fresh(Role::Developer));
    let (id, mut own) = Client::open(&terminals, &owner).await;
    own.companied = true;
    let_in(&book, &owner, &eve, id, GuestRole::Observer, HOUR);
    let _stalled = terminals.visit(&eve, id, Some(0)).await.unwrap();
    own.type_in("head -c 3000000 /dev/zero | tr '\\0' x; echo flood-$((1+1))\n").await;
    // The owner goes away: eve alone is there, and does not acknowledge.
    drop(own);
    let mut again = Client::new(terminals.attach(&owner, id, None).unwrap(), None);
    again.companied = true;
    again.until_shown("flood-2").await;
}

#[tokio::test]
async fn guests_leave_room_for_the_owner() {
    let (terminals, book) = world();
    let owner = fresh(Role::Developer);
    let id = terminals.open(&owner, Size::DEFAULT).await.unwrap().id;
    let mut places = Vec::new();
    for _ in 0..MAX_GUESTS / MAX_GUEST_PLACES {
        let guest = fresh(Role::Viewer);
        let_in(&book, &owner, &guest, id, GuestRole::Observer, HOUR);
        for _ in 0..MAX_GUEST_PLACES {
            places.push(terminals.visit(&guest, id, None).await.unwrap());
        }
        assert!(matches!(terminals.visit(&guest, id, None).await, Err(Error::TooManyGuests { .. })));
    }
    let guest = fresh(Role::Viewer);
    let_in(&book, &owner, &guest, id, GuestRole::Observer, HOUR);
    assert!(matches!(terminals.visit(&guest, id, None).await, Err(Error::TooManyGuests { .. })));
    for _ in 0..MAX_VIEWERS - MAX_GUESTS {
        places.push(terminals.attach(&owner, id, None).unwrap());
    }
}

#[tokio::test]
async fn queries_are_not_answered_by_who_only_reads() {
    let (terminals, book) = world();
    let (owner, eve) = (fresh(Role::Developer), fresh(Role::Developer));
    let (id, own) = Client::open(&terminals, &owner).await;
    let_in(&book, &owner, &eve, id, GuestRole::Observer, HOUR);
    let mut place = Client::new(terminals.visit(&eve, id, Some(0)).await.unwrap(), Some(0));
    place.companied = true;
    let mut own = own;
    own.companied = true;
    own.type_in(
        "stty raw -echo; sleep 0.3; printf '\\033[5n'; x=$(head -c 4 | od -An -c); stty sane; echo \"got:$x\"\n",
    )
    .await;
    // The owner is gone when the question is asked: eve's browser may not answer it, so the server does.
    drop(own);
    place.until("got:").await;
    place.until("n").await;
    assert!(place.text().contains("033"), "{}", place.text());
}

#[tokio::test]
async fn others_shells_are_listed_and_ended_by_permission_and_with_a_fresh_proof() {
    let (terminals, _) = world();
    let (owner, other) = (fresh(Role::Developer), developer());
    let first = terminals.open(&owner, Size::DEFAULT).await.unwrap().id;
    let second = terminals.open(&owner, Size::DEFAULT).await.unwrap().id;
    let third = terminals.open(&other, Size::DEFAULT).await.unwrap().id;
    let code = |result: Result<_, Error>| result.map(drop).map_err(|error| ApiError::from(error).code);
    let operator = fresh(Role::Operator);
    assert_eq!(code(terminals.running(&operator).map(drop)), Err(ErrorCode::Forbidden));
    assert_eq!(code(terminals.owner_of(&operator, first).map(drop)), Err(ErrorCode::Forbidden));
    assert_eq!(code(terminals.stop(&operator, Which::All).map(drop)), Err(ErrorCode::Forbidden));
    assert_eq!(code(terminals.stop(&person(Role::Admin), Which::All).map(drop)), Err(ErrorCode::StepUp));
    let admin = fresh(Role::Admin);
    let listed: Vec<_> = terminals.running(&admin).unwrap().iter().map(|shell| shell.id).collect();
    assert_eq!(listed, [first, second, third]);
    assert_eq!(terminals.owner_of(&admin, third).unwrap().0, user(&other));
    assert_eq!(code(terminals.stop(&admin, Which::One(TerminalId::new())).map(drop)), Err(ErrorCode::NotFound));
    assert_eq!(terminals.stop(&admin, Which::One(first)).unwrap()[0].owner, user(&owner));
    assert_eq!(terminals.stop(&admin, Which::Of(user(&owner))).unwrap().len(), 1);
    let mut watching = Client::new(terminals.attach(&other, third, None).unwrap(), None);
    assert_eq!(terminals.stop(&admin, Which::All).unwrap().len(), 1);
    watching.until_end().await;
    assert!(terminals.running(&admin).unwrap().is_empty());
}
