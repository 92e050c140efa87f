//! The document around the app, and its Content-Security-Policy.

use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;

use crate::{App, SiteOptions};

/// The whole page.
pub fn document(site: &SiteOptions) -> impl IntoView + use<> {
    let SiteOptions { leptos: options, build } = site.clone();
    let nonce = use_nonce();
    if let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), &nonce)
        && let Ok(policy) = http::HeaderValue::from_str(&policy(&nonce.to_string(), &options))
    {
        response.insert_header(http::header::CONTENT_SECURITY_POLICY, policy);
    }
    let version = build.as_deref().map(|build| format!("?v={build}")).unwrap_or_default();
    let style = format!("{}/{}.css", options.pkg_url_path(), options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-build=build>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#fbfcfd" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#14171c" media="(prefers-color-scheme: dark)"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <script src=format!("/theme.js{version}") nonce=nonce.clone()></script>
                <link rel="stylesheet" id="leptos" href=absolute(&style)/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

fn absolute(path: &str) -> String {
    format!("/{}", path.trim_start_matches('/'))
}

/// Scripts only with this page's nonce and what those load themselves. Styles may be inline: xterm.js measures and
/// paints by a style element of its own.
fn policy(nonce: &str, options: &LeptosOptions) -> String {
    // cargo-leptos reloads the page over a socket of its own while developing.
    let reload = if std::env::var_os("LEPTOS_WATCH").is_some() {
        format!(" ws://*:{}", options.reload_port)
    } else {
        String::new()
    };
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'{reload}; manifest-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )
}
