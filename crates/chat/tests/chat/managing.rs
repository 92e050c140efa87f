//! Making and changing rooms, and who may be in which.

use chat::Error;
use model::{
    ApiError, ErrorCode, Permission, Role,
    chat::{ClientMessageId, From, MAX_SHARED_ROOMS, RoomEvent},
    live::{Event, ServerFrame, Topic},
};
use store::sqlx;

use crate::support::{World, form, names, next, only_for};

const CHAT: &[Permission] = &[Permission::ChatUse];
const MANAGE: &[Permission] = &[Permission::ChatUse, Permission::RoomsManage];

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorCode {
    ApiError::from(result.unwrap_err()).code
}

#[tokio::test]
async fn rooms_are_made_and_changed_by_those_who_manage_them_and_it_is_noted() {
    for world in World::each().await {
        let (otto, dave) = (world.someone("otto", Role::Operator).await, world.person("dave").await);
        let room = world.chat.make_room(&otto, &form(" Deploys ", "what goes out", "web")).await.unwrap();
        assert_eq!((room.name.as_str(), room.topic.as_str()), ("Deploys", "what goes out"));
        assert!(room.rights.change && room.rights.archive && !room.rights.moderate);
        assert_eq!(code(world.chat.make_room(&dave, &form("mine", "", "")).await), ErrorCode::Forbidden);
        assert_eq!(code(world.chat.change_room(&dave, room.id, &form("mine", "", "")).await), ErrorCode::Forbidden);
        assert_eq!(code(world.chat.archive_room(&dave, room.id, true).await), ErrorCode::Forbidden);
        for taken in ["deploys", "DEPLOYS", "General"] {
            assert!(
                matches!(world.chat.make_room(&otto, &form(taken, "", "")).await, Err(Error::NameTaken)),
                "{taken}"
            );
        }
        let changed = world.chat.change_room(&otto, room.id, &form("releases", "", "")).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.topic.as_str(), &changed.project), ("releases", "", &None));
        let seen = world.chat.rooms(&dave).await.unwrap();
        assert_eq!(names(&seen), ["general", "releases"]);
        assert!(seen.iter().all(|room| room.rights == Default::default()));
        assert_eq!(world.logged("room.add").await[0].detail, "project web");
        let change = &world.logged("room.change").await[0];
        assert_eq!(change.object_name, "releases");
        assert_eq!(change.detail, "was called Deploys; another topic; project none, was web");
        world.end().await;
    }
}

#[tokio::test]
async fn an_archived_room_is_only_read_and_comes_back() {
    for world in World::each().await {
        let (otto, dave) = (world.someone("otto", Role::Operator).await, world.person("dave").await);
        let room = world.make(&otto, "old", "").await.id;
        let id = ClientMessageId::new();
        world.chat.send(&dave, room, id, "last words").await.unwrap();
        assert!(world.chat.archive_room(&otto, room, true).await.unwrap().archived);
        assert_eq!(names(&world.chat.rooms(&dave).await.unwrap()), ["general"]);
        assert_eq!(names(&world.chat.archived_rooms(&dave).await.unwrap()), ["old"]);
        assert_eq!(world.chat.history(&dave, room, From::Newest).await.unwrap().messages.len(), 1);
        let refused = world.chat.send(&dave, room, ClientMessageId::new(), "one more").await;
        assert!(matches!(refused, Err(Error::Archived)));
        assert!(world.chat.send(&dave, room, id, "last words").await.is_ok(), "it is there already");
        assert!(matches!(world.chat.typing(&dave, room).await, Err(Error::Archived)));
        assert!(matches!(world.chat.change_room(&otto, room, &form("new", "", "")).await, Err(Error::Archived)));
        assert!(matches!(world.chat.make_room(&otto, &form("OLD", "", "")).await, Err(Error::NameTaken)));
        world.chat.archive_room(&otto, room, false).await.unwrap();
        world.say(&dave, room, "here again").await;
        let general = world.shared(&dave).await;
        assert!(matches!(world.chat.archive_room(&otto, general, true).await, Err(Error::General)));
        let direct = world.chat.open_direct(&otto, dave.user().unwrap()).await.unwrap().id;
        assert!(matches!(world.chat.archive_room(&otto, direct, true).await, Err(Error::Direct)));
        let details: Vec<_> = world.logged("room.archive").await.into_iter().map(|event| event.detail).collect();
        assert_eq!(details, ["archived", "brought back"]);
        world.end().await;
    }
}

#[tokio::test]
async fn a_right_for_a_project_opens_its_rooms_and_no_others_by_any_door() {
    for world in World::each().await {
        let (otto, wanda) = (world.someone("otto", Role::Operator).await, world.person("wanda").await);
        let web = world.make(&otto, "web", "web").await.id;
        let ops = world.make(&otto, "ops", "ops").await.id;
        let old = world.make(&otto, "old ops", "ops").await.id;
        world.chat.archive_room(&otto, old, true).await.unwrap();
        let general = world.shared(&otto).await;
        let direct = world.chat.open_direct(&otto, wanda.user().unwrap()).await.unwrap().id;
        world.say(&otto, ops, "not for web").await;
        let wanda = only_for(&wanda, CHAT, "web");
        assert_eq!(names(&world.chat.rooms(&wanda).await.unwrap()), ["web"]);
        assert!(world.chat.archived_rooms(&wanda).await.unwrap().is_empty());
        assert_eq!(world.chat.room(&wanda, web).await.unwrap().name, "web");
        world.say(&wanda, web, "hello").await;
        let mut listener = world.live.connect(&wanda).unwrap();
        assert!(matches!(listener.subscribe(Topic::Room(web), None).await, ServerFrame::Subscribed { .. }));
        for closed in [ops, old, general, direct] {
            let id = ClientMessageId::new();
            assert_eq!(code(world.chat.room(&wanda, closed).await), ErrorCode::NotFound);
            assert_eq!(code(world.chat.history(&wanda, closed, From::Newest).await), ErrorCode::NotFound);
            assert_eq!(code(world.chat.send(&wanda, closed, id, "hi").await), ErrorCode::NotFound);
            assert_eq!(code(world.chat.mark_read(&wanda, closed, 1).await), ErrorCode::NotFound);
            assert_eq!(code(world.chat.typing(&wanda, closed).await), ErrorCode::NotFound);
            assert_eq!(code(world.chat.delete_message(&wanda, closed, 1).await), ErrorCode::NotFound);
            assert_eq!(code(world.chat.change_room(&wanda, closed, &form("x", "", "web")).await), ErrorCode::NotFound);
            assert_eq!(code(world.chat.archive_room(&wanda, closed, false).await), ErrorCode::NotFound);
            assert!(matches!(listener.subscribe(Topic::Room(closed), None).await, ServerFrame::Refused { .. }));
        }
        let refused = ApiError::from(world.chat.open_direct(&wanda, otto.user().unwrap()).await.unwrap_err());
        assert!(refused.message.contains("for the project web"), "{}", refused.message);
        let both = only_for(&wanda, CHAT, "web, ops");
        assert_eq!(names(&world.chat.rooms(&both).await.unwrap()), ["ops", "web"]);
        world.end().await;
    }
}

#[tokio::test]
async fn a_manager_of_one_project_neither_takes_rooms_nor_gives_them_away() {
    for world in World::each().await {
        let (otto, wanda) = (world.someone("otto", Role::Operator).await, world.person("wanda").await);
        let ops = world.make(&otto, "ops", "ops").await.id;
        let wanda = only_for(&wanda, MANAGE, "web");
        let web = world.make(&wanda, "web", "web").await;
        assert!(web.rights.change && web.rights.archive);
        for project in ["", "ops"] {
            assert_eq!(code(world.chat.make_room(&wanda, &form("more", "", project)).await), ErrorCode::Forbidden);
            assert_eq!(
                code(world.chat.change_room(&wanda, web.id, &form("web", "", project)).await),
                ErrorCode::Forbidden
            );
        }
        // Who may write in it and manages another project only.
        let grants = [only_for(&wanda, CHAT, "ops, web").grants(), only_for(&wanda, MANAGE, "web").grants()].concat();
        let reader = wanda.clone().with_grants(grants.into());
        assert!(!world.chat.room(&reader, ops).await.unwrap().rights.change);
        assert_eq!(code(world.chat.change_room(&reader, ops, &form("ops", "", "web")).await), ErrorCode::Forbidden);
        assert_eq!(code(world.chat.archive_room(&reader, ops, true).await), ErrorCode::Forbidden);
        world.end().await;
    }
}

#[tokio::test]
async fn a_room_that_moves_to_another_project_falls_silent_for_those_left_behind() {
    for world in World::each().await {
        let (otto, wanda) = (world.someone("otto", Role::Operator).await, world.person("wanda").await);
        let room = world.make(&otto, "plans", "web").await.id;
        let wanda = only_for(&wanda, CHAT, "web");
        let mut changes = world.chat.changed_rooms();
        let mut listener = world.live.connect(&wanda).unwrap();
        listener.subscribe(Topic::Room(room), None).await;
        world.say(&otto, room, "for web").await;
        assert!(matches!(next(&mut listener).await, ServerFrame::Event { .. }));
        world.chat.change_room(&otto, room, &form("plans", "", "ops")).await.unwrap();
        let changed = changes.recv().await.unwrap();
        assert_eq!(changed, room);
        let told = listener.recheck(Some(Topic::Room(changed))).await;
        assert!(matches!(told.as_slice(), [ServerFrame::Refused { topic: Topic::Room(id), .. }] if *id == room));
        listener.subscribe(Topic::User(wanda.user().unwrap()), None).await;
        world.say(&otto, room, "for ops").await;
        world.live.publish(Topic::User(wanda.user().unwrap()), Event::User(model::chat::UserEvent::RoomsChanged));
        match next(&mut listener).await {
            ServerFrame::Event { event, .. } => assert!(!matches!(*event, Event::Room(RoomEvent::Message(_)))),
            other => panic!("{other:?}"),
        }
        world.end().await;
    }
}

#[tokio::test]
async fn shared_rooms_are_bounded_and_general_may_be_called_something_else() {
    for world in World::each().await {
        let otto = world.someone("otto", Role::Operator).await;
        let general = world.shared(&otto).await;
        world.chat.change_room(&otto, general, &form("lobby", "", "")).await.unwrap();
        world.make(&otto, "general", "").await;
        world.chat.archive_room(&otto, general, true).await.unwrap_err();
        assert_eq!(names(&world.chat.rooms(&otto).await.unwrap()), ["lobby", "general"]);
        let mut write = world.db.write().await.unwrap();
        for n in 2..MAX_SHARED_ROOMS {
            sqlx::query("INSERT INTO rooms (id, kind, name, name_key, created_at) VALUES ($1, 'shared', $1, $1, 0)")
                .bind(format!("{}", model::RoomId::new()))
                .execute(&mut *write)
                .await
                .unwrap_or_else(|error| panic!("{n}: {error}"));
        }
        write.commit().await.unwrap();
        assert!(matches!(world.chat.make_room(&otto, &form("one more", "", "")).await, Err(Error::TooManyRooms)));
        assert_eq!(world.chat.rooms(&otto).await.unwrap().len(), MAX_SHARED_ROOMS as usize);
        let again =
            chat::Chat::start(world.db.clone(), store::Clock::system(), world.live.clone(), world.audit.clone());
        again.await.unwrap();
        assert_eq!(world.chat.rooms(&otto).await.unwrap().len(), MAX_SHARED_ROOMS as usize, "it was there already");
        world.end().await;
    }
}
