use model::{
    ApiError, ErrorCode,
    commands::{MAX_PINNED, template::MAX_TEMPLATES},
};

/// What can go wrong with commands.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such command, or it is someone else's; the caller cannot tell which.
    #[error("no such command")]
    NoCommand,
    /// No such template that the caller may change.
    #[error("no such template")]
    NoTemplate,
    /// The caller has a template of this name already.
    #[error("a template of this name is there already")]
    NameTaken,
    /// The caller has as many templates as one may have.
    #[error("{MAX_TEMPLATES} templates are there already")]
    TooManyTemplates,
    /// The caller has pinned as many commands as one may.
    #[error("{MAX_PINNED} commands are pinned already")]
    TooManyPinned,
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
            Error::NoCommand => Self::not_found("command"),
            Error::NoTemplate => Self::not_found("template"),
            Error::NameTaken => {
                Self::invalid("name", "You have a template of this name already. Give this one another.")
            }
            Error::TooManyTemplates => Self::new(
                ErrorCode::TooMany,
                format!("You have {MAX_TEMPLATES} templates, the most one person may have. Delete one to add another."),
            ),
            Error::TooManyPinned => Self::new(
                ErrorCode::TooMany,
                format!("You have pinned {MAX_PINNED} commands, the most one person may. Unpin one to pin another."),
            ),
            Error::Api(error) => error,
            Error::Audit(error) => error.into(),
            Error::Store(error) => error.into(),
        }
    }
}
