//! A machine made of files: `proc`, `sys` and `etc` in a temporary folder, and a collector whose clock the test owns.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use metrics::Collector;
use model::{Timestamp, metrics::Sample};
use tempfile::TempDir;

pub(crate) struct Machine {
    folder: TempDir,
    collector: Collector,
    now: Instant,
    at: Timestamp,
}

impl Machine {
    /// Nothing but an empty folder.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let collector = Collector::new(folder.path());
        Self { folder, collector, now: Instant::now(), at: Timestamp(1_000_000) }
    }

    /// With these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let machine = Self::empty();
        for (path, contents) in files {
            machine.write(path, contents);
        }
        machine
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn write(&self, path: &str, contents: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    pub(crate) fn folder(&self, path: &str) {
        fs::create_dir_all(self.path(path)).unwrap();
    }

    pub(crate) fn remove(&self, folder: &str) {
        fs::remove_dir_all(self.path(folder)).unwrap();
    }

    /// One process; `ticks` is its user time, to which one quarter is added as system time.
    pub(crate) fn process(&self, pid: i32, name: &str, ticks: u64, start: u64, pages: i64) {
        let (user, system) = (ticks - ticks / 4, ticks / 4);
        let stat = format!(
            "{pid} ({name}) S 1 1 1 0 -1 4194560 100 0 0 0 {user} {system} 7 7 20 0 1 0 {start} 9000000 {pages} 18446744073709551615 1 1 0\n"
        );
        self.write(&format!("proc/{pid}/stat"), stat);
    }

    /// A reading now.
    pub(crate) fn read(&mut self) -> Sample {
        self.collector.read(self.now, self.at)
    }

    /// A reading so many milliseconds after the one before.
    pub(crate) fn after(&mut self, milliseconds: u64) -> Sample {
        let span = Duration::from_millis(milliseconds);
        self.now += span;
        self.at = self.at.plus(span);
        self.read()
    }
}
