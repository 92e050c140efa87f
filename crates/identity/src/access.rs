//! Access tokens: JWTs (RFC 7519) of fifteen minutes, bound to a cookie of their own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jsonwebtoken::{Header, Validation};
use model::{SessionId, Timestamp, UserId};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Error, keys::Keys, secret};

/// How long an access token is good for.
pub(crate) const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Who the tokens are for.
const AUDIENCE: &str = "nova";
/// Longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 2048;
/// Tokens whose verification is remembered.
const MAX_VERIFIED: usize = 10_000;

/// Typed strictly: a claim that is missing or of another type refuses the token, whatever the library would make of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claims {
    iss: String,
    aud: String,
    pub(crate) sub: UserId,
    pub(crate) sid: SessionId,
    iat: i64,
    exp: i64,
    jti: String,
    /// SHA-256 of the fingerprint cookie: a stolen token alone is worth nothing.
    fgp: String,
}

/// Mints a token that works only together with the cookie whose digest is `fingerprint`.
pub(crate) fn mint(
    keys: &Keys,
    issuer: &str,
    user: UserId,
    session: SessionId,
    fingerprint: &str,
    now: Timestamp,
) -> Result<SecretString, Error> {
    let key = keys.signing()?;
    let claims = Claims {
        iss: issuer.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: user,
        sid: session,
        iat: now.seconds(),
        exp: now.plus(LIFETIME).seconds(),
        jti: SessionId::new().to_string(),
        fgp: fingerprint.to_owned(),
    };
    let header = Header { kid: Some(key.kid.clone()), ..Header::new(key.algorithm.jwa()) };
    let token =
        jsonwebtoken::encode(&header, &claims, &key.sign).map_err(|_| Error::Broken("a token could not be signed"))?;
    Ok(token.into())
}

/// Who the token is for, if every single thing about it is right.
pub(crate) fn verify(keys: &Keys, issuer: &str, token: &str, fingerprint: &str, now: Timestamp) -> Option<Claims> {
    if token.len() > MAX_TOKEN {
        return None;
    }
    let header = jsonwebtoken::decode_header(token).ok()?;
    let key = keys.find(header.kid.as_deref()?)?;
    // One algorithm per key: the token's header chooses nothing.
    let mut rules = Validation::new(key.algorithm.jwa());
    rules.set_audience(&[AUDIENCE]);
    rules.set_issuer(&[issuer]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Time is judged below, by our own clock and without leeway.
    rules.validate_exp = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &key.verify, &rules).ok()?.claims;
    (claims.timely(now) && secret::same(&claims.fgp, &secret::digest(fingerprint))).then_some(claims)
}

impl Claims {
    fn timely(&self, now: Timestamp) -> bool {
        let now = now.seconds();
        self.iat <= now + 60 && now < self.exp
    }
}

/// Tokens whose signature was right, by the digest of exactly this token with exactly this fingerprint: checking a
/// signature costs more than all the rest of a request's authentication. Their time is judged anew each time, and
/// whether the session lives is asked elsewhere. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Verified(Arc<Mutex<HashMap<[u8; 32], Claims>>>);

impl Verified {
    /// [`verify`], remembered.
    pub(crate) fn check(
        &self,
        keys: &Keys,
        issuer: &str,
        token: &str,
        fingerprint: &str,
        now: Timestamp,
    ) -> Option<Claims> {
        if token.len() > MAX_TOKEN {
            return None;
        }
        // Neither part can hold the separator, so no two pairs are written the same.
        let mut hasher = Sha256::new();
        hasher.update(token.as_bytes());
        hasher.update([0]);
        hasher.update(fingerprint.as_bytes());
        let digest: [u8; 32] = hasher.finalize().into();
        let known = self.map().get(&digest).cloned();
        if let Some(claims) = known {
            return claims.timely(now).then_some(claims);
        }
        let claims = verify(keys, issuer, token, fingerprint, now)?;
        let mut map = self.map();
        if map.len() >= MAX_VERIFIED {
            map.retain(|_, claims| claims.timely(now));
            if map.len() >= MAX_VERIFIED {
                map.clear();
            }
        }
        map.insert(digest, claims.clone());
        Some(claims)
    }

    fn map(&self) -> MutexGuard<'_, HashMap<[u8; 32], Claims>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;
    use crate::keys::Algorithm;

    const ISSUER: &str = "https://nova.example";
    const COOKIE: &str = "fingerprint-cookie";
    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn fixture(algorithm: Algorithm) -> (tempfile::TempDir, Keys, String) {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::open(dir.path(), algorithm, NOW).unwrap();
        let token = mint(&keys, ISSUER, UserId::new(), SessionId::new(), &secret::digest(COOKIE), NOW).unwrap();
        (dir, keys, token.expose_secret().to_owned())
    }

    #[test]
    fn both_algorithms_sign_and_verify_and_survive_rotation() {
        for algorithm in [Algorithm::EdDsa, Algorithm::Rs256] {
            let (_dir, keys, token) = fixture(algorithm);
            keys.rotate(Algorithm::EdDsa, NOW).unwrap();
            assert!(verify(&keys, ISSUER, &token, COOKIE, NOW).is_some());
        }
    }

    #[test]
    fn a_token_without_its_cookie_or_past_its_time_or_of_another_issuer_is_refused() {
        let (_dir, keys, token) = fixture(Algorithm::EdDsa);
        assert!(verify(&keys, ISSUER, &token, "another", NOW).is_none());
        assert!(verify(&keys, "https://evil.example", &token, COOKIE, NOW).is_none());
        assert!(verify(&keys, ISSUER, &token, COOKIE, NOW.plus(LIFETIME)).is_none());
        assert!(verify(&keys, ISSUER, &token, COOKIE, NOW.minus(Duration::from_secs(3600))).is_none());
        let (_other, others, _) = fixture(Algorithm::EdDsa);
        assert!(verify(&others, ISSUER, &token, COOKIE, NOW).is_none());
    }

    #[test]
    fn a_remembered_token_is_still_worth_nothing_without_its_cookie_changed_or_past_its_time() {
        let (_dir, keys, token) = fixture(Algorithm::EdDsa);
        let verified = Verified::default();
        let check = |token: &str, cookie: &str, now| verified.check(&keys, ISSUER, token, cookie, now).is_some();
        assert!(check(&token, COOKIE, NOW) && check(&token, COOKIE, NOW));
        assert!(!check(&token, "another", NOW) && !check(&token, "", NOW));
        assert!(!check(&format!("{token}A"), COOKIE, NOW) && !check(&token[1..], COOKIE, NOW));
        assert!(!check(&token, COOKIE, NOW.plus(LIFETIME)));
    }

    /// Signs arbitrary claims with the right key.
    fn forge(keys: &Keys, claims: &serde_json::Value, header: Option<Header>) -> String {
        let key = keys.signing().unwrap();
        let header = header.unwrap_or(Header { kid: Some(key.kid.clone()), ..Header::new(key.algorithm.jwa()) });
        jsonwebtoken::encode(&header, claims, &key.sign).unwrap()
    }

    #[test]
    fn claims_of_a_wrong_type_or_missing_refuse_the_token() {
        let (_dir, keys, token) = fixture(Algorithm::EdDsa);
        let body = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let good: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert!(verify(&keys, ISSUER, &forge(&keys, &good, None), COOKIE, NOW).is_some());
        for name in ["iss", "aud", "sub", "sid", "iat", "exp", "jti", "fgp"] {
            let mut without = good.clone();
            without.as_object_mut().unwrap().remove(name);
            assert!(verify(&keys, ISSUER, &forge(&keys, &without, None), COOKIE, NOW).is_none(), "{name} missing");
            for wrong in [
                serde_json::json!("9999999999"),
                serde_json::json!(null),
                serde_json::json!([1]),
                serde_json::json!(1e30),
            ] {
                if name == "jti" && wrong.is_string() {
                    continue;
                }
                let mut other = good.clone();
                other[name] = wrong.clone();
                assert!(verify(&keys, ISSUER, &forge(&keys, &other, None), COOKIE, NOW).is_none(), "{name} = {wrong}");
            }
        }
    }

    #[test]
    fn algorithm_none_and_key_confusion_are_refused() {
        let (_dir, keys, token) = fixture(Algorithm::EdDsa);
        let body = token.split('.').nth(1).unwrap();
        let kid = keys.signing().unwrap().kid.clone();
        for algorithm in ["none", "None", "HS256", "RS256"] {
            let header =
                URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"{algorithm}\",\"typ\":\"JWT\",\"kid\":\"{kid}\"}}"));
            assert!(verify(&keys, ISSUER, &format!("{header}.{body}."), COOKIE, NOW).is_none());
            assert!(verify(&keys, ISSUER, &format!("{header}.{body}.AAAA"), COOKIE, NOW).is_none());
        }
    }

    proptest! {
        #[test]
        fn any_change_to_a_token_refuses_it(at in 0usize..400, with in any::<u8>()) {
            let (_dir, keys, token) = fixture(Algorithm::EdDsa);
            let mut bytes = token.clone().into_bytes();
            let at = at % bytes.len();
            // The last base64 digit of a part holds unused bits; a strict decoder refuses those too.
            bytes[at] = with;
            if let Ok(changed) = String::from_utf8(bytes) && changed != token {
                prop_assert!(verify(&keys, ISSUER, &changed, COOKIE, NOW).is_none());
            }
            prop_assert!(verify(&keys, ISSUER, &token[..at], COOKIE, NOW).is_none());
        }
    }
}
