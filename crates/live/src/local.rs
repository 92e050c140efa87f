use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use model::live::{Event, ServerFrame, TOPIC_EVENTS, Topic};
use tokio::sync::Notify;

use crate::bus::{Bus, Read};

/// Topics kept at once. Beyond it, the topic nobody watches that was quiet longest goes; its subscribers-to-be are told
/// that they missed something and fetch the state.
const MAX_TOPICS: usize = 20_000;

/// The bus of a single process.
#[derive(Debug)]
pub struct LocalBus {
    epoch: u64,
    topics: Mutex<Topics>,
}

#[derive(Debug, Default)]
struct Topics {
    by_name: HashMap<Topic, Log>,
    /// Counts publications, to find the topic that was quiet longest.
    tick: u64,
    /// Where the numbering of a topic begins that is (again) unknown: above all that were ever given out.
    floor: u64,
}

#[derive(Debug, Default)]
struct Log {
    newest: u64,
    events: VecDeque<Bytes>,
    watchers: Vec<Arc<Notify>>,
    touched: u64,
}

impl LocalBus {
    /// An empty bus with an epoch of its own.
    #[must_use]
    pub fn new() -> Self {
        // 53 bits: a browser's JSON numbers carry no more.
        Self { epoch: rand::random::<u64>() >> 11, topics: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Topics> {
        // Nothing under this lock can leave it half-changed; a poisoned one is as good as a sound one.
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for LocalBus {
    fn default() -> Self {
        Self::new()
    }
}

impl Topics {
    fn log(&mut self, topic: Topic) -> &mut Log {
        if self.by_name.len() >= MAX_TOPICS && !self.by_name.contains_key(&topic) {
            let quiet =
                self.by_name.iter().filter(|(_, log)| log.watchers.is_empty()).min_by_key(|(_, log)| log.touched);
            if let Some(quiet) = quiet.map(|(topic, _)| *topic)
                && let Some(log) = self.by_name.remove(&quiet)
            {
                self.floor = self.floor.max(log.newest);
            }
        }
        let floor = self.floor;
        self.by_name.entry(topic).or_insert_with(|| Log { newest: floor, ..Log::default() })
    }
}

impl Bus for LocalBus {
    fn epoch(&self) -> u64 {
        self.epoch
    }

    fn publish(&self, topic: Topic, event: &Event) -> u64 {
        let mut topics = self.lock();
        topics.tick += 1;
        let tick = topics.tick;
        let log = topics.log(topic);
        let seq = log.newest + 1;
        let frame = ServerFrame::Event { topic, seq, event: Box::new(event.clone()) };
        let Ok(json) = serde_json::to_vec(&frame) else {
            // Wire types hold no maps with odd keys and no foreign Serialize: it cannot fail, and if it did,
            // not publishing is the harmless way out.
            tracing::error!(%topic, "an event could not be serialised");
            return log.newest;
        };
        log.newest = seq;
        log.touched = tick;
        if log.events.len() >= TOPIC_EVENTS {
            log.events.pop_front();
        }
        log.events.push_back(json.into());
        for watcher in &log.watchers {
            watcher.notify_one();
        }
        seq
    }

    fn forget(&self, topic: Topic) {
        if let Some(log) = self.lock().by_name.get_mut(&topic) {
            log.events.clear();
        }
    }

    fn read(&self, topic: Topic, seq: u64) -> Read {
        let mut topics = self.lock();
        let log = topics.log(topic);
        if seq >= log.newest {
            return Read::Empty;
        }
        let oldest = log.newest - log.events.len() as u64 + 1;
        if seq + 1 < oldest {
            return Read::Missed { count: oldest - seq - 1, seq: oldest - 1 };
        }
        let index = usize::try_from(seq + 1 - oldest).unwrap_or(usize::MAX);
        log.events.get(index).map_or(Read::Empty, |frame| Read::Event(seq + 1, frame.clone()))
    }

    fn newest(&self, topic: Topic) -> u64 {
        let topics = self.lock();
        topics.by_name.get(&topic).map_or(topics.floor, |log| log.newest)
    }

    fn watch(&self, topic: Topic, reader: &Arc<Notify>) {
        self.lock().log(topic).watchers.push(Arc::clone(reader));
    }

    fn unwatch(&self, topic: Topic, reader: &Arc<Notify>) {
        if let Some(log) = self.lock().by_name.get_mut(&topic) {
            log.watchers.retain(|each| !Arc::ptr_eq(each, reader));
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{UserId, live::Presence};

    use super::*;

    fn event() -> Event {
        Event::Presence(Presence { user: UserId::new(), online: true })
    }

    #[test]
    fn a_reader_that_falls_behind_is_told_how_many_it_missed_and_goes_on() {
        let bus = LocalBus::new();
        for _ in 0..TOPIC_EVENTS + 10 {
            bus.publish(Topic::Presence, &event());
        }
        assert_eq!(bus.read(Topic::Presence, 0), Read::Missed { count: 10, seq: 10 });
        assert!(matches!(bus.read(Topic::Presence, 10), Read::Event(11, _)));
        assert_eq!(bus.read(Topic::Presence, TOPIC_EVENTS as u64 + 10), Read::Empty);
    }

    #[test]
    fn what_is_forgotten_is_missed_and_never_read_again() {
        let bus = LocalBus::new();
        bus.publish(Topic::Presence, &event());
        bus.publish(Topic::Presence, &event());
        bus.forget(Topic::Presence);
        assert_eq!(bus.read(Topic::Presence, 0), Read::Missed { count: 2, seq: 2 });
        assert_eq!(bus.read(Topic::Presence, 2), Read::Empty);
        bus.publish(Topic::Presence, &event());
        assert!(matches!(bus.read(Topic::Presence, 2), Read::Event(3, _)));
    }

    #[test]
    fn topics_are_bounded_and_a_forgotten_one_never_reuses_a_number() {
        let bus = LocalBus::new();
        let first = Topic::User(UserId::new());
        for _ in 0..5 {
            bus.publish(first, &event());
        }
        for _ in 0..MAX_TOPICS {
            bus.publish(Topic::User(UserId::new()), &event());
        }
        assert!(bus.lock().by_name.len() <= MAX_TOPICS);
        assert!(bus.publish(first, &event()) > 5);
    }
}
