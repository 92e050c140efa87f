use std::{fmt, path::PathBuf, time::Duration};

use crate::keyer::Emulators;

/// Where recordings lie and how much they may take.
#[derive(Clone)]
pub struct Settings {
    /// The directory of their files; made, and for us alone.
    pub directory: PathBuf,
    /// Most bytes of one recording. Then it ends; where recordings are required the next one begins at once.
    pub max_bytes: u64,
    /// Longest time of one recording; then the same.
    pub max_length: Duration,
    /// Most bytes of all recordings together. Then none begins, those that go on end, and shells whose recording is
    /// required end with them.
    pub max_total: u64,
    /// Bytes of the disk that stay free; below, the same.
    pub reserve: u64,
    /// Makes the screens that keyframes are painted from.
    pub emulators: Emulators,
}

impl Settings {
    /// 256 MB and 24 hours each, 10 GB in all, and 1 GB of the disk left free.
    #[must_use]
    pub fn new(directory: PathBuf, emulators: Emulators) -> Self {
        Self {
            directory,
            max_bytes: 256 * 1_000_000,
            max_length: Duration::from_secs(24 * 3600),
            max_total: 10 * 1_000_000_000,
            reserve: 1_000_000_000,
            emulators,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("directory", &self.directory)
            .field("max_bytes", &self.max_bytes)
            .field("max_length", &self.max_length)
            .field("max_total", &self.max_total)
            .field("reserve", &self.reserve)
            .finish_non_exhaustive()
    }
}
