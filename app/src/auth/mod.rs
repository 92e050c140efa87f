//! Becoming a caller: sign-in, set-up, invitation. Plain forms that work before any script arrives.

pub(crate) mod api;
mod card;
mod join;
mod new_password;
mod sign_in;

pub(crate) use join::{invite_page, setup_page};
pub(crate) use new_password::NewPassword;
pub(crate) use sign_in::sign_in_page;
