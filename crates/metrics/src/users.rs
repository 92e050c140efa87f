//! Names of user ids, from `/etc/passwd`. Users of a directory service have no line there and are shown by number.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{
    files::{self, FILE_LIMIT},
    text::{clean, lines, number},
};

/// The most users whose names are kept.
const MAX_USERS: usize = 8192;

/// The longest name, in characters (useradd(8) allows 32).
const MAX_NAME: usize = 32;

/// The names, read again when the file changes.
#[derive(Debug)]
pub(crate) struct Users {
    path: PathBuf,
    seen: Option<(SystemTime, u64)>,
    names: HashMap<u32, String>,
}

impl Users {
    pub(crate) fn new(root: &Path) -> Self {
        Self { path: root.join("etc/passwd"), seen: None, names: HashMap::new() }
    }

    /// Reads the file again if its time or size is another.
    pub(crate) fn refresh(&mut self) {
        let metadata = std::fs::metadata(&self.path).ok();
        let seen = metadata.and_then(|metadata| Some((metadata.modified().ok()?, metadata.len())));
        if self.seen == seen {
            return;
        }
        self.seen = seen;
        self.names.clear();
        for line in lines(&files::read(&self.path, FILE_LIMIT)).take(MAX_USERS) {
            let mut columns = line.split(|byte| *byte == b':');
            let (Some(name), Some(id)) = (columns.next(), columns.nth(1).and_then(number)) else { continue };
            if let Ok(id) = u32::try_from(id)
                && !name.is_empty()
            {
                // The first line of an id wins, as in getpwuid(3).
                self.names.entry(id).or_insert_with(|| clean(name, MAX_NAME));
            }
        }
    }

    /// The name, or the number where it has none.
    pub(crate) fn name(&self, id: u32) -> String {
        self.names.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }
}
