//! Taking on another size, as xterm.js does: rows above come back, lines that wrapped are wrapped anew, except the one
//! the cursor is in, which the program draws again by itself.

use std::collections::VecDeque;

use crate::{
    cell::{Cell, Pen},
    grid::fit,
    row::Row,
    term::Term,
};

impl Term {
    /// Changes the size.
    pub(crate) fn resize(&mut self, rows: usize, cols: usize) {
        self.change_height(rows);
        if cols != self.normal.cols {
            self.rewrap(cols);
        }
        self.normal.settle();
        let alternate = &mut self.alternate;
        while alternate.height() > rows && (alternate.pop_blank() || alternate.pop_top().is_some()) {}
        while alternate.height() < rows {
            alternate.push_bottom();
        }
        alternate.widen(cols);
        alternate.settle();
        self.printed = None;
    }

    fn change_height(&mut self, rows: usize) {
        while self.normal.height() > rows {
            if !self.normal.pop_blank() {
                if let Some(row) = self.normal.pop_top() {
                    self.keep(row);
                }
                self.normal.y = self.normal.y.saturating_sub(1);
            }
        }
        let at_bottom = self.normal.y + 1 >= self.normal.height();
        while self.normal.height() < rows {
            match if at_bottom { self.above.pop() } else { None } {
                Some(mut row) => {
                    fit(&mut row, self.normal.cols);
                    self.normal.push_top(row);
                    self.normal.y += 1;
                    self.top = self.top.saturating_sub(1);
                }
                None => self.normal.push_bottom(),
            }
        }
    }

    /// Wraps the lines of the normal screen, and those kept above it, to another width.
    fn rewrap(&mut self, cols: usize) {
        let height = self.normal.height();
        let mut rows = self.above.take_rows();
        let begun = rows.len();
        self.top = self.top.saturating_sub(begun as u64);
        rows.extend(self.normal.take_rows());
        // Blank rows below the cursor give way to what grows.
        let cursor = begun + self.normal.y;
        while rows.len() > cursor + 1 && rows.back().is_some_and(|row| row.length() == 0) {
            rows.pop_back();
        }
        let mut wrapped = VecDeque::new();
        let mut at = cursor;
        let mut seen = 0;
        while let Some(first) = rows.pop_front() {
            let mut line = vec![first];
            while rows.front().is_some_and(|row| row.wrapped) {
                line.extend(rows.pop_front());
            }
            let count = line.len();
            if (seen..seen + count).contains(&cursor) {
                at = wrapped.len() + cursor - seen;
                line.iter_mut().for_each(|row| fit(row, cols));
                wrapped.extend(line);
            } else {
                wrap(&mut wrapped, &line, cols);
            }
            seen += count;
        }
        let top =
            if begun == 0 { (at + 1).saturating_sub(height) } else { wrapped.len().saturating_sub(height).min(at) };
        for _ in 0..top {
            if let Some(row) = wrapped.pop_front() {
                self.keep(row);
            }
        }
        wrapped.truncate(height);
        let grid = &mut self.normal;
        grid.y = at - top;
        grid.put_rows(wrapped);
        grid.widen(cols);
        while grid.height() < height {
            grid.push_bottom();
        }
    }
}

/// Appends a line in rows of `cols` columns.
fn wrap(rows: &mut VecDeque<Row>, line: &[Row], cols: usize) {
    let begun = rows.len();
    let mut row = Vec::with_capacity(cols);
    let mut finish = |row: &mut Vec<Cell>| {
        row.resize(cols, Cell::blank(Pen::default()));
        rows.push_back(Row { cells: std::mem::take(row), wrapped: rows.len() > begun });
    };
    for (index, part) in line.iter().enumerate() {
        // A row that goes on was full, but for a cell before a wide character.
        let next = line.get(index + 1).and_then(|next| next.get(0));
        let length = match next {
            Some(first) if first.width == 2 && part.cells.last().is_some_and(|last| last.text.is_none()) => {
                part.cells.len() - 1
            }
            Some(_) => part.cells.len(),
            None => used(part),
        };
        for cell in part.cells.iter().take(length) {
            let takes = usize::from(cell.width);
            if row.len() + takes > cols {
                finish(&mut row);
            }
            row.push(*cell);
        }
    }
    finish(&mut row);
}

/// How many cells of a row show anything.
fn used(row: &Row) -> usize {
    let blank = Cell::blank(Pen::default());
    row.cells.iter().rposition(|cell| *cell != blank).map_or(0, |last| last + 1)
}
