//! Rows that scrolled off the emulator's own short scrollback, as text with colours.

use std::{collections::VecDeque, fmt};

use vt100::capture::{BasicFormattedCaptureState, RowContents};

/// Most rows of history.
const MAX_ROWS: usize = 1_400;

/// Most bytes of history; a cell of the emulator takes 32 bytes, one of these mostly one.
const MAX_BYTES: usize = 512 * 1024;

/// The rows above the emulator's scrollback, oldest first. Each begins and ends with default attributes and with its line
/// ending, unless it wraps into the next.
#[derive(Default)]
pub(crate) struct History {
    rows: VecDeque<Box<str>>,
    bytes: usize,
}

impl History {
    /// Appends a row, and forgets the oldest beyond the bounds.
    pub(crate) fn push(&mut self, row: &RowContents<'_>) {
        let mut text = String::new();
        let mut state = BasicFormattedCaptureState::new();
        if row.write_formatted_basic(&mut text, &mut state).is_err() {
            return;
        }
        // The state says whether a line ending is due only by writing it first the next time.
        let mut probe = StartsNewLine(false);
        let _stopped = row.write_formatted_basic(&mut probe, &mut state);
        self.push_line(text, !probe.0);
    }

    fn push_line(&mut self, text: String, wraps: bool) {
        let line = line(text, wraps).into_boxed_str();
        self.bytes += line.len();
        self.rows.push_back(line);
        while (self.bytes > MAX_BYTES || self.rows.len() > MAX_ROWS)
            && let Some(oldest) = self.rows.pop_front()
        {
            self.bytes -= oldest.len();
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The rows, oldest first.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = &str> {
        self.rows.iter().map(AsRef::as_ref)
    }
}

/// A row's text as it is written above the screen: attributes reset, then its line ending unless it wraps.
pub(crate) fn line(mut text: String, wraps: bool) -> String {
    if text.contains('\x1b') {
        text.push_str("\x1b[m");
    }
    if !wraps {
        text.push_str("\r\n");
    }
    text
}

/// Looks at the first character written to it and refuses the rest.
struct StartsNewLine(bool);

impl fmt::Write for StartsNewLine {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = text.starts_with('\n');
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_is_bounded_by_rows_and_bytes() {
        let mut history = History::default();
        for _ in 0..3_000 {
            history.push_line("x".to_owned(), false);
        }
        assert_eq!(history.rows.len(), MAX_ROWS);
        for _ in 0..100 {
            history.push_line("x".repeat(20_000), true);
        }
        assert!(history.bytes <= MAX_BYTES && history.bytes == history.rows().map(str::len).sum::<usize>());
    }
}
