//! Doors that are neither pages nor sockets: files to send and to fetch.

pub(crate) mod audit;
pub(crate) mod avatars;
pub(crate) mod commands;
pub(crate) mod privacy;
pub(crate) mod recordings;
pub(crate) mod sso;
