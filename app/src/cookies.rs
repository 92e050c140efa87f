//! The three cookies of a sign-in, the one of a half-done sign-in, and the one of a sign-in at a provider. All are HttpOnly and SameSite=Strict; over https also Secure and `__Host-`, which
//! ties them to this very origin (RFC 6265bis §4.1.3).

use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderMap, header};
use identity::Tokens;
use secrecy::{ExposeSecret, SecretString};

/// Longest `Cookie` header that is looked at, in bytes.
const MAX_HEADER: usize = 16 * 1024;
const ACCESS: &str = "nova_access";
const REFRESH: &str = "nova_refresh";
const FINGERPRINT: &str = "nova_fingerprint";
const PENDING: &str = "nova_pending";
const SSO: &str = "nova_sso";
const HOST_PREFIX: &str = "__Host-";
/// The browser forgets them with the session they belong to.
const LIFETIME: Duration = Duration::days(7);
/// The second step of a sign-in takes no longer.
const PENDING_LIFETIME: Duration = Duration::minutes(10);

/// What a request's cookies hold.
#[derive(Default)]
pub struct Found {
    /// Access token.
    pub access: Option<String>,
    /// Refresh token.
    pub refresh: Option<String>,
    /// Fingerprint.
    pub fingerprint: Option<String>,
    /// Token of a half-done sign-in.
    pub pending: Option<String>,
    /// Token of a sign-in that is at a provider.
    pub sso: Option<String>,
}

impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Found").field("any", &self.any()).finish_non_exhaustive()
    }
}

impl Found {
    /// Whether there is any of a session's.
    #[must_use]
    pub fn any(&self) -> bool {
        self.access.is_some() || self.refresh.is_some() || self.fingerprint.is_some()
    }
}

/// Finds our cookies in a request.
#[must_use]
pub fn read(headers: &HeaderMap) -> Found {
    let mut found = Found::default();
    let texts = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    for text in texts.filter(|text| text.len() <= MAX_HEADER) {
        for cookie in Cookie::split_parse(text).flatten() {
            let name = cookie.name().strip_prefix(HOST_PREFIX).unwrap_or(cookie.name());
            let place = match name {
                ACCESS => &mut found.access,
                REFRESH => &mut found.refresh,
                FINGERPRINT => &mut found.fingerprint,
                PENDING => &mut found.pending,
                SSO => &mut found.sso,
                _ => continue,
            };
            // The first one wins: a cookie planted from elsewhere comes later or under a name without the prefix.
            place.get_or_insert_with(|| cookie.value().to_owned());
        }
    }
    found
}

/// `Set-Cookie` values that keep a sign-in.
#[must_use]
pub fn keep(tokens: &Tokens, secure: bool) -> Vec<String> {
    [(ACCESS, &tokens.access), (REFRESH, &tokens.refresh), (FINGERPRINT, &tokens.fingerprint)]
        .into_iter()
        .map(|(name, value)| build(name, value.expose_secret(), LIFETIME, secure))
        .collect()
}

/// `Set-Cookie` value that keeps a half-done sign-in; ending it is an empty one.
#[must_use]
pub fn pending(token: Option<&SecretString>, secure: bool) -> String {
    match token {
        Some(token) => build(PENDING, token.expose_secret(), PENDING_LIFETIME, secure),
        None => build(PENDING, "", Duration::ZERO, secure),
    }
}

/// `Set-Cookie` values that end it.
#[must_use]
pub fn forget(secure: bool) -> Vec<String> {
    [ACCESS, REFRESH, FINGERPRINT].into_iter().map(|name| build(name, "", Duration::ZERO, secure)).collect()
}

/// `Set-Cookie` value that ties a sign-in at a provider to this browser; ending it is an empty one. It is the one cookie
/// that comes along from another site (SameSite=Lax): the provider leads the browser back.
#[must_use]
pub fn sso(token: Option<&SecretString>, secure: bool) -> String {
    let (value, age) = token.map_or(("", Duration::ZERO), |token| (token.expose_secret(), PENDING_LIFETIME));
    build(SSO, value, age, secure).replace("SameSite=Strict", "SameSite=Lax")
}

fn build(name: &str, value: &str, age: Duration, secure: bool) -> String {
    let name = if secure { format!("{HOST_PREFIX}{name}") } else { name.to_owned() };
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Strict)
        .max_age(age)
        .build()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Tokens {
        Tokens { access: "a.b.c".to_owned().into(), refresh: "r".to_owned().into(), fingerprint: "f".to_owned().into() }
    }

    #[test]
    fn every_cookie_is_locked_down() {
        for cookie in keep(&tokens(), true).into_iter().chain(forget(true)) {
            for part in ["__Host-nova_", "HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
                assert!(cookie.contains(part), "{cookie}: {part}");
            }
            assert!(!cookie.contains("Domain"), "{cookie}");
        }
        for cookie in keep(&tokens(), false) {
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains("Secure"));
        }
    }

    #[test]
    fn cookies_are_found_again_and_nonsense_is_ignored() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            "x=1; __Host-nova_access=a.b.c; =; ;;; nova_access=planted; nova_refresh=r".parse().unwrap(),
        );
        let found = read(&headers);
        assert_eq!(found.access.as_deref(), Some("a.b.c"));
        assert_eq!(found.refresh.as_deref(), Some("r"));
        assert_eq!(found.fingerprint, None);
        headers.insert(header::COOKIE, format!("nova_access={}", "x".repeat(MAX_HEADER)).parse().unwrap());
        assert!(!read(&headers).any());
    }
}
