//! A chat on each database.

use std::{sync::Arc, time::Duration};

use audit::Audit;
use chat::Chat;
use live::{Live, LocalBus, Subscriber};
use model::{
    Caller, Permission, Role, RoomId, SessionId, Timestamp, UserId,
    audit::{AuditEvent, AuditFilter},
    chat::{ClientMessageId, Message, Room, RoomForm},
    live::ServerFrame,
    policy::{Condition, Grant, Project},
};
use store::{Clock, Db, sqlx, testing::Fresh};

pub(crate) struct World {
    pub(crate) chat: Chat,
    pub(crate) live: Live,
    pub(crate) audit: Audit,
    pub(crate) db: Db,
    fresh: Fresh,
}

impl World {
    pub(crate) async fn each() -> Vec<Self> {
        let mut worlds = Vec::new();
        for fresh in Fresh::each().await {
            let db = fresh.open().await;
            let (clock, _) = Clock::manual(Timestamp(1_800_000_000_000));
            let bare = Live::new(Arc::new(LocalBus::new()));
            let audit = Audit::start(db.clone(), clock.clone());
            let chat = Chat::start(db.clone(), clock, bare.clone(), audit.clone()).await.unwrap();
            let guard_chat = chat.clone();
            let live = bare.with_room_guard(Arc::new(move |caller, room| {
                let chat = guard_chat.clone();
                Box::pin(async move { chat.check_member(&caller, room).await.map(|_| ()).map_err(Into::into) })
            }));
            worlds.push(Self { chat, live, audit, db, fresh });
        }
        worlds
    }

    pub(crate) async fn person(&self, name: &str) -> Caller {
        self.someone(name, Role::Developer).await
    }

    pub(crate) async fn someone(&self, name: &str, role: Role) -> Caller {
        let user = UserId::new();
        let mut write = self.db.write().await.unwrap();
        sqlx::query("INSERT INTO users (id, username, display_name, role, password_hash, created_at) VALUES ($1, $2, $2, 'developer', '', 0)")
            .bind(user.to_string()).bind(name).execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
        Caller::person(user, SessionId::new(), role)
    }

    pub(crate) async fn shared(&self, caller: &Caller) -> RoomId {
        self.chat.rooms(caller).await.unwrap()[0].id
    }

    pub(crate) async fn unread(&self, caller: &Caller, room: RoomId) -> u64 {
        self.chat.room(caller, room).await.unwrap().unread()
    }

    pub(crate) async fn end(self) {
        self.db.close().await;
        self.fresh.remove().await;
    }

    pub(crate) async fn make(&self, caller: &Caller, name: &str, project: &str) -> Room {
        self.chat.make_room(caller, &form(name, "", project)).await.unwrap()
    }

    pub(crate) async fn say(&self, caller: &Caller, room: RoomId, text: &str) -> Message {
        self.chat.send(caller, room, ClientMessageId::new(), text).await.unwrap()
    }

    /// What the log says of this action, oldest first.
    pub(crate) async fn logged(&self, action: &str) -> Vec<AuditEvent> {
        let filter = AuditFilter { action: action.to_owned(), ..AuditFilter::default() };
        let mut events = self.audit.page(&Caller::system("test"), &filter, None, 50).await.unwrap().events;
        events.reverse();
        events
    }
}

pub(crate) fn form(name: &str, topic: &str, project: &str) -> RoomForm {
    RoomForm { name: name.to_owned(), topic: topic.to_owned(), project: project.to_owned() }
}

/// The same person with these permissions, for these projects only.
pub(crate) fn only_for(caller: &Caller, permissions: &[Permission], projects: &str) -> Caller {
    let condition = Condition::Project { projects: Project::parse_list(projects).unwrap() };
    let grant = |permission: &Permission| Grant { permission: *permission, conditions: vec![condition.clone()] };
    caller.clone().with_grants(permissions.iter().map(grant).collect())
}

pub(crate) fn names(rooms: &[Room]) -> Vec<&str> {
    rooms.iter().map(|room| room.name.as_str()).collect()
}

pub(crate) async fn next(subscriber: &mut Subscriber) -> ServerFrame {
    let frame = tokio::time::timeout(Duration::from_secs(5), subscriber.next()).await.expect("a frame");
    let text = String::from_utf8(frame.to_vec()).unwrap();
    serde_json::from_str(&text).unwrap()
}
