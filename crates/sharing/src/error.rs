use model::{
    ApiError, ErrorCode,
    terminal::sharing::{MAX_SHARED_WITH, MAX_SHARES},
};

/// What can go wrong with sharing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such share, or it is someone else's; the caller cannot tell which.
    #[error("no such share")]
    NoShare,
    /// The link is none, was ended, or is over; who has it cannot tell which.
    #[error("the link holds no more")]
    NoLink,
    /// Nobody active has this name.
    #[error("no such person")]
    NoPerson,
    /// One's own shell is one's own already.
    #[error("one's own shell")]
    Oneself,
    /// The shell is shared with as many as it may be.
    #[error("{MAX_SHARES} shares are there already")]
    TooMany,
    /// As many shells are shared with the person as may be.
    #[error("{MAX_SHARED_WITH} shells are shared with them already")]
    TooManyWith,
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
        let message = match error {
            Error::NoShare => return Self::not_found("share"),
            Error::NoLink => {
                return Self::new(
                    ErrorCode::Gone,
                    "This link lets nobody in: it was ended or is over, or a part of it is missing. Ask who gave it to \
                     you for another.",
                );
            }
            Error::NoPerson => {
                return Self::invalid("name", "Nobody here has this user name. Check it on the people page.");
            }
            Error::Oneself => return Self::invalid("name", "The shell is your own. Name somebody else."),
            Error::TooMany => format!("This shell is shared {MAX_SHARES} times, the most it may be. End one of them."),
            Error::TooManyWith => {
                format!(
                    "{MAX_SHARED_WITH} shells are shared with this person, the most there may be. Wait until one ends."
                )
            }
            Error::Api(error) => return error,
            Error::Audit(error) => return error.into(),
            Error::Store(error) => return error.into(),
        };
        Self::new(ErrorCode::Conflict, message)
    }
}
