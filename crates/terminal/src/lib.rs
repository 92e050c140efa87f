//! Shells on this machine, drawn in browsers.
//!
//! A [`Terminals`] owns every shell. Each shell is one *session*: a PTY, a ring of its latest output numbered by
//! byte, a cursor per viewer, and a screen emulator that reads the same ring. Bytes flow
//! `shell → PTY → holder → ring → viewers`, and the ring never waits for the slowest viewer, only for the fastest; the
//! emulator is beside that path and paints the snapshot with which a late or slow viewer starts.
//!
//! The shells' parent is a *holder*: a process of its own that outlives the server and hands the shells to the next one,
//! or a thread ([`Settings::holder`]).
//!
//! Every public method takes the [`model::Caller`], asks for `terminal.open` and shows a person only their own shells;
//! [`Terminals::visit`] and what stands beside it let others in whom the owner or a permission lets in.
//! The rules and bounds are in the crate's README.

mod company;
mod confine;
mod environment;
mod error;
mod guests;
mod holder;
mod input;
mod limits;
mod link;
mod means;
mod opening;
mod painter;
mod pty;
mod raw;
mod registry;
mod relay;
mod ring;
mod service;
mod session;
mod settings;
mod viewer;
mod viewing;
mod wire;

pub use error::Error;
pub use guests::{Ended, MAX_GUEST_PLACES, MAX_GUESTS, Which};
pub use holder::hold;
pub use limits::Overdue;
pub use means::means;
pub use model::terminal::{BadFrame, Size, State, TerminalInfo};
pub use service::{Status, Terminals};
pub use settings::{Clock, Guard, Holder, Settings};
pub use viewer::{MAX_VIEWERS, Viewer, ViewerReader, ViewerWriter};
