//! Where prompts and commands stand on the screen and above it, so that a snapshot has them, too.

use std::{collections::VecDeque, fmt::Write, time::Duration};

use super::text;

/// Most marks kept: three a command. The oldest go first.
const MAX_MARKS: usize = 600;

/// Longest line kept with its mark, in bytes; of a longer one a snapshot says only where it stood.
const MAX_LINE: usize = 512;

/// Bytes of one piece of a line, as the scripts cut it: a sequence may have 1 KiB.
const PIECE: usize = 800;

/// A place in the terminal, with rows counted from its very first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) row: u64,
    pub(crate) col: u16,
}

/// A mark in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) row: u64,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Prompt,
    Output { seq: u64, line: Option<Box<str>> },
    End { exit: Option<i32>, took: Duration },
}

/// Marks in the order of their rows.
#[derive(Debug, Default)]
pub(crate) struct Marks(VecDeque<Mark>);

impl Marks {
    /// A prompt stands in `row`. What stood there or below was erased.
    pub(super) fn prompt(&mut self, row: u64) {
        // The end of the command before stands where the prompt does.
        while self.0.back().is_some_and(|last| last.row > row || last.row == row && last.kind == Kind::Prompt) {
            self.0.pop_back();
        }
        self.push(row, Kind::Prompt);
    }

    /// A command's output begins in `row`.
    pub(super) fn output(&mut self, row: u64, seq: u64, line: Option<&str>) {
        let line = line.filter(|line| line.len() <= MAX_LINE).map(Into::into);
        self.push(row, Kind::Output { seq, line });
    }

    /// A command's output has ended in `row`.
    pub(super) fn end(&mut self, row: u64, exit: Option<i32>, took: Duration) {
        self.push(row, Kind::End { exit, took });
    }

    fn push(&mut self, row: u64, kind: Kind) {
        if self.0.len() >= MAX_MARKS {
            self.0.pop_front();
        }
        self.0.push_back(Mark { row, kind });
    }

    /// Those in `row` and below, in their order.
    pub(crate) fn below(&self, row: u64) -> impl Iterator<Item = &Mark> {
        self.0.iter().skip(self.0.partition_point(|mark| mark.row < row))
    }
}

impl Mark {
    /// As the shell wrote it, and what it cannot know: the byte at which a command started, the milliseconds it took.
    pub(super) fn written(&self, nonce: &str) -> String {
        let mut out = String::new();
        let _infallible = match &self.kind {
            Kind::Prompt => write!(out, "\x1b]133;A;aid={nonce}\x07"),
            Kind::Output { seq, line } => {
                for piece in pieces(&text::escape(line.as_deref().unwrap_or_default())) {
                    let _infallible = write!(out, "\x1b]633;E;{piece};{nonce}\x07");
                }
                write!(out, "\x1b]133;C;aid={nonce};seq={seq}\x07")
            }
            Kind::End { exit, took } => {
                let exit = exit.map(|exit| exit.to_string()).unwrap_or_default();
                write!(out, "\x1b]133;D;{exit};aid={nonce};ms={}\x07", took.as_millis())
            }
        };
        out
    }
}

/// Cut between characters, into what a sequence holds.
fn pieces(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (piece, rest) = text.split_at(text.floor_char_boundary(PIECE));
        text = rest;
        (!piece.is_empty()).then_some(piece)
    })
}
