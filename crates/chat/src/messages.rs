//! Sending and reading marks.

use model::{
    Caller, MessageId, RoomId,
    chat::{Body, ClientMessageId, Message, RoomEvent, UserEvent},
    live::{Event, Topic},
};
use store::sqlx;

use crate::{Chat, Error, access::lock, history};

impl Chat {
    /// Sends a message. Sending the same client id again adds nothing and returns the message that is there, so a
    /// sender whose connection broke may always try again; one that was deleted meanwhile stays deleted.
    ///
    /// # Errors
    /// [`Error::NoRoom`] unless they may be in it; `Invalid` on `body`; [`Error::Archived`];
    /// [`Error::ClientIdReused`] for an id used elsewhere.
    pub async fn send(
        &self,
        caller: &Caller,
        room: RoomId,
        client_id: ClientMessageId,
        body: &str,
    ) -> Result<Message, Error> {
        let body = Body::parse(body)?;
        let (author, _) = self.enter(caller, room).await?;
        let mut write = self.db.write().await?;
        let (seq, standing) = lock(&mut write, caller, room, 1).await?;
        if let Some(sent) = history::by_client_id(&mut write, author, client_id).await? {
            // Dropping the transaction gives the number back.
            let same = sent.room == room && (sent.body == body.as_str() || sent.deleted.is_some());
            return if same { Ok(sent) } else { Err(Error::ClientIdReused) };
        }
        if standing.archived {
            return Err(Error::Archived);
        }
        let message = Message {
            id: MessageId::new(),
            client_id,
            room,
            seq: u64::try_from(seq).map_err(|_| store::Error::Unreadable("message number"))?,
            author,
            body: body.as_str().to_owned(),
            created_at: self.clock.now(),
            deleted: None,
        };
        sqlx::query(
            "INSERT INTO messages (room_id, seq, id, client_id, author_id, body, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(room.to_string())
        .bind(seq)
        .bind(message.id.to_string())
        .bind(client_id.0.to_string())
        .bind(author.to_string())
        .bind(&message.body)
        .bind(message.created_at.0)
        .execute(&mut *write)
        .await?;
        // What one writes, one has read.
        mark(&mut write, room, author, seq, message.created_at.0).await?;
        write.commit().await.map_err(store::Error::from)?;
        // Two senders may publish in the other order than they committed; pages order by number and fill gaps.
        self.live.publish(Topic::Room(room), Event::Room(RoomEvent::Message(message.clone())));
        self.tell(author, UserEvent::Read { room, seq: message.seq });
        Ok(message)
    }

    /// Notes that the caller has read up to `seq`; never backwards and never beyond the newest. Returns the mark.
    ///
    /// # Errors
    /// [`Error::NoRoom`] unless they may be in it.
    pub async fn mark_read(&self, caller: &Caller, room: RoomId, seq: u64) -> Result<u64, Error> {
        let user = self.check_member(caller, room).await?;
        let mut write = self.db.write().await?;
        let newest: i64 = sqlx::query_scalar("SELECT seq FROM rooms WHERE id = $1")
            .bind(room.to_string())
            .fetch_one(&mut *write)
            .await?;
        let wanted = i64::try_from(seq).unwrap_or(i64::MAX).min(newest);
        let mark = mark(&mut write, room, user, wanted, self.clock.now().0).await?;
        write.commit().await.map_err(store::Error::from)?;
        let mark = u64::try_from(mark).map_err(|_| store::Error::Unreadable("message number"))?;
        self.tell(user, UserEvent::Read { room, seq: mark });
        Ok(mark)
    }
}

/// Moves a member's mark forward, making the membership of a shared room on the way. Returns where it stands.
async fn mark(write: &mut store::Write, room: RoomId, user: model::UserId, seq: i64, now: i64) -> Result<i64, Error> {
    Ok(sqlx::query_scalar(
        "INSERT INTO room_members (room_id, user_id, last_read, joined_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (room_id, user_id) DO UPDATE
         SET last_read = CASE WHEN excluded.last_read > room_members.last_read
                              THEN excluded.last_read ELSE room_members.last_read END
         RETURNING last_read",
    )
    .bind(room.to_string())
    .bind(user.to_string())
    .bind(seq)
    .bind(now)
    .fetch_one(&mut **write)
    .await?)
}
