//! Chat: rooms, messages, and what is told about them.

mod room;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use room::{MAX_SHARED_ROOMS, Room, RoomDetails, RoomForm, RoomKind, RoomName, RoomRights, RoomTopic};

use crate::{ApiError, MessageId, RoomId, Timestamp, UserId};

/// Messages in one page of history.
pub const PAGE: u32 = 50;

/// A typing mark lasts this long after its last event, in milliseconds.
pub const TYPING_MS: u32 = 5_000;

/// What the sender calls a message before the server has numbered it; sending it again adds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientMessageId(pub Uuid);

impl ClientMessageId {
    /// A fresh id.
    #[must_use]
    #[allow(clippy::new_without_default, reason = "a default that differs each time would mislead")]
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The sender's own id for it.
    pub client_id: ClientMessageId,
    /// Where it was written.
    pub room: RoomId,
    /// Its number in the room, from 1 without gaps.
    pub seq: u64,
    /// Who wrote it.
    pub author: UserId,
    /// What they wrote; empty once it is deleted.
    pub body: String,
    /// When the server took it.
    pub created_at: Timestamp,
    /// Who took its text away, if anybody did. Its number stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Deletion>,
}

/// Who deleted a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deletion {
    /// Who wrote it.
    Author,
    /// Someone with `chat.moderate`.
    Moderator,
}

/// One's own message as one takes it along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenMessage {
    /// The room's name, or that it was a direct message.
    pub room: String,
    /// What was written.
    pub body: String,
    /// When.
    pub created_at: Timestamp,
}

/// A piece of a room's history.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Page {
    /// Oldest first, at most [`PAGE`].
    pub messages: Vec<Message>,
    /// Whether older (or, read forward, newer) ones exist beyond this page.
    pub more: bool,
}

/// Which piece of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum From {
    /// The newest page.
    Newest,
    /// The page just before this number.
    Before(u64),
    /// The page just after this number.
    After(u64),
}

/// What happens in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomEvent {
    /// A new message.
    Message(Message),
    /// A message has no text any more.
    Deleted {
        /// Its number.
        seq: u64,
        /// Who took it away.
        by: Deletion,
    },
    /// Someone writes.
    Typing(UserId),
}

/// What concerns one person on all their tabs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserEvent {
    /// A room was made, changed, archived or opened: fetch the list, which says what of it is theirs to know.
    RoomsChanged,
    /// They have read a room up to `seq` on some tab.
    Read {
        /// Which room.
        room: RoomId,
        /// Up to which message.
        seq: u64,
    },
    /// The directory has changed: someone joined or was renamed or disabled.
    PeopleChanged,
    /// A recording of one of their shells began or ended.
    RecordingsChanged,
    /// A shell was shared with them, or is no more: fetch the list.
    SharesChanged,
}

/// The text of a message: 1 to 4,000 characters after trimming the ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body(String);

impl Body {
    /// Most characters (Unicode scalar values).
    pub const MAX: usize = 4_000;

    /// Checks and trims.
    ///
    /// # Errors
    /// `Invalid` when empty or too long.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        // NUL cannot be stored as text by PostgreSQL and shows nothing anywhere.
        let trimmed = text.replace('\0', "\u{fffd}").trim().to_owned();
        match trimmed.chars().count() {
            0 => Err(ApiError::invalid("body", "Write something first.")),
            length if length > Self::MAX => Err(ApiError::invalid(
                "body",
                format!("A message has at most {} characters; this one has {length}. Send it in parts.", Self::MAX),
            )),
            _ => Ok(Self(trimmed)),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_trimmed_and_bounded() {
        assert_eq!(Body::parse("  hi \n").map(|body| body.0), Ok("hi".to_owned()));
        assert!(Body::parse(" \n\t").is_err());
        assert!(Body::parse(&"é".repeat(Body::MAX)).is_ok());
        assert!(Body::parse(&"é".repeat(Body::MAX + 1)).is_err());
        assert_eq!(Body::parse("a\0b").map(|body| body.0), Ok("a\u{fffd}b".to_owned()));
    }
}
