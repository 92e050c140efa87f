//! Reading small kernel files without allocating each time.

use std::{
    fs::File,
    io::{self, Read as _},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

/// The most of one file that is looked at, in bytes. `/proc/diskstats` of a thousand disks is about 100 KiB.
pub(crate) const FILE_LIMIT: usize = 1 << 20;

/// What a buffer starts with: enough for each file of an ordinary machine in one system call.
const FIRST_BUFFER: usize = 16 << 10;

/// A file that is read again and again: the handle stays open and is read from offset 0, where the kernel makes the
/// contents anew.
#[derive(Debug)]
pub(crate) struct Kept {
    path: PathBuf,
    file: Option<File>,
    buffer: Vec<u8>,
}

impl Kept {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, file: None, buffer: Vec::new() }
    }

    /// The contents now; empty when there are none. A handle that fails or has nothing is opened anew next time.
    pub(crate) fn read(&mut self) -> &[u8] {
        if self.file.is_none() {
            self.file = File::open(&self.path).ok();
        }
        let filled = self.file.as_ref().and_then(|file| fill(file, &mut self.buffer).ok()).unwrap_or(0);
        if filled == 0 {
            self.file = None;
        }
        self.buffer.get(..filled).unwrap_or_default()
    }
}

/// Reads from the start until the end or the limit: a sequence file hands out a page at a time, so one short read does
/// not mean the end.
fn fill(file: &File, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            if filled >= FILE_LIMIT {
                return Ok(filled);
            }
            buffer.resize((filled * 2).clamp(FIRST_BUFFER, FILE_LIMIT), 0);
        }
        let Some(free) = buffer.get_mut(filled..) else { return Ok(filled) };
        match file.read_at(free, filled as u64) {
            Ok(0) => return Ok(filled),
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The first `limit` bytes of a file that is read now and then; empty when there is none.
pub(crate) fn read(path: &Path, limit: usize) -> Vec<u8> {
    let mut contents = Vec::new();
    if let Ok(file) = File::open(path) {
        // A read that breaks off leaves what was read so far; the parsers cope with half a line.
        let _ = file.take(limit as u64).read_to_end(&mut contents);
    }
    contents
}

/// One `read(2)` of a file that fits into `buffer`.
pub(crate) fn read_once<'a>(path: &Path, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    let read = File::open(path).ok()?.read(buffer).ok()?;
    buffer.get(..read)
}
