//! Deleting messages.

use audit::Entry;
use model::{
    Caller, Permission, RoomId,
    audit::Action,
    chat::{Deletion, Message, RoomEvent, RoomKind},
    live::{Event, Topic},
};
use store::sqlx;

use crate::{Chat, Error, access::lock, history};

impl Chat {
    /// Takes a message's text away; its row and number stay. One's own everywhere, also in an archived room; others'
    /// in shared rooms with `chat.moderate` for the room's project, which is audited. Deleting it again does nothing.
    ///
    /// # Errors
    /// [`Error::NoRoom`]; [`Error::NoMessage`]; [`Error::NotYours`] in direct rooms; `Forbidden` elsewhere.
    pub async fn delete_message(&self, caller: &Caller, room: RoomId, seq: u64) -> Result<Message, Error> {
        let (user, _) = self.enter(caller, room).await?;
        let mut write = self.db.write().await?;
        let (_, standing) = lock(&mut write, caller, room, 0).await?;
        let message = history::by_number(&mut write, room, seq).await?.ok_or(Error::NoMessage)?;
        if message.deleted.is_some() {
            return Ok(message);
        }
        let by = if message.author == user { Deletion::Author } else { Deletion::Moderator };
        if by == Deletion::Moderator {
            if standing.kind == RoomKind::Direct {
                return Err(Error::NotYours);
            }
            caller.require_in(Permission::ChatModerate, standing.project.as_ref())?;
        }
        sqlx::query("UPDATE messages SET body = '', deleted_at = $1, deleted_by = $2 WHERE id = $3")
            .bind(self.clock.now().0)
            .bind(user.to_string())
            .bind(message.id.to_string())
            .execute(&mut *write)
            .await?;
        if by == Deletion::Moderator {
            let name: String = sqlx::query_scalar("SELECT name FROM rooms WHERE id = $1")
                .bind(room.to_string())
                .fetch_one(&mut *write)
                .await?;
            let detail = format!("message {seq} by {}", message.author);
            let entry = Entry::by(caller, Action::MessageDelete).object("room", room, &name).detail(&detail);
            self.audit.within(&mut write, &entry).await?;
        }
        write.commit().await.map_err(store::Error::from)?;
        // The events that are kept for resuming hold the text, too.
        self.live.forget(Topic::Room(room));
        self.live.publish(Topic::Room(room), Event::Room(RoomEvent::Deleted { seq, by }));
        Ok(Message { body: String::new(), deleted: Some(by), ..message })
    }
}
