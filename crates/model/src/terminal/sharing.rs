//! Sharing a shell: who may come in as what, for how long, and who is there.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Size;
use crate::{ApiError, ShareId, TerminalId, Timestamp, UserId};

/// People and links one shell may be shared with at once, watchers included.
pub const MAX_SHARES: usize = 32;

/// Shells that are shared with one person at once.
pub const MAX_SHARED_WITH: usize = 64;

/// How long somebody with the permission to watch may come back to a shell before they are asked again who they are.
pub const WATCH_MINUTES: u32 = 60;

/// As what somebody else is at a shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestRole {
    /// Reads.
    Observer,
    /// Reads, and types while the owner lets them.
    Peer,
    /// Reads without having been asked in, by a permission; the owner sees it.
    Watcher,
}

impl GuestRole {
    /// Those an owner gives.
    pub const GIVEN: [Self; 2] = [Self::Observer, Self::Peer];

    /// The name as stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Observer => "observer",
            Self::Peer => "peer",
            Self::Watcher => "watcher",
        }
    }

    /// What it means, in a few words.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Observer => "only reads",
            Self::Peer => "reads, and types when you let them",
            Self::Watcher => "watches by permission",
        }
    }
}

impl fmt::Display for GuestRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for GuestRole {
    type Err = ApiError;
    /// One an owner gives: nobody is made a watcher.
    fn from_str(text: &str) -> Result<Self, ApiError> {
        let found = Self::GIVEN.into_iter().find(|role| role.name() == text);
        found.ok_or_else(|| ApiError::invalid("role", "Share as observer or as peer."))
    }
}

/// For how long a shell is shared, in minutes: 1 to [`Term::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term(u32);

impl Term {
    /// An hour.
    pub const DEFAULT: Self = Self(60);
    /// A week, in minutes.
    pub const MAX: u32 = 7 * 24 * 60;
    /// What pages offer: minutes, and the words.
    pub const OFFERED: [(u32, &'static str); 5] =
        [(15, "15 minutes"), (60, "an hour"), (8 * 60, "8 hours"), (24 * 60, "a day"), (Self::MAX, "7 days")];

    /// Checks.
    ///
    /// # Errors
    /// `Invalid` on `minutes`.
    pub fn minutes(minutes: u32) -> Result<Self, ApiError> {
        if (1..=Self::MAX).contains(&minutes) {
            Ok(Self(minutes))
        } else {
            Err(ApiError::invalid("minutes", "A shell is shared for a minute at least and seven days at most."))
        }
    }

    /// In words, for a log.
    #[must_use]
    pub fn about(self) -> String {
        format!("for {} minutes", self.0)
    }

    /// When it is over, having begun at `now`.
    #[must_use]
    pub fn after(self, now: Timestamp) -> Timestamp {
        Timestamp(now.0 + i64::from(self.0) * 60_000)
    }
}

/// With whom a shell is shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SharedWith {
    /// A person.
    Person {
        /// Who.
        user: UserId,
        /// Their name.
        name: String,
        /// Whether they came by a link.
        by_link: bool,
    },
    /// Any signed-in person who has the link.
    Link,
}

/// One line of the owner's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareInfo {
    /// Which.
    pub id: ShareId,
    /// With whom.
    pub with: SharedWith,
    /// As what.
    pub role: GuestRole,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// A shell that somebody else shares with the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedShell {
    /// Which.
    pub terminal: TerminalId,
    /// What it was called when it was shared.
    pub title: String,
    /// Whose it is.
    pub owner_name: String,
    /// As what the caller is there.
    pub role: GuestRole,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// What a link offers, before one follows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Whose shell it is.
    pub owner_name: String,
    /// What it was called when it was shared.
    pub title: String,
    /// As what one would be there.
    pub role: GuestRole,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// What lets somebody in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The share it rests on.
    pub share: ShareId,
    /// Who shared it. It opens nothing unless the shell is theirs.
    pub owner: UserId,
    /// As what.
    pub role: GuestRole,
    /// The guest's name, for those who are there.
    pub name: String,
    /// Whose shell it is, by name.
    pub owner_name: String,
    /// When it is over.
    pub until: Timestamp,
}

/// Who is at a shell, as one of them is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// One's own place.
    pub you: u64,
    /// Whether one may type.
    pub writes: bool,
    /// Whether the shell follows one's size.
    pub controls: bool,
    /// The shell's size, which everybody else takes.
    pub size: Option<Size>,
    /// Everybody, oneself included, in the order they came; at most as many as a shell has viewers.
    pub here: Vec<Present>,
    /// Who else may type, whether they are here or not.
    pub writers: Vec<UserId>,
    /// Who has control, if not the owner.
    pub controller: Option<UserId>,
}

/// Somebody at a shell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// Their place: one for each page they have it open on.
    pub place: u64,
    /// Who.
    pub user: UserId,
    /// Their name; empty for the owner, whom everybody there knows.
    pub name: String,
    /// As what; `None` for the owner.
    pub role: Option<GuestRole>,
    /// Whether they may type.
    pub writes: bool,
    /// Whether they have control.
    pub controls: bool,
}

/// A running shell, as those see it who may watch or end everybody's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningShell {
    /// Which.
    pub id: TerminalId,
    /// What its tab shows.
    pub title: String,
    /// Whose it is.
    pub owner: UserId,
    /// Their name.
    pub owner_name: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When somebody last typed, as far as this server knows.
    pub typed_at: Timestamp,
    /// From how many places it is looked at.
    pub viewers: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_bounded() {
        assert!(Term::minutes(0).is_err() && Term::minutes(Term::MAX + 1).is_err());
        assert_eq!(Term::minutes(60), Ok(Term::DEFAULT));
        assert_eq!(Term::DEFAULT.after(Timestamp(5)), Timestamp(3_600_005));
    }

    #[test]
    fn nobody_is_made_a_watcher() {
        assert_eq!("peer".parse::<GuestRole>(), Ok(GuestRole::Peer));
        assert!("watcher".parse::<GuestRole>().is_err() && "owner".parse::<GuestRole>().is_err());
    }
}
