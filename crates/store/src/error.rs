use std::{io, path::PathBuf};

use model::{ApiError, ErrorCode};

/// What can go wrong with the database. The display text is one line that says what and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `DATABASE_URL` is of no known kind. The URL itself may hold a password and is not shown.
    #[error("DATABASE_URL must begin with sqlite:, postgres: or postgresql:")]
    UnknownUrl,
    /// Another Nova holds the data directory.
    #[error("another Nova is running on {0}: stop it, or give this one its own NOVA_DATA_DIR")]
    InUse(PathBuf),
    /// The data directory cannot be used.
    #[error("cannot use the data directory {path}: {cause}. Make it writable for this user or set NOVA_DATA_DIR")]
    Directory {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// A newer Nova has migrated this database.
    #[error(
        "the database was migrated by a newer Nova (it knows migration {0}, this binary does not): \
         run the newer binary, or restore a backup made before the upgrade"
    )]
    Newer(i64),
    /// A migration that was applied differs from the one in this binary.
    #[error("migration {0} in the database differs from this binary's: this is not the Nova that made the database")]
    Foreign(i64),
    /// A migration failed.
    #[error("cannot migrate the database: {0}")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// A key file cannot be used.
    #[error("cannot use the key file {path}: {why}. Restore it from a backup, or move it away to begin with a new one")]
    KeyFile {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A secret could not be sealed or opened.
    #[error("{0}")]
    Sealing(&'static str),
    /// The clock stands before the last start.
    #[error(
        "the clock says {now}, but Nova last started at {last}: set the clock right \
         (or, if it was wrong then, wait or run `nova doctor --accept-clock`)"
    )]
    ClockBehind {
        /// What the clock says.
        now: model::Timestamp,
        /// When the last start was.
        last: model::Timestamp,
    },
    /// The database refused or did not answer.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A row holds a value this version cannot read.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
}

impl Error {
    /// Whether a UNIQUE or PRIMARY KEY constraint refused the row.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        tracing::error!(%error, "store");
        match error {
            Error::Database(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) => {
                Self::new(ErrorCode::Unavailable, "The database does not answer just now. Try again in a moment.")
            }
            _ => Self::internal(),
        }
    }
}
