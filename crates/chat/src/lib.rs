//! Chat: shared rooms and direct messages.
//!
//! A room numbers its messages without gaps; that number is the order, the unread count's base, and where a page goes on
//! after a cut. A message is durable before its sender is told and before anybody hears of it.
#![forbid(unsafe_code)]

mod access;
mod delete;
mod error;
mod export;
mod history;
mod manage;
mod messages;
mod rooms;
mod service;

pub use error::Error;
pub use service::Chat;
