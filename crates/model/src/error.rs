//! The one error that leaves the process.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// What kind of failure it is. Doors map it to an HTTP status ([`ErrorCode::status`]); pages decide by it, never by text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A value does not follow the rules of its field.
    Invalid,
    /// Nobody is signed in, or the sign-in has ended.
    Unauthenticated,
    /// Signed in, but without the permission.
    Forbidden,
    /// Allowed, but only right after showing again who one is.
    StepUp,
    /// No such thing, or not for this caller to know of.
    NotFound,
    /// It contradicts what is there already.
    Conflict,
    /// It was there and has ended or expired.
    Gone,
    /// Larger than the written bound.
    TooLarge,
    /// More often than the written bound; retry later.
    TooMany,
    /// A part that is needed does not answer just now.
    Unavailable,
    /// Our fault; the cause is in the log under the request id.
    Internal,
}

impl ErrorCode {
    /// The HTTP status (RFC 9110 §15) this becomes at a door.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Invalid => 422,
            Self::Unauthenticated => 401,
            Self::Forbidden | Self::StepUp => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Gone => 410,
            Self::TooLarge => 413,
            Self::TooMany => 429,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }

    /// A short title for people, the `title` of RFC 9457.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Invalid => "Not valid",
            Self::Unauthenticated => "Not signed in",
            Self::Forbidden => "Not allowed",
            Self::StepUp => "Confirm that it is you",
            Self::NotFound => "Not found",
            Self::Conflict => "Already there",
            Self::Gone => "No longer there",
            Self::TooLarge => "Too large",
            Self::TooMany => "Too many attempts",
            Self::Unavailable => "Not available",
            Self::Internal => "Something went wrong",
        }
    }
}

/// The error a page, a REST caller or a socket sees. It says what went wrong and how to mend it, and never our insides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub struct ApiError {
    /// The kind.
    pub code: ErrorCode,
    /// One or two sentences for a person: what, why, how to mend.
    pub message: String,
    /// The form field it belongs to, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Finds the request in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl ApiError {
    /// An error without a field.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, request_id: None }
    }

    /// A value that breaks the rules of `field`.
    #[must_use]
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), ..Self::new(ErrorCode::Invalid, message) }
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(ErrorCode::Unauthenticated, "Your sign-in has ended. Sign in again to go on.")
    }

    /// The caller lacks `permission`.
    #[must_use]
    pub fn forbidden(permission: crate::Permission) -> Self {
        Self::new(ErrorCode::Forbidden, format!("This needs the permission “{permission}”. Ask an owner for it."))
    }

    /// No `what` for this caller.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("There is no such {what}, or it is not yours to see."))
    }

    /// Our fault. The cause belongs into the log, not in here.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(ErrorCode::Internal, "Something went wrong on the server. Try again; if it stays, tell an admin.")
    }

    /// This error as the members of `application/problem+json` (RFC 9457).
    #[must_use]
    pub fn problem(&self) -> BTreeMap<&'static str, String> {
        let mut members = BTreeMap::from([
            ("type", "about:blank".to_owned()),
            ("title", self.code.title().to_owned()),
            ("status", self.code.status().to_string()),
            ("detail", self.message.clone()),
        ]);
        members.extend(self.field.clone().map(|field| ("field", field)));
        members.extend(self.request_id.clone().map(|id| ("request_id", id)));
        members
    }
}
