//! Signing in with providers: a real one, and ones that lie in every way there is a rule against.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod answers;
mod caches;
mod documents;
mod github;
mod hostile;
mod id_token;
mod microsoft;
mod people;
mod real;
mod signer;
