use std::{path::PathBuf, time::Duration};

use model::{ApiError, ErrorCode};

/// What can go wrong with people and sign-ins.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// User name or password is wrong, or the account is disabled: not told apart.
    #[error("wrong user name or password")]
    WrongCredentials,
    /// More sign-ins at once than are worked on.
    #[error("too many sign-ins at once")]
    Busy,
    /// Too many wrong passwords: how long to wait until the next one is looked at.
    #[error("too many wrong passwords")]
    Wait(Duration),
    /// Asked too often: how long to wait until it is done again.
    #[error("asked too often")]
    TooSoon(Duration),
    /// The code of the second factor is wrong, used or past its time.
    #[error("wrong code")]
    WrongCode,
    /// The passkey is unknown, or its answer does not fit.
    #[error("wrong passkey")]
    WrongPasskey,
    /// The provider's answer cannot be used.
    #[error(transparent)]
    Sso(#[from] oidc::Error),
    /// Nobody here is who the provider says.
    #[error("no account")]
    NoAccount,
    /// The password shown to confirm is wrong.
    #[error("wrong password")]
    WrongPassword,
    /// The second step of a sign-in took too long.
    #[error("the sign-in took too long")]
    StepEnded,
    /// The set-up or invitation link is unknown, used or expired.
    #[error("the link is not valid any more")]
    LinkEnded,
    /// The user name is taken.
    #[error("the user name is taken")]
    UsernameTaken,
    /// The e-mail address is taken.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The password is too easy to guess.
    #[error("the password is too easy to guess: {0}")]
    WeakPassword(String),
    /// No such person or session.
    #[error("no such {0}")]
    Unknown(&'static str),
    /// A rule of this area refuses it.
    #[error("{0}")]
    Refused(&'static str),
    /// A picture of more bytes than are taken.
    #[error("the picture is too large")]
    PictureTooLarge,
    /// A refused value or permission, already in the words of the outside.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The key file cannot be used.
    #[error(
        "cannot use the key file {path}: {why}. Restore it from a backup, or move it away and everyone signs in again"
    )]
    Keys {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The action could not be noted in the audit log.
    #[error(transparent)]
    Audit(#[from] audit::Error),
    /// Mail could not be queued.
    #[error(transparent)]
    Mail(#[from] mail::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A part that cannot fail in practice failed: hashing, signing.
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
            Error::WrongCredentials => Self::new(
                ErrorCode::Unauthenticated,
                "This user name and password do not belong together. Check both and try again.",
            ),
            Error::Busy => {
                Self::new(ErrorCode::TooMany, "Too many people sign in just now. Try again in a few seconds.")
            }
            Error::Wait(span) => Self::new(ErrorCode::TooMany, again_in("Too many wrong passwords.", span)),
            Error::TooSoon(span) => Self::new(ErrorCode::TooMany, again_in("This was asked too often.", span)),
            Error::WrongCode => Self::invalid(
                "code",
                "This code is not right, or was used already. Wait for the next one; if that fails too, check that the \
                 clock of your device is right.",
            ),
            Error::WrongPasskey => Self::new(
                ErrorCode::Unauthenticated,
                "This passkey does not belong to an account here. Try another one, or your password.",
            ),
            Error::Sso(error) => error.into(),
            Error::NoAccount => Self::new(
                ErrorCode::Forbidden,
                "There is no account for you here. Ask an admin for an invitation, then link this provider on your \
                 security page.",
            ),
            Error::WrongPassword => Self::invalid("password", "This is not your password."),
            Error::StepEnded => Self::new(ErrorCode::Gone, "Your sign-in took too long. Begin again."),
            Error::LinkEnded => Self::new(
                ErrorCode::Gone,
                "This link is not valid any more: it was used, replaced or has expired. Ask for a new one.",
            ),
            Error::UsernameTaken => taken("username", "This user name is taken. Choose another."),
            Error::EmailTaken => taken("email", "This e-mail address belongs to another account."),
            Error::WeakPassword(why) => Self::invalid("password", why),
            Error::PictureTooLarge => Self {
                field: Some("picture".to_owned()),
                ..Self::new(ErrorCode::TooLarge, "This picture is larger than 5 MiB. Scale it down and try again.")
            },
            Error::Unknown(what) => Self::not_found(what),
            Error::Refused(why) => Self::new(ErrorCode::Conflict, why),
            Error::Api(error) => error,
            Error::Store(error) => error.into(),
            Error::Audit(error) => error.into(),
            Error::Mail(error) => error.into(),
            Error::Keys { .. } | Error::Broken(_) => {
                tracing::error!(%error, "identity");
                Self::internal()
            }
        }
    }
}

fn again_in(why: &str, span: Duration) -> String {
    match span.as_secs() {
        0..60 => format!("{why} Try again in {} seconds.", span.as_secs() + 1),
        seconds => format!("{why} Try again in {} minutes.", seconds.div_ceil(60)),
    }
}

fn taken(field: &str, message: &str) -> ApiError {
    ApiError { field: Some(field.to_owned()), ..ApiError::new(ErrorCode::Conflict, message) }
}
