//! Doors that are neither pages nor sockets: files to download.

pub(crate) mod audit;
pub(crate) mod privacy;
pub(crate) mod sso;
