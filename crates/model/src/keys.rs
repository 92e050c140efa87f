//! API keys: programs' way in.

use serde::{Deserialize, Serialize};

use crate::{
    ApiError, KeyId, Permission, Timestamp, UserId,
    policy::{Network, Role},
};

/// Every key begins with this, so that people and scanners recognise one.
pub const KEY_PREFIX: &str = "nova_";
/// Longest life of a key, in days; without one it lives until it is ended.
pub const MAX_KEY_DAYS: u32 = 3650;
/// Longest time a replaced key goes on working beside its successor, in hours.
pub const MAX_OVERLAP_HOURS: u32 = 168;

/// What a new key is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRequest {
    /// What its owner calls it, 1–64 characters.
    pub name: String,
    /// What it may do: never more than its owner.
    pub scopes: Vec<Permission>,
    /// From where it works; everywhere when empty.
    #[serde(default)]
    pub networks: Vec<Network>,
    /// For how many days.
    pub days: Option<u32>,
    /// For a service account instead of oneself.
    #[serde(default)]
    pub account: Option<UserId>,
}

impl KeyRequest {
    /// Refuses what cannot be.
    ///
    /// # Errors
    /// `Invalid`, naming the field.
    pub fn check(&self) -> Result<(), ApiError> {
        let name = self.name.trim();
        if !(1..=64).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            return Err(ApiError::invalid("name", "A key's name has 1 to 64 characters."));
        }
        if self.scopes.is_empty() {
            return Err(ApiError::invalid("scopes", "Choose at least one permission for the key."));
        }
        if self.networks.len() > 16 {
            return Err(ApiError::invalid("networks", "A key has at most 16 networks."));
        }
        match self.days {
            Some(days) if !(1..=MAX_KEY_DAYS).contains(&days) => {
                Err(ApiError::invalid("days", format!("A key lives 1 to {MAX_KEY_DAYS} days, or until it is ended.")))
            }
            _ => Ok(()),
        }
    }
}

/// A key in a list. The key itself is shown once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyInfo {
    /// Its id.
    pub id: KeyId,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub owner: UserId,
    /// Their user name.
    pub owner_name: String,
    /// How it begins, to recognise it by.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<Permission>,
    /// From where it works; everywhere when empty.
    pub networks: Vec<Network>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_used_from: String,
}

/// A key that was just made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewKey {
    /// The key in the list.
    pub info: KeyInfo,
    /// The key itself, shown once.
    pub key: String,
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewKey").field("info", &self.info).finish_non_exhaustive()
    }
}

/// A service account: a name programs act under; nobody signs in to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccount {
    /// Its id.
    pub id: UserId,
    /// Its user name.
    pub username: String,
    /// What it may do at most.
    pub role: Role,
    /// Whether its keys work.
    pub active: bool,
}
