//! A page for people who cannot go on where they wanted to.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use model::ApiError;

use crate::assets;

/// Its only guests are our own style sheet and the script that sets the theme.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
                      form-action 'none'";

/// A way back: its address, one of ours, and its words.
type WayBack = (&'static str, &'static str);

/// What one may not see, and why.
pub(crate) fn page(error: &ApiError) -> Response {
    drawn("Not allowed", error, ("/", "Go to the overview"))
}

/// Why a sign-in by way of a provider did not work.
pub(crate) fn sign_in_failed(error: &ApiError) -> Response {
    drawn("This sign-in did not work", error, ("/sign-in", "Back to the sign-in"))
}

fn drawn(title: &str, error: &ApiError, (back, words): WayBack) -> Response {
    let folder = assets::BUILD.as_deref().map(|build| format!("{build}/")).unwrap_or_default();
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · Nova</title><script src=\"/theme.js\"></script>\
         <link rel=\"stylesheet\" href=\"/pkg/{folder}nova.css\"></head>\
         <body><main class=\"auth\"><div class=\"auth__brand\"><span class=\"brand-mark\" aria-hidden=\"true\">✦</span>Nova</div>\
         <div class=\"auth__card\"><div class=\"auth__head\"><h1 class=\"auth__title\">{title}</h1>\
         <p class=\"auth__text\">{}</p></div><a class=\"button\" href=\"{back}\">{words}</a></div></main></body></html>",
        escaped(&error.message),
    );
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::FORBIDDEN);
    let mut response = (status, Html(html)).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// `text` as it may stand in an element or a quoted attribute.
pub(crate) fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
        escaped
    })
}
