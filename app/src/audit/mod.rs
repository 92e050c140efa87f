//! The audit log: who did what, and that nobody changed it since.

mod api;
mod events;
mod page;

pub(crate) use page::audit_page;
