//! Recordings: what a shell wrote, with its times, kept to be played again.

use serde::{Deserialize, Serialize};

use crate::{ApiError, RecordingId, Role, ShareId, TerminalId, Timestamp, UserId, terminal::Size};

/// Whether shells of a role are recorded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// No shell is recorded, and nobody can begin.
    Never,
    /// Who has the shell begins and ends it.
    #[default]
    Ask,
    /// Every shell is recorded from its first byte to its last; who has it sees that and cannot end it.
    Always,
}

impl Mode {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Never, Self::Ask, Self::Always];

    /// The name as stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Ask => "ask",
            Self::Always => "always",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// How shells of one role are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Whether.
    pub mode: Mode,
    /// Whether what is typed is kept as well. Never while the terminal does not show it.
    pub input: bool,
    /// Days a recording is kept after its end; `None`: until somebody deletes it.
    pub keep_days: Option<u32>,
}

impl Policy {
    /// Most days a recording can be kept, unless for ever.
    pub const MAX_DAYS: u32 = 3_650;

    /// What holds for roles nobody decided about.
    pub const DEFAULT: Self = Self { mode: Mode::Ask, input: false, keep_days: Some(90) };

    /// Refuses what cannot be.
    ///
    /// # Errors
    /// `Invalid` on `keep_days`.
    pub fn check(&self) -> Result<(), ApiError> {
        match self.keep_days {
            Some(days) if !(1..=Self::MAX_DAYS).contains(&days) => Err(ApiError::invalid(
                "keep_days",
                format!("Keep recordings for 1 to {} days, or leave it empty to keep them for ever.", Self::MAX_DAYS),
            )),
            _ => Ok(()),
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How the shells of a role are recorded, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolePolicy {
    /// Whose shells.
    pub role: Role,
    /// How.
    pub policy: Policy,
}

/// How a recording fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It goes on.
    Live,
    /// The shell has ended, or its person ended the recording.
    Finished,
    /// It reached a bound: its own size or length, the room for all recordings, or the disk's reserve.
    Full,
    /// The server was killed, or the disk failed, while it went on: its last moments may be missing.
    Interrupted,
}

impl State {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Live, Self::Finished, Self::Full, Self::Interrupted];

    /// The name as stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Finished => "finished",
            Self::Full => "full",
            Self::Interrupted => "interrupted",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// One recording, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingInfo {
    /// Which.
    pub id: RecordingId,
    /// Whose shell it was.
    pub owner: UserId,
    /// What they are called now.
    pub owner_name: String,
    /// Which shell.
    pub terminal: TerminalId,
    /// The shell's title when it began.
    pub title: String,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it is, in milliseconds; of one that goes on, as last noted (at most half a minute ago).
    pub length_ms: u64,
    /// Bytes it takes on disk, as last noted.
    pub bytes: u64,
    /// The size it began with.
    pub size: Size,
    /// How it fares.
    pub state: State,
    /// Whether the role's policy asked for it; then its person cannot delete it.
    pub required: bool,
    /// Whether what was typed is in it.
    pub input: bool,
    /// In how many parts it was made; each restart of the server begins one.
    pub parts: u32,
    /// Bytes of output that went by too fast to be kept.
    pub missed_bytes: u64,
    /// Whether the caller may delete it.
    pub may_delete: bool,
    /// Whether the caller may share it and take it as a file.
    pub may_share: bool,
}

/// Which recordings are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordingFilter {
    /// These words stand in the title, the person's name or the day it began (`2026-11-21`).
    pub text: String,
    /// Other people's as well; only who may read them gets them.
    pub everybody: bool,
}

/// Longest text of a search, in bytes.
pub const MAX_SEARCH: usize = 200;

/// One page of recordings, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingPage {
    /// The recordings.
    pub recordings: Vec<RecordingInfo>,
    /// Where the next page begins; `None` on the last.
    pub before: Option<RecordingId>,
}

/// A recording that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Active {
    /// Which shell is recorded.
    pub terminal: TerminalId,
    /// By which recording.
    pub recording: RecordingId,
    /// Whether its person cannot end it.
    pub required: bool,
    /// Whether what is typed is kept as well.
    pub input: bool,
}

/// What the terminal page knows about recordings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedShells {
    /// Whether the caller may begin one.
    pub mode: Mode,
    /// The caller's shells that are recorded now.
    pub active: Vec<Active>,
}

/// A place from which playing can begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyframe {
    /// Milliseconds since the beginning.
    #[serde(rename = "t")]
    pub at_ms: u64,
    /// The byte of the recording with the first event that is not on the screen yet.
    #[serde(rename = "o")]
    pub offset: u64,
    /// The first byte of what paints the screen, in the file of frames.
    #[serde(rename = "f")]
    pub frame: u64,
    /// How many bytes paint it.
    #[serde(rename = "n")]
    pub length: u64,
    /// The screen's size.
    #[serde(rename = "c")]
    pub cols: u16,
    /// The screen's size.
    #[serde(rename = "r")]
    pub rows: u16,
}

/// A named moment: a command that began, or a mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    /// Milliseconds since the beginning.
    #[serde(rename = "t")]
    pub at_ms: u64,
    /// What it is called: the command line, or the mark's text. At most [`Chapter::MAX_LABEL`] characters.
    #[serde(rename = "l")]
    pub label: String,
    /// The command's exit status, once it is known.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
    /// Whether it is a mark and no command.
    #[serde(rename = "m", default, skip_serializing_if = "std::ops::Not::not")]
    pub mark: bool,
}

impl Chapter {
    /// Most characters of a label.
    pub const MAX_LABEL: usize = 200;
}

/// What a player needs to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The first byte after the header.
    pub begin: u64,
    /// The byte after the last that is written.
    pub end: u64,
    /// Milliseconds the recording is long, as far as is known.
    pub length_ms: u64,
    /// Whether it goes on.
    pub live: bool,
    /// Its size at the beginning.
    pub cols: u16,
    /// Its size at the beginning.
    pub rows: u16,
    /// Where playing can begin besides the beginning, in order.
    pub keyframes: Vec<Keyframe>,
    /// Commands and marks, in order.
    pub chapters: Vec<Chapter>,
}

/// A place where a searched text stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// When its line was written, in milliseconds since the beginning.
    pub at_ms: u64,
    /// The line, cut to what is around the match.
    pub line: String,
}

/// What a search in a recording found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The first places, in order.
    pub hits: Vec<Hit>,
    /// Whether there are more.
    pub more: bool,
}

/// A link by which people who are signed in may watch a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareInfo {
    /// Which.
    pub id: ShareId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A link that was just made. Its secret is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewShare {
    /// What the list shows.
    pub info: ShareInfo,
    /// Path and query of the page, with the secret.
    pub path: String,
}

/// Longest time a link holds, in days.
pub const MAX_SHARE_DAYS: u32 = 30;
/// Links of one recording that hold at once.
pub const MAX_SHARES: usize = 16;

/// What a check of a recording found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingCheck {
    /// Which.
    pub id: RecordingId,
    /// Sealed chunks that fit together.
    pub chunks: u64,
    /// Keyframes that show what replaying gives.
    pub keyframes: u64,
    /// What does not fit, if anything.
    pub broken: Option<String>,
}
