//! Which topics are listened to, by whom, and how far they were heard.

use std::rc::Rc;

use model::live::{ClientFrame, Cursor, Topic};
use serde_json::value::RawValue;

/// Called with an event as it came, or with nothing when the present state should be fetched.
pub(crate) type Listener = Rc<dyn Fn(Option<&RawValue>)>;

struct Entry {
    topic: Topic,
    heard: Option<Cursor>,
    listeners: Vec<(u32, Listener)>,
}

/// A handful of entries; a list beats a map in size and speed.
#[derive(Default)]
pub(crate) struct Topics {
    entries: Vec<Entry>,
    next_id: u32,
}

impl Topics {
    /// Adds a listener: its id, and whether the topic is new and must be subscribed to.
    pub(crate) fn add(&mut self, topic: Topic, listener: Listener) -> (u32, bool) {
        self.next_id += 1;
        let id = self.next_id;
        match self.entries.iter_mut().find(|entry| entry.topic == topic) {
            Some(entry) => {
                entry.listeners.push((id, listener));
                (id, false)
            }
            None => {
                self.entries.push(Entry { topic, heard: None, listeners: vec![(id, listener)] });
                (id, true)
            }
        }
    }

    /// Takes a listener away; true if it was the topic's last.
    pub(crate) fn remove(&mut self, topic: Topic, id: u32) -> bool {
        let Some(index) = self.entries.iter().position(|entry| entry.topic == topic) else { return false };
        let Some(entry) = self.entries.get_mut(index) else { return false };
        entry.listeners.retain(|(each, _)| *each != id);
        let last = entry.listeners.is_empty();
        if last {
            self.entries.swap_remove(index);
        }
        last
    }

    /// The frames that take up all topics where they were left.
    pub(crate) fn subscriptions(&self) -> Vec<ClientFrame> {
        self.entries.iter().map(|entry| ClientFrame::Subscribe { topic: entry.topic, after: entry.heard }).collect()
    }

    /// Notes where a topic stands; true if nothing was known of it before.
    pub(crate) fn stands_at(&mut self, topic: Topic, cursor: Cursor) -> bool {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.topic == topic) else { return false };
        entry.heard.replace(cursor).is_none()
    }

    /// Notes an event; false if it was heard before.
    pub(crate) fn is_news(&mut self, topic: Topic, cursor: Cursor) -> bool {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.topic == topic) else { return false };
        let old = entry.heard.is_some_and(|heard| heard.epoch == cursor.epoch && heard.seq >= cursor.seq);
        if !old {
            entry.heard = Some(cursor);
        }
        !old
    }

    /// Whom to tell.
    pub(crate) fn listeners(&self, topic: Topic) -> Vec<Listener> {
        let entry = self.entries.iter().find(|entry| entry.topic == topic);
        entry.map(|entry| entry.listeners.iter().map(|(_, listener)| Rc::clone(listener)).collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(seq: u64) -> Cursor {
        Cursor { epoch: 1, seq }
    }

    #[test]
    fn an_event_is_news_once() {
        let mut topics = Topics::default();
        let (_, new) = topics.add(Topic::Metrics, Rc::new(|_| {}));
        assert!(new);
        assert!(topics.stands_at(Topic::Metrics, cursor(5)));
        assert!(!topics.is_news(Topic::Metrics, cursor(5)));
        assert!(topics.is_news(Topic::Metrics, cursor(6)));
        assert!(topics.is_news(Topic::Metrics, Cursor { epoch: 2, seq: 1 }), "another run counts anew");
    }

    #[test]
    fn a_topic_is_subscribed_with_its_first_listener_and_left_with_its_last() {
        let mut topics = Topics::default();
        let (first, _) = topics.add(Topic::Presence, Rc::new(|_| {}));
        let (second, new) = topics.add(Topic::Presence, Rc::new(|_| {}));
        assert!(!new);
        topics.stands_at(Topic::Presence, cursor(9));
        assert_eq!(topics.subscriptions(), [ClientFrame::Subscribe { topic: Topic::Presence, after: Some(cursor(9)) }]);
        assert!(!topics.remove(Topic::Presence, first));
        assert!(topics.remove(Topic::Presence, second));
        assert!(topics.subscriptions().is_empty());
    }
}
