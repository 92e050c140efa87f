//! Sharing a shell: the owner's dialog, who is here, and the guests' pages.

pub(crate) mod api;
mod bar;
mod dialog;
mod guest;
mod join;
mod list;
mod state;

pub(crate) use bar::{CompanyBar, WarningBar};
pub(crate) use dialog::{ShareButton, ShareDialog};
pub(crate) use guest::guest_page;
pub(crate) use join::join_page;
pub(crate) use list::{SharedWithMe, shared_page};
pub(crate) use state::{Door, Sharing};
