//! What this machine is doing: processor, memory, disks, network, sensors and processes, read from `/proc` and `/sys`
//! once a second. [`Metrics`] is the service; [`Collector`] is the reader beneath it, without a task or permissions.
//!
//! A file that is missing or malformed leaves its part of the sample empty; it never panics and never stops the
//! collector. Every list and every file read has a written bound.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod collector;
mod cpu;
mod disks;
mod error;
mod files;
mod health;
mod history;
mod host;
mod limits;
mod memory;
mod mounts;
mod network;
mod processes;
mod rate;
mod service;
mod temperatures;
mod text;
mod users;

pub use collector::Collector;
pub use error::Error;
pub use health::CollectorHealth;
pub use service::{Clock, Metrics, Publish, Settings};
