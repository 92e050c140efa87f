//! The audit log: append-only, hash-chained, and durable before the action it tells of is acknowledged.
//!
//! An action that writes to the database adds its entry within the same transaction ([`Audit::within`]): both happen or
//! neither. Everything else is added by [`Audit::record`], which returns when the entry is on disk; entries that come
//! at the same time share one transaction and one sync.
#![forbid(unsafe_code)]

mod chain;
mod check;
mod entry;
mod error;
mod export;
mod forward;
mod query;
mod retention;
mod writer;

use std::fmt;

pub use entry::Entry;
pub use error::Error;
pub use export::{Format, chunk_of};
pub use forward::{Target, forward};
use store::{Clock, Db, Write};
pub use writer::Stats;

/// The log. Cheap to clone.
#[derive(Clone)]
pub struct Audit {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    writer: writer::Writer,
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Audit")
    }
}

impl Audit {
    /// Opens the log and starts its writer, which ends with the last handle.
    #[must_use]
    pub fn start(db: Db, clock: Clock) -> Self {
        let writer = writer::Writer::start(db.clone(), clock.clone());
        Self { db, clock, writer }
    }

    /// Adds an entry and returns when it is durable.
    ///
    /// # Errors
    /// When the store fails: then the action must not be acknowledged.
    pub async fn record(&self, entry: Entry) -> Result<(), Error> {
        self.writer.record(entry).await
    }

    /// Adds an entry within the transaction of the action it tells of. The end of the chain stays locked until the
    /// transaction ends, so this comes last before the commit.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn within(&self, write: &mut Write, entry: &Entry) -> Result<(), Error> {
        chain::append(write, self.db.engine(), self.clock.now(), std::slice::from_ref(entry)).await
    }

    /// How much the writer has written in how many transactions, since the start.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.writer.stats()
    }
}
