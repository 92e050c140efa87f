//! Reading a recording from its beginning: whether its seals fit, and where it stands.

use std::io::{self, BufRead, Read};

use model::terminal::Size;

use crate::{
    cast::{self, AT, MAX_LINE},
    chain::{Chain, SEAL},
};

/// Lines of a file, none longer than [`MAX_LINE`].
pub(crate) struct Lines<R> {
    reader: R,
    line: Vec<u8>,
    /// The byte after the line given last.
    pub(crate) end: u64,
}

impl<R: BufRead> Lines<R> {
    /// The lines of what begins at byte `at`.
    pub(crate) fn new(reader: R, at: u64) -> Self {
        Self { reader, line: Vec::new(), end: at }
    }

    /// The next line with its line end; `None` where no whole line is left.
    ///
    /// # Errors
    /// What the file says; `InvalidData` for a line that is too long.
    pub(crate) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.line.clear();
        let read = (&mut self.reader).take(MAX_LINE).read_until(b'\n', &mut self.line)? as u64;
        if self.line.last() != Some(&b'\n') {
            return if read == MAX_LINE { Err(io::ErrorKind::InvalidData.into()) } else { Ok(None) };
        }
        self.end += read;
        Ok(Some(&self.line))
    }
}

/// What stands in a recording.
#[derive(Debug)]
pub(crate) struct Walked {
    /// The size at its end.
    pub(crate) last_size: Size,
    /// The byte after the last line that closes a batch: what follows was cut off.
    pub(crate) kept: u64,
    /// The chain up to there.
    pub(crate) chain: Chain,
    /// Milliseconds up to there.
    pub(crate) at_ms: u64,
    /// How much of the shell's output is kept up to there.
    pub(crate) seq: u64,
    /// The digest of each chunk, in order.
    pub(crate) heads: Vec<String>,
}

/// Why a recording is not what was written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    /// It does not begin as a recording.
    #[error("it does not begin with the header of a recording")]
    Header,
    /// A seal does not fit.
    #[error("chunk {0} is not what was written, or one before it was taken out")]
    Seal(u64),
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// Reads all of it.
///
/// # Errors
/// [`Broken`], at the first seal that does not fit.
pub(crate) fn walk(reader: impl BufRead) -> Result<Walked, Broken> {
    let mut lines = Lines::new(reader, 0);
    let first = lines.next()?.ok_or(Broken::Header)?;
    let size = cast::size_of_header(first).ok_or(Broken::Header)?;
    let mut chain = Chain::new();
    chain.take(first);
    let kept = lines.end;
    let mut walked = Walked { last_size: size, kept, chain: chain.clone(), at_ms: 0, seq: 0, heads: Vec::new() };
    let (mut at_ms, mut last_size) = (0_u64, size);
    loop {
        let before = lines.end;
        let Some(line) = lines.next()? else { return Ok(walked) };
        if line.starts_with(SEAL.as_bytes()) {
            if chain.seal().as_bytes() != line {
                return Err(Broken::Seal(chain.chunks()));
            }
            walked.heads.push(chain.head());
        } else {
            chain.take(line);
            at_ms = at_ms.saturating_add(cast::interval_of(line).unwrap_or(0));
            if let Some(size) = cast::is_resize(line).then(|| cast::Event::read(line)?.size()).flatten() {
                last_size = size;
            }
            match seq_of(line) {
                Some(seq) => walked.seq = seq,
                None => continue,
            }
        }
        walked.kept = before + line.len() as u64;
        walked.chain = chain.clone();
        (walked.at_ms, walked.last_size) = (at_ms, last_size);
    }
}

/// What a line says of how much output is kept.
fn seq_of(line: &[u8]) -> Option<u64> {
    std::str::from_utf8(line.strip_prefix(AT.as_bytes())?).ok()?.trim_end().parse().ok()
}
