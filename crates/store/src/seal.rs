//! Secrets that must be read again (second-factor seeds, provider secrets, mail not yet sent) are kept sealed: who has
//! the database without the key file has nothing.

use std::{fmt, path::Path, sync::Arc};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use crate::{Error, key_file};

/// Seals and opens with AES-256-GCM (NIST SP 800-38D) under a key file, each time with a fresh random nonce. Cheap to
/// clone.
#[derive(Clone)]
pub struct Sealer(Arc<RandomizedNonceKey>);

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// Reads `seal.key` in `dir`, making it on the first start.
    ///
    /// # Errors
    /// [`Error::KeyFile`].
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let key = key_file::key_file(dir, "seal.key")?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &key)
            .map_err(|_| Error::KeyFile { path: dir.join("seal.key"), why: "it is no key".into() })?;
        Ok(Self(Arc::new(key)))
    }

    /// Seals `secret` for one place: it opens only under the same `place`, such as `totp:` and a user's id, so that
    /// nobody who can write to the database moves one person's secret to another.
    ///
    /// # Errors
    /// [`Error::Sealing`]; not in practice.
    pub fn seal(&self, place: &str, secret: &SecretString) -> Result<String, Error> {
        let mut bytes = secret.expose_secret().as_bytes().to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut bytes)
            .map_err(|_| Error::Sealing("a secret could not be sealed"))?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut bytes);
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what [`seal`](Self::seal) made for the same place.
    ///
    /// # Errors
    /// [`Error::Sealing`] when it was sealed under another key or for another place, or was changed.
    pub fn open_sealed(&self, place: &str, sealed: &str) -> Result<SecretString, Error> {
        const FAILED: Error =
            Error::Sealing("a stored secret does not open: the key file seal.key is not the one it was sealed with");
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| FAILED)?;
        let (nonce, body) = bytes.split_at_checked(NONCE_LEN).ok_or(FAILED)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| FAILED)?;
        let mut body = body.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(place.as_bytes()), &mut body).map_err(|_| FAILED)?;
        Ok(String::from_utf8(plain.to_vec()).map_err(|_| FAILED)?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_text_opens_only_unchanged_in_its_place_and_under_its_key() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let sealer = Sealer::open(dir.path()).unwrap();
        let sealed = sealer.seal("totp:1", &"the seed".to_owned().into()).unwrap();
        assert!(!sealed.contains("seed"));
        let again = Sealer::open(dir.path()).unwrap();
        assert_eq!(again.open_sealed("totp:1", &sealed).unwrap().expose_secret(), "the seed");
        assert!(again.open_sealed("totp:2", &sealed).is_err());
        assert!(Sealer::open(other.path()).unwrap().open_sealed("totp:1", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert!(again.open_sealed("totp:1", std::str::from_utf8(&changed).unwrap()).is_err());
            assert!(again.open_sealed("totp:1", &sealed[..at]).is_err());
        }
    }
}
