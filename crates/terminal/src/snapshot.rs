//! Painting a screen so that a fresh emulator shows the same.
//!
//! vt100 formats the cells, the cursor and the input modes of the grid in use. What it leaves out is added here: the
//! scrollback, the other grid under a full-screen program, the scroll region, and the modes it does not know.

use std::fmt::Write;

use vt100::{Parser, Screen};

use crate::{history, screen::Watcher};

/// The bytes that paint `screen`.
pub(crate) fn paint(screen: &Screen, watcher: &Watcher) -> Vec<u8> {
    let mut out = String::from("\x1bc");
    if let Some(title) = &watcher.title {
        let _infallible = write!(out, "\x1b]2;{title}\x07");
    }
    // The rows above the alternate screen cannot be counted in it.
    let mut main = copy(screen);
    if screen.alternate_screen() {
        // Leaving by 47 shows the other grid with its cursor where it was.
        main.process(b"\x1b[?47l");
    }
    paint_scrollback(&mut out, main.screen_mut(), watcher);
    let top = watcher.gone + main.screen().scrollback_len() as u64;
    paint_grid(&mut out, main, &marks(watcher, top));
    if screen.alternate_screen() {
        out.push_str("\x1b[m\x1b[?1049h");
        paint_grid(&mut out, copy(screen), &[]);
    }
    out.extend(watcher.commands.state().0);
    out.push_str(&screen.input_mode_formatted());
    for mode in &watcher.changed_modes {
        let _infallible = write!(out, "\x1b[?{mode}{}", if *mode == 7 { 'l' } else { 'h' });
    }
    out.into_bytes()
}

/// The screen in a parser of its own, whose state may be tried out without disturbing a half-read sequence.
fn copy(screen: &Screen) -> Parser {
    let (rows, cols) = screen.size();
    let mut parser = Parser::new(rows, cols, 0);
    *parser.screen_mut() = screen.clone();
    parser
}

/// Writes the rows above the screen, oldest first, and pushes them out of sight.
fn paint_scrollback(out: &mut String, screen: &mut Screen, watcher: &Watcher) {
    let (rows, cols) = screen.size();
    let height = usize::from(rows.get());
    let mut count = watcher.history.rows().len();
    // The number of the first row that is written.
    let first = watcher.gone.saturating_sub(count as u64);
    let commands = &watcher.commands;
    let mark = |out: &mut String, row: usize| {
        out.extend(commands.marks().in_row(first + row as u64).map(|mark| commands.write(mark)));
    };
    for (index, row) in watcher.history.rows().enumerate() {
        mark(out, index);
        out.push_str(row);
    }

    screen.set_scrollback(usize::MAX);
    let mut above = screen.scrollback();
    while above > 0 {
        screen.set_scrollback(above);
        let page = above.min(height);
        for (index, text) in screen.rows_formatted(0, cols.get()).take(page).enumerate() {
            let wraps = u16::try_from(index).is_ok_and(|row| screen.row_wrapped(row));
            mark(out, count + index);
            out.push_str(&history::line(text, wraps && above > index + 1));
        }
        above -= page;
        count += page;
    }
    screen.set_scrollback(0);

    let _infallible = write!(out, "\x1b[m\x1b[{rows};1H");
    out.extend(std::iter::repeat_n('\n', count.min(height.saturating_sub(1))));
}

/// What tells of commands on the screen itself, each with its row and column: marks, and where input begins.
fn marks(watcher: &Watcher, top: u64) -> Vec<(u64, u16, String)> {
    let commands = &watcher.commands;
    let mut all: Vec<_> =
        commands.marks().below(top).map(|mark| (mark.row - top, 0, commands.write(mark))).collect();
    let input = commands.state().1.and_then(|input| Some((input.row.checked_sub(top)?, input.col, commands.input())));
    all.extend(input);
    all
}

/// Writes the cells, the marks, the scroll region and the cursor of the grid in use.
fn paint_grid(out: &mut String, mut grid: Parser, marks: &[(u64, u16, String)]) {
    out.push_str(&grid.screen().contents_formatted());
    for (row, col, mark) in marks {
        let _infallible = write!(out, "\x1b[{};{}H{mark}", row + 1, u32::from(*col) + 1);
    }
    if !marks.is_empty() {
        out.push_str(&grid.screen().cursor_state_formatted());
        out.push_str(&grid.screen().attributes_formatted());
    }
    let (cursor, attributes) = (grid.screen().cursor_state_formatted(), grid.screen().attributes_formatted());
    let (row, col) = grid.screen().cursor_position();

    // The region is private to vt100, but cursor movement tells it.
    let mut row_after = |bytes: &[u8]| {
        grid.process(bytes);
        grid.screen().cursor_position().0
    };
    let (home, end) = (row_after(b"\x1b[H"), row_after(b"\x1b[65535;1H"));
    let (top, bottom) = (row_after(b"\x1b[?6h\x1b[H"), row_after(b"\x1b[65535;1H"));
    let (rows, _) = grid.screen().size();
    if (top, bottom.saturating_add(1)) == (0, rows.get()) {
        return;
    }
    let _infallible = write!(out, "\x1b[{};{}r{cursor}", top + 1, bottom + 1);
    if (home, end) == (top, bottom) {
        let _infallible = write!(out, "\x1b[?6h\x1b[{};{}H", row.saturating_sub(top) + 1, col + 1);
    }
    out.push_str(&attributes);
}
