use std::fmt;

use live::Live;
use model::{
    Caller, Permission, RoomId, UserId,
    chat::{RoomEvent, UserEvent},
    live::{Event, Topic},
};
use store::{Clock, Db, sqlx};

use crate::Error;

/// The chat service. Cheap to clone.
#[derive(Clone)]
pub struct Chat {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) live: Live,
}

impl fmt::Debug for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chat")
    }
}

impl Chat {
    /// Opens the service, making the shared room on the first start.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn start(db: Db, clock: Clock, live: Live) -> Result<Self, Error> {
        let chat = Self { db, clock, live };
        chat.make_shared_room().await?;
        Ok(chat)
    }

    /// Refuses unless the caller belongs to the room: everyone who chats belongs to a shared one.
    ///
    /// # Errors
    /// `Forbidden` without `chat.use`; [`Error::NoRoom`].
    pub async fn check_member(&self, caller: &Caller, room: RoomId) -> Result<UserId, Error> {
        caller.require(Permission::ChatUse)?;
        let user = caller.user()?;
        let found: Option<String> = sqlx::query_scalar(
            "SELECT rooms.id FROM rooms
             LEFT JOIN room_members ON room_members.room_id = rooms.id AND room_members.user_id = $2
             WHERE rooms.id = $1 AND (rooms.kind = 'shared' OR room_members.user_id IS NOT NULL)",
        )
        .bind(room.to_string())
        .bind(user.to_string())
        .fetch_optional(self.db.read())
        .await?;
        found.map(|_| user).ok_or(Error::NoRoom)
    }

    /// Tells the room that the caller is writing. Kept nowhere.
    ///
    /// # Errors
    /// [`Error::NoRoom`] unless a member.
    pub async fn typing(&self, caller: &Caller, room: RoomId) -> Result<(), Error> {
        let user = self.check_member(caller, room).await?;
        self.live.publish(Topic::Room(room), Event::Room(RoomEvent::Typing(user)));
        Ok(())
    }

    pub(crate) fn tell(&self, user: UserId, event: UserEvent) {
        self.live.publish(Topic::User(user), Event::User(event));
    }
}
