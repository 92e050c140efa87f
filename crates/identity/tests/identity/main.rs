//! The promises of this area, told through its public door on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod api_keys;
mod email;
mod factors;
mod guessing;
mod joining;
mod letters;
mod notices;
mod people;
mod reset;
mod roles;
mod sessions;
mod world;
