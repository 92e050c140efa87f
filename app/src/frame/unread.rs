//! Unread messages over all rooms, for the bars and the chat page: kept in one place so that they never disagree.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{
    RoomId,
    chat::{Room, RoomEvent, UserEvent},
    live::Topic,
};

use super::Session;
use crate::{
    chat::api::rooms,
    live::{Heard, Live},
};

/// The caller's rooms with their numbers, in the context of every page inside the frame.
#[derive(Clone, Copy)]
pub(crate) struct Unread {
    /// Each room as it stands now.
    pub(crate) rooms: RwSignal<Vec<Room>>,
}

impl Unread {
    /// Begins with the rooms the page came with, the same on both sides, and follows them live.
    pub(crate) fn provide(live: Live, rooms: Vec<Room>) {
        let unread = Self { rooms: RwSignal::new(rooms) };
        provide_context(unread);
        let me = Session::expect().me().id;
        Effect::new(move |_| live.listen(Topic::User(me), move |heard| unread.hear_user(heard)));
        // One listener a room; a room that appears gets its own without disturbing the others.
        let followed = StoredValue::new(BTreeMap::<RoomId, ()>::new());
        let owner = Owner::current();
        Effect::new(move |_| {
            let new: Vec<RoomId> = unread.rooms.with(|rooms| rooms.iter().map(|room| room.id).collect());
            for room in new {
                let known = followed.try_update_value(|followed| followed.insert(room, ()).is_some()).unwrap_or(true);
                if let (false, Some(owner)) = (known, &owner) {
                    owner.with(|| live.listen(Topic::Room(room), move |heard| unread.hear_room(heard)));
                }
            }
        });
    }

    pub(crate) fn total(self) -> u32 {
        self.rooms.with(|rooms| rooms.iter().map(Room::unread).sum::<u64>().try_into().unwrap_or(u32::MAX))
    }

    /// Reads all rooms again.
    pub(crate) fn refresh(self) {
        leptos::task::spawn_local(async move {
            match rooms().await {
                Ok(fresh) => fresh.into_iter().for_each(|room| self.merge(room)),
                // What is shown stays; the next reconnect asks again.
                Err(failure) => leptos::logging::warn!("{failure}"),
            }
        });
    }

    /// Takes a room's state over; numbers never go back.
    pub(crate) fn merge(self, room: Room) {
        let _ = self.rooms.try_update(|rooms| match rooms.iter_mut().find(|each| each.id == room.id) {
            Some(known) => {
                known.seq = known.seq.max(room.seq);
                known.last_read = known.last_read.max(room.last_read);
                known.name = room.name;
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
            Heard::CatchUp => self.refresh(),
            Heard::Event(UserEvent::RoomAdded(room)) => self.merge(room),
            Heard::Event(UserEvent::Read { room, seq }) => self.note_read(room, seq),
            Heard::Event(_) => {}
        }
    }

    fn hear_room(self, heard: Heard<RoomEvent>) {
        match heard {
            Heard::Event(RoomEvent::Message(message)) => self.note_seq(message.room, message.seq),
            Heard::Event(RoomEvent::Typing(_)) => {}
            Heard::CatchUp => self.refresh(),
        }
    }
}
