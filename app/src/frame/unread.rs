//! Unread messages over all rooms, for the bars and the chat page: kept in one place so that they never disagree.

use std::mem;

use leptos::prelude::*;
use model::{
    RoomId,
    chat::{Room, RoomEvent, RoomKind, UserEvent},
    live::Topic,
};

use super::Session;
use crate::{
    chat::api::rooms,
    live::{Heard, Live},
};

/// Rooms followed live at once, direct ones first: a connection listens to `MAX_TOPICS` topics, and the page in view needs
/// some. The counts of the others stand as they were when the list was last read.
const MAX_FOLLOWED: usize = 200;

/// How reading the list again stands. Many topics that ask for it at once cause two readings, not many.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Idle,
    Running,
    /// Asked for once more since it began.
    Again,
}

/// The caller's rooms with their numbers, in the context of every page inside the frame.
#[derive(Clone, Copy)]
pub(crate) struct Unread {
    /// Each room as it stands now.
    pub(crate) rooms: RwSignal<Vec<Room>>,
    reading: StoredValue<Reading>,
}

impl Unread {
    /// Begins with the rooms the page came with, the same on both sides, and follows them live.
    pub(crate) fn provide(live: Live, rooms: Vec<Room>) {
        let unread = Self { rooms: RwSignal::new(rooms), reading: StoredValue::new(Reading::Idle) };
        provide_context(unread);
        let me = Session::expect().me().id;
        Effect::new(move |_| live.listen(Topic::User(me), move |heard| unread.hear_user(heard)));
        // One listener a room; one that comes or goes does not disturb the others.
        let followed = StoredValue::new(Vec::<(RoomId, Owner)>::new());
        let parent = Owner::current();
        Effect::new(move |_| {
            let wanted = unread.rooms.with(|rooms| followable(rooms));
            let Some(parent) = &parent else { return };
            let _ = followed.try_update_value(|followed| {
                followed.retain(|(room, listener)| {
                    let stays = wanted.contains(room);
                    if !stays {
                        listener.cleanup();
                    }
                    stays
                });
                for room in wanted {
                    if followed.iter().any(|(known, _)| *known == room) {
                        continue;
                    }
                    let listener = parent.child();
                    listener.with(|| live.listen(Topic::Room(room), move |heard| unread.hear_room(heard)));
                    followed.push((room, listener));
                }
            });
        });
    }

    pub(crate) fn total(self) -> u32 {
        self.rooms.with(|rooms| rooms.iter().map(Room::unread).sum::<u64>().try_into().unwrap_or(u32::MAX))
    }

    /// Reads all rooms again; those that are not the caller's any more go.
    pub(crate) fn refresh(self) {
        let Some(before) = self.reading.try_get_value() else { return };
        let idle = before == Reading::Idle;
        self.reading.set_value(if idle { Reading::Running } else { Reading::Again });
        if !idle {
            return;
        }
        leptos::task::spawn_local(async move {
            loop {
                let known = self.rooms.try_with_untracked(|rooms| rooms.iter().map(|room| room.id).collect::<Vec<_>>());
                match rooms().await {
                    Ok(fresh) => self.replace(fresh, &known.unwrap_or_default()),
                    // What is shown stays; the next reconnect asks again.
                    Err(failure) => leptos::logging::warn!("{failure}"),
                }
                let again = self.reading.try_get_value() == Some(Reading::Again);
                let _ = self
                    .reading
                    .try_update_value(|reading| *reading = if again { Reading::Running } else { Reading::Idle });
                if !again {
                    break;
                }
            }
        });
    }

    /// Takes a list over that was asked for while `known` rooms were there: one that came since then stays.
    fn replace(self, fresh: Vec<Room>, known: &[RoomId]) {
        let _ = self.rooms.try_update(|rooms| {
            let old = mem::replace(rooms, fresh);
            for room in old {
                match rooms.iter_mut().find(|each| each.id == room.id) {
                    Some(now) => {
                        now.seq = now.seq.max(room.seq);
                        now.last_read = now.last_read.max(room.last_read);
                    }
                    None if !known.contains(&room.id) => rooms.push(room),
                    None => {}
                }
            }
        });
    }

    /// Takes a room's state over; numbers never go back.
    pub(crate) fn merge(self, room: Room) {
        let _ = self.rooms.try_update(|rooms| match rooms.iter_mut().find(|each| each.id == room.id) {
            Some(known) => {
                let (seq, last_read) = (known.seq.max(room.seq), known.last_read.max(room.last_read));
                *known = Room { seq, last_read, ..room };
            }
            None => rooms.push(room),
        });
    }

    /// Notes a message's number.
    pub(crate) fn note_seq(self, room: RoomId, seq: u64) {
        self.change(room, |room| room.seq = room.seq.max(seq));
    }

    /// Notes how far one has read.
    pub(crate) fn note_read(self, room: RoomId, seq: u64) {
        self.change(room, |room| room.last_read = room.last_read.max(seq));
    }

    fn change(self, id: RoomId, change: impl FnOnce(&mut Room)) {
        let _ = self.rooms.try_update(|rooms| rooms.iter_mut().find(|room| room.id == id).map(change));
    }

    fn hear_user(self, heard: Heard<UserEvent>) {
        match heard {
            Heard::CatchUp | Heard::Event(UserEvent::RoomsChanged) => self.refresh(),
            Heard::Event(UserEvent::Read { room, seq }) => self.note_read(room, seq),
            Heard::Event(_) => {}
        }
    }

    fn hear_room(self, heard: Heard<RoomEvent>) {
        match heard {
            Heard::Event(RoomEvent::Message(message)) => self.note_seq(message.room, message.seq),
            Heard::Event(RoomEvent::Deleted { .. } | RoomEvent::Typing(_)) => {}
            Heard::CatchUp => self.refresh(),
        }
    }
}

/// The rooms to follow, in no order.
fn followable(rooms: &[Room]) -> Vec<RoomId> {
    let of = |kind| rooms.iter().filter(move |room| room.kind == kind).map(|room| room.id);
    of(RoomKind::Direct).chain(of(RoomKind::Shared)).take(MAX_FOLLOWED).collect()
}
