//! Shells in tabs. A shell belongs to its person, not to the page: reloading or losing the socket ends nothing.

pub(crate) mod api;
mod keybar;
mod link;
mod page;
mod pane;
mod tabs;

pub(crate) use page::terminal_page;
