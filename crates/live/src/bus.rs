use std::{fmt, sync::Arc};

use bytes::Bytes;
use model::live::{Event, Topic};
use tokio::sync::Notify;

/// What a subscriber finds after its cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// The next event: its number and its whole frame, ready to send.
    Event(u64, Bytes),
    /// The next `count` events are no longer kept; it goes on after `seq`.
    Missed {
        /// How many.
        count: u64,
        /// Where to go on.
        seq: u64,
    },
    /// Nothing new.
    Empty,
}

/// Carries events from publishers to subscribers. In-process now ([`crate::LocalBus`]); a database outbox or Redis
/// Streams stand behind the same trait when there is more than one node.
pub trait Bus: Send + Sync + fmt::Debug {
    /// Names this numbering; cursors of another epoch mean nothing here.
    fn epoch(&self) -> u64;
    /// Adds an event and wakes the subscribers. Returns its number.
    fn publish(&self, topic: Topic, event: &Event) -> u64;
    /// Keeps nothing of what was published so far: who has not read it is told that they missed it.
    fn forget(&self, topic: Topic);
    /// What comes after `seq`.
    fn read(&self, topic: Topic, seq: u64) -> Read;
    /// The newest number, 0 before the first event.
    fn newest(&self, topic: Topic) -> u64;
    /// Wakes `reader` on each event of `topic` until [`Bus::unwatch`].
    fn watch(&self, topic: Topic, reader: &Arc<Notify>);
    /// No longer wakes `reader` for `topic`.
    fn unwatch(&self, topic: Topic, reader: &Arc<Notify>);
}
