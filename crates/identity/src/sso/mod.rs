//! Single sign-on: providers, people's links to them, and signing in by them.

mod links;
mod providers;
mod sign_in;
mod sign_out;

pub use sign_in::{Departure, Landing};
pub(crate) use sign_out::{Origin, pending_place};
