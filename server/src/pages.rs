//! Pages and server functions, drawn by the app.

use app::{RequestContext, SiteOptions};
use axum::{Router, http::request::Parts};
use leptos::{
    config::LeptosOptions,
    context::{provide_context, use_context},
};
use leptos_axum::{LeptosRoutes, generate_route_list};
use model::Caller;

use crate::{assets, request::RequestId, state::AppState};

/// Options of the pages: the site is served by this process, under a URL that changes with its content.
pub(crate) fn options() -> LeptosOptions {
    // cargo-leptos says where its reload socket is; anybody else gets the plain defaults.
    let from_watch = std::env::var_os("LEPTOS_WATCH").and_then(|_| leptos::config::get_configuration(None).ok());
    if let Some(configuration) = from_watch {
        return configuration.leptos_options;
    }
    let options = LeptosOptions::builder().output_name("nova").site_root("target/site").site_pkg_dir("pkg");
    match &*assets::BUILD {
        Some(build) => options.site_pkg_url(format!("pkg/{build}")).build(),
        None => options.build(),
    }
}

/// Every path the app declares: pages and server functions.
pub(crate) fn routes() -> impl Iterator<Item = String> {
    let pages = generate_route_list(app::App).into_iter().map(|page| page.path().to_owned());
    pages.chain(leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()))
}

/// The router of everything the app declares.
pub(crate) fn router(state: &AppState) -> Router<AppState> {
    let routes = generate_route_list(app::App);
    let site = SiteOptions { leptos: state.options.clone(), build: assets::BUILD.clone() };
    let context = {
        let (nova, site) = (state.nova.clone(), site.clone());
        move || {
            // Absent while the routes are listed at start.
            let parts = use_context::<Parts>();
            let extensions = parts.as_ref().map(|parts| &parts.extensions);
            provide_context(RequestContext {
                nova: nova.clone(),
                caller: extensions.and_then(|extensions| extensions.get::<Caller>().cloned()),
                client: extensions
                    .and_then(|extensions| extensions.get::<identity::Client>().cloned())
                    .unwrap_or_default(),
                request_id: extensions.and_then(|extensions| extensions.get::<RequestId>()).map(|id| id.0.clone()),
            });
            provide_context(site.clone());
        }
    };
    Router::new().leptos_routes_with_context(state, routes, context, move || app::document(&site))
}
