//! What may be called at all.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::Error;

/// Longest address that is looked at, in bytes.
const MAX_URL: usize = 4096;

/// Reads an address and refuses what Nova never calls nor sends a browser to: anything but `https`, except plain
/// `http` to this machine itself (`localhost`, 127.0.0.0/8, `[::1]`), where nobody can listen in; a user name or
/// password inside it; a fragment, which no server ever sees; more than 4096 bytes.
///
/// # Errors
/// [`Error::Address`], saying which rule it breaks.
pub fn permitted(text: &str) -> Result<Url, Error> {
    let refuse = |url: Option<&Url>, why| Err(Error::Address { origin: url.map(origin).unwrap_or_default(), why });
    if text.len() > MAX_URL {
        return refuse(None, "it is longer than 4096 bytes");
    }
    let Ok(url) = Url::parse(text) else {
        return refuse(None, "it is not a complete address such as https://id.example.org");
    };
    if !url.has_host() {
        return refuse(None, "it names no host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse(Some(&url), "it holds a user name or password");
    }
    if url.fragment().is_some() {
        return refuse(Some(&url), "it has a part after “#”");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_this_machine(&url) => Ok(url),
        "http" => refuse(Some(&url), "it is not encrypted: it must begin with https://"),
        _ => refuse(Some(&url), "it must begin with https://"),
    }
}

/// The host as an address, when it is written as one. The parser has already undone spellings such as `0x7f.1`.
pub(crate) fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain(_) => None,
    }
}

/// Host and port, the only part of an address that messages and logs may hold: paths and queries carry secrets.
pub(crate) fn origin(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_localhost(name),
        Some(Host::Ipv4(address)) => Ipv4Addr::is_loopback(&address),
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        None => false,
    }
}

/// The name that always means this machine (RFC 6761 §6.3).
pub(crate) fn is_localhost(name: &str) -> bool {
    name.strip_suffix('.').unwrap_or(name).eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encrypted_addresses_and_this_machine_are_permitted() {
        for url in [
            "https://id.example.org/a?b=c",
            "https://10.0.0.1:8443/",
            "http://localhost:3000/",
            "http://LOCALHOST./",
            "http://127.0.0.1/",
            "http://[::1]:80/",
        ] {
            assert!(permitted(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for url in [
            "http://example.org/",
            "http://localhost.example.org/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://[::ffff:127.0.0.1]/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "data:text/plain,a",
            "javascript:alert(1)",
            "https://user@example.org/",
            "https://:word@example.org/",
            "https://example.org/#part",
            "https:///",
            "//example.org/",
            "example.org",
            "",
        ] {
            assert!(permitted(url).is_err(), "{url}");
        }
        assert!(permitted(&format!("https://example.org/{}", "a".repeat(MAX_URL))).is_err());
    }

    #[test]
    fn a_refusal_tells_the_host_and_no_secret() {
        let told = permitted("http://id.example.org:81/path-secret?query-secret").unwrap_err().to_string();
        assert!(told.contains("id.example.org:81") && !told.contains("secret"), "{told}");
        let told = permitted("https://user:secret@example.org/").unwrap_err().to_string();
        assert!(!told.contains("secret") && !told.contains("user:"), "{told}");
    }
}
