use model::{
    ApiError, ErrorCode,
    terminal::{import::ImportError, theme::MAX_OWN_THEMES},
};

/// What can go wrong with preferences.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such theme, or it is someone else's; the caller cannot tell which.
    #[error("no such theme")]
    NoTheme,
    /// The caller has a theme of this name already.
    #[error("a theme of this name is there already")]
    NameTaken,
    /// The caller has as many themes as one may have.
    #[error("{MAX_OWN_THEMES} themes are there already")]
    TooManyThemes,
    /// The text is no theme.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A refused value or permission, already in the words of the outside.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<store::sqlx::Error> for Error {
    fn from(error: store::sqlx::Error) -> Self {
        let error = store::Error::from(error);
        if error.is_duplicate() { Self::NameTaken } else { Self::Store(error) }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let named =
            |message: String| Self { field: Some("name".to_owned()), ..Self::new(ErrorCode::Conflict, message) };
        match error {
            Error::NoTheme => Self::not_found("theme"),
            Error::NameTaken => named("You have a theme of this name already. Give this one another.".to_owned()),
            Error::TooManyThemes => Self::new(
                ErrorCode::Conflict,
                format!(
                    "You have {MAX_OWN_THEMES} themes, the most one person may have. Delete one you no longer use."
                ),
            ),
            Error::Import(error) => error.into(),
            Error::Api(error) => error,
            Error::Store(error) => error.into(),
        }
    }
}
