//! Who asks, and what they may do.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{ApiError, SessionId, UserId};

/// A built-in role. Each role holds every permission of the roles after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Claimed the instance; the only role that makes other owners.
    Owner,
    /// Manages people and sees the health of everything.
    Admin,
    /// Runs the machine: shells and service detail.
    Operator,
    /// Works on the machine: shells, metrics, chat.
    Developer,
    /// Watches and talks, opens no shell.
    Viewer,
}

/// A named permission; the text form is what policies and messages show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Permission {
    /// `metrics.read`: see this machine's load.
    #[serde(rename = "metrics.read")]
    MetricsRead,
    /// `terminal.open`: open a shell and use one's own.
    #[serde(rename = "terminal.open")]
    TerminalOpen,
    /// `chat.use`: read and write in rooms one belongs to.
    #[serde(rename = "chat.use")]
    ChatUse,
    /// `people.read`: see who is here.
    #[serde(rename = "people.read")]
    PeopleRead,
    /// `people.invite`: invite, disable and reset people.
    #[serde(rename = "people.invite")]
    PeopleInvite,
    /// `health.read`: see the detail behind the health endpoints.
    #[serde(rename = "health.read")]
    HealthRead,
}

const VIEWER: &[Permission] = &[Permission::MetricsRead, Permission::ChatUse, Permission::PeopleRead];
const DEVELOPER: &[Permission] =
    &[Permission::MetricsRead, Permission::ChatUse, Permission::PeopleRead, Permission::TerminalOpen];
const OPERATOR: &[Permission] = &[
    Permission::MetricsRead,
    Permission::ChatUse,
    Permission::PeopleRead,
    Permission::TerminalOpen,
    Permission::HealthRead,
];
const ADMIN: &[Permission] = &[
    Permission::MetricsRead,
    Permission::ChatUse,
    Permission::PeopleRead,
    Permission::TerminalOpen,
    Permission::HealthRead,
    Permission::PeopleInvite,
];

impl Permission {
    /// The dotted name, `area.verb`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MetricsRead => "metrics.read",
            Self::TerminalOpen => "terminal.open",
            Self::ChatUse => "chat.use",
            Self::PeopleRead => "people.read",
            Self::PeopleInvite => "people.invite",
            Self::HealthRead => "health.read",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Role {
    /// Every role, mightiest first.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Admin, Self::Operator, Self::Developer, Self::Viewer];

    /// The name as stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::Developer => "developer",
            Self::Viewer => "viewer",
        }
    }

    /// What the role grants.
    #[must_use]
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::Owner | Self::Admin => ADMIN,
            Self::Operator => OPERATOR,
            Self::Developer => DEVELOPER,
            Self::Viewer => VIEWER,
        }
    }

    /// Whether someone of this role may hand out `other`: never a role above one's own.
    #[must_use]
    pub fn may_grant(self, other: Self) -> bool {
        let rank = |role| Self::ALL.iter().position(|each| *each == role);
        self.permissions().contains(&Permission::PeopleInvite) && rank(self) <= rank(other)
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
        Self::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or_else(|| ApiError::invalid("role", "Choose one of owner, admin, operator, developer, viewer."))
    }
}

/// Who asks. Every public service method takes one and checks it; there is no unchecked path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    kind: Kind,
    permissions: BTreeSet<Permission>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Person { user: UserId, session: SessionId, role: Role },
    System { why: &'static str },
}

impl Caller {
    /// A signed-in person with the permissions of `role`.
    #[must_use]
    pub fn person(user: UserId, session: SessionId, role: Role) -> Self {
        Self { kind: Kind::Person { user, session, role }, permissions: role.permissions().iter().copied().collect() }
    }

    /// Nova itself, doing background work; `why` appears in logs.
    #[must_use]
    pub fn system(why: &'static str) -> Self {
        Self { kind: Kind::System { why }, permissions: Role::Owner.permissions().iter().copied().collect() }
    }

    /// The person's id.
    ///
    /// # Errors
    /// `Forbidden` for system work, which owns nothing.
    pub fn user(&self) -> Result<UserId, ApiError> {
        match self.kind {
            Kind::Person { user, .. } => Ok(user),
            Kind::System { why } => Err(ApiError::new(
                crate::ErrorCode::Forbidden,
                format!("This is for a person, not for background work ({why})."),
            )),
        }
    }

    /// The sign-in this request came with; `None` for system work.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        match self.kind {
            Kind::Person { session, .. } => Some(session),
            Kind::System { .. } => None,
        }
    }

    /// The person's role; system work counts as owner.
    #[must_use]
    pub fn role(&self) -> Role {
        match self.kind {
            Kind::Person { role, .. } => role,
            Kind::System { .. } => Role::Owner,
        }
    }

    /// Whether `permission` is held.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// Whether this is the person `user`.
    #[must_use]
    pub fn is(&self, user: UserId) -> bool {
        matches!(self.kind, Kind::Person { user: own, .. } if own == user)
    }

    /// Refuses unless `permission` is held.
    ///
    /// # Errors
    /// `Forbidden`, naming the permission.
    pub fn require(&self, permission: Permission) -> Result<(), ApiError> {
        if self.may(permission) { Ok(()) } else { Err(ApiError::forbidden(permission)) }
    }
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
    fn nobody_grants_a_role_above_their_own() {
        assert!(Role::Owner.may_grant(Role::Owner));
        assert!(Role::Admin.may_grant(Role::Viewer));
        assert!(!Role::Admin.may_grant(Role::Owner));
        assert!(!Role::Operator.may_grant(Role::Viewer));
    }

    #[test]
    fn a_missing_permission_is_named() {
        let viewer = Caller::person(UserId::new(), SessionId::new(), Role::Viewer);
        let refused = viewer.require(Permission::TerminalOpen);
        assert!(refused.is_err_and(|error| error.message.contains("terminal.open")));
    }
}
