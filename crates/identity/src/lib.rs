//! People and their sign-ins: accounts, passwords, sessions, tokens, invitations.
//!
//! A session is one sign-in on one device and one family of refresh tokens. Access tokens are short-lived JWTs bound to
//! a second cookie; refresh tokens rotate, and using an old one outside the grace ends the session. Whatever ends a
//! session ends it everywhere within a second: requests ask [`Identity::authenticate`], sockets listen to
//! [`Identity::revocations`].
#![forbid(unsafe_code)]

mod access;
mod accounts;
mod api_keys;
mod attempts;
mod avatars;
mod backup_codes;
mod ceremonies;
mod confirm;
mod device;
mod email;
mod error;
mod factors;
mod forgot;
mod hashing;
mod invitations;
mod joining;
mod keys;
mod links;
mod notices;
mod passkeys;
mod passwords;
mod pending;
mod people;
mod privacy;
mod profile;
mod refresh;
mod register;
mod reset;
mod roles;
mod secret;
mod service;
mod sessions;
mod setup;
mod sign_in;
mod sso;
mod totp;
mod verification;

pub use accounts::NewAccount;
pub use error::Error;
pub use factors::BackupCodes;
pub use keys::Algorithm;
pub use pending::{Entrance, Pending};
pub use privacy::AccountExport;
pub use service::{Identity, Revoked, Settings};
pub use sign_in::{Authenticated, Client, Credentials, SignedIn, Tokens};
pub use sso::{Departure, Landing};
