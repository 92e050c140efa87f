//! Frames of the live channel `/ws/live`: one WebSocket per tab, JSON text frames, topics subscribed one by one.
//!
//! Each topic numbers its events from 1 without gaps. After a reconnect the browser subscribes with the last number it
//! saw and gets what followed; if that is no longer kept, one [`ServerFrame::Missed`] says how many events are gone and
//! the page fetches the present state instead.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{ApiError, RoomId, UserId, chat, metrics, service::ServiceHealth};

/// The server sends a [`ServerFrame::Heartbeat`] this often, in milliseconds; twice without one, the browser reconnects.
pub const HEARTBEAT_MS: u32 = 15_000;

/// Events kept per topic for resuming.
pub const TOPIC_EVENTS: usize = 256;

/// Topics one connection may subscribe to.
pub const MAX_TOPICS: usize = 256;

/// Longest frame a browser may send, in bytes.
pub const MAX_CLIENT_FRAME: usize = 4096;

/// Where events of one kind are published. The text form is `metrics`, `services`, `presence`, `room:ID`, `user:ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// One [`metrics::Sample`] a second.
    Metrics,
    /// Health of Nova's services when it changes.
    Services,
    /// Who comes and goes.
    Presence,
    /// What happens in a chat room.
    Room(RoomId),
    /// What concerns one person on all their tabs.
    User(UserId),
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metrics => f.write_str("metrics"),
            Self::Services => f.write_str("services"),
            Self::Presence => f.write_str("presence"),
            Self::Room(id) => write!(f, "room:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
        }
    }
}

/// The text names no topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a topic: use metrics, services, presence, room:ID or user:ID")]
pub struct UnknownTopic;

impl FromStr for Topic {
    type Err = UnknownTopic;
    fn from_str(text: &str) -> Result<Self, UnknownTopic> {
        match text.split_once(':') {
            None if text == "metrics" => Ok(Self::Metrics),
            None if text == "services" => Ok(Self::Services),
            None if text == "presence" => Ok(Self::Presence),
            Some(("room", id)) => id.parse().map(Self::Room).map_err(|_| UnknownTopic),
            Some(("user", id)) => id.parse().map(Self::User).map_err(|_| UnknownTopic),
            _ => Err(UnknownTopic),
        }
    }
}

impl Serialize for Topic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Topic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Where a subscriber stopped: numbers are only comparable within one run of the server, named by `epoch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// [`ServerFrame::Hello`]'s epoch.
    pub epoch: u64,
    /// The last number seen.
    pub seq: u64,
}

/// What a browser sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientFrame {
    /// Send me this topic's events: those after the cursor, or only new ones.
    Subscribe {
        /// Which topic.
        topic: Topic,
        /// Where to go on.
        after: Option<Cursor>,
    },
    /// No more of this topic.
    Unsubscribe {
        /// Which topic.
        topic: Topic,
    },
    /// I am writing in this room just now.
    Typing {
        /// Which room.
        room: RoomId,
    },
}

/// What the server sends. The browser reads it with events left as they came (`E` is raw JSON).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerFrame<E = Box<Event>> {
    /// First frame of a connection.
    Hello {
        /// Names this run of the server.
        epoch: u64,
    },
    /// The subscription holds; events after `seq` follow.
    Subscribed {
        /// Which topic.
        topic: Topic,
        /// Where it stands.
        seq: u64,
    },
    /// Something happened.
    Event {
        /// Where.
        topic: Topic,
        /// Its number in the topic.
        seq: u64,
        /// What. Boxed: a sample is large and the other frames are small.
        event: E,
    },
    /// `count` events are no longer kept (0: not known how many); fetch the present state, it goes on after `seq`.
    Missed {
        /// Which topic.
        topic: Topic,
        /// How many events are gone.
        count: u64,
        /// Where it goes on.
        seq: u64,
    },
    /// The subscription is refused.
    Refused {
        /// Which topic.
        topic: Topic,
        /// Why.
        error: ApiError,
    },
    /// Still there.
    Heartbeat,
}

/// What happened, by the kind of topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// On [`Topic::Metrics`].
    Sample(metrics::Sample),
    /// On [`Topic::Services`]: the present health of all.
    Services(Vec<ServiceHealth>),
    /// On [`Topic::Presence`].
    Presence(Presence),
    /// On [`Topic::Room`].
    Room(chat::RoomEvent),
    /// On [`Topic::User`].
    User(chat::UserEvent),
}

/// Someone came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Who.
    pub user: UserId,
    /// Whether any tab of theirs is connected now.
    pub online: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_round_trip_as_text() -> Result<(), UnknownTopic> {
        for topic in
            [Topic::Metrics, Topic::Services, Topic::Presence, Topic::Room(RoomId::new()), Topic::User(UserId::new())]
        {
            assert_eq!(topic.to_string().parse::<Topic>()?, topic);
        }
        for wrong in ["", "metrics:", "room", "room:", "room:1", "user:x", "rooms:"] {
            assert_eq!(wrong.parse::<Topic>(), Err(UnknownTopic), "{wrong:?}");
        }
        Ok(())
    }
}
