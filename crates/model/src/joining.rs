//! Who may join this instance.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{ApiError, Permission, Role, policy::Grant};

/// How people become members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// By an invitation.
    #[default]
    Invitation,
    /// By an invitation, or by themselves.
    Open,
    /// Not at all: invitations, old and new, are refused.
    Closed,
}

impl Registration {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Invitation, Self::Open, Self::Closed];

    /// The name as stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The same in words.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Invitation => "by invitation",
            Self::Open => "everybody who reaches this page, or by invitation",
            Self::Closed => "nobody: invitations are refused too",
        }
    }
}

impl fmt::Display for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Registration {
    type Err = ApiError;

    fn from_str(name: &str) -> Result<Self, ApiError> {
        let found = Self::ALL.into_iter().find(|each| each.name() == name);
        found.ok_or_else(|| ApiError::invalid("registration", "Choose invitation, open or closed."))
    }
}

/// What nobody gets by registering: it would hand the instance to strangers.
const NOT_FOR_STRANGERS: &[Permission] = &[
    Permission::PeopleManage,
    Permission::RolesManage,
    Permission::SettingsManage,
    Permission::ProvidersManage,
    Permission::KeysManage,
];

/// Whether a role with these grants may be given to whoever registers.
#[must_use]
pub fn is_for_strangers(grants: &[Grant]) -> bool {
    !grants.iter().any(|grant| NOT_FOR_STRANGERS.contains(&grant.permission))
}

/// Who may join, and as what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joining {
    /// How people become members.
    pub registration: Registration,
    /// The role of those who join by themselves.
    pub role: Role,
}

impl Default for Joining {
    fn default() -> Self {
        Self { registration: Registration::default(), role: Role::Viewer }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for each in Registration::ALL {
            assert_eq!(each.name().parse(), Ok(each));
        }
        assert!("Open".parse::<Registration>().is_err());
    }
}
