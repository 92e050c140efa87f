//! What people set for themselves, the same on every device they sign in on.
//!
//! Shells know no database and this knows no shells: a terminal runs as well with nobody's settings, and settings are
//! there when no shell is. Every method takes the [`model::Caller`], asks for `terminal.open`, and touches only what is
//! the caller's.
#![forbid(unsafe_code)]

mod error;
mod settings;
mod themes;

pub use error::Error;
pub use settings::Preferences;
