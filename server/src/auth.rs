//! Authentication of every request, and the first door: nobody passes whom the route's policy does not admit.

use app::cookies;
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use identity::{Authenticated, Credentials};
use model::{ApiError, Caller, ErrorCode};

use crate::{
    policy::{self, Access},
    problem::Problem,
    refusal, request,
    state::AppState,
};

/// Finds out who asks, renews their tokens where needed, and turns away whom the route's policy does not admit.
pub(crate) async fn authenticate(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let access = match request.extensions().get::<MatchedPath>() {
        Some(route) => match policy::of(route.as_str()) {
            Some(access) => access,
            None => {
                tracing::error!(route = route.as_str(), "a route without a policy is refused to everybody");
                return Problem(ApiError::not_found("page")).into_response();
            }
        },
        // No route at all: whoever is inside is told so.
        None => Access::SignedIn,
    };
    if access == Access::File {
        return next.run(request).await;
    }
    let client = request::client(&request, &state.nova.config.trusted_proxies);
    if let Some(key) = bearer(&request) {
        return with_key(state, key, client, access, request, next).await;
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
        Err(error) if access.is_public() => {
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
    let mut response = match access.admit(caller.as_ref()) {
        Err(error) => turn_away(&request, error),
        Ok(()) => {
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
    access: Access,
    mut request: Request,
    next: Next,
) -> Response {
    match state.nova.identity.authenticate_key(&key, &client).await {
        Ok(Some(caller)) => {
            let mut response = match access.admit(Some(&caller)) {
                Err(error) => turn_away(&request, error),
                Ok(()) => {
                    request.extensions_mut().insert(client);
                    request.extensions_mut().insert(caller.clone());
                    next.run(request).await
                }
            };
            request::mark_user(&mut response, &caller);
            response
        }
        Ok(None) if access.is_public() => {
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

/// Strangers who ask for a page are led to the sign-in and back again; everybody else is told.
fn turn_away(request: &Request, error: ApiError) -> Response {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if request.method() != Method::GET || !accept.is_some_and(|accept| accept.contains("text/html")) {
        return Problem(error).into_response();
    }
    if error.code != ErrorCode::Unauthenticated {
        return refusal::page(&error);
    }
    let target = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let target = if target == "/" { String::new() } else { format!("?next={}", app::encode_component(target)) };
    Redirect::to(&format!("/sign-in{target}")).into_response()
}

/// The caller of a handler that is not public.
pub(crate) struct Signed(pub(crate) Caller);

impl<S: Sync> axum::extract::FromRequestParts<S> for Signed {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Caller>().cloned().map(Self).ok_or_else(|| Problem(ApiError::unauthenticated()))
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware, routing::get};
    use identity::{Client, NewAccount};
    use model::Role;
    use nova::{Config, Nova};
    use tower::ServiceExt;

    use super::*;
    use crate::{origin::Origins, pages, state::Sockets};

    const PASSWORD: &str = "violet kettle runs uphill";

    #[tokio::test]
    async fn a_route_without_a_policy_is_refused_to_everybody() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let nova = Nova::start(Config::for_tests(dir.path())?).await?;
        let account = NewAccount::parse("alice", "", "", PASSWORD.into())?;
        nova.identity.add_user(&Caller::system("test"), account, &Role::Owner).await?;
        let entrance = nova.identity.sign_in("alice", &PASSWORD.into(), &Client::default()).await?;
        let tokens = entrance.signed_in().ok_or("no second factor is asked for")?.tokens;
        let kept = cookies::keep(&tokens, false);
        let owner = kept.iter().filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ");
        let state = AppState {
            origins: Origins::new(&nova.config.public_url),
            options: pages::options(),
            sockets: Sockets::default(),
            nova: nova.clone(),
        };
        let router = Router::new()
            .route("/forgotten", get(|| async { "a secret" }))
            .route("/account", get(|| async { "one's own" }))
            .layer(middleware::from_fn_with_state(state, authenticate));
        let ask = async |path: &str, cookies: &str| {
            let request = http::Request::get(path).header(header::COOKIE, cookies).body(Body::empty()).unwrap();
            router.clone().oneshot(request).await.unwrap().status().as_u16()
        };
        for cookies in ["", &owner] {
            assert_eq!(ask("/forgotten", cookies).await, 404);
        }
        assert_eq!((ask("/account", &owner).await, ask("/account", "").await), (200, 401));
        nova.stop().await;
        Ok(())
    }
}
