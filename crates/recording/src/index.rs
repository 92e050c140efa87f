//! The two files beside a recording: the index (one JSON object a line) and the frames it points into. Both can be made
//! again from the recording.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use model::recording::{Chapter, Keyframe};
use serde::{Deserialize, Serialize};

use crate::{
    keyer::{MAX_FRAME, Mark},
    walk::Lines,
};

/// Keyframes of one recording; beyond them playing begins earlier and draws on.
pub(crate) const MAX_KEYFRAMES: usize = 40_000;

#[derive(Debug, Serialize, Deserialize)]
enum Line {
    #[serde(rename = "k")]
    Key(Keyframe),
    #[serde(rename = "c")]
    Chapter(Chapter),
    #[serde(rename = "x")]
    Exit(i32),
}

/// An index that is written.
#[derive(Debug)]
pub(crate) struct IndexWriter {
    index: File,
    frames: File,
    frames_end: u64,
    bytes: u64,
    keyframes: usize,
}

impl IndexWriter {
    /// Begins anew.
    ///
    /// # Errors
    /// What the file system says.
    pub(crate) fn create(index: &Path, frames: &Path) -> io::Result<Self> {
        let open = |path: &Path| OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
        Ok(Self { index: open(index)?, frames: open(frames)?, frames_end: 0, bytes: 0, keyframes: 0 })
    }

    /// Adds what was found. A frame is there before the line that points to it.
    ///
    /// # Errors
    /// What the file system says.
    pub(crate) fn add(&mut self, mark: Mark<'_>) -> io::Result<()> {
        let line = match mark {
            Mark::Key(..) if self.keyframes >= MAX_KEYFRAMES => return Ok(()),
            Mark::Key(key, paint) => {
                self.frames.write_all(paint)?;
                let frame = self.frames_end;
                self.frames_end += paint.len() as u64;
                self.bytes += paint.len() as u64;
                self.keyframes += 1;
                Line::Key(Keyframe { frame, ..key })
            }
            Mark::Chapter(chapter) => Line::Chapter(chapter),
            Mark::Exit(exit) => Line::Exit(exit),
        };
        let mut json = serde_json::to_vec(&line)?;
        json.push(b'\n');
        self.bytes += json.len() as u64;
        self.index.write_all(&json)
    }

    /// Bytes of both files.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// What an index says; nothing where there is none yet.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read(path: &Path) -> io::Result<(Vec<Keyframe>, Vec<Chapter>)> {
    let (mut keyframes, mut chapters) = (Vec::new(), Vec::<Chapter>::new());
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((keyframes, chapters)),
        Err(error) => return Err(error),
    };
    let mut lines = Lines::new(BufReader::new(file), 0);
    while let Some(line) = lines.next()? {
        match serde_json::from_slice(line) {
            Ok(Line::Key(key)) if keyframes.len() < MAX_KEYFRAMES => keyframes.push(key),
            Ok(Line::Chapter(chapter)) if chapters.len() < crate::chapters::MAX_CHAPTERS => chapters.push(chapter),
            Ok(Line::Exit(exit)) => {
                if let Some(last) = chapters.iter_mut().rev().find(|chapter| !chapter.mark) {
                    last.exit = Some(exit);
                }
            }
            Ok(_) | Err(_) => {}
        }
    }
    Ok((keyframes, chapters))
}

/// What paints a keyframe.
///
/// # Errors
/// When it is not there, or longer than a frame can be.
pub(crate) fn frame(path: &Path, from: u64, length: u64) -> io::Result<Vec<u8>> {
    let length =
        usize::try_from(length).ok().filter(|length| *length <= MAX_FRAME).ok_or(io::ErrorKind::InvalidInput)?;
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
