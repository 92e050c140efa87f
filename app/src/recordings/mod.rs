//! Recordings of shells: the list, the player, and whose shells are recorded.

pub(crate) mod api;
mod controls;
mod deeds;
mod list;
mod moments;
mod player;
mod policy;
mod stage;
mod words;

pub(crate) use list::recordings_page;
pub(crate) use player::player_page;
