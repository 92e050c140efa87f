//! The one HTTP client for requests Nova makes on its own: to identity providers, to webhooks.
//!
//! A request that somebody can steer is a way into the network the server stands in (server-side request forgery). So
//! every request goes through [`Egress`], and its rules hold without the caller's help: `https` except to this machine
//! itself, no redirects, no proxies, a deadline, a bounded answer, and with [`Reach::PublicOnly`] no address that is
//! not on the public internet. Names are resolved once per connection, and the addresses that were judged are the ones
//! connected to, so a second answer of the name server changes nothing.

mod address;
mod client;
mod error;
mod headers;
mod resolve;
mod response;
mod target;
mod trust;

pub use address::is_public;
pub use client::{Egress, Limits};
pub use error::Error;
pub use headers::Headers;
pub use resolve::Reach;
pub use response::Response;
pub use target::permitted;
