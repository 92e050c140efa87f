//! Painting a screen so that a fresh emulator shows the same.
//!
//! vt100 formats the cells, the cursor and the input modes of the grid in use. What it leaves out is added here: the
//! scrollback, the other grid under a full-screen program, the scroll region, and the modes it does not know.

use std::fmt::Write;

use vt100::{Parser, Screen};

use crate::{history, screen::Watcher};

/// The bytes that paint `screen` and what scrolled off it.
pub(crate) fn paint(screen: &Screen, watcher: &Watcher) -> Vec<u8> {
    paint_with(screen, watcher, true)
}

/// The bytes that paint `screen` alone.
pub(crate) fn paint_visible(screen: &Screen, watcher: &Watcher) -> Vec<u8> {
    paint_with(screen, watcher, false)
}

fn paint_with(screen: &Screen, watcher: &Watcher, scrollback: bool) -> Vec<u8> {
    let mut out = String::from("\x1bc");
    if let Some(title) = &watcher.title {
        let _infallible = write!(out, "\x1b]2;{title}\x07");
    }
    let mut main = copy(screen);
    if screen.alternate_screen() {
        // Leaving by 47 shows the other grid with its cursor where it was.
        main.process(b"\x1b[?47l");
    }
    if scrollback {
        paint_scrollback(&mut out, main.screen_mut(), watcher);
    }
    paint_grid(&mut out, main);
    if screen.alternate_screen() {
        out.push_str("\x1b[m\x1b[?1049h");
        paint_grid(&mut out, copy(screen));
    }
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
    watcher.history.rows().for_each(|row| out.push_str(row));

    screen.set_scrollback(usize::MAX);
    let mut above = screen.scrollback();
    while above > 0 {
        screen.set_scrollback(above);
        let page = above.min(height);
        for (index, text) in screen.rows_formatted(0, cols.get()).take(page).enumerate() {
            let wraps = u16::try_from(index).is_ok_and(|row| screen.row_wrapped(row));
            out.push_str(&history::line(text, wraps && above > index + 1));
        }
        above -= page;
        count += page;
    }
    screen.set_scrollback(0);

    let _infallible = write!(out, "\x1b[m\x1b[{rows};1H");
    out.extend(std::iter::repeat_n('\n', count.min(height.saturating_sub(1))));
}

/// Writes the cells, the scroll region and the cursor of the grid in use.
fn paint_grid(out: &mut String, mut grid: Parser) {
    out.push_str(&grid.screen().contents_formatted());
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
