//! What is decided about shells and has to be kept: with whom they are shared, and their limits.
//!
//! Shells know no database and this knows no shells: a share names a terminal and its owner, and the terminal area lets
//! nobody in by a share whose owner is not the shell's. So nobody can share what is not theirs, whatever they write here.
//!
//! Every method takes the [`model::Caller`] and checks it; what changes something writes its audit entry within the same
//! transaction.
#![forbid(unsafe_code)]

mod error;
mod joining;
mod limits;
mod owner;
mod rows;
mod secret;
mod service;
mod watching;

pub use error::Error;
pub use owner::{Ended, Invited};
pub use service::Sharing;
