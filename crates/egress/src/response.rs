//! What came back.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::Error;

/// An answer, read to its end and within the bound. Never a redirect.
#[derive(Debug, Clone)]
pub struct Response {
    pub(crate) host: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Response {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Whether the status is one of 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// The first header called `name`, when it is readable text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// This answer, unless its status says that the request failed.
    ///
    /// # Errors
    /// [`Error::Status`] for anything but 2xx.
    pub fn successful(self) -> Result<Self, Error> {
        if self.is_success() { Ok(self) } else { Err(Error::Status { status: self.status(), host: self.host }) }
    }

    /// The body read as JSON, whatever the status and content type.
    ///
    /// # Errors
    /// [`Error::NotJson`]; it tells the place and not the text, which may be a secret.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| Error::NotJson {
            host: self.host.clone(),
            line: error.line(),
            column: error.column(),
        })
    }
}
