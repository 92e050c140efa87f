//! People and their sign-ins: accounts, passwords, sessions, tokens, invitations.
//!
//! A session is one sign-in on one device and one family of refresh tokens. Access tokens are short-lived JWTs bound to
//! a second cookie; refresh tokens rotate, and using an old one outside the grace ends the session. Whatever ends a
//! session ends it everywhere within a second: requests ask [`Identity::authenticate`], sockets listen to
//! [`Identity::ended_sessions`].
#![forbid(unsafe_code)]

mod access;
mod accounts;
mod attempts;
mod device;
mod error;
mod invitations;
mod keys;
mod passwords;
mod people;
mod profile;
mod refresh;
mod secret;
mod service;
mod sessions;
mod setup;
mod sign_in;

pub use accounts::NewAccount;
pub use error::Error;
pub use keys::Algorithm;
pub use service::{Identity, Settings};
pub use sign_in::{Authenticated, Client, Credentials, SignedIn, Tokens};
