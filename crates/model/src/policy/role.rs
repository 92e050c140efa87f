use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Grant, Permission};
use crate::ApiError;

/// What a person is here: a built-in role, each of which holds every permission of those after it, or one an owner made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Role {
    /// Claimed the instance; decides about roles, providers and settings.
    Owner,
    /// Manages people, moderates the chat, reads the audit log.
    Admin,
    /// Runs the machine: shells, service detail, chat rooms.
    Operator,
    /// Works on the machine: shells, metrics, chat.
    Developer,
    /// Watches and talks, opens no shell.
    Viewer,
    /// Made here; its grants are in the store.
    Custom(RoleName),
}

use Permission as P;
const VIEWER: &[Permission] = &[P::MetricsRead, P::ChatUse, P::PeopleRead, P::KeysUse];
const DEVELOPER: &[Permission] = &[P::MetricsRead, P::ChatUse, P::PeopleRead, P::KeysUse, P::TerminalOpen];
const OPERATOR: &[Permission] = &[
    P::MetricsRead,
    P::ChatUse,
    P::PeopleRead,
    P::KeysUse,
    P::RoomsManage,
    P::TerminalOpen,
    P::TemplatesShare,
    P::HealthRead,
];
const ADMIN: &[Permission] = &[
    P::MetricsRead,
    P::ChatUse,
    P::PeopleRead,
    P::KeysUse,
    P::RoomsManage,
    P::ChatModerate,
    P::TerminalOpen,
    P::TemplatesShare,
    P::HealthRead,
    P::TerminalObserveAny,
    P::TerminalManage,
    P::PeopleInvite,
    P::PeopleManage,
    P::KeysManage,
    P::RecordingsRead,
    P::AuditRead,
    P::MailManage,
];

impl Role {
    /// The built-in roles, mightiest first.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Admin, Self::Operator, Self::Developer, Self::Viewer];

    /// The name as stored and shown.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::Developer => "developer",
            Self::Viewer => "viewer",
            Self::Custom(name) => name.as_str(),
        }
    }

    /// What a built-in role allows; nothing for one made here, whose grants are in the store.
    #[must_use]
    pub const fn permissions(&self) -> &'static [Permission] {
        match self {
            Self::Owner => Permission::ALL,
            Self::Admin => ADMIN,
            Self::Operator => OPERATOR,
            Self::Developer => DEVELOPER,
            Self::Viewer => VIEWER,
            Self::Custom(_) => &[],
        }
    }

    /// [`permissions`](Self::permissions) as grants without conditions.
    #[must_use]
    pub fn grants(&self) -> Vec<Grant> {
        self.permissions().iter().copied().map(Grant::always).collect()
    }

    /// Whether it came with Nova.
    #[must_use]
    pub const fn is_built_in(&self) -> bool {
        !matches!(self, Self::Custom(_))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = ApiError;
    fn from_str(text: &str) -> Result<Self, ApiError> {
        match Self::ALL.into_iter().find(|role| role.name() == text) {
            Some(role) => Ok(role),
            None => RoleName::parse(text).map(Self::Custom),
        }
    }
}

impl TryFrom<String> for Role {
    type Error = ApiError;
    fn try_from(text: String) -> Result<Self, ApiError> {
        text.parse()
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        role.name().to_owned()
    }
}

/// The name of a role made here: 2–32 of `a–z 0–9 -`, beginning with a letter, and not a built-in one's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RoleName(String);

impl RoleName {
    /// Checks and lower-cases.
    ///
    /// # Errors
    /// `Invalid` on `role`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let name = text.trim().to_ascii_lowercase();
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let shaped = (2..=32).contains(&name.len())
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(allowed);
        if !shaped {
            return Err(ApiError::invalid(
                "role",
                "A role's name has 2 to 32 lower-case letters, digits or dashes and begins with a letter.",
            ));
        }
        if Role::ALL.iter().any(|role| role.name() == name) {
            return Err(ApiError::invalid("role", "A built-in role has this name. Choose another."));
        }
        Ok(Self(name))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A role as the roles page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleInfo {
    /// Which.
    pub role: Role,
    /// What it allows, and when.
    pub grants: Vec<Grant>,
    /// Whether its holders must have a second factor.
    pub needs_second_factor: bool,
    /// How many people hold it.
    pub holders: u32,
    /// Whether the caller may give it: nobody gives what they do not hold.
    pub grantable: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_holds_all_of_the_next() {
        for pair in Role::ALL.windows(2) {
            for permission in pair[1].permissions() {
                assert!(pair[0].permissions().contains(permission), "{} lacks {permission}", pair[0]);
            }
        }
    }

    #[test]
    fn a_made_role_cannot_take_a_built_in_name() {
        assert_eq!("owner".parse::<Role>(), Ok(Role::Owner));
        assert!(RoleName::parse("Owner ").is_err());
        assert_eq!("night-watch".parse::<Role>().map(|role| role.name().to_owned()), Ok("night-watch".into()));
        for wrong in ["", "x", "1a", "a b", "ä-rolle", &"a".repeat(33)] {
            assert!(wrong.parse::<Role>().is_err(), "{wrong}");
        }
    }
}
