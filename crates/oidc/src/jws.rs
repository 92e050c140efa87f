//! Signed tokens in their compact form (RFC 7515 §7.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, de::IgnoredAny};

use crate::Fault;

/// Longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 16 * 1024;

/// A token taken apart; nothing of it is believed yet.
#[derive(Debug)]
pub(crate) struct Jws<'a> {
    pub(crate) header: Header,
    /// What the signature is over.
    pub(crate) signed: &'a [u8],
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

/// The members that count. A key or an address of one inside the header (`jwk`, `jku`, `x5u`, `x5c`) never does.
#[derive(Debug, Deserialize)]
pub(crate) struct Header {
    pub(crate) alg: String,
    pub(crate) kid: Option<String>,
    typ: Option<String>,
    crit: Option<IgnoredAny>,
}

impl<'a> Jws<'a> {
    pub(crate) fn read(token: &'a str) -> Result<Self, Fault> {
        if token.len() > MAX_TOKEN {
            return Err(Fault::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Fault::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Fault::Malformed)?;
        // Strict: padding, line breaks, foreign letters and unused bits that are not zero all refuse. A fourth part
        // leaves a dot in the payload, which is none of base64's letters.
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Fault::Malformed);
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| Fault::Malformed)?;
        // An extension that must be understood and is not refuses the token (RFC 7515 §4.1.11); another type is
        // another kind of token (RFC 8725 §3.11).
        if header.crit.is_some() || header.typ.as_deref().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
            return Err(Fault::Malformed);
        }
        Ok(Self { header, signed: signed.as_bytes(), payload: decode(payload)?, signature: decode(signature)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str) -> String {
        format!("{}.e30.AA", URL_SAFE_NO_PAD.encode(header))
    }

    #[test]
    fn a_token_is_taken_apart() {
        let text = token(r#"{"alg":"RS256","kid":"a","typ":"jwt","jku":"https://evil.example"}"#);
        let jws = Jws::read(&text).unwrap();
        assert_eq!((jws.header.alg.as_str(), jws.header.kid.as_deref()), ("RS256", Some("a")));
        assert_eq!((jws.payload.as_slice(), jws.signature.as_slice()), (b"{}".as_slice(), [0].as_slice()));
        assert!(text.as_bytes().starts_with(jws.signed));
    }

    #[test]
    fn other_shapes_are_refused() {
        let good = token(r#"{"alg":"RS256"}"#);
        let header = good.split('.').next().unwrap();
        for odd in [
            String::new(),
            "a".to_owned(),
            "..".to_owned(),
            format!("{header}.e30"),
            format!("{header}.e30.AA.AA.AA"),
            format!("{header}.e30.AA="),
            format!("{header}.e30.AB"),
            format!("{header}.e30.A\nA"),
            token("{}"),
            token("[]"),
            token(r#"{"alg":5}"#),
            token(r#"{"alg":"RS256","alg":"none"}"#),
            token(r#"{"alg":"RS256","crit":["exp"]}"#),
            token(r#"{"alg":"RS256","typ":"at+jwt"}"#),
            token(r#"{"alg":"RS256","kid":7}"#),
        ] {
            assert_eq!(Jws::read(&odd).unwrap_err(), Fault::Malformed, "{odd}");
        }
        assert_eq!(Jws::read(&"x".repeat(MAX_TOKEN + 1)).unwrap_err(), Fault::TooLong);
    }
}
