//! The dashboard: this machine now and over the last ten minutes.

pub(crate) mod api;
mod charts;
mod cores;
mod disks;
mod page;
mod processes;
mod services;
mod tiles;

pub(crate) use page::overview_page;
