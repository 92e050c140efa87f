//! The collector and the service against small machines made of files, and against the one the tests run on.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers outside #[test] functions fail tests by panicking"
)]

mod disks;
mod limits;
mod machine;
mod naughty;
mod network;
mod processes;
mod readings;
mod service;
