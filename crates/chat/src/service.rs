use std::fmt;

use audit::Audit;
use live::Live;
use model::{
    Caller, RoomId, UserId,
    chat::{RoomEvent, UserEvent},
    live::{Event, Topic},
};
use store::{Clock, Db};
use tokio::sync::broadcast;

use crate::Error;

/// Changes of rooms a listener may be behind; one further back is told that it missed some and asks for all.
const MAX_CHANGES: usize = 64;

/// The chat service. Cheap to clone.
#[derive(Clone)]
pub struct Chat {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) live: Live,
    pub(crate) audit: Audit,
    changed: broadcast::Sender<RoomId>,
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
    pub async fn start(db: Db, clock: Clock, live: Live, audit: Audit) -> Result<Self, Error> {
        let chat = Self { db, clock, live, audit, changed: broadcast::channel(MAX_CHANGES).0 };
        chat.make_shared_room().await?;
        Ok(chat)
    }

    /// Tells the room that the caller is writing. Kept nowhere.
    ///
    /// # Errors
    /// [`Error::NoRoom`] unless they may be in it; [`Error::Archived`].
    pub async fn typing(&self, caller: &Caller, room: RoomId) -> Result<(), Error> {
        let (user, standing) = self.enter(caller, room).await?;
        if standing.archived {
            return Err(Error::Archived);
        }
        self.live.publish(Topic::Room(room), Event::Room(RoomEvent::Typing(user)));
        Ok(())
    }

    /// Hears of each shared room that is made, changed or archived: who may be in it may have changed with it.
    #[must_use]
    pub fn changed_rooms(&self) -> broadcast::Receiver<RoomId> {
        self.changed.subscribe()
    }

    pub(crate) fn tell_changed(&self, room: RoomId) {
        // Nobody listening is nobody to be told.
        let _ = self.changed.send(room);
    }

    pub(crate) fn tell(&self, user: UserId, event: UserEvent) {
        self.live.publish(Topic::User(user), Event::User(event));
    }
}
