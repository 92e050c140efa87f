use std::{
    collections::HashSet,
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use model::{
    ApiError, Caller, ErrorCode, Permission, RoomId, UserId,
    live::{Event, Presence, Topic},
};

use crate::{Bus, Subscriber, presence::Tabs};

/// Connections at once over all people; one more is refused.
const MAX_CONNECTIONS: u32 = 10_000;
/// Connections of one person.
const MAX_PER_USER: u32 = 64;

/// Decides whether a caller may listen to a room. Wired to the chat area, which this crate does not know.
pub type Guard =
    Arc<dyn Fn(Caller, RoomId) -> Pin<Box<dyn Future<Output = Result<(), ApiError>> + Send>> + Send + Sync>;

/// The live channel's engine: publish here, subscribe here. Cheap to clone.
#[derive(Clone)]
pub struct Live {
    bus: Arc<dyn Bus>,
    tabs: Arc<Tabs>,
    connections: Arc<AtomicU32>,
    guard: Option<Guard>,
}

/// Figures for the health card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Open connections.
    pub connections: u32,
    /// People online.
    pub people: usize,
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("status", &self.status()).finish_non_exhaustive()
    }
}

impl Live {
    /// An engine over `bus`.
    #[must_use]
    pub fn new(bus: Arc<dyn Bus>) -> Self {
        Self { bus, tabs: Arc::default(), connections: Arc::default(), guard: None }
    }

    /// Uses `guard` to decide who may listen to a room; without one nobody may.
    #[must_use]
    pub fn with_room_guard(mut self, guard: Guard) -> Self {
        self.guard = Some(guard);
        self
    }

    /// Tells everybody who listens to `topic`. Returns the event's number.
    #[expect(clippy::needless_pass_by_value, reason = "an event is given away when it is published")]
    pub fn publish(&self, topic: Topic, event: Event) -> u64 {
        self.bus.publish(topic, &event)
    }

    /// Keeps nothing of what `topic` was told so far, for when it must not be told again. Who has not heard it yet is
    /// told that they missed something and fetches the present state.
    pub fn forget(&self, topic: Topic) {
        self.bus.forget(topic);
    }

    /// Names this run's numbering.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.bus.epoch()
    }

    /// The newest number of `topic`: a page that shows state fetched now listens from here on.
    #[must_use]
    pub fn newest(&self, topic: Topic) -> u64 {
        self.bus.newest(topic)
    }

    /// A connection of `caller`'s: they are online until it is dropped.
    ///
    /// # Errors
    /// `TooMany` over the bounds, `Forbidden` for background work.
    pub fn connect(&self, caller: &Caller) -> Result<Subscriber, ApiError> {
        let user = caller.user()?;
        if self.tabs.count(user) >= MAX_PER_USER || self.connections.load(Ordering::Relaxed) >= MAX_CONNECTIONS {
            return Err(ApiError::new(ErrorCode::TooMany, "Too many open tabs. Close some and reload."));
        }
        self.connections.fetch_add(1, Ordering::Relaxed);
        if self.tabs.open(user) {
            self.publish(Topic::Presence, Event::Presence(Presence { user, online: true }));
        }
        Ok(Subscriber::new(self.clone(), Arc::clone(&self.bus), caller.clone(), user))
    }

    pub(crate) fn disconnect(&self, user: UserId) {
        self.connections.fetch_sub(1, Ordering::Relaxed);
        if self.tabs.close(user) {
            self.publish(Topic::Presence, Event::Presence(Presence { user, online: false }));
        }
    }

    /// Whether `caller` may listen to `topic`.
    pub(crate) async fn admit(&self, caller: &Caller, topic: Topic) -> Result<(), ApiError> {
        match topic {
            Topic::Metrics | Topic::Services => caller.require(Permission::MetricsRead),
            Topic::Presence => caller.require(Permission::PeopleRead),
            Topic::User(user) if caller.is(user) => Ok(()),
            Topic::User(_) => Err(ApiError::not_found("topic")),
            Topic::Room(room) => match &self.guard {
                Some(guard) => guard(caller.clone(), room).await,
                None => Err(ApiError::not_found("room")),
            },
        }
    }

    /// Who is online.
    ///
    /// # Errors
    /// `Forbidden` without `people.read`.
    pub fn online(&self, caller: &Caller) -> Result<HashSet<UserId>, ApiError> {
        caller.require(Permission::PeopleRead)?;
        Ok(self.tabs.online())
    }

    /// Figures for the health card.
    #[must_use]
    pub fn status(&self) -> Status {
        Status { connections: self.connections.load(Ordering::Relaxed), people: self.tabs.online().len() }
    }
}
