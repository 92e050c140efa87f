//! Doors to rooms and messages; what happens afterwards comes over the live channel.

use leptos::prelude::*;
use model::{
    RoomId, UserId,
    chat::{self, ClientMessageId, Message, Page, Room},
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
