//! Chat's promises, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod deleting;
mod managing;
mod support;

use std::collections::BTreeSet;

use chat::Error;
use model::{
    UserId,
    chat::{ClientMessageId, From, PAGE, RoomEvent, RoomKind},
    live::{Event, ServerFrame, Topic},
};
use support::{World, next};

#[tokio::test]
async fn a_message_sent_twice_is_there_once() {
    for world in World::each().await {
        let alice = world.person("alice").await;
        let room = world.shared(&alice).await;
        let id = ClientMessageId::new();
        let first = world.chat.send(&alice, room, id, "hi").await.unwrap();
        let again = world.chat.send(&alice, room, id, "hi").await.unwrap();
        assert_eq!(first, again);
        assert!(matches!(world.chat.send(&alice, room, id, "other").await, Err(Error::ClientIdReused)));
        assert_eq!(world.chat.history(&alice, room, From::Newest).await.unwrap().messages, vec![first]);
        assert_eq!(world.chat.room(&alice, room).await.unwrap().seq, 1, "no number is wasted");
        world.end().await;
    }
}

#[tokio::test]
async fn many_senders_at_once_get_numbers_without_gaps() {
    for world in World::each().await {
        let people = [world.person("alice").await, world.person("bob").await, world.person("carol").await];
        let room = world.shared(&people[0]).await;
        let mut sending = tokio::task::JoinSet::new();
        for n in 0..60 {
            let (chat, caller) = (world.chat.clone(), people[n % 3].clone());
            sending.spawn(async move {
                chat.send(&caller, room, ClientMessageId::new(), &format!("{n}")).await.unwrap().seq
            });
        }
        let mut seqs = BTreeSet::new();
        while let Some(seq) = sending.join_next().await {
            assert!(seqs.insert(seq.unwrap()), "a number twice");
        }
        assert_eq!(seqs, (1..=60).collect());
        world.end().await;
    }
}

#[tokio::test]
async fn unread_is_the_rooms_number_minus_ones_own_mark() {
    for world in World::each().await {
        let (alice, bob) = (world.person("alice").await, world.person("bob").await);
        let room = world.shared(&alice).await;
        for n in 0..5 {
            world.chat.send(&alice, room, ClientMessageId::new(), &n.to_string()).await.unwrap();
        }
        assert_eq!(world.unread(&alice, room).await, 0, "what one writes, one has read");
        assert_eq!(world.unread(&bob, room).await, 5);
        assert_eq!(world.chat.mark_read(&bob, room, 3).await.unwrap(), 3);
        assert_eq!(world.unread(&bob, room).await, 2);
        assert_eq!(world.chat.mark_read(&bob, room, 1).await.unwrap(), 3, "never backwards");
        assert_eq!(world.chat.mark_read(&bob, room, u64::MAX).await.unwrap(), 5, "never beyond the newest");
        assert_eq!(world.unread(&bob, room).await, 0);
        world.end().await;
    }
}

#[tokio::test]
async fn a_direct_room_is_one_for_two_and_nobody_elses() {
    for world in World::each().await {
        let (alice, bob, eve) = (world.person("alice").await, world.person("bob").await, world.person("eve").await);
        let (left, right) = tokio::join!(
            world.chat.open_direct(&alice, bob.user().unwrap()),
            world.chat.open_direct(&bob, alice.user().unwrap()),
        );
        let (left, right) = (left.unwrap(), right.unwrap());
        assert_eq!(left.id, right.id);
        assert_eq!((left.name.as_str(), right.name.as_str()), ("bob", "alice"));
        assert_eq!(left.kind, RoomKind::Direct);
        world.chat.send(&alice, left.id, ClientMessageId::new(), "psst").await.unwrap();
        assert!(matches!(world.chat.history(&eve, left.id, From::Newest).await, Err(Error::NoRoom)));
        assert!(matches!(world.chat.send(&eve, left.id, ClientMessageId::new(), "hi").await, Err(Error::NoRoom)));
        assert!(matches!(world.chat.mark_read(&eve, left.id, 1).await, Err(Error::NoRoom)));
        assert!(matches!(world.chat.typing(&eve, left.id).await, Err(Error::NoRoom)));
        assert!(world.chat.rooms(&eve).await.unwrap().iter().all(|room| room.id != left.id));
        let mut listener = world.live.connect(&eve).unwrap();
        assert!(matches!(listener.subscribe(Topic::Room(left.id), None).await, ServerFrame::Refused { .. }));
        assert!(matches!(world.chat.open_direct(&alice, UserId::new()).await, Err(Error::NoPerson)));
        world.end().await;
    }
}

#[tokio::test]
async fn history_pages_both_ways_without_gap_or_overlap() {
    for world in World::each().await {
        let alice = world.person("alice").await;
        let room = world.shared(&alice).await;
        let total = u64::from(PAGE) * 2 + 7;
        for n in 1..=total {
            world.chat.send(&alice, room, ClientMessageId::new(), &n.to_string()).await.unwrap();
        }
        let mut back = Vec::new();
        let mut from = From::Newest;
        loop {
            let page = world.chat.history(&alice, room, from).await.unwrap();
            back.splice(0..0, page.messages.iter().map(|message| message.seq));
            if !page.more {
                break;
            }
            from = From::Before(page.messages[0].seq);
        }
        assert_eq!(back, (1..=total).collect::<Vec<_>>());
        let page = world.chat.history(&alice, room, From::After(total - 3)).await.unwrap();
        assert_eq!(
            page.messages.iter().map(|message| message.seq).collect::<Vec<_>>(),
            vec![total - 2, total - 1, total]
        );
        assert!(!page.more);
        world.end().await;
    }
}

#[tokio::test]
async fn members_hear_of_a_message_after_it_is_durable() {
    for world in World::each().await {
        let (alice, bob) = (world.person("alice").await, world.person("bob").await);
        let room = world.shared(&alice).await;
        let mut listener = world.live.connect(&bob).unwrap();
        listener.subscribe(Topic::Room(room), None).await;
        let sent = world.chat.send(&alice, room, ClientMessageId::new(), "hello").await.unwrap();
        match next(&mut listener).await {
            ServerFrame::Event { event, .. } => assert_eq!(*event, Event::Room(RoomEvent::Message(sent.clone()))),
            other => panic!("{other:?}"),
        }
        assert_eq!(world.chat.history(&bob, room, From::Newest).await.unwrap().messages, vec![sent]);
        world.end().await;
    }
}

#[tokio::test]
async fn naughty_texts_come_back_as_they_were() {
    let folder = std::env::var("NOVA_TEST_DATA")
        .map_or_else(|_| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), Into::into);
    let Ok(list) = std::fs::read_to_string(folder.join("naughty-strings/blns.json")) else {
        eprintln!("the naughty strings are absent ({}): set NOVA_TEST_DATA", folder.display());
        return;
    };
    for world in World::each().await {
        let alice = world.person("alice").await;
        let room = world.shared(&alice).await;
        let list: Vec<String> = serde_json::from_str(&list).unwrap();
        for text in list.iter().filter(|text| !text.trim().is_empty()) {
            let sent = world.chat.send(&alice, room, ClientMessageId::new(), text).await.unwrap();
            assert_eq!(sent.body, text.replace('\0', "\u{fffd}").trim());
            let page = world.chat.history(&alice, room, From::Newest).await.unwrap();
            assert_eq!(page.messages.last().map(|message| message.body.as_str()), Some(sent.body.as_str()));
        }
        world.end().await;
    }
}
