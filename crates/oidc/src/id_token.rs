//! ID tokens (Core 1.0 §2, §3.1.3.7).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use model::Timestamp;
use serde::{Deserialize, Deserializer};

use crate::{Fault, issuer::Authority, jws::Jws, keys::KeySet, profile::Profile, secret};

/// How far the provider's clock may differ from ours, in seconds.
const LEEWAY: i64 = 60;
/// Most audiences a token may have.
const MAX_AUDIENCES: usize = 16;

/// What a token is held against.
#[derive(Debug)]
pub(crate) struct Expected<'a> {
    pub(crate) authority: &'a Authority,
    /// The issuer as the discovery document has it.
    pub(crate) document: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) access_token: &'a str,
    pub(crate) roles_claim: Option<&'a str>,
    pub(crate) now: Timestamp,
}

/// Typed strictly: a claim that is missing, twice there or of another type refuses the token.
#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    #[serde(default, deserialize_with = "present")]
    azp: Option<String>,
    nonce: Option<String>,
    exp: i64,
    iat: i64,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    at_hash: Option<String>,
    tid: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// The issuer and the person a token vouches for, if every single thing about it is right.
pub(crate) fn judge(token: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<(String, Profile), Fault> {
    let jws = Jws::read(token)?;
    let key = keys.find(jws.header.kid.as_deref(), &jws.header.alg)?;
    key.verify(jws.signed, &jws.signature)?;
    let claims: Claims = serde_json::from_slice(&jws.payload).map_err(|_| Fault::Claims)?;
    expected.authority.judge(expected.document, &claims.iss, claims.tid.as_deref())?;
    claims.judge_audience(expected.client_id)?;
    if !secret::same(claims.nonce.as_deref().unwrap_or_default(), expected.nonce) {
        return Err(Fault::Nonce);
    }
    claims.judge_time(expected.now.seconds())?;
    if let Some(stated) = &claims.at_hash {
        // The left half of the hash (Core 1.0 §3.1.3.6).
        let digest = aws_lc_rs::digest::digest(key.algorithm.digest(), expected.access_token.as_bytes());
        let (half, _) = digest.as_ref().split_at(digest.as_ref().len() / 2);
        if !secret::same(stated, &URL_SAFE_NO_PAD.encode(half)) {
            return Err(Fault::AccessToken);
        }
    }
    Ok((claims.iss, Profile::read(&jws.payload, expected.roles_claim)?))
}

impl Claims {
    fn judge_audience(&self, client_id: &str) -> Result<(), Fault> {
        let audiences = match &self.aud {
            Audience::One(one) => std::slice::from_ref(one),
            Audience::Several(several) => several.as_slice(),
        };
        if audiences.len() > MAX_AUDIENCES || !audiences.iter().any(|audience| audience == client_id) {
            return Err(Fault::Audience);
        }
        match &self.azp {
            Some(party) if party != client_id => Err(Fault::AuthorizedParty),
            None if audiences.len() > 1 => Err(Fault::AuthorizedParty),
            _ => Ok(()),
        }
    }

    /// `now` and all claims are whole seconds (NumericDate, RFC 7519 §2).
    fn judge_time(&self, now: i64) -> Result<(), Fault> {
        if now >= self.exp.saturating_add(LEEWAY) {
            return Err(Fault::Expired);
        }
        let latest = now.saturating_add(LEEWAY);
        if self.iat > latest || self.nbf.is_some_and(|start| start > latest) {
            return Err(Fault::NotYet);
        }
        Ok(())
    }
}

/// A member that may be absent, but not null.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}
