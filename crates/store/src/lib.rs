//! The one database handle. SQLite by default, PostgreSQL by URL; queries are plain SQL in the subset both share, with
//! `$1` placeholders, 64-bit integers, and text ids (docs/decisions/0002-one-query-path.md).
#![forbid(unsafe_code)]

mod clock;
mod db;
mod error;
mod key_file;
mod location;
mod lock;
mod meta;
mod migrate;
mod seal;
#[cfg(feature = "testing")]
pub mod testing;

pub use clock::{Clock, ManualTime};
pub use db::{Db, Engine, Write};
pub use error::Error;
pub use key_file::{key_file, write_private};
pub use location::Location;
pub use lock::InstanceLock;
pub use seal::Sealer;
// Areas write their queries with sqlx; re-exported so that all of them use this version.
pub use sqlx;
