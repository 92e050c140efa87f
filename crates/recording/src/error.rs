use model::{ApiError, ErrorCode, recording::MAX_SHARES};

/// What can go wrong with recordings.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such recording, or not for the caller to see.
    #[error("no such recording")]
    NotFound,
    /// Shells of the caller's role are not recorded.
    #[error("shells of this role are not recorded")]
    Never,
    /// The shell is recorded already.
    #[error("the shell is recorded already")]
    Already,
    /// The shell is not recorded.
    #[error("the shell is not recorded")]
    NotRecorded,
    /// The policy asked for this recording; its person can neither end nor delete it.
    #[error("the recording is required")]
    Required,
    /// It goes on; it can be deleted when it has ended.
    #[error("the recording goes on")]
    Live,
    /// All recordings together take as much as they may, or the disk is nearly full.
    #[error("there is no room for recordings: {0}")]
    NoRoom(&'static str),
    /// The recording has as many links as it may.
    #[error("{MAX_SHARES} links hold already")]
    TooManyShares,
    /// More is read at once than may be.
    #[error("too many searches and checks at once")]
    Busy,
    /// The file is not there or not readable.
    #[error("a recording's file: {0}")]
    File(#[from] std::io::Error),
    /// A refused value or permission, already in the words of the outside.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The audit log failed.
    #[error(transparent)]
    Audit(#[from] audit::Error),
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
        let conflict = |message: &str| Self::new(ErrorCode::Conflict, message);
        match error {
            Error::NotFound => Self::not_found("recording"),
            Error::Never => Self::new(
                ErrorCode::Forbidden,
                "Shells of your role are not recorded here. Someone who may “recordings.manage” can change that.",
            ),
            Error::Already => conflict("This shell is being recorded already."),
            Error::NotRecorded => conflict("This shell is not being recorded."),
            Error::Required => Self::new(
                ErrorCode::Forbidden,
                "This recording is required for your role: you can neither end nor delete it.",
            ),
            Error::Live => conflict("This recording goes on. End it first, then delete it."),
            Error::NoRoom(why) => Self::new(
                ErrorCode::Unavailable,
                format!(
                    "There is no room for recordings: {why}. Delete old ones, or ask who runs this machine for more."
                ),
            ),
            Error::TooManyShares => {
                conflict(&format!("This recording has {MAX_SHARES} links, the most it may. End one of them first."))
            }
            Error::Busy => Self::new(
                ErrorCode::TooMany,
                "Several recordings are being searched or checked just now. Try again in a few seconds.",
            ),
            Error::File(cause) => {
                tracing::error!(%cause, "a recording's file cannot be used");
                Self::new(
                    ErrorCode::Unavailable,
                    "The recording's file cannot be used just now. The server's log says why.",
                )
            }
            Error::Api(error) => error,
            Error::Audit(error) => error.into(),
            Error::Store(error) => error.into(),
        }
    }
}
