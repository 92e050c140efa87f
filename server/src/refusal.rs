//! A page for people who may not see the one they asked for.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use model::ApiError;

use crate::assets;

/// Its only guests are our own style sheet and the script that sets the theme.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
                      form-action 'none'";

/// What is refused and why, with a way back. The words are ours: nothing in them comes from the request.
pub(crate) fn page(error: &ApiError) -> Response {
    let folder = assets::BUILD.as_deref().map(|build| format!("{build}/")).unwrap_or_default();
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Not allowed · Nova</title><script src=\"/theme.js\"></script>\
         <link rel=\"stylesheet\" href=\"/pkg/{folder}nova.css\"></head>\
         <body><main class=\"auth\"><h1>{}</h1><p>{}</p><p><a href=\"/\">Go to the overview</a></p></main></body></html>",
        error.code.title(),
        escaped(&error.message),
    );
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::FORBIDDEN);
    let mut response = (status, Html(html)).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
