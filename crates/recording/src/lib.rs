//! What shells wrote, kept with its times, and played again.
//!
//! A recording is an asciicast v3 file in chunks that are chained by their digests; beside it lie keyframes, from which
//! playing can begin anywhere. This area knows no shells: whoever has one gives a [`Source`], which tells what happens in
//! it. The rules and bounds are in the crate's README.
#![forbid(unsafe_code)]

mod cast;
mod chain;
mod chapters;
mod check;
mod error;
mod finish;
mod index;
mod indexing;
mod keyer;
mod live;
mod log;
mod pen;
mod policy;
mod reading;
mod removal;
mod resume;
mod rows;
mod scan;
mod search;
mod service;
mod settings;
mod shares;
mod text;
mod walk;

pub use error::Error;
pub use keyer::{Emulator, Emulators};
pub use live::{Heard, Shell, Source};
pub use reading::Export;
pub use resume::Unfinished;
pub use service::{Changed, Recordings};
pub use settings::Settings;
