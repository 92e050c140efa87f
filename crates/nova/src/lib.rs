//! The engine: every service built from one [`Config`], started in order and stopped in the reverse. It knows no web
//! server, so tests and the command line use it directly.
#![forbid(unsafe_code)]

pub mod config;
mod engine;
mod error;
mod health;
mod limits;
mod outbox;
mod people;
mod privacy;
mod recordings;
mod sharing;
mod terminals;
mod visiting;
mod wiring;

pub use config::Config;
pub use engine::Nova;
pub use error::StartError;
