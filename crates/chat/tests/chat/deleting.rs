//! Taking messages away.

use chat::Error;
use model::{
    ApiError, ErrorCode, Permission, Role,
    chat::{ClientMessageId, Deletion, From, RoomEvent},
    live::{Cursor, Event, ServerFrame, Topic},
};
use store::sqlx;

use crate::support::{World, next, only_for};

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorCode {
    ApiError::from(result.unwrap_err()).code
}

#[tokio::test]
async fn a_deleted_message_keeps_its_number_and_loses_its_text_everywhere() {
    for world in World::each().await {
        let (alice, bob) = (world.person("alice").await, world.person("bob").await);
        let room = world.shared(&alice).await;
        let id = ClientMessageId::new();
        let sent = world.chat.send(&alice, room, id, "a secret").await.unwrap();
        world.say(&bob, room, "and then?").await;
        let deleted = world.chat.delete_message(&alice, room, sent.seq).await.unwrap();
        assert_eq!((deleted.body.as_str(), deleted.deleted), ("", Some(Deletion::Author)));
        let page = world.chat.history(&bob, room, From::Newest).await.unwrap().messages;
        assert_eq!(page.iter().map(|message| message.seq).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(page[0], deleted);
        assert!(world.chat.export(&alice).await.unwrap().is_empty());
        assert_eq!(world.chat.send(&alice, room, id, "a secret").await.unwrap(), deleted, "it does not rise again");
        assert_eq!(world.chat.delete_message(&alice, room, 1).await.unwrap(), deleted, "once is enough");
        assert_eq!(code(world.chat.delete_message(&alice, room, 9).await), ErrorCode::NotFound);
        let kept: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM messages WHERE body LIKE '%secret%'")
            .fetch_one(world.db.read())
            .await
            .unwrap();
        assert_eq!(kept, 0);
        assert!(world.logged("message.delete").await.is_empty(), "one's own words are one's own business");
        world.end().await;
    }
}

#[tokio::test]
async fn moderators_delete_in_shared_rooms_of_their_projects_and_it_is_noted_without_the_text() {
    for world in World::each().await {
        let (ada, bob) = (world.someone("ada", Role::Admin).await, world.person("bob").await);
        let (web, ops) = (world.make(&ada, "web", "web").await.id, world.make(&ada, "ops", "ops").await.id);
        for room in [web, ops] {
            world.say(&bob, room, "rude words").await;
        }
        let carol = world.person("carol").await;
        assert_eq!(code(world.chat.delete_message(&carol, web, 1).await), ErrorCode::Forbidden);
        let grants = [Permission::ChatUse, Permission::ChatModerate];
        let everywhere = only_for(&carol, &grants[..1], "web, ops").grants().to_vec();
        let webs = only_for(&carol, &grants[1..], "web").grants().to_vec();
        let moderator = carol.with_grants([everywhere, webs].concat().into());
        assert!(world.chat.room(&moderator, web).await.unwrap().rights.moderate);
        assert!(!world.chat.room(&moderator, ops).await.unwrap().rights.moderate);
        let refused = ApiError::from(world.chat.delete_message(&moderator, ops, 1).await.unwrap_err());
        assert!(refused.message.contains("for the project web"), "{}", refused.message);
        let deleted = world.chat.delete_message(&moderator, web, 1).await.unwrap();
        assert_eq!(deleted.deleted, Some(Deletion::Moderator));
        let noted = world.logged("message.delete").await;
        assert_eq!(noted.len(), 1);
        assert_eq!((noted[0].object.as_str(), noted[0].object_name.as_str()), (web.to_string().as_str(), "web"));
        assert_eq!(noted[0].detail, format!("message 1 by {}", bob.user().unwrap()));
        world.end().await;
    }
}

#[tokio::test]
async fn nobody_deletes_what_others_wrote_in_a_direct_room() {
    for world in World::each().await {
        let (ada, bob) = (world.someone("ada", Role::Owner).await, world.person("bob").await);
        let room = world.chat.open_direct(&ada, bob.user().unwrap()).await.unwrap().id;
        world.say(&bob, room, "psst").await;
        assert!(matches!(world.chat.delete_message(&ada, room, 1).await, Err(Error::NotYours)));
        let olga = world.someone("olga", Role::Owner).await;
        assert!(matches!(world.chat.delete_message(&olga, room, 1).await, Err(Error::NoRoom)));
        assert_eq!(world.chat.delete_message(&bob, room, 1).await.unwrap().deleted, Some(Deletion::Author));
        world.end().await;
    }
}

#[tokio::test]
async fn the_live_channel_tells_of_a_deletion_and_never_gives_the_text_again() {
    for world in World::each().await {
        let (alice, bob) = (world.person("alice").await, world.person("bob").await);
        let room = world.shared(&alice).await;
        let mut listener = world.live.connect(&bob).unwrap();
        listener.subscribe(Topic::Room(room), None).await;
        world.say(&alice, room, "a secret").await;
        assert!(matches!(next(&mut listener).await, ServerFrame::Event { .. }));
        world.chat.delete_message(&alice, room, 1).await.unwrap();
        match next(&mut listener).await {
            ServerFrame::Event { event, .. } => {
                assert_eq!(*event, Event::Room(RoomEvent::Deleted { seq: 1, by: Deletion::Author }));
            }
            other => panic!("{other:?}"),
        }
        // Someone who says that they have heard nothing yet is told to fetch, not what was said.
        let mut late = world.live.connect(&bob).unwrap();
        late.subscribe(Topic::Room(room), Some(Cursor { epoch: world.live.epoch(), seq: 0 })).await;
        assert!(matches!(next(&mut late).await, ServerFrame::Missed { count: 1, .. }));
        assert!(matches!(next(&mut late).await, ServerFrame::Event { .. }));
        world.end().await;
    }
}

#[tokio::test]
async fn an_archived_room_still_lets_go_of_what_must_not_stand_there() {
    for world in World::each().await {
        let (ada, bob) = (world.someone("ada", Role::Admin).await, world.person("bob").await);
        let room = world.make(&ada, "old", "").await.id;
        world.say(&bob, room, "mine").await;
        world.say(&bob, room, "rude").await;
        world.chat.archive_room(&ada, room, true).await.unwrap();
        assert!(world.chat.delete_message(&bob, room, 1).await.is_ok());
        assert!(world.chat.delete_message(&ada, room, 2).await.is_ok());
        world.end().await;
    }
}
