use model::{ApiError, ErrorCode};

/// What can go wrong in chat.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such room, or the caller is no member.
    #[error("no such room")]
    NoRoom,
    /// No such person to talk to.
    #[error("no such person")]
    NoPerson,
    /// The client id was used for another message.
    #[error("this client id belongs to another message")]
    ClientIdReused,
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
            Error::NoRoom => Self::not_found("room"),
            Error::NoPerson => Self::not_found("person"),
            Error::ClientIdReused => Self::new(
                ErrorCode::Conflict,
                "Another message was sent with this id. Reload the page and send it again.",
            ),
            Error::Api(error) => error,
            Error::Store(error) => error.into(),
        }
    }
}
