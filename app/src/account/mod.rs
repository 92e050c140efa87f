//! One's own account: who one is, and where one is signed in.

pub(crate) mod api;
mod page;
mod password;
mod profile;

pub(crate) use page::account_page;
