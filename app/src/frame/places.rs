//! Where one can go.

use model::Permission;
use ui::IconName;

use super::Session;

/// A place in the rail.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) path: &'static str,
    pub(crate) name: &'static str,
    pub(crate) icon: IconName,
    pub(crate) keys: &'static str,
    permission: Option<Permission>,
}

const PLACES: &[Place] = &[
    Place { path: "/", name: "Overview", icon: IconName::Grid, keys: "g d", permission: Some(Permission::MetricsRead) },
    Place { path: "/terminal", name: "Terminal", icon: IconName::Terminal, keys: "g t", permission: Some(Permission::TerminalOpen) },
    Place { path: "/chat", name: "Chat", icon: IconName::Chat, keys: "g c", permission: Some(Permission::ChatUse) },
    Place { path: "/people", name: "People", icon: IconName::Users, keys: "g p", permission: Some(Permission::PeopleRead) },
    Place { path: "/account", name: "Account", icon: IconName::User, keys: "g a", permission: None },
];

/// The places this person may go to.
pub(crate) fn places(session: Session) -> Vec<Place> {
    PLACES.iter().filter(|place| place.permission.is_none_or(|permission| session.may(permission))).copied().collect()
}

impl Place {
    /// Whether `path` lies within this place.
    pub(crate) fn holds(&self, path: &str) -> bool {
        path == self.path
            || (self.path != "/" && path.strip_prefix(self.path).is_some_and(|rest| rest.starts_with('/')))
    }
}
