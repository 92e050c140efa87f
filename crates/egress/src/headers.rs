//! Headers of a request.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};

use crate::Error;

/// Headers to send along. Credentials are marked sensitive: they show in no `Debug` output.
#[derive(Debug, Clone, Default)]
pub struct Headers(HeaderMap);

impl Headers {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `name` to `value`.
    ///
    /// # Errors
    /// [`Error::Header`] when either holds characters a header cannot carry (RFC 9110 §5.5), line breaks among them.
    pub fn with(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let refused = || Error::Header { name: name.chars().filter(char::is_ascii_graphic).take(64).collect() };
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?;
        self.0.insert(key, HeaderValue::from_str(value).map_err(|_| refused())?);
        Ok(self)
    }

    /// `Authorization: Bearer …` (RFC 6750 §2.1).
    ///
    /// # Errors
    /// [`Error::Header`] when the token holds characters a header cannot carry.
    pub fn bearer(self, token: &SecretString) -> Result<Self, Error> {
        self.authorization(&format!("Bearer {}", token.expose_secret()))
    }

    /// `Authorization: Basic …` (RFC 7617 §2); `user` must hold no colon.
    ///
    /// # Errors
    /// None in practice: base64 always fits.
    pub fn basic(self, user: &str, password: &SecretString) -> Result<Self, Error> {
        self.authorization(&format!("Basic {}", STANDARD.encode(format!("{user}:{}", password.expose_secret()))))
    }

    fn authorization(mut self, credentials: &str) -> Result<Self, Error> {
        let refused = |_| Error::Header { name: header::AUTHORIZATION.to_string() };
        let mut value = HeaderValue::from_str(credentials).map_err(refused)?;
        value.set_sensitive(true);
        self.0.insert(header::AUTHORIZATION, value);
        Ok(self)
    }

    pub(crate) fn into_map(self) -> HeaderMap {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_never_becomes_a_second_header() {
        assert!(Headers::new().with("x-a", "b\r\nx-c: d").is_err());
        assert!(Headers::new().with("x-a\r\nx-c", "d").is_err());
        assert!(Headers::new().bearer(&"a\r\nx-c: d".into()).is_err());
    }

    #[test]
    fn credentials_are_not_shown() {
        let headers = Headers::new().basic("nova", &"top-secret".into()).unwrap();
        let shown = format!("{headers:?}");
        assert!(!shown.contains("top-secret") && !shown.contains(&STANDARD.encode("nova:top-secret")), "{shown}");
    }
}
