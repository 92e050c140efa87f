//! Who signed in.

use secrecy::SecretString;

use crate::profile::Profile;

/// An identity a provider vouches for. `issuer` and `subject` together name the account; nothing else does, and an
/// e-mail address that is not verified must not be matched with anybody's.
#[derive(Debug, Clone)]
pub struct Verified {
    /// Who vouches: the issuer of the ID token, or GitHub's base address.
    pub issuer: String,
    /// The account there: 1–255 bytes, never reused.
    pub subject: String,
    /// An e-mail address in lower case, shaped like one.
    pub email: Option<String>,
    /// Whether the provider says, by the boolean `true`, that the address is theirs. Never without an address.
    pub email_verified: bool,
    /// The full name, at most 200 characters, no control characters.
    pub name: Option<String>,
    /// A user name they would like, bounded in the same way. Neither unique nor lasting.
    pub preferred_username: Option<String>,
    /// The strings of [`crate::Provider::roles_claim`]: at most 100, each of at most 256 bytes.
    pub roles: Vec<String>,
    /// The ID token, for [`crate::RelyingParty::sign_out_url`].
    pub id_token: Option<SecretString>,
}

impl Verified {
    pub(crate) fn new(issuer: String, profile: Profile, id_token: Option<SecretString>) -> Self {
        let Profile { subject, email, email_verified, name, preferred_username, roles } = profile;
        Self { issuer, subject, email, email_verified, name, preferred_username, roles, id_token }
    }
}
