//! The promises of this area, told through its public door on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod api_keys;
mod avatars;
mod clock;
mod email;
mod factors;
mod guessing;
mod joining;
mod letters;
mod lost_keys;
mod many_sessions;
mod notices;
mod people;
mod privacy;
mod reset;
mod roles;
mod sessions;
mod spoiled;
mod sso;
mod world;
