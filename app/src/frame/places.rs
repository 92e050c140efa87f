//! Where one can go.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
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
    /// Whether its page fills its place and scrolls inside.
    pub(crate) flush: bool,
    /// One of these is needed; without any, none.
    permissions: &'static [Permission],
}

/// Others' shells, for those who have none.
const SHARED: &str = "/terminal/shared";

const PLACES: &[Place] = &[
    Place {
        path: "/",
        name: "Overview",
        icon: IconName::Grid,
        keys: "g d",
        flush: false,
        permissions: &[Permission::MetricsRead],
    },
    Place {
        path: "/terminal",
        name: "Terminal",
        icon: IconName::Terminal,
        keys: "g t",
        flush: true,
        permissions: &[Permission::TerminalOpen],
    },
    Place { path: SHARED, name: "Shared shells", icon: IconName::Terminal, keys: "g t", flush: true, permissions: &[] },
    Place {
        path: "/chat",
        name: "Chat",
        icon: IconName::Chat,
        keys: "g c",
        flush: true,
        permissions: &[Permission::ChatUse],
    },
    Place {
        path: "/people",
        name: "People",
        icon: IconName::Users,
        keys: "g p",
        flush: false,
        permissions: &[Permission::PeopleRead],
    },
    Place {
        path: "/recordings",
        name: "Recordings",
        icon: IconName::Record,
        keys: "g r",
        flush: false,
        permissions: &[Permission::TerminalOpen, Permission::RecordingsRead],
    },
    Place {
        path: "/audit",
        name: "Audit",
        icon: IconName::Shield,
        keys: "g l",
        flush: false,
        permissions: &[Permission::AuditRead],
    },
    Place { path: "/account", name: "Account", icon: IconName::User, keys: "g a", flush: false, permissions: &[] },
];

/// The places this person may go to.
pub(crate) fn places(session: Session) -> Vec<Place> {
    // Who has shells of their own finds what is shared with them beside these.
    let has_shells = session.may(Permission::TerminalOpen);
    let shown = |place: &&Place| {
        let may = place.permissions.is_empty() || place.permissions.iter().any(|permission| session.may(*permission));
        may && !(has_shells && place.path == SHARED)
    };
    PLACES.iter().filter(shown).copied().collect()
}

/// The place one is at, if it is one.
pub(crate) fn here() -> impl Fn() -> Option<Place> + Clone + Send + Sync + 'static {
    let path = use_location().pathname;
    move || path.with(|path| PLACES.iter().find(|place| place.holds(path)).copied())
}

impl Place {
    /// Whether `path` lies within this place.
    pub(crate) fn holds(&self, path: &str) -> bool {
        path == self.path
            || (self.path != "/" && path.strip_prefix(self.path).is_some_and(|rest| rest.starts_with('/')))
    }
}
