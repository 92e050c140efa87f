//! Typed identifiers. Every id is a UUIDv7 (RFC 9562 §5.7), so ids sort by creation time.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text was not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id.
            #[must_use]
            #[allow(clippy::new_without_default, reason = "a default that differs each time would mislead")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id in sixteen bytes.
            #[must_use]
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0.into_bytes()
            }

            /// The id that [`Self::to_bytes`] gave.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::from_str(text).map(Self).map_err(|_| InvalidId)
            }
        }
    )+};
}

ids! {
    /// A person or service account.
    UserId,
    /// A sign-in: one refresh-token family on one device.
    SessionId,
    /// A shell.
    TerminalId,
    /// A chat room, shared or direct.
    RoomId,
    /// A chat message.
    MessageId,
    /// An invitation to join.
    InvitationId,
    /// An API key.
    KeyId,
    /// A passkey.
    FactorId,
    /// A mail in the outbox.
    MailId,
    /// A terminal theme somebody imported.
    ThemeId,
    /// What a shell wrote, kept with its times.
    RecordingId,
    /// What lets somebody else see a shell or a recording.
    ShareId,
    /// A command in somebody's history.
    CommandId,
    /// A command template.
    TemplateId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_and_sort_by_creation() {
        let first = UserId::new();
        let second = UserId::new();
        assert!(first < second);
        assert_eq!(first.to_string().parse::<UserId>(), Ok(first));
        assert_eq!("nonsense".parse::<UserId>(), Err(InvalidId));
    }
}
