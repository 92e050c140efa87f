//! What a provider says about a person.

use model::identity::Email;
use serde::Deserialize;
use serde_json::Value;

use crate::{Fault, roles};

/// Longest name that is kept, in characters.
const MAX_NAME: usize = 200;
/// Longest subject, in bytes (Core 1.0 §2).
const MAX_SUBJECT: usize = 255;

/// A person as described by an ID token or a userinfo answer, checked and bounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) subject: String,
    pub(crate) email: Option<String>,
    pub(crate) email_verified: bool,
    pub(crate) name: Option<String>,
    pub(crate) preferred_username: Option<String>,
    pub(crate) roles: Vec<String>,
}

/// The standard claims (Core 1.0 §5.1) with the types they must have.
#[derive(Debug, Deserialize)]
struct Claims {
    sub: String,
    email: Option<String>,
    #[serde(default)]
    email_verified: Value,
    name: Option<String>,
    preferred_username: Option<String>,
}

impl Profile {
    /// Reads a JSON object.
    pub(crate) fn read(json: &[u8], roles_claim: Option<&str>) -> Result<Self, Fault> {
        let claims: Claims = serde_json::from_slice(json).map_err(|_| Fault::Claims)?;
        if claims.sub.is_empty() || claims.sub.len() > MAX_SUBJECT || claims.sub.contains(char::is_control) {
            return Err(Fault::Subject);
        }
        let roles = match roles_claim {
            Some(path) => roles::read(&serde_json::from_slice(json).map_err(|_| Fault::Claims)?, path),
            None => Vec::new(),
        };
        // The boolean alone counts: some providers write the string "true", or "false", which are equally true to a
        // reader that is not strict.
        let (email, email_verified) = address(claims.email.as_deref(), claims.email_verified == Value::Bool(true));
        Ok(Self {
            subject: claims.sub,
            email,
            email_verified,
            name: shown(claims.name),
            preferred_username: shown(claims.preferred_username),
            roles,
        })
    }
}

/// The address in lower case, if it has the shape of one, and whether it may count as verified. One with letters
/// beyond ASCII never does: lower-casing may turn it into another person's (the Kelvin sign into a k).
pub(crate) fn address(text: Option<&str>, verified: bool) -> (Option<String>, bool) {
    let email = text.and_then(|text| Email::parse(text).ok().map(|email| (text.is_ascii(), email.as_str().to_owned())));
    let certain = email.as_ref().is_some_and(|(ascii, _)| *ascii);
    (email.map(|(_, email)| email), verified && certain)
}

/// A name without what must not be shown, cut to its bound; `None` when nothing remains.
pub(crate) fn shown(text: Option<String>) -> Option<String> {
    // Bidirectional controls can make one name read as another.
    let harmful = |c: &char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let kept = text?.chars().filter(|c| !harmful(c)).take(MAX_NAME).collect::<String>().trim().to_owned();
    (!kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: &Value) -> Result<Profile, Fault> {
        Profile::read(json.to_string().as_bytes(), Some("groups"))
    }

    #[test]
    fn only_the_boolean_true_verifies_an_address() {
        let verified = |value: Value| {
            read(&json!({ "sub": "1", "email": "a@b.example", "email_verified": value })).unwrap().email_verified
        };
        assert!(verified(json!(true)));
        for other in
            [json!("true"), json!(1), json!("1"), json!(null), json!([true]), json!({ "a": true }), json!(false)]
        {
            assert!(!verified(other.clone()), "{other}");
        }
        assert!(!read(&json!({ "sub": "1", "email": "a@b.example" })).unwrap().email_verified);
    }

    #[test]
    fn an_address_of_another_shape_is_none_and_verifies_nothing() {
        for odd in
            ["a@b@c.example", "a@b.example,c@d.example", "a", "", "<a@b.example>", "a@b.example\nbcc: c@d.example"]
        {
            let profile = read(&json!({ "sub": "1", "email": odd, "email_verified": true })).unwrap();
            assert_eq!((profile.email, profile.email_verified), (None, false), "{odd}");
        }
        let kelvin = read(&json!({ "sub": "1", "email": "\u{212a}ate@b.example", "email_verified": true })).unwrap();
        assert!(!kelvin.email_verified);
        assert!(!read(&json!({ "sub": "1", "email_verified": true })).unwrap().email_verified);
    }

    #[test]
    fn claims_of_a_wrong_type_are_refused() {
        for odd in [
            json!({}),
            json!({ "sub": 1 }),
            json!({ "sub": null }),
            json!({ "sub": "1", "email": ["a@b.example"] }),
            json!({ "sub": "1", "name": {} }),
            json!([]),
        ] {
            assert_eq!(read(&odd).unwrap_err(), Fault::Claims, "{odd}");
        }
        for odd in [String::new(), "x".repeat(256), "a\nb".to_owned()] {
            assert_eq!(read(&json!({ "sub": odd })).unwrap_err(), Fault::Subject);
        }
        assert_eq!(Profile::read(br#"{"sub":"a","sub":"b"}"#, None).unwrap_err(), Fault::Claims);
    }

    #[test]
    fn names_are_cleaned_and_bounded() {
        let profile = read(&json!({ "sub": "1", "name": format!(" A\u{202e}da\n{}", "x".repeat(500)),
            "preferred_username": "\u{2066}\u{7}" }))
        .unwrap();
        assert_eq!(profile.name.as_ref().map(|name| name.starts_with("Adax") && name.len() < 201), Some(true));
        assert_eq!(profile.preferred_username, None);
    }
}
