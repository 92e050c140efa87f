//! A row of cells, and what may be done to it.

use crate::cell::{Cell, Flags, Pen};

/// A row. It always has as many cells as its terminal has columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
    /// It goes on the row above, which was full.
    pub(crate) wrapped: bool,
}

impl Row {
    pub(crate) fn blank(cols: usize, pen: Pen) -> Self {
        Self { cells: vec![Cell::blank(pen); cols], wrapped: false }
    }

    pub(crate) fn get(&self, x: usize) -> Option<Cell> {
        self.cells.get(x).copied()
    }

    pub(crate) fn set(&mut self, x: usize, cell: Cell) {
        if let Some(place) = self.cells.get_mut(x) {
            *place = cell;
        }
    }

    /// The width of a cell; beyond the row it is as of an empty one.
    pub(crate) fn width(&self, x: usize) -> u8 {
        self.get(x).map_or(1, |cell| cell.width)
    }

    /// Blanks the cell before `x` if it is the first half of a wide character.
    pub(crate) fn split_before(&mut self, x: usize, pen: Pen) {
        if x > 0 && self.width(x - 1) == 2 {
            self.set(x - 1, Cell::blank(pen));
        }
    }

    /// Makes every cell empty.
    pub(crate) fn clear(&mut self, pen: Pen, sparing: bool) {
        self.fill(Cell::blank(pen), sparing);
    }

    pub(crate) fn fill(&mut self, cell: Cell, sparing: bool) {
        for place in &mut self.cells {
            if !sparing || !place.pen.flags.has(Flags::PROTECTED) {
                *place = cell;
            }
        }
    }

    /// Makes the cells from `start` to before `end` empty; with `sparing`, those that are not protected.
    pub(crate) fn erase(&mut self, start: usize, end: usize, pen: Pen, sparing: bool) {
        let spared = |cell: Option<Cell>| sparing && cell.is_some_and(|cell| cell.pen.flags.has(Flags::PROTECTED));
        if start > 0 && !spared(self.get(start - 1)) {
            self.split_before(start, pen);
        }
        if end > 0 && end < self.cells.len() && self.width(end - 1) == 2 && !spared(self.get(end)) {
            self.set(end, Cell::blank(pen));
        }
        let end = end.min(self.cells.len());
        for place in self.cells.get_mut(start..end).unwrap_or_default() {
            if !spared(Some(*place)) {
                *place = Cell::blank(pen);
            }
        }
    }

    /// Moves the cells from `at` on to the right by `count`; what is pushed over the edge is gone.
    pub(crate) fn insert(&mut self, at: usize, count: usize, pen: Pen) {
        let cols = self.cells.len();
        let at = at % cols.max(1);
        self.split_before(at, pen);
        let count = count.min(cols - at);
        if let Some(part) = self.cells.get_mut(at..) {
            part.rotate_right(count);
            part.iter_mut().take(count).for_each(|cell| *cell = Cell::blank(pen));
        }
        if self.width(cols - 1) == 2 {
            self.set(cols - 1, Cell::blank(pen));
        }
    }

    /// Takes out `count` cells from `at` on; what is right of them moves up.
    pub(crate) fn delete(&mut self, at: usize, count: usize, pen: Pen) {
        let cols = self.cells.len();
        let at = at % cols.max(1);
        let count = count.min(cols - at);
        if let Some(part) = self.cells.get_mut(at..) {
            part.rotate_left(count);
            part.iter_mut().rev().take(count).for_each(|cell| *cell = Cell::blank(pen));
        }
        self.split_before(at, pen);
        if self.get(at).is_some_and(Cell::is_stub) {
            self.set(at, Cell::blank(pen));
        }
    }

    /// How many cells there are up to the last one that was written to.
    pub(crate) fn length(&self) -> usize {
        let last = self.cells.iter().rposition(|cell| !cell.text.is_none());
        last.map_or(0, |last| last + usize::from(self.width(last).max(1)))
    }
}
