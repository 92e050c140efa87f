//! What someone wrote, to take along.

use model::{Caller, Timestamp, chat::WrittenMessage};
use store::sqlx::{self, Row};

use crate::{Chat, Error};

/// Messages of one export at most: the newest.
const MAX_MESSAGES: i64 = 100_000;

impl Chat {
    /// Everything the caller wrote in any room and did not delete, newest first.
    ///
    /// # Errors
    /// `Forbidden` for background work; when the store fails.
    pub async fn export(&self, caller: &Caller) -> Result<Vec<WrittenMessage>, Error> {
        // The index of (author_id, client_id) finds them.
        let rows = sqlx::query(
            "SELECT rooms.kind, rooms.name, messages.body, messages.created_at
             FROM messages JOIN rooms ON rooms.id = messages.room_id
             WHERE messages.author_id = $1 AND messages.deleted_at IS NULL ORDER BY messages.created_at DESC LIMIT $2",
        )
        .bind(caller.user()?.to_string())
        .bind(MAX_MESSAGES)
        .fetch_all(self.db.read())
        .await?;
        rows.iter()
            .map(|row| {
                let kind: String = row.try_get(0)?;
                Ok(WrittenMessage {
                    room: if kind == "direct" { "direct message".to_owned() } else { row.try_get(1)? },
                    body: row.try_get(2)?,
                    created_at: Timestamp(row.try_get(3)?),
                })
            })
            .collect()
    }
}
