//! Pages, components and server functions, for both sides. A server function is a thin door: take the engine and the
//! caller, call the service, return.
#![forbid(unsafe_code)]
// Views are types, and a page is a deep one.
#![recursion_limit = "1024"]
// Leptos components take their props by value: the macro's generated struct owns them.
#![allow(unreachable_pub, reason = "the server and component macros write `pub` items of their own")]
#![allow(clippy::needless_pass_by_value, reason = "a component's props are its own")]

mod account;
mod audit;
mod auth;
mod chat;
mod chunk;
mod failure;
mod frame;
mod interop;
mod live;
mod overview;
mod paths;
mod people;
mod recordings;
mod routes;
mod socket;
mod terminal;
mod wire;

#[cfg(feature = "ssr")]
mod context;
#[cfg(feature = "ssr")]
pub mod cookies;
#[cfg(feature = "ssr")]
mod document;

#[cfg(feature = "ssr")]
pub use context::{RequestContext, SiteOptions};
#[cfg(feature = "ssr")]
pub use document::document;
pub use failure::Failure;
pub use paths::{encode_component, local_path};
pub use routes::App;
