//! The outermost layer: a request id in and out, and one log line for each request. Paths are logged as their route
//! pattern, so no secret that stands in a path or query ever reaches the log.

use std::{net::SocketAddr, time::Instant};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use identity::Client;
use model::{Caller, policy::Network};
use tracing::Instrument;
use uuid::Uuid;

use crate::forwarded;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest request id taken over from outside.
const MAX_ID: usize = 64;

/// Names a request in the log and in errors.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// The user id of whoever the request turned out to be from; set by authentication for the log line.
#[derive(Debug, Clone)]
pub(crate) struct LoggedUser(pub(crate) String);

pub(crate) async fn observe(mut request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().clone();
    request.extensions_mut().insert(RequestId(id.clone()));
    let started = Instant::now();
    let span = tracing::info_span!("request", request_id = %id);
    let mut response = next.run(request).instrument(span).await;
    let user = response.extensions().get::<LoggedUser>().map_or("-", |user| user.0.as_str());
    let status = response.status().as_u16();
    let duration_ms = (started.elapsed().as_secs_f64() * 1e6).round() / 1e3;
    if status >= 500 {
        tracing::error!(request_id = %id, user_id = %user, %method, route, status, duration_ms, "request");
    } else if is_quiet(&route) {
        tracing::debug!(request_id = %id, user_id = %user, %method, route, status, duration_ms, "request");
    } else {
        tracing::info!(request_id = %id, user_id = %user, %method, route, status, duration_ms, "request");
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    response
}

/// Files and probes would drown what matters.
fn is_quiet(route: &str) -> bool {
    ["/pkg/", "/vendor/", "/fonts/", "/health"].iter().any(|folder| route.starts_with(folder))
        || ["/live", "/ready", "/theme.js", "/favicon.svg", "/manifest.webmanifest"].contains(&route)
}

/// The id a proxy gave the request, if it is harmless; else a fresh one.
fn request_id(headers: &HeaderMap) -> String {
    let harmless = |id: &&str| {
        (1..=MAX_ID).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let given = headers.get(&REQUEST_ID).and_then(|value| value.to_str().ok()).filter(harmless);
    given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// Where a request comes from, behind `proxies` of ours or not.
pub(crate) fn client(request: &Request, proxies: &[Network]) -> Client {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let address = peer.map(|ConnectInfo(peer)| forwarded::address(peer.ip(), request.headers(), proxies));
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Client {
        address: address.map(|address| address.to_string()).unwrap_or_default(),
        user_agent: agent.unwrap_or_default().to_owned(),
    }
}

/// Marks the response with whose request it was.
pub(crate) fn mark_user(response: &mut Response, caller: &Caller) {
    if let Ok(user) = caller.user() {
        response.extensions_mut().insert(LoggedUser(user.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_harmful_request_id_is_replaced() {
        let with = |id: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID.clone(), HeaderValue::from_bytes(id).unwrap());
            request_id(&headers)
        };
        assert_eq!(with(b"abc-1.2_3"), "abc-1.2_3");
        for wrong in [&b""[..], b"a b", b"\x1b[31m".get(1..).unwrap(), b"a\tb", &[b'a'; 65], "ü".as_bytes()] {
            assert_ne!(with(wrong).as_bytes(), wrong);
        }
    }
}
