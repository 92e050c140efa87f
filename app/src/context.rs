//! What a server function or a page drawn on the server knows of its request.

use identity::Client;
use leptos::prelude::*;
use model::{ApiError, Caller};
use nova::Nova;

/// One request. The server puts it into the context before it draws or calls anything.
#[derive(Clone)]
pub struct RequestContext {
    /// The engine.
    pub nova: Nova,
    /// Who asks, if anybody we know.
    pub caller: Option<Caller>,
    /// Where the request comes from.
    pub client: Client,
    /// Its id in the log.
    pub request_id: Option<String>,
}

impl std::fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestContext").field("request_id", &self.request_id).finish_non_exhaustive()
    }
}

/// The site as it was built.
#[derive(Clone, Debug)]
pub struct SiteOptions {
    /// Leptos' own options.
    pub leptos: leptos::config::LeptosOptions,
    /// The build's hash, part of immutable URLs.
    pub build: Option<String>,
}

fn request() -> Result<RequestContext, ApiError> {
    use_context().ok_or_else(ApiError::internal)
}

/// The engine.
pub(crate) fn nova() -> Result<Nova, ApiError> {
    Ok(request()?.nova)
}

/// The engine and who asks.
pub(crate) fn signed_in() -> Result<(Nova, Caller), ApiError> {
    let request = request()?;
    let caller = request.caller.ok_or_else(ApiError::unauthenticated)?;
    Ok((request.nova, caller))
}

/// Who asks, if anybody we know.
pub(crate) fn caller() -> Option<Caller> {
    use_context::<RequestContext>()?.caller
}

/// The token of a half-done sign-in.
pub(crate) fn pending() -> Result<String, ApiError> {
    let parts = use_context::<http::request::Parts>().ok_or_else(ApiError::internal)?;
    crate::cookies::read(&parts.headers)
        .pending
        .ok_or_else(|| ApiError::new(model::ErrorCode::Gone, "Your sign-in took too long. Begin again."))
}

/// Where the request comes from.
pub(crate) fn client() -> Client {
    use_context::<RequestContext>().map(|request| request.client).unwrap_or_default()
}

/// The request's id in the log.
pub(crate) fn request_id() -> Option<String> {
    use_context::<RequestContext>()?.request_id
}

/// Keeps `Set-Cookie` headers for the answer.
pub(crate) fn set_cookies(cookies: Vec<String>) {
    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else { return };
    for cookie in cookies {
        if let Ok(value) = http::HeaderValue::from_str(&cookie) {
            response.append_header(http::header::SET_COOKIE, value);
        }
    }
}

/// Sends a plain form's browser on; scripted callers go on by themselves.
pub(crate) fn redirect_form(path: &str) {
    let parts = use_context::<http::request::Parts>();
    let accepts = parts.as_ref().and_then(|parts| parts.headers.get(http::header::ACCEPT)?.to_str().ok());
    if accepts.is_some_and(|accepts| accepts.contains("text/html")) {
        leptos_axum::redirect(path, false);
    }
}

/// Sets the status of the page being drawn.
pub(crate) fn set_status(status: u16) {
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(status))
    {
        response.set_status(status);
    }
}
