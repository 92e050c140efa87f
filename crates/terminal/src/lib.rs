//! Shells on this machine, drawn in browsers.
//!
//! A [`Terminals`] owns every shell. Each shell is one *session*: a PTY, a ring of its latest output numbered by
//! byte, a cursor per viewer, and a screen emulator that reads the same ring. Bytes flow
//! `shell → PTY → pump → ring → viewers`, and the ring never waits for the slowest viewer, only for the fastest; the
//! emulator is beside that path and paints the snapshot with which a late or slow viewer starts.
//!
//! Every public method takes the [`model::Caller`], asks for `terminal.open` and shows a person only their own shells.
//! The rules and bounds are in the crate's README.

mod environment;
mod error;
mod history;
mod input;
mod painter;
mod pty;
mod pump;
mod queries;
mod raw;
mod registry;
mod relay;
mod ring;
mod screen;
mod service;
mod session;
mod settings;
mod snapshot;
mod title;
mod viewer;
mod viewing;

pub use error::Error;
pub use model::terminal::{BadFrame, Size, State, TerminalInfo};
pub use service::{Status, Terminals};
pub use settings::{Clock, Settings};
pub use viewer::{MAX_VIEWERS, Viewer, ViewerReader, ViewerWriter};
