//! The words both sides of Nova share: ids, callers and their permissions, wire types, validated values and errors.
//! No I/O happens here, and nothing here knows a database, a socket or a page.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod audit;
pub mod caller;
pub mod chat;
pub mod commands;
pub mod error;
pub mod factors;
pub mod id;
pub mod identity;
pub mod joining;
pub mod keys;
pub mod live;
pub mod mail;
pub mod metrics;
pub mod policy;
pub mod profile;
pub mod recording;
pub mod service;
pub mod sso;
pub mod terminal;
pub mod time;

pub use caller::{Caller, Factor};
pub use error::{ApiError, ErrorCode};
pub use id::{
    CommandId, FactorId, InvitationId, KeyId, MailId, MessageId, RecordingId, RoomId, SessionId, ShareId, TemplateId,
    TerminalId, ThemeId, UserId,
};
pub use policy::{Permission, Role};
pub use time::Timestamp;
