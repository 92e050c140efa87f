//! The live channel's promises, through its public door.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{sync::Arc, time::Duration};

use live::{Live, LocalBus, Subscriber};
use model::{
    Caller, Role, RoomId, SessionId, UserId,
    live::{Cursor, Event, Presence, ServerFrame, TOPIC_EVENTS, Topic},
};

fn live() -> Live {
    Live::new(Arc::new(LocalBus::new()))
}

fn person() -> Caller {
    Caller::person(UserId::new(), SessionId::new(), Role::Developer)
}

fn event() -> Event {
    Event::Services(Vec::new())
}

async fn next(subscriber: &mut Subscriber) -> ServerFrame {
    let frame = tokio::time::timeout(Duration::from_secs(5), subscriber.next()).await.expect("a frame");
    serde_json::from_slice(&frame).expect("a frame of the protocol")
}

fn seq(frame: &ServerFrame) -> u64 {
    match frame {
        ServerFrame::Event { seq, .. } => *seq,
        other => panic!("not an event: {other:?}"),
    }
}

#[tokio::test]
async fn resuming_after_a_cut_loses_nothing_and_doubles_nothing() {
    let live = live();
    let caller = person();
    let mut first = live.connect(&caller).unwrap();
    first.subscribe(Topic::Services, None).await;
    for _ in 0..10 {
        live.publish(Topic::Services, event());
    }
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(seq(&next(&mut first).await));
    }
    drop(first);
    for _ in 0..10 {
        live.publish(Topic::Services, event());
    }
    let mut second = live.connect(&caller).unwrap();
    let cursor = Cursor { epoch: live.epoch(), seq: seen[3] };
    assert!(matches!(second.subscribe(Topic::Services, Some(cursor)).await, ServerFrame::Subscribed { seq: 4, .. }));
    for _ in 0..16 {
        seen.push(seq(&next(&mut second).await));
    }
    assert_eq!(seen, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_cursor_of_another_run_or_from_the_future_means_fetch_the_state() {
    let live = live();
    let mut subscriber = live.connect(&person()).unwrap();
    live.publish(Topic::Services, event());
    for cursor in [Cursor { epoch: live.epoch() ^ 1, seq: 0 }, Cursor { epoch: live.epoch(), seq: u64::MAX }] {
        let answer = subscriber.subscribe(Topic::Services, Some(cursor)).await;
        assert!(matches!(answer, ServerFrame::Missed { seq: 1, .. }), "{answer:?}");
    }
}

#[tokio::test]
async fn a_slow_subscriber_holds_nobody_up_and_is_told_what_it_missed() {
    let live = live();
    let (mut slow, mut quick) = (live.connect(&person()).unwrap(), live.connect(&person()).unwrap());
    slow.subscribe(Topic::Services, None).await;
    quick.subscribe(Topic::Services, None).await;
    let total = TOPIC_EVENTS as u64 + 50;
    for expected in 1..=total {
        live.publish(Topic::Services, event());
        assert_eq!(seq(&next(&mut quick).await), expected);
    }
    assert!(matches!(next(&mut slow).await, ServerFrame::Missed { count: 50, seq: 50, .. }));
    assert_eq!(seq(&next(&mut slow).await), 51);
}

#[tokio::test]
async fn a_busy_topic_starves_no_other() {
    let live = live();
    let caller = person();
    let mut subscriber = live.connect(&caller).unwrap();
    let own = Topic::User(caller.user().unwrap());
    subscriber.subscribe(Topic::Services, None).await;
    subscriber.subscribe(own, None).await;
    for _ in 0..100 {
        live.publish(Topic::Services, event());
    }
    live.publish(own, event());
    let mut turns = 0;
    loop {
        turns += 1;
        if matches!(next(&mut subscriber).await, ServerFrame::Event { topic, .. } if topic == own) {
            break;
        }
    }
    assert!(turns <= 2, "{turns}");
}

#[tokio::test]
async fn nobody_listens_to_anothers_topics() {
    let live = live();
    let mut subscriber = live.connect(&person()).unwrap();
    for topic in [Topic::User(UserId::new()), Topic::Room(RoomId::new())] {
        assert!(matches!(subscriber.subscribe(topic, None).await, ServerFrame::Refused { .. }));
        live.publish(topic, event());
    }
    subscriber.subscribe(Topic::Services, None).await;
    live.publish(Topic::Services, event());
    assert!(matches!(next(&mut subscriber).await, ServerFrame::Event { topic: Topic::Services, .. }));
}

#[tokio::test]
async fn presence_follows_the_first_and_the_last_tab_only() {
    let live = live();
    let (watcher, other) = (person(), person());
    let user = other.user().unwrap();
    let mut subscriber = live.connect(&watcher).unwrap();
    subscriber.subscribe(Topic::Presence, None).await;
    let first = live.connect(&other).unwrap();
    let second = live.connect(&other).unwrap();
    drop(first);
    assert!(live.online(&watcher).unwrap().contains(&user));
    drop(second);
    for online in [true, false] {
        match next(&mut subscriber).await {
            ServerFrame::Event { event, .. } => assert_eq!(*event, Event::Presence(Presence { user, online })),
            other => panic!("{other:?}"),
        }
    }
    assert!(!live.online(&watcher).unwrap().contains(&user));
}

#[tokio::test]
async fn connections_of_one_person_are_bounded_and_given_back() {
    let live = live();
    let caller = person();
    let mut open = Vec::new();
    let refused = loop {
        match live.connect(&caller) {
            Ok(subscriber) => open.push(subscriber),
            Err(error) => break error,
        }
        assert!(open.len() < 1000);
    };
    assert_eq!(refused.code, model::ErrorCode::TooMany);
    drop(open);
    assert_eq!(live.status().connections, 0);
    assert!(live.connect(&caller).is_ok());
}
