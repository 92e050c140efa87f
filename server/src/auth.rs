//! Authentication of every request, and the rule that what is not public needs a caller.

use app::cookies;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use identity::{Authenticated, Credentials};
use model::{ApiError, Caller, ErrorCode};

use crate::{problem::Problem, request, state::AppState};

/// Paths a stranger may ask for, and everything below those that end in a slash. All else needs a caller.
const PUBLIC: &[&str] = &[
    "/sign-in",
    "/sign-in/",
    "/sso/",
    "/setup/",
    "/invite/",
    "/forgot",
    "/reset/",
    "/verify/",
    "/join",
    "/join/",
    "/api/public/",
    "/health",
    "/health/",
    "/ready",
    "/live",
    "/.well-known/jwks.json",
    "/pkg/",
    "/vendor/",
    "/fonts/",
    "/theme.js",
    "/favicon.svg",
    "/manifest.webmanifest",
    "/robots.txt",
];

fn is_public(path: &str) -> bool {
    PUBLIC.iter().any(|public| path == *public || (public.ends_with('/') && path.starts_with(public)))
}

/// Files that are the same for everybody: looking up who asks would only cost.
fn is_asset(path: &str) -> bool {
    ["/pkg/", "/vendor/", "/fonts/"].iter().any(|folder| path.starts_with(folder))
}

/// Finds out who asks, renews their tokens where needed, and turns strangers away from what is not public.
pub(crate) async fn authenticate(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if is_asset(path) {
        return next.run(request).await;
    }
    let public = is_public(path);
    let client = request::client(&request);
    if let Some(key) = bearer(&request) {
        return with_key(state, key, client, public, request, next).await;
    }
    let found = cookies::read(request.headers());
    let credentials = Credentials {
        access: found.access.as_deref(),
        refresh: found.refresh.as_deref(),
        fingerprint: found.fingerprint.as_deref(),
    };
    let authenticated = match state.nova.identity.authenticate(credentials, &client).await {
        Ok(authenticated) => authenticated,
        // Without the database nobody is known; health and the like must still answer.
        Err(error) if public => {
            tracing::warn!(%error, "authentication is not available");
            Authenticated::Nobody
        }
        Err(error) => return Problem::from(error).into_response(),
    };
    request.extensions_mut().insert(client);
    let secure = state.nova.config.is_https();
    let (caller, set_cookies) = match authenticated {
        Authenticated::Caller(caller) => (Some(caller), Vec::new()),
        Authenticated::Renewed(signed_in) => (Some(signed_in.caller.clone()), cookies::keep(&signed_in.tokens, secure)),
        Authenticated::Nobody if found.any() => (None, cookies::forget(secure)),
        Authenticated::Nobody => (None, Vec::new()),
    };
    let mut response = match &caller {
        None if !public => turn_away(&request),
        _ => {
            if let Some(caller) = &caller {
                request.extensions_mut().insert(caller.clone());
            }
            next.run(request).await
        }
    };
    if let Some(caller) = &caller {
        request::mark_user(&mut response, caller);
    }
    // A handler that signs in or out has the last word about the cookies.
    if !response.headers().contains_key(header::SET_COOKIE) {
        for cookie in set_cookies {
            if let Ok(value) = HeaderValue::from_str(&cookie) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
    }
    response
}

/// The API key of a request (RFC 6750 §2.1). A request that brings one is judged by it alone, whatever cookies come too.
fn bearer(request: &Request) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().to_owned())
}

async fn with_key(
    state: AppState,
    key: String,
    client: identity::Client,
    public: bool,
    mut request: Request,
    next: Next,
) -> Response {
    match state.nova.identity.authenticate_key(&key, &client).await {
        Ok(Some(caller)) => {
            request.extensions_mut().insert(client);
            request.extensions_mut().insert(caller.clone());
            let mut response = next.run(request).await;
            request::mark_user(&mut response, &caller);
            response
        }
        Ok(None) if public => {
            request.extensions_mut().insert(client);
            next.run(request).await
        }
        Ok(None) => {
            let message = "This API key is not valid: it was ended, has expired, or is used from outside its networks.";
            let mut response = Problem(ApiError::new(ErrorCode::Unauthenticated, message)).into_response();
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            response
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Pages lead to the sign-in and back again; everything else is told.
fn turn_away(request: &Request) -> Response {
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if request.method() == Method::GET && wants_page {
        let target = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let target = if target == "/" { String::new() } else { format!("?next={}", app::encode_component(target)) };
        return Redirect::to(&format!("/sign-in{target}")).into_response();
    }
    Problem(ApiError::unauthenticated()).into_response()
}

/// The caller of a handler that is not public.
pub(crate) struct Signed(pub(crate) Caller);

impl<S: Sync> axum::extract::FromRequestParts<S> for Signed {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Caller>().cloned().map(Self).ok_or_else(|| Problem(ApiError::unauthenticated()))
    }
}
