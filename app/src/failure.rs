use std::fmt;

use http::StatusCode;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use model::{ApiError, ErrorCode};
use serde::{Deserialize, Serialize};

use crate::wire::JsonText;

/// What a server function fails with: the service's own words, with the status they stand for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Failure(pub ApiError);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Failure {}

impl Failure {
    /// The message belonging to `field`.
    #[must_use]
    pub fn at(&self, field: &str) -> Option<String> {
        (self.0.field.as_deref() == Some(field)).then(|| self.0.message.clone())
    }

    /// The message belonging to none of `fields`.
    #[must_use]
    pub fn beside(&self, fields: &[&str]) -> Option<String> {
        let named = self.0.field.as_deref().is_some_and(|field| fields.contains(&field));
        (!named).then(|| self.0.message.clone())
    }
}

const INCOMPLETE: &str = "The form was not filled in completely. Reload the page and try again.";

impl FromServerFnError for Failure {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr as E;
        let (code, message) = match error {
            // On the server it is the request that could not be read, in the browser the answer.
            E::Args(_) | E::MissingArg(_) => (ErrorCode::Invalid, INCOMPLETE),
            E::Deserialization(_) if cfg!(feature = "ssr") => (ErrorCode::Invalid, INCOMPLETE),
            E::Request(_) | E::Response(_) | E::Deserialization(_) => {
                (ErrorCode::Unavailable, "The server did not answer as expected. Check the connection and try again.")
            }
            _ => (ErrorCode::Internal, "Something went wrong on the server. Try again; if it stays, tell an admin."),
        };
        Self(ApiError::new(code, message))
    }

    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Every area's error becomes a failure by way of [`ApiError`].
#[cfg(feature = "ssr")]
impl<E: Into<ApiError>> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut error = error.into();
        error.request_id = error.request_id.or_else(crate::context::request_id);
        Self(error)
    }
}
