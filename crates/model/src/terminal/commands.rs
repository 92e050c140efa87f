//! What shells say of their commands. A shell reports what its user typed and how it ended; its user can make it report
//! anything, so this is their own account and no proof.

use crate::{TerminalId, Timestamp, UserId};

/// Longest command line that is told, in bytes; a longer one is told without its text.
pub const MAX_COMMAND: usize = 32 * 1024;

/// Longest directory that is told, in bytes (`PATH_MAX`).
pub const MAX_CWD: usize = 4096;

/// A shell said something of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandEvent {
    /// Which shell.
    pub terminal: TerminalId,
    /// Whose it is.
    pub owner: UserId,
    /// The number of the output byte where it said so: grows from event to event of one shell, over restarts of the
    /// server, so that who hears an event twice can tell.
    pub seq: u64,
    /// When that was heard.
    pub at: Timestamp,
    /// What it said.
    pub news: CommandNews,
}

/// What a shell says of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandNews {
    /// It runs; its output begins at the event's byte.
    Started {
        /// What was typed; `None` when the shell does not say: the user keeps it out of their history, or it is longer
        /// than [`MAX_COMMAND`].
        line: Option<String>,
        /// Where.
        cwd: Option<String>,
    },
    /// It has ended; its output ends at the event's byte.
    Ended {
        /// The byte at which it started; `None` when that was an earlier server's to hear.
        started: Option<u64>,
        /// Its exit status; `None` when the shell ended first, or did not say.
        exit: Option<i32>,
    },
}
