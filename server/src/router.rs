//! Every route, and the layers each request passes.

use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware, response::IntoResponse, routing::get};
use model::ApiError;
use tower_http::{compression::CompressionLayer, csrf::CsrfLayer, limit::RequestBodyLimitLayer};

use crate::{
    assets, auth, guard, headers, health, origin, pages, problem::Problem, request, rest, socket, state::AppState,
};

/// Largest request body, in bytes. Nothing that is taken now is larger.
const MAX_BODY: usize = 256 * 1024;

/// The whole server as one service.
pub(crate) fn router(state: AppState) -> Router {
    let files =
        ["/theme.js", "/favicon.svg", "/manifest.webmanifest", "/robots.txt", "/vendor/{*path}", "/fonts/{*path}"];
    let files = files.into_iter().fold(Router::new(), |router, path| router.route(path, get(assets::file)));
    let routes = Router::new()
        .merge(pages::router(&state))
        .merge(files)
        .route("/pkg/{*path}", get(assets::pkg))
        .route("/live", get(health::live))
        .route("/ready", get(health::ready))
        .route("/health", get(health::services))
        .route("/health/services", get(health::services))
        .route("/health/database", get(health::database))
        .route("/.well-known/jwks.json", get(health::public_keys))
        .route("/sso/{provider}", get(rest::sso::leave))
        .route("/sso/{provider}/link", get(rest::sso::link))
        .route("/sso/{provider}/callback", get(rest::sso::land))
        .route("/account/export", get(rest::privacy::export))
        .route("/audit/export", get(rest::audit::export))
        .route("/ws/live", get(socket::live::upgrade))
        .route("/ws/terminal/{id}", get(socket::terminal::upgrade))
        .fallback(not_found);
    // From the inside out: the last one sees a request first.
    routes
        .layer(middleware::from_fn_with_state(state.clone(), auth::authenticate))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
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
