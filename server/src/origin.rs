//! Who may talk to us from a browser: the check every WebSocket upgrade passes, and the check of `Host` against DNS
//! rebinding.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{ApiError, ErrorCode};

use crate::{problem::Problem, state::AppState};

/// The origins that are ours.
#[derive(Debug, Clone)]
pub(crate) struct Origins {
    /// `scheme://authority` of the public address.
    public: Arc<str>,
}

impl Origins {
    pub(crate) fn new(public_url: &str) -> Self {
        Self { public: public_url.into() }
    }

    /// Whether an upgrade with these headers comes from one of our own pages. A missing `Origin` is refused: browsers
    /// always send one, and nobody else has our cookies.
    pub(crate) fn allows(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let (Some(origin), None) = (origins.next().and_then(|value| value.to_str().ok()), origins.next()) else {
            return false;
        };
        if origin == &*self.public {
            return true;
        }
        // Reached by another address of this machine: only where that needs no https, and never by a name that
        // somebody else's DNS could point at us.
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        let Some(host) = host.filter(|_| self.public.starts_with("http://")) else { return false };
        is_own_address(host) && origin.strip_prefix("http://") == Some(host)
    }

    /// Whether `host` is a name this instance may be asked by.
    fn knows(&self, host: &str) -> bool {
        self.public.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
            || is_own_address(host)
    }
}

/// An IP address or `localhost`, with or without a port: what no DNS server decides.
fn is_own_address(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
    name == "localhost" || bare.parse::<IpAddr>().is_ok()
}

/// Refuses requests for a name that is not ours (RFC 9110 §15.5.20).
pub(crate) async fn check_host(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let host = request
        .uri()
        .authority()
        .map(|authority| authority.as_str())
        .or_else(|| request.headers().get(header::HOST).and_then(|value| value.to_str().ok()));
    if host.is_some_and(|host| state.origins.knows(host)) {
        return next.run(request).await;
    }
    let error = ApiError::new(
        ErrorCode::Invalid,
        "This server does not answer to that name. Set NOVA_PUBLIC_URL to the address people use.",
    );
    (StatusCode::MISDIRECTED_REQUEST, Problem(error)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(origin: Option<&str>, host: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        headers.insert(header::HOST, host.parse().unwrap());
        headers
    }

    #[test]
    fn only_our_own_pages_open_sockets() {
        let ours = Origins::new("https://nova.example.org");
        assert!(ours.allows(&headers(Some("https://nova.example.org"), "nova.example.org")));
        for wrong in [
            None,
            Some("null"),
            Some(""),
            Some("https://evil.example"),
            Some("https://sub.nova.example.org"),
            Some("https://nova.example.org.evil.example"),
            Some("https://evil-nova.example.org"),
            Some("https://nova.example.org:444"),
            Some("http://nova.example.org"),
            Some("https://nova.example.org/"),
            Some("HTTPS://NOVA.EXAMPLE.ORG"),
        ] {
            assert!(!ours.allows(&headers(wrong, "nova.example.org")), "{wrong:?}");
        }
        let mut twice = headers(Some("https://nova.example.org"), "nova.example.org");
        twice.append(header::ORIGIN, "https://evil.example".parse().unwrap());
        assert!(!ours.allows(&twice));
    }

    #[test]
    fn a_local_instance_is_reached_by_its_addresses_but_not_by_a_foreign_name() {
        let local = Origins::new("http://127.0.0.1:8083");
        for host in ["127.0.0.1:8083", "localhost:8083", "[::1]:8083", "192.168.1.5:8083", "localhost"] {
            assert!(local.allows(&headers(Some(&format!("http://{host}")), host)), "{host}");
            assert!(local.knows(host), "{host}");
        }
        for host in ["evil.example:8083", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", ""] {
            assert!(!local.allows(&headers(Some(&format!("http://{host}")), host)), "{host}");
            assert!(!local.knows(host), "{host}");
        }
        assert!(!local.allows(&headers(Some("http://localhost:9999"), "localhost:8083")));
    }
}
