//! Doors to rooms and messages; what happens afterwards comes over the live channel.

use leptos::prelude::*;
use model::{
    RoomId, UserId,
    chat::{self, ClientMessageId, Message, Page, Room, RoomForm},
    identity::Person,
};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// One's own rooms.
#[server(prefix = "/api", endpoint = "rooms", output = Json)]
pub async fn rooms() -> Result<Vec<Room>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.chat.rooms(&caller).await?)
}

/// Everyone, with who is online.
#[server(prefix = "/api", endpoint = "people", output = Json)]
pub async fn people() -> Result<Vec<Person>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.people(&caller).await?)
}

/// A page of a room's messages.
#[server(prefix = "/api", endpoint = "messages", input = Json, output = Json)]
pub async fn messages(room: RoomId, from: chat::From) -> Result<Page, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.chat.history(&caller, room, from).await?)
}

/// Sends a message; the same client id again adds nothing.
#[server(prefix = "/api", endpoint = "send_message", input = Json, output = Json)]
pub async fn send_message(room: RoomId, client_id: ClientMessageId, body: String) -> Result<Message, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.chat.send(&caller, room, client_id, &body).await?)
}

/// Notes how far one has read.
#[server(prefix = "/api", endpoint = "mark_read", input = Json, output = Json)]
pub async fn mark_read(room: RoomId, seq: u64) -> Result<u64, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.chat.mark_read(&caller, room, seq).await?)
}

/// The direct room with someone.
#[server(prefix = "/api", endpoint = "open_direct", input = Json, output = Json)]
pub async fn open_direct(user: UserId) -> Result<Room, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.chat.open_direct(&caller, user).await?)
}

/// One of one's rooms, archived or not.
#[server(prefix = "/api", endpoint = "find_room", input = Json, output = Json)]
pub async fn find_room(room: RoomId) -> Result<Room, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.chat.room(&caller, room).await?)
}

/// The archived rooms one may read.
#[server(prefix = "/api", endpoint = "archived_rooms", output = Json)]
pub async fn archived_rooms() -> Result<Vec<Room>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.chat.archived_rooms(&caller).await?)
}

/// Makes a shared room.
#[server(prefix = "/api", endpoint = "make_room", input = Json, output = Json)]
pub async fn make_room(form: RoomForm) -> Result<Room, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.chat.make_room(&caller, &form).await?)
}

/// Changes a shared room's name, topic and project.
#[server(prefix = "/api", endpoint = "change_room", input = Json, output = Json)]
pub async fn change_room(room: RoomId, form: RoomForm) -> Result<Room, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.chat.change_room(&caller, room, &form).await?)
}

/// Archives a shared room, or brings it back.
#[server(prefix = "/api", endpoint = "archive_room", input = Json, output = Json)]
pub async fn archive_room(room: RoomId, archive: bool) -> Result<Room, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.chat.archive_room(&caller, room, archive).await?)
}

/// Takes a message's text away.
#[server(prefix = "/api", endpoint = "delete_message", input = Json, output = Json)]
pub async fn delete_message(room: RoomId, seq: u64) -> Result<Message, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.chat.delete_message(&caller, room, seq).await?)
}
