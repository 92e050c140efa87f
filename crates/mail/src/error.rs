use std::{io, path::PathBuf};

use model::{ApiError, ErrorCode};

/// What can go wrong with outgoing mail. That a mail server does not answer is none of these: the mail waits.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// This instance sends no mail.
    #[error("this instance sends no mail: set smtp_url")]
    NotConfigured,
    /// A mail server is set, but not who the mails are from.
    #[error("mail needs a sender: set mail_from, such as Nova <nova@example.org>")]
    NoSender,
    /// The folder for mails cannot be used.
    #[error("cannot use the mail directory {path}: {cause}. Make it writable for this user or set mail_directory")]
    Directory {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// TLS cannot be set up.
    #[error("cannot set up TLS for mail: {0}")]
    Tls(String),
    /// The outbox is full.
    #[error("{0} mails wait already")]
    Full(i64),
    /// No such mail.
    #[error("no such mail")]
    Unknown,
    /// The mail's state does not allow it.
    #[error("{0}")]
    Refused(&'static str),
    /// A refused value or permission, already in the words of the outside.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A part that cannot fail in practice failed.
    #[error("{0}")]
    Broken(&'static str),
}

impl From<store::sqlx::Error> for Error {
    fn from(error: store::sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotConfigured => Self::new(
                ErrorCode::Conflict,
                "This instance sends no mail. Who runs it can set a mail server (smtp_url) to change that.",
            ),
            Error::Full(queued) => Self::new(
                ErrorCode::TooMany,
                format!("{queued} mails wait to be sent already. An admin should look at the outbox; then try again."),
            ),
            Error::Unknown => Self::not_found("mail"),
            Error::Refused(why) => Self::new(ErrorCode::Conflict, why),
            Error::Api(error) => error,
            Error::Store(error) => error.into(),
            Error::NoSender | Error::Directory { .. } | Error::Tls(_) | Error::Broken(_) => {
                tracing::error!(%error, "mail");
                Self::internal()
            }
        }
    }
}
