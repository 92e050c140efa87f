//! Keys of the hostile provider, and tokens signed with them.

use std::sync::{Arc, OnceLock};

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
        RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// One key pair with its name and algorithm.
pub(crate) struct Signer {
    pub(crate) kid: String,
    pub(crate) alg: &'static str,
    pair: Pair,
}

enum Pair {
    Rsa(Arc<RsaKeyPair>, &'static dyn RsaEncoding),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Mac(Box<hmac::Key>),
}

/// One for all tests: they are slow to make.
fn rsa_pair() -> Arc<RsaKeyPair> {
    static PAIR: OnceLock<Arc<RsaKeyPair>> = OnceLock::new();
    Arc::clone(PAIR.get_or_init(|| Arc::new(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())))
}

impl Signer {
    fn new(kid: &str, alg: &'static str, pair: Pair) -> Arc<Self> {
        Arc::new(Self { kid: kid.to_owned(), alg, pair })
    }

    pub(crate) fn rsa(kid: &str) -> Arc<Self> {
        Self::new(kid, "RS256", Pair::Rsa(rsa_pair(), &RSA_PKCS1_SHA256))
    }

    /// The same key pair as [`Self::rsa`], with the other padding.
    pub(crate) fn pss(kid: &str) -> Arc<Self> {
        Self::new(kid, "PS256", Pair::Rsa(rsa_pair(), &RSA_PSS_SHA256))
    }

    pub(crate) fn ec(kid: &str) -> Arc<Self> {
        Self::new(kid, "ES256", Pair::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()))
    }

    pub(crate) fn ec384(kid: &str) -> Arc<Self> {
        Self::new(kid, "ES384", Pair::Ec(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap()))
    }

    pub(crate) fn ed(kid: &str) -> Arc<Self> {
        Self::new(kid, "EdDSA", Pair::Ed(Ed25519KeyPair::generate().unwrap()))
    }

    /// A symmetric one: with a public key as the secret it is the oldest trick there is.
    pub(crate) fn mac(kid: &str, secret: &[u8]) -> Arc<Self> {
        Self::new(kid, "HS256", Pair::Mac(Box::new(hmac::Key::new(hmac::HMAC_SHA256, secret))))
    }

    /// The public half (RFC 7517).
    pub(crate) fn jwk(&self) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = match &self.pair {
            Pair::Rsa(pair, _) => {
                // PKCS #1: two lengths and a sign byte before the 2048 bits of n, then e = 65537.
                let der = pair.public_key().as_ref();
                assert_eq!((der.len(), &der[267..]), (270, &[1, 0, 1][..]));
                json!({ "kty": "RSA", "n": encode(&der[9..265]), "e": "AQAB" })
            }
            Pair::Ec(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": if x.len() == 32 { "P-256" } else { "P-384" }, "x": encode(x), "y": encode(y) })
            }
            Pair::Ed(pair) => json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key().as_ref()) }),
            Pair::Mac(_) => json!({ "kty": "oct", "k": "AAAA" }),
        };
        jwk["kid"] = json!(self.kid);
        jwk["alg"] = json!(self.alg);
        jwk["use"] = json!("sig");
        jwk
    }

    /// A compact token of exactly this header and these claims.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let random = SystemRandom::new();
        let signature = match &self.pair {
            Pair::Rsa(pair, padding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*padding, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
            Pair::Ec(pair) => pair.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
            Pair::Ed(pair) => pair.sign(signed.as_bytes()).as_ref().to_vec(),
            Pair::Mac(key) => hmac::sign(key, signed.as_bytes()).as_ref().to_vec(),
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
