use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use model::{
    ApiError, Caller, ErrorCode, UserId,
    live::{Cursor, MAX_TOPICS, ServerFrame, Topic},
};
use tokio::sync::Notify;

use crate::{Bus, Live, Read};

/// One connection: its topics and how far it has read in each.
#[derive(Debug)]
pub struct Subscriber {
    live: Live,
    bus: Arc<dyn Bus>,
    caller: Caller,
    user: UserId,
    wake: Arc<Notify>,
    /// Ordered by text so that taking turns is fair and stable.
    topics: BTreeMap<String, (Topic, u64)>,
    /// The topic served last; the next one in order is served next.
    last: Option<String>,
}

impl Subscriber {
    pub(crate) fn new(live: Live, bus: Arc<dyn Bus>, caller: Caller, user: UserId) -> Self {
        Self { live, bus, caller, user, wake: Arc::default(), topics: BTreeMap::new(), last: None }
    }

    /// Whose connection it is.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Subscribes and says what to answer: `Subscribed`, `Missed` (fetch the state) or `Refused`.
    pub async fn subscribe(&mut self, topic: Topic, after: Option<Cursor>) -> ServerFrame {
        let name = topic.to_string();
        if self.topics.len() >= MAX_TOPICS && !self.topics.contains_key(&name) {
            let error =
                ApiError::new(ErrorCode::TooMany, format!("One connection listens to at most {MAX_TOPICS} topics."));
            return ServerFrame::Refused { topic, error };
        }
        if let Err(error) = self.live.admit(&self.caller, topic).await {
            return ServerFrame::Refused { topic, error };
        }
        let newest = self.bus.newest(topic);
        let known = after.filter(|cursor| cursor.epoch == self.bus.epoch() && cursor.seq <= newest);
        let seq = known.map_or(newest, |cursor| cursor.seq);
        if self.topics.insert(name, (topic, seq)).is_none() {
            self.bus.watch(topic, &self.wake);
        }
        // There may be something to read at once.
        self.wake.notify_one();
        match after {
            Some(_) if known.is_none() => ServerFrame::Missed { topic, count: 0, seq },
            _ => ServerFrame::Subscribed { topic, seq },
        }
    }

    /// Ends a subscription.
    pub fn unsubscribe(&mut self, topic: Topic) {
        if self.topics.remove(&topic.to_string()).is_some() {
            self.bus.unwatch(topic, &self.wake);
        }
    }

    /// The next frame to send. Cancel-safe: a frame is only taken when it is returned.
    pub async fn next(&mut self) -> Bytes {
        loop {
            if let Some(frame) = self.ready() {
                return frame;
            }
            self.wake.notified().await;
        }
    }

    /// A frame that is there already. Topics take turns, so a busy one starves no other.
    fn ready(&mut self) -> Option<Bytes> {
        let turn = self.last.clone().unwrap_or_default();
        let order = self
            .topics
            .range(turn.clone()..)
            .filter(|(name, _)| **name != turn)
            .chain(self.topics.range(..=turn.clone()));
        let mut found = None;
        for (name, (topic, seq)) in order {
            match self.bus.read(*topic, *seq) {
                Read::Empty => {}
                Read::Event(next, frame) => {
                    found = Some((name.clone(), next, frame));
                    break;
                }
                Read::Missed { count, seq } => {
                    let frame: ServerFrame = ServerFrame::Missed { topic: *topic, count, seq };
                    let json = serde_json::to_vec(&frame).unwrap_or_default();
                    found = Some((name.clone(), seq, json.into()));
                    break;
                }
            }
        }
        let (name, seq, frame) = found?;
        if let Some(entry) = self.topics.get_mut(&name) {
            entry.1 = seq;
        }
        self.last = Some(name);
        Some(frame)
    }

    /// Who may listen may have changed: asks again for this topic, or for all, and drops what is refused now.
    pub async fn recheck(&mut self, only: Option<Topic>) -> Vec<ServerFrame> {
        let held = self.topics.values().map(|(topic, _)| *topic);
        let topics: Vec<Topic> = held.filter(|topic| only.is_none_or(|only| only == *topic)).collect();
        let mut refused = Vec::new();
        for topic in topics {
            if let Err(error) = self.live.admit(&self.caller, topic).await {
                self.unsubscribe(topic);
                refused.push(ServerFrame::Refused { topic, error });
            }
        }
        refused
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        for (topic, _) in self.topics.values() {
            self.bus.unwatch(*topic, &self.wake);
        }
        self.live.disconnect(self.user);
    }
}
