//! The audit log: who did what, and that nobody changed it since.

mod api;
mod commands;
mod events;
mod page;

pub(crate) use page::audit_page;
