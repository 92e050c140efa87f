use model::{ApiError, ErrorCode};

/// What can go wrong with the audit log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The writer has stopped: the process is going down.
    #[error("the audit log is closed")]
    Stopped,
    /// The entry is not in the log; the cause is in the process's log.
    #[error("an audit entry could not be written")]
    NotWritten,
    /// A refused value or permission, already in the words of the outside.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<store::sqlx::Error> for Error {
    fn from(error: store::sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Api(error) => error,
            Error::Store(error) => error.into(),
            Error::Stopped | Error::NotWritten => Self::new(
                ErrorCode::Unavailable,
                "This cannot be noted in the audit log just now, so it was not done. Try again in a moment.",
            ),
        }
    }
}
