//! What people ran in their shells, as the shells report it: history, search, templates, and entries in the audit log.
//!
//! This knows no shells: `crates/nova` hands over what they said ([`model::terminal::commands`]). It is each person's own
//! account, which they can forge; nothing is ever made out of keystrokes. Lines that look as if they held a secret, or
//! that begin with a blank, are not kept. The bounds are in [`model::commands`].
#![forbid(unsafe_code)]

mod builtin;
mod error;
mod export;
mod hear;
mod manage;
mod policy;
mod project;
mod rank;
mod search;
mod secrets;
mod service;
mod templates;

pub use error::Error;
pub use project::projects_at;
pub use service::Commands;
