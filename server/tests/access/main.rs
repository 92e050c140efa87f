//! Who gets in where, and how fast somebody is out again.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![recursion_limit = "1024"]

mod matrix;
mod requests;
mod revocation;
mod rooms;
mod routes;
#[path = "../support/mod.rs"]
mod support;
mod upgrades;
