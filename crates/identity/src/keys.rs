//! Signing keys: a small file of key pairs, newest first, and the public set others verify with.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use aws_lc_rs::{encoding::AsDer, rsa::KeySize, signature::Ed25519KeyPair};
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{DecodingKey, EncodingKey, jwk};
use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Error, secret};

/// Name of the key file.
pub(crate) const FILE: &str = "signing.json";
/// Keys kept: the signing one and those before it whose tokens may still be in use.
const MAX_KEYS: usize = 4;
/// A signing key is replaced at start after this long.
pub(crate) const MAX_AGE: Duration = Duration::from_secs(90 * 24 * 3600);

/// How access tokens are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// Ed25519 (RFC 8037).
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256 and a 3072-bit key (RFC 7518 §3.3), for verifiers that know no other.
    #[serde(rename = "RS256")]
    Rs256,
}

impl Algorithm {
    pub(crate) fn jwa(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
        }
    }
}

/// One key pair, ready for use.
pub(crate) struct Key {
    pub(crate) kid: String,
    pub(crate) algorithm: Algorithm,
    pub(crate) created_at: Timestamp,
    pub(crate) sign: EncodingKey,
    pub(crate) verify: DecodingKey,
    public: jwk::Jwk,
    stored: StoredKey,
}

/// As it stands in the file.
#[derive(Clone, Serialize, Deserialize)]
struct StoredKey {
    kid: String,
    algorithm: Algorithm,
    created_at: Timestamp,
    /// PKCS #8 in PEM.
    private: String,
}

#[derive(Serialize, Deserialize)]
struct StoredKeys {
    keys: Vec<StoredKey>,
}

/// The keys of this instance. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Keys {
    path: PathBuf,
    keys: Arc<RwLock<Vec<Arc<Key>>>>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Keys {
    /// Reads the key file in `dir`, making it on the first start and adding a key when the newest is too old or of
    /// another algorithm than the one configured.
    pub(crate) fn open(dir: &Path, algorithm: Algorithm, now: Timestamp) -> Result<Self, Error> {
        let path = dir.join(FILE);
        let broken = |why: String| Error::Keys { path: path.clone(), why };
        let stored = match fs::read(&path) {
            Ok(bytes) => {
                serde_json::from_slice::<StoredKeys>(&bytes)
                    .map_err(|error| broken(format!("not a Nova key file ({error})")))?
                    .keys
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(broken(error.to_string())),
        };
        let keys = stored
            .into_iter()
            .map(|stored| Key::load(stored).map(Arc::new).map_err(|why| broken(why.to_owned())))
            .collect::<Result<Vec<_>, _>>()?;
        let fresh = keys.first().is_some_and(|key| key.algorithm == algorithm && now.since(key.created_at) < MAX_AGE);
        let keys = Self { path, keys: Arc::new(RwLock::new(keys)) };
        if !fresh {
            keys.rotate(algorithm, now)?;
        }
        Ok(keys)
    }

    /// Signs with a new key from now on. Tokens of the keys before stay valid until they expire.
    pub(crate) fn rotate(&self, algorithm: Algorithm, now: Timestamp) -> Result<(), Error> {
        let key = Arc::new(Key::generate(algorithm, now)?);
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let mut next = vec![key];
        next.extend(keys.iter().take(MAX_KEYS - 1).cloned());
        write_private(&self.path, &next)
            .map_err(|error| Error::Keys { path: self.path.clone(), why: error.to_string() })?;
        *keys = next;
        Ok(())
    }

    /// The key that signs.
    pub(crate) fn signing(&self) -> Result<Arc<Key>, Error> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.first().cloned().ok_or(Error::Broken("there is no signing key"))
    }

    /// The key with this id.
    pub(crate) fn find(&self, kid: &str) -> Option<Arc<Key>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().find(|key| key.kid == kid).cloned()
    }

    /// The public halves (RFC 7517 §5).
    pub(crate) fn public_set(&self) -> jwk::JwkSet {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        jwk::JwkSet { keys: keys.iter().map(|key| key.public.clone()).collect() }
    }
}

impl Key {
    fn generate(algorithm: Algorithm, now: Timestamp) -> Result<Self, Error> {
        let failed = |_| Error::Broken("a signing key could not be made");
        let der = match algorithm {
            Algorithm::EdDsa => {
                Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8v1()).map_err(failed)?.as_ref().to_vec()
            }
            Algorithm::Rs256 => {
                let pair = aws_lc_rs::rsa::KeyPair::generate(KeySize::Rsa3072).map_err(failed)?;
                AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).map_err(failed)?.as_ref().to_vec()
            }
        };
        let kid = secret::digest(&STANDARD.encode(&der)).chars().take(16).collect();
        Self::load(StoredKey { kid, algorithm, created_at: now, private: pem(&der) }).map_err(Error::Broken)
    }

    fn load(stored: StoredKey) -> Result<Self, &'static str> {
        let pem = stored.private.as_bytes();
        let sign = match stored.algorithm {
            Algorithm::EdDsa => EncodingKey::from_ed_pem(pem),
            Algorithm::Rs256 => EncodingKey::from_rsa_pem(pem),
        }
        .map_err(|_| "it holds a private key that cannot be read")?;
        let mut public =
            jwk::Jwk::from_encoding_key(&sign, stored.algorithm.jwa()).map_err(|_| "it holds an unusable key")?;
        public.common.key_id = Some(stored.kid.clone());
        public.common.public_key_use = Some(jwk::PublicKeyUse::Signature);
        let verify = DecodingKey::from_jwk(&public).map_err(|_| "it holds an unusable key")?;
        Ok(Self {
            kid: stored.kid.clone(),
            algorithm: stored.algorithm,
            created_at: stored.created_at,
            sign,
            verify,
            public,
            stored,
        })
    }
}

/// PKCS #8 in PEM (RFC 7468).
fn pem(der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<String> = body.chars().collect::<Vec<_>>().chunks(64).map(|line| line.iter().collect()).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}

/// Writes a file only we can read, whole or not at all.
fn write_private(path: &Path, keys: &[Arc<Key>]) -> io::Result<()> {
    let stored = StoredKeys { keys: keys.iter().map(|key| key.stored.clone()).collect() };
    let json = serde_json::to_vec_pretty(&stored)?;
    store::write_private(path, &json)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_key_file_is_private_and_survives_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let first = Keys::open(dir.path(), Algorithm::EdDsa, Timestamp(0)).unwrap();
        let kid = first.signing().unwrap().kid.clone();
        let mode = fs::metadata(dir.path().join("signing.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = Keys::open(dir.path(), Algorithm::EdDsa, Timestamp(1)).unwrap();
        assert_eq!(again.signing().unwrap().kid, kid);
    }

    #[test]
    fn rotation_keeps_the_keys_before_and_is_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::open(dir.path(), Algorithm::EdDsa, Timestamp(0)).unwrap();
        let first = keys.signing().unwrap().kid.clone();
        keys.rotate(Algorithm::Rs256, Timestamp(1)).unwrap();
        assert!(keys.find(&first).is_some());
        assert_ne!(keys.signing().unwrap().kid, first);
        for n in 0..10 {
            keys.rotate(Algorithm::EdDsa, Timestamp(n)).unwrap();
        }
        assert_eq!(keys.public_set().keys.len(), MAX_KEYS);
        let shown = serde_json::to_string(&keys.public_set()).unwrap();
        assert!(!shown.contains("\"d\""), "a private part in the public set");
    }

    #[test]
    fn a_wrong_key_file_is_told_by_its_path_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("signing.json");
        fs::write(&path, "{\"keys\": 7}").unwrap();
        let error = Keys::open(dir.path(), Algorithm::EdDsa, Timestamp(0)).unwrap_err().to_string();
        assert!(error.contains("signing.json") && error.contains("backup"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "{\"keys\": 7}");
    }

    #[test]
    fn an_old_key_is_replaced_at_start() {
        let dir = tempfile::tempdir().unwrap();
        let first = Keys::open(dir.path(), Algorithm::EdDsa, Timestamp(0)).unwrap().signing().unwrap().kid.clone();
        let later = Timestamp(0).plus(MAX_AGE);
        assert_ne!(Keys::open(dir.path(), Algorithm::EdDsa, later).unwrap().signing().unwrap().kid, first);
    }
}
