//! Reading messages, by number (keyset), never by offset.

use model::{
    Caller, RoomId, Timestamp, UserId,
    chat::{ClientMessageId, Deletion, From, Message, PAGE, Page},
};
use store::{
    Write,
    sqlx::{self, Row, any::AnyRow},
};

use crate::{Chat, Error};

macro_rules! message_columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, client_id, room_id, seq, author_id, body, created_at, deleted_at, deleted_by FROM messages ",
            $rest
        )
    };
}

impl Chat {
    /// A page of a room's history, oldest first.
    ///
    /// # Errors
    /// [`Error::NoRoom`] unless they may be in it.
    pub async fn history(&self, caller: &Caller, room: RoomId, from: From) -> Result<Page, Error> {
        self.check_member(caller, room).await?;
        let (sql, edge, newest_first) = match from {
            From::Newest => {
                (message_columns!("WHERE room_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3"), i64::MAX, true)
            }
            From::Before(seq) => {
                (message_columns!("WHERE room_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3"), number(seq), true)
            }
            From::After(seq) => {
                (message_columns!("WHERE room_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"), number(seq), false)
            }
        };
        // One more than a page tells whether there is another.
        let rows = sqlx::query(sql)
            .bind(room.to_string())
            .bind(edge)
            .bind(i64::from(PAGE) + 1)
            .fetch_all(self.db.read())
            .await?;
        let mut messages = rows.iter().map(message).collect::<Result<Vec<_>, _>>()?;
        let more = messages.len() > PAGE as usize;
        messages.truncate(PAGE as usize);
        if newest_first {
            messages.reverse();
        }
        Ok(Page { messages, more })
    }
}

fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// The message its author has already sent under this client id.
pub(crate) async fn by_client_id(
    write: &mut Write,
    author: UserId,
    id: ClientMessageId,
) -> Result<Option<Message>, Error> {
    let row = sqlx::query(message_columns!("WHERE author_id = $1 AND client_id = $2"))
        .bind(author.to_string())
        .bind(id.0.to_string())
        .fetch_optional(&mut **write)
        .await?;
    row.as_ref().map(message).transpose()
}

/// The message of this number.
pub(crate) async fn by_number(write: &mut Write, room: RoomId, seq: u64) -> Result<Option<Message>, Error> {
    let row = sqlx::query(message_columns!("WHERE room_id = $1 AND seq = $2"))
        .bind(room.to_string())
        .bind(number(seq))
        .fetch_optional(&mut **write)
        .await?;
    row.as_ref().map(message).transpose()
}

fn message(row: &AnyRow) -> Result<Message, Error> {
    let text = |column| row.try_get::<String, _>(column);
    let unreadable = |_| store::Error::Unreadable("message");
    let author = text(4)?;
    let deleted = match (row.try_get::<Option<i64>, _>(7)?, row.try_get::<Option<String>, _>(8)?) {
        (None, _) => None,
        (Some(_), Some(by)) if by == author => Some(Deletion::Author),
        (Some(_), _) => Some(Deletion::Moderator),
    };
    Ok(Message {
        id: text(0)?.parse().map_err(unreadable)?,
        client_id: ClientMessageId(text(1)?.parse().map_err(|_| store::Error::Unreadable("client id"))?),
        room: text(2)?.parse().map_err(unreadable)?,
        seq: u64::try_from(row.try_get::<i64, _>(3)?).map_err(|_| store::Error::Unreadable("message number"))?,
        author: author.parse().map_err(unreadable)?,
        body: text(5)?,
        created_at: Timestamp(row.try_get(6)?),
        deleted,
    })
}
