//! A terminal emulator without a display.
//!
//! It takes what programs write (ECMA-48, DEC STD 070, and what xterm added) and keeps what a terminal would show: two
//! screens of cells, the rows that scrolled off, cursor, modes, character sets, title. Its measure is xterm.js: the same
//! bytes give the same cells, and [`Emulator::snapshot`] gives bytes that make a fresh xterm.js of the same size show the
//! same and go on the same way, wherever the stream was cut. Pictures and links are not kept.

mod above;
mod cell;
mod charset;
mod clusters;
mod decoder;
mod edit;
mod grid;
mod half;
mod heard;
mod modes;
mod paint;
mod perform;
mod queries;
mod resize;
mod row;
mod row_paint;
mod sgr;
mod switch;
mod term;
mod title;
mod width;
mod width_table;

use decoder::Decoder;
use half::Half;
pub use heard::{Heard, Note, Place};
use model::terminal::Size;
use term::Term;
use vte::Parser;

/// Longest operating system command that is read, in bytes; what is longer is cut off.
const MAX_OSC: usize = 8 * 1024;

/// What introduces one.
const OSC: &[u8] = b"\x1b]";

/// The fewest columns: a wide character must fit. A narrower terminal is drawn in this many, as xterm.js does.
const MIN_COLS: u16 = 2;

/// A terminal that remembers what scrolled off, answers queries and can paint itself elsewhere.
///
/// Memory: 28 bytes a cell for two screens and a hundred rows, at most 512 KiB for older rows, and at most 0.5 MiB for
/// characters with marks.
pub struct Emulator {
    parser: Parser<MAX_OSC>,
    term: Term,
    decoder: Decoder,
    half: Half,
    /// The number of the byte that comes next.
    next: u64,
    /// The last byte was an escape.
    escaped: bool,
}

impl Emulator {
    /// A blank terminal.
    #[must_use]
    pub fn new(size: Size) -> Self {
        let (rows, cols) = cells(size);
        Self {
            parser: Parser::new_with_size(),
            term: Term::new(rows, cols),
            decoder: Decoder::default(),
            half: Half::default(),
            next: 0,
            escaped: false,
        }
    }

    /// Its size.
    #[must_use]
    pub fn size(&self) -> Size {
        let count = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        Size { cols: count(self.term.normal.cols), rows: count(self.term.normal.height()) }
    }

    /// Takes on a size.
    pub fn resize(&mut self, size: Size) {
        if size != self.size() {
            let (rows, cols) = cells(size);
            self.term.resize(rows, cols);
        }
    }

    /// Draws what a program wrote.
    pub fn feed(&mut self, bytes: &[u8]) {
        let Self { parser, term, decoder, half, next, escaped } = self;
        decoder.decode(bytes, |at, text| {
            half.read(text.as_bytes());
            let (mut at, mut text) = (*next + at as u64, text.as_bytes());
            if *escaped && text.starts_with(b"]") {
                term.hearing.begins = at.saturating_sub(1);
            }
            // Before each command the parser stops, so that the command's place in the stream is known.
            while let Some(before) = text.windows(OSC.len()).skip(1).position(|pair| pair == OSC) {
                let (piece, rest) = text.split_at(before + 1);
                draw(parser, term, piece, at);
                (at, text) = (at + piece.len() as u64, rest);
            }
            draw(parser, term, text, at);
            *escaped = text.last() == Some(&0x1b);
        });
        *next += bytes.len() as u64;
    }

    /// Keeps commands (OSC) with these numbers for [`Emulator::take_heard`]. The emulator's own, 0 and 2, are none of
    /// them.
    pub fn listen(&mut self, numbers: &'static [&'static [u8]]) {
        self.term.hearing.listen(numbers);
    }

    /// Counts on from this byte: the next one has this number.
    pub fn go_on_at(&mut self, byte: u64) {
        self.next = byte;
    }

    /// What was heard since the last call, at most 4,096 commands.
    pub fn take_heard(&mut self) -> Vec<Heard> {
        self.term.hearing.take()
    }

    /// The number of the first row on the normal screen, counted as in [`Place`].
    #[must_use]
    pub fn top(&self) -> u64 {
        self.term.top
    }

    /// What paints this screen and what is above it in a fresh emulator of the same size, then what was read of a sequence
    /// or a character that is not finished: the rest may follow.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        self.snapshot_with(&[])
    }

    /// The same, with notes said where they stand.
    #[must_use]
    pub fn snapshot_with(&self, notes: &[Note]) -> Vec<u8> {
        self.paint(true, notes)
    }

    /// The same without what scrolled off.
    #[must_use]
    pub fn visible(&self) -> Vec<u8> {
        self.paint(false, &[])
    }

    fn paint(&self, above: bool, notes: &[Note]) -> Vec<u8> {
        let mut bytes = paint::paint(&self.term, above, notes).into_bytes();
        bytes.extend_from_slice(self.half.pending());
        bytes.extend_from_slice(self.decoder.cut());
        bytes
    }

    /// The answers to the queries drawn since the last call.
    pub fn take_answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.term.answers)
    }

    /// The title, `Some(None)` for none, if it was set since the last call.
    pub fn take_title(&mut self) -> Option<Option<String>> {
        std::mem::take(&mut self.term.title_changed).then(|| self.term.title.clone())
    }
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulator").field("size", &self.size()).finish_non_exhaustive()
    }
}

fn draw(parser: &mut Parser<MAX_OSC>, term: &mut Term, bytes: &[u8], at: u64) {
    if bytes.starts_with(OSC) {
        term.hearing.begins = at;
    }
    parser.advance(term, bytes);
}

/// The size as rows and columns.
fn cells(size: Size) -> (usize, usize) {
    (usize::from(size.rows.max(1)), usize::from(size.cols.max(MIN_COLS)))
}

#[cfg(test)]
mod tests;
