//! Single sign-on: providers as owners set them up and as people meet them.

use serde::{Deserialize, Serialize};

use crate::{ApiError, Role, Timestamp};

/// Which provider, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProviderKind {
    /// Any OpenID Connect issuer.
    OpenId {
        /// The issuer exactly as the provider writes it.
        issuer: String,
    },
    /// Google accounts.
    Google,
    /// Microsoft accounts of one tenant, or of many (`common`, `organizations`).
    Microsoft {
        /// The tenant.
        tenant: String,
    },
    /// GitLab, theirs or one's own.
    GitLab {
        /// Its address.
        base: String,
    },
    /// GitHub (OAuth 2).
    GitHub,
}

/// A provider as its form sends it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderForm {
    /// Our name for it, part of its redirect address: 1–64 of `a–z 0–9 _ -`.
    pub id: String,
    /// What the button says.
    pub name: String,
    /// Which, and where.
    pub kind: ProviderKind,
    /// Who we are to it.
    pub client_id: String,
    /// How we prove it; `None` keeps the one there is.
    pub client_secret: Option<String>,
    /// What to ask for, separated by spaces; empty for who it is and their address.
    pub scopes: String,
    /// The claim that holds someone's roles or groups; empty for none.
    pub roles_claim: String,
    /// Which of the claim's values gives which role; the first that fits counts.
    pub role_map: Vec<(String, Role)>,
    /// What people get who come for the first time, if they may.
    pub default_role: Role,
    /// Whether someone new gets an account.
    pub creates_accounts: bool,
    /// E-mail domains whose verified addresses may be taken for the account that has the address; none by default.
    pub trusted_domains: Vec<String>,
}

impl std::fmt::Debug for ProviderForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderForm").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Entries of a role map or of trusted domains at most.
pub const MAX_PROVIDER_ENTRIES: usize = 50;

impl ProviderForm {
    /// Refuses what cannot be.
    ///
    /// # Errors
    /// `Invalid`, naming the field.
    pub fn check(&self) -> Result<(), ApiError> {
        let id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        if !(1..=64).contains(&self.id.len()) || !self.id.chars().all(id) {
            return Err(ApiError::invalid("id", "Use 1 to 64 lower-case letters, digits, dashes or underscores."));
        }
        if !(1..=64).contains(&self.name.trim().chars().count()) || self.name.chars().any(char::is_control) {
            return Err(ApiError::invalid("name", "The button's text has 1 to 64 characters."));
        }
        if self.client_id.trim().is_empty() {
            return Err(ApiError::invalid("client_id", "The provider gives you this when you register Nova there."));
        }
        if self.role_map.len() > MAX_PROVIDER_ENTRIES || self.trusted_domains.len() > MAX_PROVIDER_ENTRIES {
            return Err(ApiError::invalid("role_map", format!("At most {MAX_PROVIDER_ENTRIES} entries.")));
        }
        let domain = |text: &String| text.contains('.') && !text.contains(['@', ' ', '/']) && text.len() <= 253;
        if !self.trusted_domains.iter().all(domain) {
            return Err(ApiError::invalid("trusted_domains", "Write domains such as example.org, without @."));
        }
        Ok(())
    }
}

/// A provider in the admin's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderInfo {
    /// What it is set to, without its secret.
    pub form: ProviderForm,
    /// Whether a secret is set.
    pub has_secret: bool,
    /// What to enter at the provider.
    pub redirect_uri: String,
    /// What to enter there for coming back after a sign-out.
    pub signed_out_uri: String,
    /// Accounts linked to it.
    pub linked: u32,
    /// When it was set up.
    pub created_at: Timestamp,
}

/// A provider on the sign-in page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderButton {
    /// Which.
    pub id: String,
    /// What the button says.
    pub name: String,
}

/// One of one's own links to a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedIdentity {
    /// Which provider.
    pub provider: String,
    /// What its button says.
    pub name: String,
    /// The issuer, half of who one is there.
    pub issuer: String,
    /// The subject, the other half.
    pub subject: String,
    /// The address it told.
    pub email: String,
    /// When it was last used.
    pub last_used_at: Timestamp,
}
