//! What a tab knows of one room: messages in the order of their numbers, and those under way.

use model::{
    Timestamp,
    chat::{ClientMessageId, Deletion, From, Message},
};

/// A message of our own that the server has not numbered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) client_id: ClientMessageId,
    pub(crate) body: String,
    pub(crate) at: Timestamp,
    /// Why it was not sent; `None` while it is under way.
    pub(crate) failed: Option<String>,
}

/// Messages read again at most after something was missed; older ones are let go and loaded when asked for.
const READ_AGAIN: usize = 200;

/// One room's messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Log {
    /// Ordered by number, without doubles.
    pub(crate) messages: Vec<Message>,
    /// Whether there are older ones.
    pub(crate) older: bool,
    /// Ours, in the order they were written.
    pub(crate) pending: Vec<Pending>,
}

/// What taking a message in tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is in its place.
    InOrder,
    /// There is a gap before it: fetch what follows the number.
    Gap(u64),
}

impl Log {
    /// The newest number up to which nothing is missing.
    pub(crate) fn newest(&self) -> u64 {
        self.messages.last().map_or(0, |message| message.seq)
    }

    /// The oldest number known.
    pub(crate) fn oldest(&self) -> Option<u64> {
        self.messages.first().map(|message| message.seq)
    }

    /// Takes one message in, from whichever way it came. One that leaves a gap is not shown before the gap is filled.
    pub(crate) fn take(&mut self, message: Message) -> Taken {
        let newest = self.newest();
        if message.seq > newest + 1 && newest > 0 {
            return Taken::Gap(newest);
        }
        self.insert(message);
        Taken::InOrder
    }

    /// Takes a page in.
    pub(crate) fn take_page(&mut self, messages: Vec<Message>) {
        messages.into_iter().for_each(|message| self.insert(message));
    }

    fn insert(&mut self, message: Message) {
        self.pending.retain(|pending| pending.client_id != message.client_id);
        match self.messages.binary_search_by_key(&message.seq, |each| each.seq) {
            Err(place) => self.messages.insert(place, message),
            // What is deleted stays so, whatever comes late.
            Ok(place) if message.deleted.is_some() => {
                if let Some(known) = self.messages.get_mut(place) {
                    *known = message;
                }
            }
            Ok(_) => {}
        }
    }

    /// Takes a message's text away. One that is not here yet leaves a gap.
    pub(crate) fn delete(&mut self, seq: u64, by: Deletion) -> Taken {
        let newest = self.newest();
        if let Some(message) = self.messages.iter_mut().find(|message| message.seq == seq) {
            message.body = String::new();
            message.deleted = Some(by);
        } else if seq > newest && newest > 0 {
            return Taken::Gap(newest);
        }
        Taken::InOrder
    }

    /// Where to read from after something was missed: what is shown may have been deleted meanwhile, so that it is read
    /// again, not only what follows it.
    pub(crate) fn read_again(&mut self) -> From {
        let above = self.messages.len().saturating_sub(READ_AGAIN);
        if above > 0 {
            self.messages.drain(..above);
            self.older = true;
        }
        self.oldest().map_or(From::Newest, |oldest| From::After(oldest.saturating_sub(1)))
    }

    /// Notes that a message of ours was not sent.
    pub(crate) fn fail(&mut self, id: ClientMessageId, why: String) {
        if let Some(pending) = self.pending.iter_mut().find(|pending| pending.client_id == id) {
            pending.failed = Some(why);
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{MessageId, RoomId, UserId};

    use super::*;

    fn message(seq: u64) -> Message {
        Message {
            id: MessageId::new(),
            client_id: ClientMessageId::new(),
            room: RoomId::new(),
            seq,
            author: UserId::new(),
            body: seq.to_string(),
            created_at: Timestamp(0),
            deleted: None,
        }
    }

    fn seqs(log: &Log) -> Vec<u64> {
        log.messages.iter().map(|message| message.seq).collect()
    }

    #[test]
    fn messages_are_ordered_and_never_doubled_whichever_way_they_come() {
        let mut log = Log::default();
        let second = message(2);
        log.take_page(vec![message(1), second.clone(), message(3)]);
        assert_eq!(log.take(second), Taken::InOrder);
        assert_eq!(log.take(message(4)), Taken::InOrder);
        assert_eq!(seqs(&log), [1, 2, 3, 4]);
    }

    #[test]
    fn a_gap_is_noticed_and_filled() {
        let mut log = Log::default();
        log.take_page(vec![message(7)]);
        assert_eq!(log.take(message(9)), Taken::Gap(7));
        assert_eq!(seqs(&log), [7]);
        log.take_page(vec![message(8), message(9)]);
        assert_eq!(seqs(&log), [7, 8, 9]);
    }

    #[test]
    fn the_servers_copy_replaces_ours() {
        let mut log = Log::default();
        let sent = message(1);
        let ours = Pending { client_id: sent.client_id, body: sent.body.clone(), at: Timestamp(0), failed: None };
        log.pending.push(ours);
        log.fail(sent.client_id, "cut off".to_owned());
        log.take(sent);
        assert!(log.pending.is_empty());
        assert_eq!(seqs(&log), [1]);
    }

    #[test]
    fn what_is_deleted_stays_so_whatever_comes_late() {
        let mut log = Log::default();
        let first = message(1);
        log.take(first.clone());
        assert_eq!(log.delete(1, Deletion::Moderator), Taken::InOrder);
        log.take(first.clone());
        log.take_page(vec![first.clone()]);
        let gone = Message { body: String::new(), deleted: Some(Deletion::Moderator), ..first.clone() };
        assert_eq!(log.messages, std::slice::from_ref(&gone));
        let mut late = Log::default();
        late.take(first);
        late.take_page(vec![gone.clone()]);
        assert_eq!(late.messages, [gone]);
        assert_eq!(late.delete(3, Deletion::Author), Taken::Gap(1), "it is fetched without its text");
    }

    #[test]
    fn after_a_gap_what_is_shown_is_read_again_up_to_a_bound() {
        let mut log = Log::default();
        assert_eq!(log.read_again(), From::Newest);
        log.take_page((5..=60).map(message).collect());
        assert_eq!(log.read_again(), From::After(4));
        assert!(!log.older);
        log.take_page((61..=400).map(message).collect());
        assert_eq!(log.read_again(), From::After(200));
        assert_eq!(seqs(&log), (201..=400).collect::<Vec<_>>());
        assert!(log.older);
    }
}
