//! The state of a terminal, its cursor, and printing.

use crate::{
    above::Above,
    cell::{Cell, Pen, Text},
    charset::Charset,
    clusters::Clusters,
    grid::Grid,
    heard::{Hearing, Place},
    modes::Modes,
    row::Row,
    width,
};

/// Everything but the parser.
#[derive(Debug)]
pub(crate) struct Term {
    pub(crate) normal: Grid,
    pub(crate) alternate: Grid,
    pub(crate) on_alternate: bool,
    pub(crate) above: Above,
    /// The number of the normal screen's first row, counted from the very first ever drawn.
    pub(crate) top: u64,
    pub(crate) hearing: Hearing,
    pub(crate) clusters: Clusters,
    pub(crate) pen: Pen,
    /// G0 to G3.
    pub(crate) sets: [Charset; 4],
    /// Which of them was invoked last.
    pub(crate) level: usize,
    /// What characters are drawn with: that set, unless the cursor was restored since.
    pub(crate) charset: Charset,
    pub(crate) modes: Modes,
    /// The columns of the character printed last, if nothing came after it.
    pub(crate) printed: Option<u8>,
    pub(crate) title: Option<String>,
    pub(crate) title_changed: bool,
    pub(crate) answers: Vec<u8>,
}

impl Term {
    pub(crate) fn new(rows: usize, cols: usize) -> Self {
        Self {
            normal: Grid::new(rows, cols, Pen::default()),
            alternate: Grid::new(rows, cols, Pen::default()),
            on_alternate: false,
            above: Above::default(),
            top: 0,
            hearing: Hearing::default(),
            clusters: Clusters::default(),
            pen: Pen::default(),
            sets: [Charset::Ascii; 4],
            level: 0,
            charset: Charset::Ascii,
            modes: Modes::default(),
            printed: None,
            title: None,
            title_changed: false,
            answers: Vec::new(),
        }
    }

    /// The screen in view.
    pub(crate) fn grid(&mut self) -> &mut Grid {
        if self.on_alternate { &mut self.alternate } else { &mut self.normal }
    }

    /// The screen in view, to look at.
    pub(crate) fn shown(&self) -> &Grid {
        if self.on_alternate { &self.alternate } else { &self.normal }
    }

    /// Brings the cursor within the screen, or the scroll region with DECOM; `cols` stands for the last column it may
    /// be in.
    pub(crate) fn restrict(&mut self, last: usize) {
        let origin = self.modes.origin;
        let grid = self.grid();
        grid.x = grid.x.min(last);
        let (top, bottom) = if origin { (grid.top, grid.bottom) } else { (0, grid.height() - 1) };
        grid.y = grid.y.clamp(top, bottom);
    }

    /// The last column.
    pub(crate) fn last(&self) -> usize {
        self.shown().cols - 1
    }

    /// Puts the cursor somewhere; rows count from the scroll region's top with DECOM.
    pub(crate) fn put_cursor(&mut self, x: usize, y: usize) {
        let origin = self.modes.origin;
        let grid = self.grid();
        grid.x = x;
        grid.y = if origin { grid.top + y } else { y };
        self.restrict(self.last());
    }

    /// Moves the cursor. With DECOM the row is counted twice from the region's top, which is what xterm.js does.
    pub(crate) fn move_cursor(&mut self, dx: isize, dy: isize) {
        self.restrict(self.last());
        let (x, y) = (self.shown().x, self.shown().y);
        if self.modes.origin {
            let y = (y + self.shown().top).saturating_add_signed(dy);
            let grid = self.grid();
            grid.x = x.saturating_add_signed(dx);
            grid.y = y;
            self.restrict(self.last());
        } else {
            self.put_cursor(x.saturating_add_signed(dx), y.saturating_add_signed(dy));
        }
    }

    /// Moves the scroll region up by a row. Without rows above it, the first one of the normal screen is kept.
    pub(crate) fn scroll(&mut self, wrapped: bool) {
        let pen = self.pen.erasing();
        let kept = !self.on_alternate && self.shown().top == 0;
        let grid = self.grid();
        let gone = grid.replace(grid.top, grid.bottom, pen, wrapped);
        if kept && let Some(row) = gone {
            grid.saved.y -= 1;
            self.keep(row);
        }
    }

    /// Keeps a row that left the normal screen at the top.
    pub(crate) fn keep(&mut self, row: Row) {
        self.above.push(row, &self.clusters);
        self.top += 1;
    }

    /// Where the cursor is.
    pub(crate) fn place(&self) -> Place {
        let grid = self.shown();
        let col = u16::try_from(grid.x).unwrap_or(u16::MAX);
        Place { row: self.top + grid.y as u64, col, alternate: self.on_alternate }
    }

    /// The cursor goes down a row; at the bottom of the region, the region scrolls.
    pub(crate) fn down(&mut self, wrapped: bool) {
        let grid = self.grid();
        grid.y += 1;
        if grid.y == grid.bottom + 1 {
            grid.y -= 1;
            self.scroll(wrapped);
            return;
        }
        grid.y = grid.y.min(grid.height() - 1);
        if wrapped && let Some(row) = grid.line() {
            row.wrapped = true;
        }
    }

    /// LF, VT, FF.
    pub(crate) fn line_feed(&mut self) {
        if self.modes.newline {
            self.grid().x = 0;
        }
        let (y, bottom) = (self.shown().y, self.shown().bottom);
        self.down(false);
        let last = self.last();
        let grid = self.grid();
        if y != bottom
            && y + 1 < grid.height()
            && let Some(row) = grid.line()
        {
            row.wrapped = false;
        }
        // At the end of a line this keeps the next character from wrapping.
        grid.x = grid.x.min(last);
    }

    /// Prints a character.
    pub(crate) fn print(&mut self, char: char) {
        let char = self.charset.draw(char);
        let own = width::of(char);
        let joins = own == 0 && self.printed.is_some_and(|before| before > 0);
        let width = if joins { self.printed.unwrap_or(0) } else { own };
        let (pen, wrap, insert) = (self.pen, self.modes.wrap, self.modes.insert);
        self.printed = Some(width);
        let cols = self.shown().cols;
        let grid = self.grid();
        let x = grid.x;
        if let Some(row) = grid.line() {
            row.split_before(x, pen);
        }
        let added = if joins { 0 } else { usize::from(width) };
        if x + added > cols {
            if wrap {
                if let Some(row) = grid.line() {
                    (x..cols).for_each(|x| row.set(x, Cell::blank(pen)));
                }
                grid.x = 0;
                self.down(true);
            } else {
                grid.x = cols - 1;
                if width == 2 {
                    return;
                }
            }
        }
        if joins && self.shown().x > 0 {
            self.join(char, width);
            return;
        }
        let grid = self.grid();
        let x = grid.x;
        let Some(row) = grid.line() else { return };
        if insert {
            row.insert(x, usize::from(width), pen);
        }
        row.set(x, Cell { text: Text::of(char), width, pen });
        grid.x += 1;
        if width == 2 {
            let x = grid.x;
            if let Some(row) = grid.line() {
                row.set(x, Cell::stub(pen));
            }
            grid.x += 1;
        }
        let x = grid.x;
        if let Some(row) = grid.line()
            && row.get(x).is_some_and(Cell::is_stub)
        {
            row.set(x, Cell::blank(pen));
        }
    }

    /// Adds a mark to the character before the cursor, which is `width` wide then. Where there is none it stands alone.
    fn join(&mut self, mark: char, width: u8) {
        let grid = if self.on_alternate { &mut self.alternate } else { &mut self.normal };
        let x = grid.x;
        let Some(row) = grid.line() else { return };
        let at = if row.width(x - 1) == 0 { x.saturating_sub(2) } else { x - 1 };
        let Some(cell) = row.get(at) else { return };
        let mut base = String::new();
        Self::push_text(&self.clusters, &mut base, cell.text);
        let text =
            if base.is_empty() { Some(Text::of(mark)) } else { self.clusters.add(&base, mark).map(Text::cluster) };
        if let Some(text) = text {
            row.set(at, Cell { text, width, ..cell });
        }
    }

    /// REP: prints the character printed last `count` times more, if nothing came after it.
    pub(crate) fn repeat(&mut self, count: usize) {
        let Some(width) = self.printed.filter(|width| *width > 0) else { return };
        let grid = self.shown();
        let text = grid.x.checked_sub(usize::from(width)).and_then(|x| grid.row(grid.y)?.get(x)).map(|cell| cell.text);
        let chars: Vec<char> = match text.map(|text| (text.char(), text.number())) {
            Some((Some(char), _)) => vec![char],
            Some((_, Some(number))) => self.clusters.text(number).chars().collect(),
            _ => return,
        };
        // More than two screens full show the same but for what is above: whole rows of it are left out.
        let line = (grid.cols / usize::from(width)).max(1);
        let most = 2 * line * grid.height();
        let count = if count > most { most - line + count % line } else { count };
        for _ in 0..count {
            chars.iter().for_each(|char| self.print(*char));
        }
    }

    /// What stands in a cell, as text; nothing for an empty one.
    pub(crate) fn push_text(clusters: &Clusters, out: &mut String, text: Text) {
        match (text.char(), text.number()) {
            (Some(char), _) => out.push(char),
            (None, Some(number)) => out.push_str(clusters.text(number)),
            (None, None) => {}
        }
    }
}
