//! Paths within this site.

/// Where the second step of a sign-in is shown.
#[cfg(feature = "ssr")]
pub(crate) const SECOND_STEP: &str = "/sign-in/second-step";

/// `next` if it leads to a page of ours, else the start page: a sign-in link must not lead anybody elsewhere.
#[must_use]
pub fn local_path(next: &str) -> String {
    let inside = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\r', '\n', '\t', '\0'])
        && !next.starts_with("/api/")
        && !next.starts_with("/sign-in");
    if inside { next.to_owned() } else { "/".to_owned() }
}

/// Percent-encodes everything but unreserved characters (RFC 3986 §2.3).
#[must_use]
pub fn encode_component(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                encoded.extend(DIGITS.get(usize::from(digit)).map(|digit| char::from(*digit)));
            }
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_only_to_our_own_pages() {
        assert_eq!(local_path("/terminal?x=1"), "/terminal?x=1");
        for elsewhere in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x",
            "/\t/evil.example",
            "/sign-in",
        ] {
            assert_eq!(local_path(elsewhere), "/", "{elsewhere:?}");
        }
        assert_eq!(encode_component("/a b?ü"), "%2Fa%20b%3F%C3%BC");
    }
}
