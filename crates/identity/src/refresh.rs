//! Refresh tokens: opaque to their holder, derived from a key so that the grace can hand out the same successor again,
//! and kept only as digests.

use std::{fmt, path::Path};

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use model::SessionId;
use secrecy::SecretString;

use crate::Error;

/// Name of the key file.
pub(crate) const FILE: &str = "refresh.key";

/// Makes and recognises refresh tokens.
#[derive(Clone)]
pub(crate) struct RefreshKey(hmac::Key);

impl fmt::Debug for RefreshKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshKey")
    }
}

impl RefreshKey {
    /// Reads the key file in `dir`, making it on the first start.
    pub(crate) fn open(dir: &Path) -> Result<Self, Error> {
        let key = store::key_file(dir, FILE)?;
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &key)))
    }

    /// The token of one generation of a session: `base64url(session ∥ generation ∥ HMAC-SHA256)`.
    pub(crate) fn mint(&self, session: SessionId, generation: i64) -> SecretString {
        let mut bytes = message(session, generation);
        let tag = hmac::sign(&self.0, &bytes);
        bytes.extend_from_slice(tag.as_ref());
        URL_SAFE_NO_PAD.encode(bytes).into()
    }

    /// Which session and generation the token is of; `None` unless we made exactly it.
    pub(crate) fn recognise(&self, token: &str) -> Option<(SessionId, i64)> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (message, tag) = bytes.split_at_checked(36 + 8)?;
        hmac::verify(&self.0, message, tag).ok()?;
        let (session, generation) = message.split_at_checked(36)?;
        let session = std::str::from_utf8(session).ok()?.parse().ok()?;
        Some((session, i64::from_be_bytes(generation.try_into().ok()?)))
    }
}

fn message(session: SessionId, generation: i64) -> Vec<u8> {
    let mut bytes = session.to_string().into_bytes();
    bytes.extend_from_slice(&generation.to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn only_exactly_our_tokens_are_recognised() {
        let dir = tempfile::tempdir().unwrap();
        let key = RefreshKey::open(dir.path()).unwrap();
        let session = SessionId::new();
        let token = key.mint(session, 3).expose_secret().to_owned();
        assert_eq!(RefreshKey::open(dir.path()).unwrap().recognise(&token), Some((session, 3)));
        for cut in 0..token.len() {
            assert_eq!(key.recognise(&token[..cut]), None);
            let mut flipped = token.clone().into_bytes();
            flipped[cut] = if flipped[cut] == b'A' { b'B' } else { b'A' };
            assert_eq!(key.recognise(std::str::from_utf8(&flipped).unwrap()), None, "{cut}");
        }
        for extended in [format!("{token}A"), format!("{token}="), format!(" {token}"), token.to_uppercase()] {
            assert_eq!(key.recognise(&extended), None);
        }
    }
}
