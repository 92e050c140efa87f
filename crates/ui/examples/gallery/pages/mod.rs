pub mod account;
pub mod auth;
pub mod chat;
pub mod overview;
pub mod terminal;
