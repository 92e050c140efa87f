//! Switching: modes, screens, character sets, saved cursors and resets.

use crate::{
    cell::Pen,
    charset::Charset,
    grid::{Grid, Saved},
    modes::Modes,
    term::Term,
};

impl Term {
    /// SM and RM.
    pub(crate) fn set_mode(&mut self, mode: u16, on: bool) {
        match mode {
            4 => self.modes.insert = on,
            20 => self.modes.newline = on,
            _ => {}
        }
    }

    /// DECSET and DECRST.
    pub(crate) fn set_private_mode(&mut self, mode: u16, on: bool) {
        match (mode, on) {
            (2, true) => {
                self.sets = [Charset::Ascii; 4];
                self.charset = Charset::Ascii;
            }
            (6, _) => {
                self.modes.origin = on;
                self.put_cursor(0, 0);
            }
            (1048, true) => self.save_cursor(),
            (1048, false) => self.restore_cursor(),
            (47 | 1047 | 1049, true) => {
                if mode == 1049 {
                    self.save_cursor();
                }
                self.enter_alternate();
            }
            (47 | 1047 | 1049, false) => {
                self.leave_alternate();
                if mode == 1049 {
                    self.restore_cursor();
                }
            }
            _ => drop(self.modes.set_private(mode, on)),
        }
    }

    fn enter_alternate(&mut self) {
        if !self.on_alternate {
            let (rows, cols) = (self.normal.height(), self.normal.cols);
            let saved = self.alternate.saved;
            self.alternate = Grid::new(rows, cols, self.pen.erasing());
            self.alternate.saved = saved;
            (self.alternate.x, self.alternate.y) = (self.normal.x, self.normal.y);
            self.on_alternate = true;
        }
    }

    fn leave_alternate(&mut self) {
        if self.on_alternate {
            (self.normal.x, self.normal.y) = (self.alternate.x, self.alternate.y);
            self.on_alternate = false;
        }
    }

    /// DECSC.
    pub(crate) fn save_cursor(&mut self) {
        let (pen, charset) = (self.pen, self.charset);
        let grid = self.grid();
        grid.saved = Saved { x: grid.x, y: isize::try_from(grid.y).unwrap_or(0), pen, charset };
    }

    /// DECRC.
    pub(crate) fn restore_cursor(&mut self) {
        let grid = self.grid();
        let saved = grid.saved;
        (grid.x, grid.y) = (saved.x, usize::try_from(saved.y).unwrap_or(0));
        self.pen = Pen { line: self.pen.line, ..saved.pen };
        self.charset = saved.charset;
        self.restrict(self.last());
    }

    /// Designates a character set as one of G0 to G3.
    pub(crate) fn designate(&mut self, place: usize, set: Charset) {
        if let Some(held) = self.sets.get_mut(place) {
            *held = set;
            if self.level == place {
                self.charset = set;
            }
        }
    }

    /// Draws with one of G0 to G3 from now on.
    pub(crate) fn invoke(&mut self, place: usize) {
        self.level = place;
        self.charset = self.sets.get(place).copied().unwrap_or_default();
    }

    /// DECSTR.
    pub(crate) fn soft_reset(&mut self) {
        let grid = self.grid();
        grid.settle();
        grid.saved = Saved::default();
        self.pen = Pen::default();
        self.modes = self.modes.soft_reset();
        self.sets = [Charset::Ascii; 4];
        self.invoke(0);
    }

    /// RIS.
    pub(crate) fn reset(&mut self) {
        let (rows, cols) = (self.normal.height(), self.normal.cols);
        let modes = Modes { newline: self.modes.newline, ..Modes::default() };
        let (title, title_changed) = (self.title.take(), self.title_changed);
        let answers = std::mem::take(&mut self.answers);
        // What was on the screen is above it no longer, but its rows are numbered on.
        let top = self.top + rows as u64;
        let hearing = std::mem::take(&mut self.hearing);
        *self = Self { modes, title, title_changed, answers, top, hearing, ..Self::new(rows, cols) };
    }

    /// DECSTBM; rows count from one, 0 stands for the edge.
    pub(crate) fn set_region(&mut self, top: usize, bottom: usize) {
        let rows = self.shown().height();
        let top = top.max(1);
        let bottom = if bottom == 0 || bottom > rows { rows } else { bottom };
        if bottom > top {
            let grid = self.grid();
            (grid.top, grid.bottom) = (top - 1, bottom - 1);
            self.put_cursor(0, 0);
        }
    }
}
