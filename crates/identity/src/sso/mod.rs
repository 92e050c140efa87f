//! Single sign-on: providers, people's links to them, and signing in by them.

mod links;
mod providers;
mod sign_in;

pub use sign_in::{Departure, Landing};
