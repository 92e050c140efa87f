//! The web server: transport only. It parses, calls a service, and maps the answer; no rule lives here.

// The pages are types, and deep ones.
#![recursion_limit = "1024"]

mod accept;
mod assets;
mod auth;
pub mod cli;
mod forwarded;
mod guard;
mod headers;
mod health;
mod origin;
mod pages;
pub mod policy;
mod problem;
mod refusal;
mod request;
mod rest;
mod router;
mod run;
mod socket;
mod state;

pub use router::routes;
pub use run::run;
