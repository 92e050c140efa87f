use model::{ApiError, ErrorCode};
use url::Url;

use crate::target;

/// Why a request was not made or brought nothing. Hosts and ports are told; paths, queries, bodies and credentials
/// never are, so that every variant may be logged and shown to an owner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The address breaks a rule of [`crate::permitted`].
    #[error("the address{} cannot be used: {why}", at(origin))]
    Address {
        /// Host and port, or nothing when the address could not be read.
        origin: String,
        /// Which rule.
        why: &'static str,
    },
    /// The host is, or its name leads to, an address that is not on the public internet.
    #[error("{host} leads to an address inside a private network, which is not called")]
    Private {
        /// Which.
        host: String,
    },
    /// The name has no address.
    #[error("no address is known for the name {host}")]
    Unknown {
        /// Which.
        host: String,
    },
    /// The connection could not be made, or broke.
    #[error("the connection to {host} failed: {why}")]
    Connection {
        /// Host and port.
        host: String,
        /// The cause in the words of the layer it happened in.
        why: String,
    },
    /// No complete answer within the time allowed.
    #[error("{host} did not answer in time")]
    TimedOut {
        /// Host and port.
        host: String,
    },
    /// It answers with a redirect, which is never followed.
    #[error("{host} redirects elsewhere (status {status}), which is not followed")]
    Redirected {
        /// Host and port.
        host: String,
        /// The status, 3xx.
        status: u16,
    },
    /// The answer is longer than allowed.
    #[error("the answer of {host} is longer than {limit} bytes")]
    TooLarge {
        /// Host and port.
        host: String,
        /// The bound, in bytes.
        limit: usize,
    },
    /// The status says that the request failed.
    #[error("{host} answered with status {status}")]
    Status {
        /// Host and port.
        host: String,
        /// The status, not 2xx.
        status: u16,
    },
    /// The body is not the JSON that was expected.
    #[error("the answer of {host} is not what was expected (line {line}, column {column})")]
    NotJson {
        /// Host and port.
        host: String,
        /// Where reading stopped, counted from 1.
        line: usize,
        /// Where reading stopped, counted from 1.
        column: usize,
    },
    /// A header cannot carry its value.
    #[error("the header {name} cannot carry its value")]
    Header {
        /// Which.
        name: String,
    },
    /// The client could not be set up.
    #[error("the HTTP client could not be set up: {0}")]
    SetUp(String),
}

impl Error {
    /// The library's error in our words. Our own resolver's refusal travels inside it.
    pub(crate) fn of_request(url: &Url, error: &reqwest::Error) -> Self {
        let mut cause: &dyn std::error::Error = error;
        while let Some(inner) = cause.source() {
            if let Some(ours) = inner.downcast_ref::<Self>() {
                return ours.clone();
            }
            cause = inner;
        }
        let host = target::origin(url);
        if error.is_timeout() {
            return Self::TimedOut { host };
        }
        Self::Connection { host, why: cause.to_string().chars().take(200).collect() }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Address { .. } | Error::Private { .. } | Error::Header { .. } => {
                Self::new(ErrorCode::Invalid, sentence(&error))
            }
            Error::SetUp(_) => {
                tracing::error!(%error, "egress");
                Self::internal()
            }
            _ => Self::new(ErrorCode::Unavailable, sentence(&error)),
        }
    }
}

fn at(origin: &str) -> String {
    if origin.is_empty() { String::new() } else { format!(" at {origin}") }
}

fn sentence(error: &Error) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
