use serde::{Deserialize, Serialize};

use crate::{ApiError, RoomId, UserId, policy::Project};

/// Shared rooms at once, archived ones among them.
pub const MAX_SHARED_ROOMS: u32 = 500;

/// Whether a room is for many or for two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Everyone who may chat in its project belongs to it.
    Shared,
    /// Exactly two people (or one, talking to themselves).
    Direct,
}

/// A room as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// For many or for two.
    pub kind: RoomKind,
    /// Its name; for a direct room the other person's display name.
    pub name: String,
    /// What it is about; empty where nobody said.
    pub topic: String,
    /// What it is part of; `None` for rooms of everybody and for direct ones.
    pub project: Option<Project>,
    /// Whether nothing new can be written.
    pub archived: bool,
    /// In a direct room: the other person.
    pub partner: Option<UserId>,
    /// Number of the newest message, 0 in an empty room.
    pub seq: u64,
    /// Number up to which this member has read.
    pub last_read: u64,
    /// What this member may do with it.
    pub rights: RoomRights,
}

impl Room {
    /// How many messages this member has not read: always `seq − last_read`, never counted in rows.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.seq.saturating_sub(self.last_read)
    }
}

/// What someone may do with a room besides reading and writing, so that pages offer nothing that is refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomRights {
    /// Change its name, topic and project.
    pub change: bool,
    /// Archive it and bring it back.
    pub archive: bool,
    /// Delete what others wrote.
    pub moderate: bool,
}

/// What a room is to be, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomForm {
    /// Its name.
    pub name: String,
    /// What it is about; may be empty.
    pub topic: String,
    /// What it is part of; empty for none.
    pub project: String,
}

impl RoomForm {
    /// Checks all of it.
    ///
    /// # Errors
    /// `Invalid` on `name`, `topic` or `project`.
    pub fn parse(&self) -> Result<RoomDetails, ApiError> {
        let project = Some(self.project.trim()).filter(|project| !project.is_empty());
        Ok(RoomDetails {
            name: RoomName::parse(&self.name)?,
            topic: RoomTopic::parse(&self.topic)?,
            project: project.map(Project::parse).transpose()?,
        })
    }
}

/// What a shared room is, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomDetails {
    /// Its name.
    pub name: RoomName,
    /// What it is about.
    pub topic: RoomTopic,
    /// What it is part of.
    pub project: Option<Project>,
}

/// A shared room's name: 1 to 64 characters, none of them for control. Two names that differ in case only are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomName(String);

impl RoomName {
    /// Most characters (Unicode scalar values).
    pub const MAX: usize = 64;

    /// Checks and trims.
    ///
    /// # Errors
    /// `Invalid` on `name`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let name = text.trim();
        if (1..=Self::MAX).contains(&name.chars().count()) && !name.contains(harmful) {
            Ok(Self(name.to_owned()))
        } else {
            let text = format!("A room's name has 1 to {} characters and no control characters.", Self::MAX);
            Err(ApiError::invalid("name", text))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// By what two names are the same.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// What a room is about: at most 250 characters on one line; may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomTopic(String);

impl RoomTopic {
    /// Most characters (Unicode scalar values).
    pub const MAX: usize = 250;

    /// Checks and trims.
    ///
    /// # Errors
    /// `Invalid` on `topic`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let topic = text.trim();
        if topic.chars().count() <= Self::MAX && !topic.contains(harmful) {
            Ok(Self(topic.to_owned()))
        } else {
            let text = format!("A topic has at most {} characters on one line.", Self::MAX);
            Err(ApiError::invalid("topic", text))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters, and marks that make one text read as another: they turn its direction or cannot be seen.
fn harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_topics_are_bounded_and_visible() {
        assert_eq!(
            RoomName::parse("  Web & ops ").map(|name| (name.key(), name.0)),
            Ok(("web & ops".into(), "Web & ops".into()))
        );
        assert!(RoomName::parse(&"é".repeat(RoomName::MAX)).is_ok());
        for wrong in ["", " \t", "a\nb", "a\0", "a\u{7f}", "a\u{202e}b", "\u{200b}", &"é".repeat(RoomName::MAX + 1)] {
            assert!(RoomName::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(RoomTopic::parse("").is_ok() && RoomTopic::parse(&"é".repeat(RoomTopic::MAX)).is_ok());
        assert!(RoomTopic::parse(&"é".repeat(RoomTopic::MAX + 1)).is_err() && RoomTopic::parse("a\nb").is_err());
    }

    #[test]
    fn a_form_names_the_field_that_is_wrong() {
        let form = |name: &str, topic: &str, project: &str| RoomForm {
            name: name.into(),
            topic: topic.into(),
            project: project.into(),
        };
        let field = |form: RoomForm| form.parse().err().and_then(|error| error.field);
        assert_eq!(form("web", "", " ").parse().map(|details| details.project), Ok(None));
        assert_eq!(field(form("", "", "")).as_deref(), Some("name"));
        assert_eq!(field(form("web", "\n.", "")).as_deref(), None, "trimmed");
        assert_eq!(field(form("web", "a\nb", "")).as_deref(), Some("topic"));
        assert_eq!(field(form("web", "", "no spaces")).as_deref(), Some("project"));
    }
}
