//! Rows that scrolled off the top: the latest as cells, so that a taller window gets them back; older ones as the bytes
//! that draw them, which take a tenth of the memory.

use std::collections::VecDeque;

use crate::{cell::Color, clusters::Clusters, row::Row, row_paint::write_row};

/// Rows kept as cells.
const MAX_CELLS: usize = 100;

/// Most rows kept as bytes.
const MAX_ROWS: usize = 1_400;

/// Most bytes of them; a cell takes 28, one of these mostly one.
const MAX_BYTES: usize = 512 * 1024;

/// What is above the normal screen.
#[derive(Debug, Default)]
pub(crate) struct Above {
    drawn: VecDeque<Box<str>>,
    bytes: usize,
    rows: VecDeque<Row>,
}

impl Above {
    /// Adds the row that just left the screen, and forgets the oldest beyond the bounds.
    pub(crate) fn push(&mut self, row: Row, clusters: &Clusters) {
        self.rows.push_back(row);
        if self.rows.len() > MAX_CELLS
            && let Some(oldest) = self.rows.pop_front()
        {
            let mut drawn = String::new();
            write_line(&mut drawn, &oldest, self.rows.front(), clusters);
            self.push_drawn(drawn);
        }
    }

    fn push_drawn(&mut self, drawn: String) {
        self.bytes += drawn.len();
        self.drawn.push_back(drawn.into_boxed_str());
        while (self.bytes > MAX_BYTES || self.drawn.len() > MAX_ROWS)
            && let Some(oldest) = self.drawn.pop_front()
        {
            self.bytes -= oldest.len();
        }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.drawn.len() + self.rows.len()
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes the latest row back onto the screen.
    pub(crate) fn pop(&mut self) -> Option<Row> {
        self.rows.pop_back()
    }

    /// Takes out all rows that are kept as cells.
    pub(crate) fn take_rows(&mut self) -> VecDeque<Row> {
        std::mem::take(&mut self.rows)
    }

    /// Appends what draws the rows, oldest first; before each, what `say` has to say at it, counted from the oldest.
    pub(crate) fn write(&self, out: &mut String, clusters: &Clusters, say: impl Fn(&mut String, usize)) {
        for (index, drawn) in self.drawn.iter().enumerate() {
            say(out, index);
            out.push_str(drawn);
        }
        let mut rows = self.rows.iter().peekable();
        let mut index = self.drawn.len();
        while let Some(row) = rows.next() {
            say(out, index);
            write_line(out, row, rows.peek().copied(), clusters);
            index += 1;
        }
    }
}

/// Appends a row, then its line ending unless the next one continues it; between rows the pen is the default one.
fn write_line(out: &mut String, row: &Row, next: Option<&Row>, clusters: &Clusters) {
    // A row that comes into being is filled with the background then in use, which must be the default one.
    let next = next.filter(|next| next.cells.first().is_some_and(|cell| cell.pen.bg == Color::Default));
    if !write_row(out, row, next, clusters) {
        out.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_above_is_bounded_by_rows_and_bytes() {
        let mut above = Above::default();
        for _ in 0..3_000 {
            above.push_drawn("x".to_owned());
        }
        assert_eq!(above.drawn.len(), MAX_ROWS);
        for _ in 0..100 {
            above.push_drawn("x".repeat(20_000));
        }
        assert!(above.bytes <= MAX_BYTES);
        assert_eq!(above.bytes, above.drawn.iter().map(|drawn| drawn.len()).sum::<usize>());
    }
}
