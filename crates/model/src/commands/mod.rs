//! A person's command history, as their shells reported it, and command templates.

pub mod template;

use serde::{Deserialize, Serialize};

use crate::{ApiError, CommandId, TerminalId, Timestamp};

/// Longest line that is kept, in bytes; a longer one is not.
pub const MAX_LINE: usize = 4096;
/// Commands kept of one person; the oldest that is not pinned makes way.
pub const MAX_KEPT: usize = 10_000;
/// Commands a person may pin.
pub const MAX_PINNED: usize = 200;
/// Most commands of one answer to a search.
pub const MAX_FOUND: usize = 100;
/// Longest text searched for, in characters.
pub const MAX_SEARCH: usize = 256;
/// Most lines a page gets to suggest from.
pub const MAX_SUGGESTED: usize = 500;
/// Longest line that is suggested, in bytes.
pub const MAX_SUGGESTION: usize = 400;

/// One command of somebody's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Its id.
    pub id: CommandId,
    /// The shell it ran in.
    pub terminal: TerminalId,
    /// What was typed.
    pub line: String,
    /// Where; empty when the shell did not say.
    pub cwd: String,
    /// On which machine.
    pub host: String,
    /// When it started.
    pub started_at: Timestamp,
    /// Milliseconds it took; `None` while it runs, and when nobody can tell.
    pub took: Option<u64>,
    /// Its exit status; `None` while it runs, and when nobody can tell.
    pub exit: Option<i32>,
    /// Whether it has ended.
    pub ended: bool,
    /// Kept whatever its age.
    pub pinned: bool,
}

/// How a text is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// Its letters in order, the best match first.
    #[default]
    Fuzzy,
    /// As it stands, in any case; the latest first.
    Plain,
    /// As a regular expression, in any case unless it has capitals; the latest first.
    Regex,
}

/// What is looked for; all conditions must be met. The latest of equal lines stands for all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Search {
    /// This text.
    pub text: String,
    /// How.
    pub matching: Matching,
    /// In this directory.
    pub cwd: String,
    /// On this machine.
    pub host: String,
    /// In this shell.
    pub terminal: Option<TerminalId>,
    /// With another exit status than 0.
    pub failed: bool,
    /// Pinned.
    pub pinned: bool,
}

impl Search {
    /// Refuses what nobody means.
    ///
    /// # Errors
    /// `Invalid`, naming the field.
    pub fn check(&self) -> Result<(), ApiError> {
        if self.text.chars().count() > MAX_SEARCH {
            return Err(ApiError::invalid("text", format!("Search for at most {MAX_SEARCH} characters.")));
        }
        if self.cwd.len() > crate::terminal::commands::MAX_CWD || self.host.len() > MAX_SEARCH {
            return Err(ApiError::invalid("cwd", "No directory and no machine has so long a name."));
        }
        Ok(())
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Found {
    /// At most [`MAX_FOUND`].
    pub commands: Vec<Command>,
    /// Whether there are more.
    pub more: bool,
    /// The name of this machine.
    pub host: String,
}

/// A line that may be suggested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The line.
    pub line: String,
    /// Where it ran last.
    pub cwd: String,
}

/// What an owner decides for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Each command is an entry in the audit log, as its shell reported it.
    pub audited: bool,
    /// Days a command stays in its person's history, within [`Policy::DAYS`].
    pub keep_days: u32,
}

impl Policy {
    /// The least and the most days.
    pub const DAYS: std::ops::RangeInclusive<u32> = 1..=3650;

    /// Refuses days out of bounds.
    ///
    /// # Errors
    /// `Invalid` on `keep_days`.
    pub fn check(&self) -> Result<(), ApiError> {
        if Self::DAYS.contains(&self.keep_days) {
            return Ok(());
        }
        let text = format!("Commands are kept for {} to {} days.", Self::DAYS.start(), Self::DAYS.end());
        Err(ApiError::invalid("keep_days", text))
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self { audited: false, keep_days: 365 }
    }
}
