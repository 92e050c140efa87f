//! Every route, and the layers each request passes.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    response::IntoResponse,
    routing::{MethodRouter, delete, get, put},
};
use model::ApiError;
use tower_http::{compression::CompressionLayer, csrf::CsrfLayer, limit::RequestBodyLimitLayer};

use crate::{
    assets, auth, guard, headers, health, origin, pages, problem::Problem, request, rest, socket, state::AppState,
};

/// Largest request body, in bytes. Only pictures are larger, and have a bound of their own.
const MAX_BODY: usize = 256 * 1024;

/// What is neither a page nor a server function. Each has its line in [`crate::policy`].
fn plain() -> Vec<(&'static str, MethodRouter<AppState>)> {
    let files =
        ["/theme.js", "/favicon.svg", "/manifest.webmanifest", "/robots.txt", "/vendor/{*path}", "/fonts/{*path}"];
    let mut routes: Vec<_> = files.into_iter().map(|path| (path, get(assets::file))).collect();
    routes.extend([
        ("/pkg/{*path}", get(assets::pkg)),
        ("/live", get(health::live)),
        ("/ready", get(health::ready)),
        ("/health", get(health::services)),
        ("/health/services", get(health::services)),
        ("/health/database", get(health::database)),
        ("/.well-known/jwks.json", get(health::public_keys)),
        ("/sso/{provider}", get(rest::sso::leave)),
        ("/sso/{provider}/link", get(rest::sso::link)),
        ("/sso/{provider}/callback", get(rest::sso::land)),
        ("/account/export", get(rest::privacy::export)),
        ("/audit/export", get(rest::audit::export)),
        ("/terminal/history/export", get(rest::commands::export)),
        ("/api/avatars/{user}/{id}", get(rest::avatars::show)),
        ("/api/recordings/{id}/cast", get(rest::recordings::cast)),
        ("/api/recordings/{id}/events", get(rest::recordings::events)),
        ("/api/recordings/{id}/frame", get(rest::recordings::frame)),
        ("/api/recordings/{id}/index", get(rest::recordings::index)),
        ("/api/people/{user}/avatar", delete(rest::avatars::remove_of)),
        ("/ws/live", get(socket::live::upgrade)),
        ("/ws/shared/{id}", get(socket::shared::upgrade)),
        ("/ws/terminal/{id}", get(socket::terminal::upgrade)),
    ]);
    routes
}

/// Routes whose handlers bound the body themselves, above [`MAX_BODY`].
fn large() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![("/api/me/avatar", put(rest::avatars::set).delete(rest::avatars::remove))]
}

/// Every route there is, as the router knows it.
#[must_use]
pub fn routes() -> BTreeSet<String> {
    pages::routes().chain(plain().into_iter().chain(large()).map(|(path, _)| path.to_owned())).collect()
}

/// The whole server as one service.
pub(crate) fn router(state: AppState) -> Router {
    let routes = plain().into_iter().fold(pages::router(&state), |router, (path, handler)| router.route(path, handler));
    let routes = routes.fallback(not_found).layer(RequestBodyLimitLayer::new(MAX_BODY));
    let routes = large().into_iter().fold(routes, |router, (path, handler)| router.route(path, handler));
    // From the inside out: the last one sees a request first.
    routes
        .layer(middleware::from_fn_with_state(state.clone(), auth::authenticate))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn_with_state(state.clone(), origin::check_host))
        .layer(guard::panics())
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(state.clone(), headers::secure))
        .layer(middleware::from_fn(request::observe))
        .with_state(state)
}

async fn not_found() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, Problem(ApiError::not_found("page")))
}
