//! Shells in tabs. A shell belongs to its person, not to the page: reloading or losing the socket ends nothing.

pub(crate) mod api;
mod bell;
mod commands;
mod desk;
pub(crate) mod history;
mod keybar;
mod link;
mod look;
mod mount;
mod page;
mod pane;
mod panel;
mod programs;
mod questions;
mod recording;
mod search;
pub(crate) mod share;
mod tabs;
pub(crate) mod templates;
mod tools;

pub(crate) use page::terminal_page;
pub(crate) use share::{guest_page, join_page, shared_page};
