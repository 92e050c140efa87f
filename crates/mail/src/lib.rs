//! Outgoing mail.
//!
//! An area writes its mail into the outbox within its own transaction, so the mail exists exactly if the action did
//! happen. A worker carries it away, tries again while the server is down, and gives up after three days. Sending is
//! at-least-once: a crash between sending and noting it sends again, under the same Message-ID. Texts hold one-time
//! links: they are sealed in the database, erased when sent or given up, and shown nowhere.
#![forbid(unsafe_code)]

mod admin;
mod backoff;
mod carrier;
mod error;
mod failure;
mod html;
mod letter;
mod message;
mod outbox;
mod sender;
mod server;
mod service;
mod settings;
mod smtp;
mod smtp_url;
mod worker;

pub use error::Error;
pub use message::Message;
pub use sender::Sender;
pub use service::Mail;
pub use settings::{Settings, Transport};
pub use smtp_url::SmtpUrl;
