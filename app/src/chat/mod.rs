//! Chat: rooms and people at the left, one room in view.

pub(crate) mod api;
mod composer;
mod conversation;
mod deletion;
mod head;
mod log;
mod message;
mod page;
mod room_editor;
mod rooms;
mod sidebar;

pub(crate) use page::chat_page;
