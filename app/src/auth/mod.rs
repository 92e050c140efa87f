//! Becoming a caller: sign-in, set-up, invitation. Plain forms that work before any script arrives.

pub(crate) mod api;
mod card;
mod join;
mod sign_in;

pub use join::{InvitePage, SetupPage};
pub use sign_in::SignInPage;
