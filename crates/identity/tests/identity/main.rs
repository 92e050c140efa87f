//! The promises of this area, told through its public door on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod api_keys;
mod factors;
mod guessing;
mod people;
mod privacy;
mod roles;
mod sessions;
mod sso;
mod world;
