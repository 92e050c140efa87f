//! Signing in with somebody else's identity provider: an OpenID Connect relying party (Core 1.0, authorization code
//! flow with PKCE) and, as the one exception that speaks no OpenID Connect, GitHub over OAuth 2.
//!
//! Only the protocol lives here: no database, no HTTP server, no cookies. The caller keeps a [`Flow`] between the two
//! halves of a sign-in, sealed and on the server, and decides what a [`Verified`] identity may do. Who somebody is, is
//! the pair of issuer and subject and never an e-mail address.

mod directory;
mod error;
mod exchange;
mod flow;
mod github;
mod id_token;
mod issuer;
mod jws;
mod keys;
mod metadata;
mod openid;
mod party;
mod profile;
mod provider;
mod roles;
mod secret;
mod verified;

pub use error::{Error, Fault};
pub use flow::{Answer, Begun, Flow};
pub use metadata::{ClientAuth, Description};
pub use party::{Clock, RelyingParty};
pub use provider::{Kind, Provider};
pub use verified::Verified;
