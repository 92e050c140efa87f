//! Searching what a recording shows, line by line.

use std::{fs::File, io::BufReader, path::Path};

use model::recording::{Found, Hit};

use crate::{
    cast::{Code, Event},
    scan::{Piece, Scanner},
    walk::Lines,
};

/// Places a search gives at most.
pub(crate) const MAX_HITS: usize = 200;
/// Characters of a line that are searched; a longer one is searched in pieces.
const MAX_LINE: usize = 2_000;
/// Characters shown on each side of a match.
const AROUND: usize = 60;

/// The places where `needle` (lower case) stands, in any case.
///
/// # Errors
/// When the recording cannot be read.
pub(crate) fn search(path: &Path, needle: &str) -> std::io::Result<Found> {
    let mut lines = Lines::new(BufReader::with_capacity(256 * 1024, File::open(path)?), 0);
    let mut searching = Searching { needle, line: String::new(), begun: 0, at_ms: 0, hits: Vec::new() };
    let mut scanner = Scanner::default();
    while let (Some(line), true) = (lines.next()?, searching.hits.len() <= MAX_HITS) {
        let Some(event) = Event::read(line) else { continue };
        searching.at_ms = searching.at_ms.saturating_add(event.interval_ms);
        if event.code == Code::Output {
            scanner.feed(&event.data, |piece| searching.hear(&piece));
        }
    }
    searching.end_line();
    let more = searching.hits.len() > MAX_HITS;
    searching.hits.truncate(MAX_HITS);
    Ok(Found { hits: searching.hits, more })
}

struct Searching<'a> {
    needle: &'a str,
    line: String,
    /// When the line's first character was written.
    begun: u64,
    at_ms: u64,
    hits: Vec<Hit>,
}

impl Searching<'_> {
    fn hear(&mut self, piece: &Piece<'_>) {
        match piece {
            Piece::Char(c) => {
                if self.line.is_empty() {
                    self.begun = self.at_ms;
                }
                self.line.push(*c);
                if self.line.len() >= MAX_LINE {
                    self.end_line();
                }
            }
            Piece::Back => drop(self.line.pop()),
            // What a progress bar writes over itself is a line each time.
            Piece::LineEnd | Piece::Return | Piece::Moved => self.end_line(),
            Piece::Osc(_) => {}
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let lower = line.to_lowercase();
        if self.hits.len() > MAX_HITS || !lower.contains(self.needle) {
            return;
        }
        // Lower case may have another length; the place is found by characters.
        let before = lower.split(self.needle).next().unwrap_or_default().chars().count();
        let from = before.saturating_sub(AROUND);
        let shown: String = line.chars().skip(from).take(self.needle.chars().count() + 2 * AROUND).collect();
        // A line may take its time, as when somebody types it: the moment it was whole shows it.
        self.hits.push(Hit { at_ms: self.at_ms.max(self.begun), line: shown.trim().to_owned() });
    }
}
