//! What the chat page knows of rooms: those in use are in [`Unread`], followed live; archived ones are fetched when asked
//! for.

use leptos::prelude::*;
use model::{RoomId, chat::Room};
use ui::{Toaster, Tone};

use super::api::{archive_room, archived_rooms, find_room};
use crate::{Failure, frame::Unread};

/// In the context of the chat page.
#[derive(Clone, Copy)]
pub(crate) struct Rooms {
    pub(crate) unread: Unread,
    /// Archived rooms that were asked for.
    pub(crate) archived: RwSignal<Vec<Room>>,
    /// Whether the list of archived rooms is shown.
    pub(crate) shows_archived: RwSignal<bool>,
    /// Open while a room is made or changed.
    pub(crate) editing: RwSignal<bool>,
    /// The room that is changed; `None` for a new one.
    pub(crate) edited: RwSignal<Option<Room>>,
    /// The room that could not be found, and why.
    pub(crate) missing: RwSignal<Option<(RoomId, Failure)>>,
}

impl Rooms {
    pub(crate) fn provide(unread: Unread) -> Self {
        let rooms = Self {
            unread,
            archived: RwSignal::default(),
            shows_archived: RwSignal::new(false),
            editing: RwSignal::new(false),
            edited: RwSignal::new(None),
            missing: RwSignal::new(None),
        };
        provide_context(rooms);
        rooms
    }

    /// The rooms of the surrounding chat page.
    #[track_caller]
    pub(crate) fn expect() -> Self {
        expect_context()
    }

    /// A room that is known, in use or archived.
    pub(crate) fn find(self, id: RoomId) -> Option<Room> {
        let among = |rooms: &Vec<Room>| rooms.iter().find(|room| room.id == id).cloned();
        self.unread.rooms.with(among).or_else(|| self.archived.with(among))
    }

    /// Takes a room's present state over, wherever it belongs now.
    pub(crate) fn keep(self, room: Room) {
        let id = room.id;
        if room.archived {
            let _ = self.archived.try_update(|rooms| {
                rooms.retain(|each| each.id != id);
                rooms.push(room);
            });
            let _ = self.unread.rooms.try_update(|rooms| rooms.retain(|each| each.id != id));
        } else {
            self.unread.merge(room);
            let _ = self.archived.try_update(|rooms| rooms.retain(|each| each.id != id));
        }
    }

    /// Looks for a room that is not known here.
    pub(crate) fn look_for(self, id: RoomId) {
        leptos::task::spawn_local(async move {
            match find_room(id).await {
                Ok(room) => self.keep(room),
                Err(failure) => drop(self.missing.try_set(Some((id, failure)))),
            }
        });
    }

    /// Shows the archived rooms, or hides them.
    pub(crate) fn toggle_archived(self) {
        self.shows_archived.update(|shown| *shown = !*shown);
        if self.shows_archived.get_untracked() {
            self.refresh_archived();
        }
    }

    /// Reads the archived rooms again.
    pub(crate) fn refresh_archived(self) {
        leptos::task::spawn_local(async move {
            match archived_rooms().await {
                Ok(rooms) => drop(self.archived.try_set(rooms)),
                Err(failure) => leptos::logging::warn!("{failure}"),
            }
        });
    }

    /// A room was made, changed or archived: what is known of archived ones may be old. The list follows by itself.
    pub(crate) fn hear_changed(self) {
        let knows = self.archived.try_with_untracked(|rooms| !rooms.is_empty()).unwrap_or(false);
        if knows || self.shows_archived.try_get_untracked() == Some(true) {
            self.refresh_archived();
        }
    }

    /// Opens the form of a room, or of a new one.
    pub(crate) fn edit(self, room: Option<Room>) {
        self.edited.set(room);
        self.editing.set(true);
    }

    /// Archives a room, or brings it back.
    pub(crate) fn archive(self, id: RoomId, archive: bool, toaster: Toaster) {
        leptos::task::spawn_local(async move {
            match archive_room(id, archive).await {
                Ok(room) => {
                    let name = room.name.clone();
                    self.keep(room);
                    if archive {
                        toaster
                            .push_undo(format!("“{name}” is archived"), move || self.archive(id, false, toaster));
                    } else {
                        toaster.push(Tone::Ok, format!("“{name}” is back"));
                    }
                }
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    }
}
