//! Chat: rooms and people at the left, one room in view.

pub(crate) mod api;
mod composer;
mod conversation;
mod log;
mod message;
mod page;
mod sidebar;

pub(crate) use page::chat_page;
