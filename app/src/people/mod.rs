//! The directory: who is here, who is invited.

pub(crate) mod api;
mod invitations;
mod page;

pub(crate) use page::people_page;
