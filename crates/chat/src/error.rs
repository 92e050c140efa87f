use model::{ApiError, ErrorCode};

/// What can go wrong in chat.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such room, or the caller may not be in it.
    #[error("no such room")]
    NoRoom,
    /// No such person to talk to.
    #[error("no such person")]
    NoPerson,
    /// The client id was used for another message.
    #[error("this client id belongs to another message")]
    ClientIdReused,
    /// No message has this number.
    #[error("no such message")]
    NoMessage,
    /// Someone else wrote it, in a room of two.
    #[error("someone else's message in a direct room")]
    NotYours,
    /// The room is only read.
    #[error("the room is archived")]
    Archived,
    /// The room that is always there.
    #[error("this room cannot be archived")]
    General,
    /// A room of two has nothing to manage.
    #[error("a direct room is not managed")]
    Direct,
    /// Another shared room has this name.
    #[error("a room of this name is there already")]
    NameTaken,
    /// There are [`model::chat::MAX_SHARED_ROOMS`].
    #[error("too many rooms")]
    TooManyRooms,
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
        match error {
            Error::NoRoom => Self::not_found("room"),
            Error::NoPerson => Self::not_found("person"),
            Error::ClientIdReused => Self::new(
                ErrorCode::Conflict,
                "Another message was sent with this id. Reload the page and send it again.",
            ),
            Error::NoMessage => Self::not_found("message"),
            Error::NotYours => {
                Self::new(ErrorCode::Forbidden, "In a direct conversation everyone deletes only what they wrote.")
            }
            Error::Archived => Self::new(ErrorCode::Conflict, "This room is archived. It can be read, not changed."),
            Error::General => Self::new(ErrorCode::Conflict, "This room is always there. It cannot be archived."),
            Error::Direct => Self::new(ErrorCode::Conflict, "A direct conversation has no settings."),
            Error::NameTaken => {
                Self::invalid("name", "Another room has this name; it may be archived or not be open to you.")
            }
            Error::TooManyRooms => Self::new(
                ErrorCode::TooMany,
                format!("There are {} rooms already, archived ones among them.", model::chat::MAX_SHARED_ROOMS),
            ),
            Error::Api(error) => error,
            Error::Audit(error) => error.into(),
            Error::Store(error) => error.into(),
        }
    }
}
