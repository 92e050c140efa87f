//! Becoming a caller: sign-in, set-up, invitation. Plain forms that work before any script arrives.

pub(crate) mod api;
mod card;
pub(crate) mod enrol;
mod join;
mod new_password;
mod recovery;
mod recovery_api;
mod register;
mod register_api;
mod second_step;
mod second_step_api;
mod sign_in;

pub(crate) use join::{invite_page, setup_page};
pub(crate) use new_password::NewPassword;
pub(crate) use recovery::{forgot_page, reset_page, verify_page};
pub(crate) use register::{join_page, join_sent_page};
pub(crate) use second_step::second_step_page;
pub(crate) use sign_in::sign_in_page;
