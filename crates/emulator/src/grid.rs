//! One of the two screens: its rows, cursor, scroll region and tab stops.

use std::collections::VecDeque;

use crate::{
    cell::{Cell, Pen},
    charset::Charset,
    row::Row,
};

/// Columns from one tab stop to the next.
const TAB: usize = 8;

/// What DECSC keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Saved {
    pub(crate) x: usize,
    /// The row, counted from the top of the screen; above it once the screen has scrolled.
    pub(crate) y: isize,
    pub(crate) pen: Pen,
    pub(crate) charset: Charset,
}

/// A screen. `x` may be one past the last column: the next character wraps.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    rows: VecDeque<Row>,
    pub(crate) cols: usize,
    pub(crate) x: usize,
    pub(crate) y: usize,
    /// The first row of the scroll region.
    pub(crate) top: usize,
    /// The last row of the scroll region.
    pub(crate) bottom: usize,
    pub(crate) tabs: Vec<bool>,
    pub(crate) saved: Saved,
}

impl Grid {
    pub(crate) fn new(rows: usize, cols: usize, pen: Pen) -> Self {
        Self {
            rows: (0..rows).map(|_| Row::blank(cols, pen)).collect(),
            cols,
            x: 0,
            y: 0,
            top: 0,
            bottom: rows.saturating_sub(1),
            tabs: default_tabs(cols),
            saved: Saved::default(),
        }
    }

    pub(crate) fn height(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = &Row> {
        self.rows.iter()
    }

    pub(crate) fn row(&self, y: usize) -> Option<&Row> {
        self.rows.get(y)
    }

    pub(crate) fn row_mut(&mut self, y: usize) -> Option<&mut Row> {
        self.rows.get_mut(y)
    }

    /// The row with the cursor.
    pub(crate) fn line(&mut self) -> Option<&mut Row> {
        self.rows.get_mut(self.y)
    }

    /// Whether the cursor is within the scroll region.
    pub(crate) fn is_in_region(&self) -> bool {
        (self.top..=self.bottom).contains(&self.y)
    }

    /// The rows of the scroll region.
    pub(crate) fn region(&mut self) -> impl Iterator<Item = &mut Row> {
        let (top, count) = (self.top, self.bottom.saturating_sub(self.top) + 1);
        self.rows.iter_mut().skip(top).take(count)
    }

    /// Takes out the row at `from` and puts a blank one in at `to`. Returns the one taken out.
    pub(crate) fn replace(&mut self, from: usize, to: usize, pen: Pen, wrapped: bool) -> Option<Row> {
        let taken = self.rows.remove(from)?;
        let mut blank = Row::blank(self.cols, pen);
        blank.wrapped = wrapped;
        self.rows.insert(to.min(self.rows.len()), blank);
        Some(taken)
    }

    /// The next tab stop after the cursor, else the last column.
    pub(crate) fn next_tab(&self) -> usize {
        let stop = self.tabs.iter().enumerate().skip(self.x + 1).find(|(_, stop)| **stop);
        stop.map_or(self.cols - 1, |(x, _)| x).min(self.cols - 1)
    }

    /// The tab stop before the cursor, else the first column.
    pub(crate) fn previous_tab(&self) -> usize {
        self.tabs.iter().take(self.x).rposition(|stop| *stop).unwrap_or(0)
    }

    /// Whether the tab stops are where they begin.
    pub(crate) fn has_default_tabs(&self) -> bool {
        self.tabs == default_tabs(self.cols)
    }

    /// Rows from the bottom that are blank and below the cursor.
    pub(crate) fn pop_blank(&mut self) -> bool {
        let spare = self.rows.len() > self.y + 1;
        if spare {
            self.rows.pop_back();
        }
        spare
    }

    pub(crate) fn push_bottom(&mut self) {
        self.rows.push_back(Row::blank(self.cols, Pen::default()));
    }

    pub(crate) fn push_top(&mut self, row: Row) {
        self.rows.push_front(row);
    }

    pub(crate) fn pop_top(&mut self) -> Option<Row> {
        self.rows.pop_front()
    }

    /// Takes on a width: each row is cut or filled, tab stops are added to the right.
    pub(crate) fn widen(&mut self, cols: usize) {
        for row in &mut self.rows {
            fit(row, cols);
        }
        let begun = self.tabs.len();
        self.tabs.truncate(cols + 1);
        self.tabs.extend((begun..=cols).map(|x| x % TAB == 0 && x < cols));
        self.cols = cols;
        self.x = self.x.min(cols - 1);
        self.saved.x = self.saved.x.min(cols - 1);
    }

    /// The whole height scrolls, and the cursor is within it.
    pub(crate) fn settle(&mut self) {
        self.top = 0;
        self.bottom = self.rows.len().saturating_sub(1);
        self.y = self.y.min(self.bottom);
    }

    /// Puts these rows in place of all.
    pub(crate) fn take_rows(&mut self) -> VecDeque<Row> {
        std::mem::take(&mut self.rows)
    }

    pub(crate) fn put_rows(&mut self, rows: VecDeque<Row>) {
        self.rows = rows;
    }
}

/// Cuts or fills a row to a width.
pub(crate) fn fit(row: &mut Row, cols: usize) {
    row.cells.resize(cols, Cell::blank(Pen::default()));
    if row.width(cols - 1) == 2 {
        row.set(cols - 1, Cell::blank(Pen::default()));
    }
}

/// One more than there are columns: a stop may be set where the cursor waits to wrap.
fn default_tabs(cols: usize) -> Vec<bool> {
    (0..=cols).map(|x| x % TAB == 0 && x < cols).collect()
}
