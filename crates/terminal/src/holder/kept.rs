//! The output of a shell that the holder keeps, numbered by byte.

use std::{collections::VecDeque, io, os::fd::AsFd};

use model::terminal::MAX_OUTPUT;

/// Output kept of one shell, besides what nobody has seen yet.
pub(crate) const RING: u64 = 2 * 1024 * 1024;

/// Output that nobody has seen yet, at most: more than this a shell is not read ahead. A server's own ring holds it too,
/// with the shell's last words and all overhead.
pub(crate) const UNSEEN: u64 = RING * 3 / 4;

/// Output from `start` (the oldest byte kept) to `head` (the number of bytes the shell has written), in chunks of
/// [`MAX_OUTPUT`]: a shell that wrote little takes one of them.
#[derive(Default)]
pub(super) struct Kept {
    chunks: VecDeque<Chunk>,
    /// The latest chunk forgotten, to be filled again.
    spare: Option<Chunk>,
    head: u64,
}

struct Chunk {
    seq: u64,
    bytes: Box<[u8]>,
    filled: usize,
}

impl Chunk {
    fn end(&self) -> u64 {
        self.seq + self.filled as u64
    }
}

/// What reading from a terminal gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// This many bytes; there may be more.
    Some(usize),
    /// Nothing is there now.
    Nothing,
    /// Nobody has the terminal open any more.
    Closed,
}

impl Kept {
    /// The oldest byte kept.
    pub(super) fn start(&self) -> u64 {
        self.chunks.front().map_or(self.head, |chunk| chunk.seq)
    }

    /// The number of bytes the shell has written.
    pub(super) fn head(&self) -> u64 {
        self.head
    }

    /// Takes what `master` has, up to `limit` bytes and the end of a chunk. Bytes are read to the place where they are
    /// kept and counted at once; nothing between may fail.
    ///
    /// A PTY gives at most 4 KB a read; joining what is there already costs no delay and saves frames.
    pub(super) fn read(&mut self, master: impl AsFd, limit: u64) -> Taken {
        let limit = usize::try_from(limit).unwrap_or(MAX_OUTPUT);
        if self.chunks.back().is_none_or(|chunk| chunk.filled == chunk.bytes.len()) {
            let bytes = self.spare.take().map_or_else(|| vec![0; MAX_OUTPUT].into_boxed_slice(), |spare| spare.bytes);
            self.chunks.push_back(Chunk { seq: self.head, bytes, filled: 0 });
        }
        let Some(chunk) = self.chunks.back_mut() else { return Taken::Nothing };
        let until = chunk.bytes.len().min(chunk.filled.saturating_add(limit));
        let (from, mut end) = (chunk.filled, Taken::Nothing);
        while let Some(free) = chunk.bytes.get_mut(chunk.filled..until).filter(|free| !free.is_empty()) {
            match rustix::io::read(&master, free) {
                Ok(0) | Err(rustix::io::Errno::IO) => {
                    end = Taken::Closed;
                    break;
                }
                Ok(read) => chunk.filled += read,
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => break,
                Err(error) => {
                    tracing::warn!(error = %io::Error::from(error), "cannot read from a terminal");
                    end = Taken::Closed;
                    break;
                }
            }
        }
        let read = chunk.filled - from;
        self.head += read as u64;
        if read > 0 { Taken::Some(read) } else { end }
    }

    /// Forgets the oldest beyond [`RING`], but nothing from `seen` on.
    pub(super) fn trim(&mut self, seen: u64) {
        let floor = self.head.saturating_sub(RING).min(seen);
        while self.chunks.front().is_some_and(|chunk| chunk.end() <= floor && chunk.filled > 0) {
            self.spare = self.chunks.pop_front();
        }
    }

    /// The bytes from `from` on that lie together.
    pub(super) fn slice(&self, from: u64) -> &[u8] {
        let index = self.chunks.partition_point(|chunk| chunk.end() <= from);
        let Some(chunk) = self.chunks.get(index) else { return &[] };
        let skipped = usize::try_from(from.saturating_sub(chunk.seq)).unwrap_or(usize::MAX);
        chunk.bytes.get(skipped..chunk.filled).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_nobody_has_seen_is_never_forgotten() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        rustix::io::ioctl_fionbio(&reader, true).unwrap();
        let mut kept = Kept::default();
        assert_eq!(kept.read(&reader, 100), Taken::Nothing);
        let mut expected = 0;
        while kept.head() < 3 * RING {
            writer.write_all(&[u8::try_from(expected % 251).unwrap(); 1000]).unwrap();
            while kept.read(&reader, u64::MAX) != Taken::Nothing {}
            kept.trim(if kept.head() < 2 * RING { 0 } else { u64::MAX });
            expected += 1;
            if kept.head() < 2 * RING {
                assert_eq!(kept.start(), 0);
            }
        }
        assert!(kept.head() - kept.start() < RING + 2 * MAX_OUTPUT as u64 && kept.start() > 0);
        let mut at = kept.start();
        while at < kept.head() {
            let slice = kept.slice(at);
            assert!(slice.iter().zip(at..).all(|(byte, seq)| u64::from(*byte) == seq / 1000 % 251), "at {at}");
            at += slice.len() as u64;
        }
        assert!(kept.slice(kept.head()).is_empty());
        assert_eq!(kept.read(&reader, 0), Taken::Nothing, "no further than allowed");
        drop(writer);
        assert_eq!(kept.read(&reader, 5), Taken::Closed);
    }
}
