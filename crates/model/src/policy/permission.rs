use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::ApiError;

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $about:literal;)+) => {
        /// A named permission, `area.verb`; the text form is what policies and messages show.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Permission {
            $(
                #[doc = concat!("`", $text, "`: ", $about, ".")]
                #[serde(rename = $text)]
                $name,
            )+
        }

        impl Permission {
            /// Every permission there is, in the order pages list them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The dotted name, `area.verb`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// What it allows, in a few words.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$name => $about),+ }
            }
        }
    };
}

permissions! {
    MetricsRead = "metrics.read", "see this machine's load";
    ChatUse = "chat.use", "read and write in rooms one belongs to";
    PeopleRead = "people.read", "see who is here";
    KeysUse = "keys.use", "make API keys for oneself";
    RoomsManage = "rooms.manage", "make chat rooms, change and archive them";
    ChatModerate = "chat.moderate", "delete anybody's messages in shared rooms";
    TerminalOpen = "terminal.open", "open a shell and use one's own";
    RecordingsRead = "recordings.read", "see and play what other people's shells recorded";
    TemplatesShare = "templates.share", "share command templates with everybody";
    HealthRead = "health.read", "see the detail behind the health endpoints";
    TerminalObserveAny = "terminal.observe.any", "list everybody's shells and watch one, visibly and read-only";
    TerminalManage = "terminal.manage", "end anybody's shells, one or all";
    PeopleInvite = "people.invite", "invite people";
    PeopleManage = "people.manage", "disable people, reset their passwords and second factors, give them roles";
    KeysManage = "keys.manage", "make service accounts, and end anybody's API keys";
    AuditRead = "audit.read", "read and export the audit log";
    MailManage = "mail.manage", "see mail that is waiting and send it again";
    RolesManage = "roles.manage", "make roles and say which need a second factor";
    RecordingsManage = "recordings.manage", "say whose shells are recorded, and delete recordings";
    ProvidersManage = "providers.manage", "set up single sign-on";
    SettingsManage = "settings.manage", "decide who may join, how long records are kept, and which keys sign";
}

impl Permission {
    /// Whether it is about one's own things alone. Any other permission that is granted “own only” does not open what
    /// belongs to nobody in particular, such as the audit log.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::ChatUse | Self::KeysUse | Self::TerminalOpen)
    }

    /// Whether it is about things that can be part of a project. Any other permission that is granted for projects only
    /// opens nothing.
    #[must_use]
    pub const fn knows_projects(self) -> bool {
        matches!(self, Self::ChatUse | Self::RoomsManage | Self::ChatModerate)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Permission {
    type Err = ApiError;
    fn from_str(text: &str) -> Result<Self, ApiError> {
        let found = Self::ALL.iter().copied().find(|permission| permission.name() == text);
        found.ok_or_else(|| ApiError::invalid("permission", "There is no permission of this name."))
    }
}

/// A permission, and the conditions under which it holds; all of them must be met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What is allowed.
    pub permission: Permission,
    /// Under which conditions; none means always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

impl Grant {
    /// A grant without conditions.
    #[must_use]
    pub const fn always(permission: Permission) -> Self {
        Self { permission, conditions: Vec::new() }
    }

    /// Refuses one that could never hold.
    ///
    /// # Errors
    /// `Invalid` on `conditions` or `projects`.
    pub fn check(&self) -> Result<(), ApiError> {
        self.conditions.iter().try_for_each(Condition::check)?;
        let by_project = self.conditions.iter().any(|condition| matches!(condition, Condition::Project { .. }));
        if by_project && !self.permission.knows_projects() {
            let text = format!("“{}” is about nothing that is part of a project. Grant it without.", self.permission);
            return Err(ApiError::invalid("projects", text));
        }
        Ok(())
    }
}
