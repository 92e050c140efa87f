//! Erasing, inserting and deleting.

use crate::{
    cell::{Cell, Flags, Pen, Text},
    term::Term,
};

impl Term {
    /// ED and, sparing what is protected, DECSED.
    pub(crate) fn erase_display(&mut self, what: u16, sparing: bool) {
        let cols = self.shown().cols;
        self.restrict(cols);
        let pen = self.pen.erasing();
        let (x, y) = (self.shown().x, self.shown().y);
        match what {
            0 => {
                self.erase_line_part(x, cols, x == 0, sparing);
                self.clear_rows(y + 1..self.shown().height(), pen, sparing);
            }
            1 => {
                self.erase_line_part(0, x + 1, true, sparing);
                if x + 1 >= cols
                    && let Some(next) = self.grid().row_mut(y + 1)
                {
                    next.wrapped = false;
                }
                self.clear_rows(0..y, pen, sparing);
            }
            2 => self.clear_rows(0..self.shown().height(), pen, sparing),
            // The alternate screen has nothing above it.
            3 if !self.on_alternate => {
                // Saved rows count from the oldest one above, as with xterm.js, so they sink by what is gone.
                self.normal.saved.y += isize::try_from(self.above.len()).unwrap_or(0);
                self.above.clear();
            }
            _ => {}
        }
    }

    fn clear_rows(&mut self, rows: std::ops::Range<usize>, pen: Pen, sparing: bool) {
        for y in rows {
            if let Some(row) = self.grid().row_mut(y) {
                row.clear(pen, sparing);
                row.wrapped = false;
            }
        }
    }

    /// EL and DECSEL.
    pub(crate) fn erase_line(&mut self, what: u16, sparing: bool) {
        let cols = self.shown().cols;
        self.restrict(cols);
        let x = self.shown().x;
        match what {
            0 => self.erase_line_part(x, cols, x == 0, sparing),
            1 => self.erase_line_part(0, x + 1, false, sparing),
            2 => self.erase_line_part(0, cols, true, sparing),
            _ => {}
        }
    }

    fn erase_line_part(&mut self, start: usize, end: usize, unwrap: bool, sparing: bool) {
        let pen = self.pen.erasing();
        if let Some(row) = self.grid().line() {
            row.erase(start, end, pen, sparing);
            if unwrap {
                row.wrapped = false;
            }
        }
    }

    /// ECH.
    pub(crate) fn erase_chars(&mut self, count: usize) {
        self.restrict(self.last());
        let (pen, x) = (self.pen.erasing(), self.shown().x);
        if let Some(row) = self.grid().line() {
            row.erase(x, x + count, pen, false);
        }
    }

    /// ICH.
    pub(crate) fn insert_chars(&mut self, count: usize) {
        self.restrict(self.last());
        let (pen, x) = (self.pen.erasing(), self.shown().x);
        if let Some(row) = self.grid().line() {
            row.insert(x, count, pen);
        }
    }

    /// DCH.
    pub(crate) fn delete_chars(&mut self, count: usize) {
        self.restrict(self.last());
        let (pen, x) = (self.pen.erasing(), self.shown().x);
        if let Some(row) = self.grid().line() {
            row.delete(x, count, pen);
        }
    }

    /// IL.
    pub(crate) fn insert_lines(&mut self, count: usize) {
        self.restrict(self.last());
        let pen = self.pen.erasing();
        let grid = self.grid();
        if grid.is_in_region() {
            for _ in 0..count.min(grid.height()) {
                grid.replace(grid.bottom, grid.y, pen, false);
            }
            grid.x = 0;
        }
    }

    /// DL.
    pub(crate) fn delete_lines(&mut self, count: usize) {
        self.restrict(self.last());
        let pen = self.pen.erasing();
        let grid = self.grid();
        if grid.is_in_region() {
            for _ in 0..count.min(grid.height()) {
                grid.replace(grid.y, grid.bottom, pen, false);
            }
            grid.x = 0;
        }
    }

    /// SU. What leaves is not kept above.
    pub(crate) fn scroll_up(&mut self, count: usize) {
        let pen = self.pen.erasing();
        let grid = self.grid();
        for _ in 0..count.min(grid.height()) {
            grid.replace(grid.top, grid.bottom, pen, false);
        }
    }

    /// SD.
    pub(crate) fn scroll_down(&mut self, count: usize) {
        let grid = self.grid();
        for _ in 0..count.min(grid.height()) {
            grid.replace(grid.bottom, grid.top, Pen::default(), false);
        }
    }

    /// SR (at column 0) and DECIC.
    pub(crate) fn insert_columns(&mut self, at: usize, count: usize) {
        self.shift_columns(|row, pen| row.insert(at, count, pen));
    }

    /// SL (at column 0) and DECDC.
    pub(crate) fn delete_columns(&mut self, at: usize, count: usize) {
        self.shift_columns(|row, pen| row.delete(at, count, pen));
    }

    fn shift_columns(&mut self, shift: impl Fn(&mut crate::row::Row, Pen)) {
        let pen = self.pen.erasing();
        let grid = self.grid();
        if grid.is_in_region() {
            for row in grid.region() {
                shift(row, pen);
                row.wrapped = false;
            }
        }
    }

    /// RI.
    pub(crate) fn reverse_index(&mut self) {
        self.restrict(self.last());
        let pen = self.pen.erasing();
        let grid = self.grid();
        if grid.y == grid.top {
            grid.replace(grid.bottom, grid.top, pen, false);
        } else {
            grid.y = grid.y.saturating_sub(1);
            self.restrict(self.last());
        }
    }

    /// IND.
    pub(crate) fn index(&mut self) {
        self.restrict(self.last());
        self.down(false);
        self.restrict(self.last());
    }

    /// BS.
    pub(crate) fn backspace(&mut self) {
        if !self.modes.reverse_wrap {
            self.restrict(self.last());
            let grid = self.grid();
            grid.x = grid.x.saturating_sub(1);
            return;
        }
        self.restrict(self.shown().cols);
        let last = self.last();
        let grid = self.grid();
        if grid.x > 0 {
            grid.x -= 1;
        } else if grid.y > grid.top && grid.y <= grid.bottom && grid.row(grid.y).is_some_and(|row| row.wrapped) {
            if let Some(row) = grid.line() {
                row.wrapped = false;
            }
            grid.y -= 1;
            grid.x = last;
            // Empty there because a wide character did not fit: its row ends one cell before.
            if grid.row(grid.y).and_then(|row| row.get(last)).is_some_and(|cell| cell == Cell::blank(cell.pen)) {
                grid.x = last.saturating_sub(1);
            }
        }
        self.restrict(last);
    }

    /// DECALN.
    pub(crate) fn align(&mut self) {
        let pen = self.pen;
        self.put_cursor(0, 0);
        // With DECOM, xterm.js begins at the region of the normal screen.
        let from = if self.on_alternate { 0 } else { self.shown().y };
        for y in from..self.shown().height() {
            if let Some(row) = self.grid().row_mut(y) {
                row.fill(Cell { text: Text::of('E'), width: 1, pen }, false);
                row.wrapped = false;
            }
        }
        self.put_cursor(0, 0);
    }

    /// DECSCA.
    pub(crate) fn protect(&mut self, what: u16) {
        match what {
            1 => self.pen.flags.set(Flags::PROTECTED, true),
            0 | 2 => self.pen.flags.set(Flags::PROTECTED, false),
            _ => {}
        }
    }
}
