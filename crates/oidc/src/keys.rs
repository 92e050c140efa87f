//! The provider's public keys (RFC 7517), each good for one algorithm.

use aws_lc_rs::{
    digest,
    rsa::PublicKeyComponents,
    signature::{self, UnparsedPublicKey, VerificationAlgorithm},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;

use crate::{Error, Fault};

/// Most keys a provider may publish.
const MAX_KEYS: usize = 64;
/// Shortest and longest RSA modulus, in bytes: 2048 bits is what RFC 7518 §3.3 asks for at least.
const RSA_MODULUS: std::ops::RangeInclusive<usize> = 256..=1024;

/// What a token may be signed with: public-key algorithms only (RFC 7518 §3.1, RFC 8037, RFC 9864).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
    Ed25519,
}

impl Algorithm {
    /// The algorithm of that name; `none`, HMAC and whatever we do not know have none.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "ES512" => Self::Es512,
            "EdDSA" | "Ed25519" => Self::Ed25519,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Ed25519 => "EdDSA",
        }
    }

    pub(crate) fn is_rsa(self) -> bool {
        self.rsa().is_some()
    }

    /// The hash inside the algorithm, which `at_hash` is made with (Core 1.0 §3.1.3.6); Ed25519's is SHA-512.
    pub(crate) fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => &digest::SHA256,
            Self::Rs384 | Self::Ps384 | Self::Es384 => &digest::SHA384,
            Self::Rs512 | Self::Ps512 | Self::Es512 | Self::Ed25519 => &digest::SHA512,
        }
    }

    fn rsa(self) -> Option<&'static signature::RsaParameters> {
        Some(match self {
            Self::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Self::Rs384 => &signature::RSA_PKCS1_2048_8192_SHA384,
            Self::Rs512 => &signature::RSA_PKCS1_2048_8192_SHA512,
            Self::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
            Self::Ps384 => &signature::RSA_PSS_2048_8192_SHA384,
            Self::Ps512 => &signature::RSA_PSS_2048_8192_SHA512,
            _ => return None,
        })
    }
}

/// The keys of one provider that can verify tokens.
#[derive(Debug)]
pub(crate) struct KeySet(Vec<Key>);

/// One public key.
#[derive(Debug)]
pub(crate) struct Key {
    kid: Option<String>,
    pub(crate) algorithm: Algorithm,
    material: Material,
}

#[derive(Debug)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    Point(&'static dyn VerificationAlgorithm, Vec<u8>),
}

/// A key as published; the members that are missing or of another type make it unusable, not the set.
#[derive(Debug, Deserialize)]
struct Jwk {
    kty: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Published {
    keys: Vec<Value>,
}

impl KeySet {
    /// Takes the keys that can verify signatures and leaves out the rest: for encryption, symmetric, too short, of
    /// kinds we do not know. `rsa` is what an RSA key signs with that does not say it itself.
    pub(crate) fn read(published: Published, rsa: Algorithm) -> Result<Self, Error> {
        if published.keys.len() > MAX_KEYS {
            return Err(Error::Unsupported("publishes more than 64 keys"));
        }
        let keys = published.keys.into_iter().filter_map(|value| serde_json::from_value(value).ok());
        Ok(Self(keys.filter_map(|jwk: Jwk| Key::read(jwk, rsa)).collect()))
    }

    /// The one key a token with this header is to be verified with. `UnknownKey` may mean that the provider has
    /// changed its keys since they were fetched.
    pub(crate) fn find(&self, kid: Option<&str>, alg: &str) -> Result<&Key, Fault> {
        let algorithm = Algorithm::named(alg).ok_or(Fault::Algorithm)?;
        let named = || self.0.iter().filter(|key| kid.is_none() || key.kid.as_deref() == kid);
        if named().next().is_none() {
            return Err(Fault::UnknownKey);
        }
        // A token without a key id leaves no choice of keys (Core 1.0 §10.1); two keys of one name do not either.
        let mut fitting = named().filter(|key| key.algorithm == algorithm);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            (None, _) => Err(Fault::Algorithm),
            (Some(_), Some(_)) => Err(Fault::UnknownKey),
        }
    }

    pub(crate) fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.0.iter().map(|key| key.algorithm)
    }
}

impl Key {
    fn read(jwk: Jwk, rsa: Algorithm) -> Option<Self> {
        let signs = jwk.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
            && jwk.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        let stated = match &jwk.alg {
            Some(name) => Some(Algorithm::named(name)?),
            None => None,
        };
        let part = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
        let sized = |text: &Option<String>, size| part(text).filter(|bytes| bytes.len() == size);
        let (algorithm, material) = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => {
                let (n, e) = (part(&jwk.n)?, part(&jwk.e)?);
                let n = n.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
                let long_enough = RSA_MODULUS.contains(&n.len()) && (n.len() > *RSA_MODULUS.start() || n[0] >= 0x80);
                (stated.unwrap_or(rsa), long_enough.then_some(Material::Rsa { n, e })?)
            }
            ("EC", Some(curve)) => {
                let (algorithm, verifier, size): (_, &'static dyn VerificationAlgorithm, _) = match curve {
                    "P-256" => (Algorithm::Es256, &signature::ECDSA_P256_SHA256_FIXED, 32),
                    "P-384" => (Algorithm::Es384, &signature::ECDSA_P384_SHA384_FIXED, 48),
                    "P-521" => (Algorithm::Es512, &signature::ECDSA_P521_SHA512_FIXED, 66),
                    _ => return None,
                };
                // Uncompressed: 4, then both coordinates (SEC 1 §2.3.3).
                (algorithm, Material::Point(verifier, [vec![4], sized(&jwk.x, size)?, sized(&jwk.y, size)?].concat()))
            }
            ("OKP", Some("Ed25519")) => (Algorithm::Ed25519, Material::Point(&signature::ED25519, sized(&jwk.x, 32)?)),
            _ => return None,
        };
        let fits = stated.is_none_or(|stated| stated == algorithm)
            && algorithm.is_rsa() == matches!(material, Material::Rsa { .. });
        (signs && fits).then_some(Self { kid: jwk.kid, algorithm, material })
    }

    /// Checks `signature` over `signed` with this key's own algorithm.
    pub(crate) fn verify(&self, signed: &[u8], signature: &[u8]) -> Result<(), Fault> {
        let outcome = match (&self.material, self.algorithm.rsa()) {
            (Material::Rsa { n, e }, Some(algorithm)) => {
                PublicKeyComponents { n, e }.verify(algorithm, signed, signature)
            }
            (Material::Point(algorithm, point), None) => {
                UnparsedPublicKey::new(*algorithm, point).verify(signed, signature)
            }
            _ => return Err(Fault::Algorithm),
        };
        outcome.map_err(|_| Fault::Signature)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn usable(jwk: Value) -> usize {
        KeySet::read(Published { keys: vec![jwk] }, Algorithm::Rs256).unwrap().0.len()
    }

    #[test]
    fn rsa_keys_have_2048_to_8192_bits() {
        let rsa = |bytes: usize, first: u8| {
            let mut n = vec![0xff; bytes];
            n[0] = first;
            usable(json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode(n), "e": "AQAB" }))
        };
        assert_eq!((rsa(256, 0x80), rsa(1024, 0xff), rsa(257, 0)), (1, 1, 1));
        // 1024, 2047 and 8200 bits, and 1024 made longer by zeros.
        assert_eq!((rsa(128, 0xff), rsa(256, 0x7f), rsa(1025, 0xff)), (0, 0, 0));
        let padded = [vec![0; 128], vec![0xff; 128]].concat();
        assert_eq!(usable(json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode(padded), "e": "AQAB" })), 0);
    }

    #[test]
    fn symmetric_algorithms_have_no_name_here() {
        for name in ["none", "HS256", "HS384", "HS512", "RS1", "rs256", ""] {
            assert_eq!(Algorithm::named(name), None, "{name}");
        }
        assert_eq!(Algorithm::named("Ed25519"), Algorithm::named("EdDSA"));
    }

    #[test]
    fn two_keys_of_one_name_and_algorithm_are_no_choice() {
        let point = URL_SAFE_NO_PAD.encode([7; 32]);
        let key = json!({ "kty": "EC", "crv": "P-256", "kid": "a", "x": point, "y": point });
        let other = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "a", "x": point });
        let set = |keys: &[&Value]| {
            let keys = keys.iter().map(|key| (*key).clone()).collect();
            KeySet::read(Published { keys }, Algorithm::Rs256).unwrap()
        };
        assert!(set(&[&key, &other]).find(Some("a"), "ES256").is_ok());
        assert!(set(&[&key, &other]).find(None, "ES256").is_ok());
        assert_eq!(set(&[&key, &key]).find(Some("a"), "ES256").unwrap_err(), Fault::UnknownKey);
        assert_eq!(set(&[&key, &other]).find(Some("a"), "RS256").unwrap_err(), Fault::Algorithm);
        assert_eq!(set(&[&key]).find(Some("b"), "ES256").unwrap_err(), Fault::UnknownKey);
    }
}
