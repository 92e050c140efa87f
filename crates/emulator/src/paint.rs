//! Painting a terminal so that a fresh emulator of the same size shows the same and goes on the same way.

use crate::{
    cell::{Cell, Flags, Pen},
    grid::{Grid, Saved},
    heard::Note,
    modes::Modes,
    row_paint::{write_cell, write_row},
    sgr::{self, push},
    term::Term,
};

/// What paints `term`, and says the notes where they stand; without `above`, only what is on the screens.
pub(crate) fn paint(term: &Term, above: bool, notes: &[Note]) -> String {
    let mut out = String::from("\x1bc\x1b[20l");
    if let Some(title) = &term.title {
        push(&mut out, format_args!("\x1b]2;{title}\x07"));
    }
    if above {
        write_above(&mut out, term, notes);
    }
    write_grid(&mut out, term, &term.normal, notes);
    if term.on_alternate {
        out.push_str("\x1b[?47h");
        write_grid(&mut out, term, &term.alternate, &[]);
    } else if term.alternate.saved != Saved::default() {
        // The alternate screen is blank each time, but what was saved there is not forgotten.
        out.push_str("\x1b[?47h");
        write_saved(&mut out, term.alternate.saved, term.alternate.cols);
        out.push_str("\x1b[?47l");
    }
    write_modes(&mut out, term.modes);
    let restored = term.charset != term.sets.get(term.level).copied().unwrap_or_default();
    if restored {
        // Only restoring the cursor draws with a set that is not the one invoked.
        write_sets(&mut out, term);
        out.push_str("\x1b8\x1b[0\"q\x1b[m");
    }
    // Naming a set ends what a repetition or a mark would follow on; text is drawn as itself before it.
    let first = !restored && term.printed.is_some();
    if first {
        write_sets(&mut out, term);
    }
    write_cursor(&mut out, term);
    if !restored && !first {
        write_sets(&mut out, term);
    }
    out
}

/// Writes the rows above the screen and pushes them out of sight.
fn write_above(out: &mut String, term: &Term, notes: &[Note]) {
    let first = term.top.saturating_sub(term.above.len() as u64);
    term.above.write(out, &term.clusters, |out, index| {
        let row = first + index as u64;
        notes.iter().filter(|note| note.row == row).for_each(|note| out.push_str(&note.text));
    });
    let height = term.normal.height();
    push(out, format_args!("\x1b[{height};1H"));
    out.extend(std::iter::repeat_n('\n', term.above.len().min(height - 1)));
}

/// Writes the rows of a grid that is blank now, the notes in them, and what it holds besides: saved cursor, tab stops,
/// scroll region.
fn write_grid(out: &mut String, term: &Term, grid: &Grid, notes: &[Note]) {
    let mut waits = false;
    for (y, row) in grid.rows().enumerate() {
        let blank = row.cells.iter().all(|cell| *cell == Cell::blank(Pen::default()));
        if !waits && !blank {
            push(out, format_args!("\x1b[{};1H", y + 1));
        }
        waits = write_row(out, row, grid.row(y + 1), &term.clusters);
    }
    for note in notes {
        let row = note.row.checked_sub(term.top).filter(|row| *row < grid.height() as u64);
        if let Some(row) = row {
            let col = usize::from(note.col).min(grid.cols - 1);
            push(out, format_args!("\x1b[{};{}H{}", row + 1, col + 1, note.text));
        }
    }
    write_saved(out, grid.saved, grid.cols);
    if !grid.has_default_tabs() {
        out.push_str("\x1b[3g");
        for (x, _) in grid.tabs.iter().enumerate().filter(|(x, stop)| **stop && *x < grid.cols) {
            push(out, format_args!("\x1b[1;{}H\x1bH", x + 1));
        }
    }
    if (grid.top, grid.bottom + 1) != (0, grid.height()) {
        push(out, format_args!("\x1b[{};{}r", grid.top + 1, grid.bottom + 1));
    }
}

fn write_saved(out: &mut String, saved: Saved, cols: usize) {
    let Saved { x, y, pen, charset } = saved;
    push(out, format_args!("\x1b[{};{}H", y.max(0) + 1, x.min(cols - 1) + 1));
    let plain = pen == Pen::default() && charset.designation() == 'B';
    if plain {
        out.push_str("\x1b7");
    } else {
        sgr::write(out, pen);
        push(out, format_args!("\x1b({}\x1b7\x1b(B", charset.designation()));
        if pen.flags.has(Flags::PROTECTED) {
            out.push_str("\x1b[0\"q");
        }
        out.push_str("\x1b[m");
    }
}

fn write_modes(out: &mut String, modes: Modes) {
    let start = Modes::default();
    let mut switch = |on: bool, at_start: bool, mode: &str| {
        if on != at_start {
            push(out, format_args!("\x1b[{mode}{}", if on { 'h' } else { 'l' }));
        }
    };
    switch(modes.insert, start.insert, "4");
    switch(modes.newline, start.newline, "20");
    switch(modes.cursor_keys, start.cursor_keys, "?1");
    switch(modes.origin, start.origin, "?6");
    switch(modes.wrap, start.wrap, "?7");
    switch(!modes.hidden, !start.hidden, "?25");
    switch(modes.reverse_wrap, start.reverse_wrap, "?45");
    switch(modes.keypad, start.keypad, "?66");
    switch(modes.focus, start.focus, "?1004");
    switch(modes.bracketed_paste, start.bracketed_paste, "?2004");
    switch(modes.synchronized, start.synchronized, "?2026");
    for mode in [modes.mouse, modes.mouse_encoding].into_iter().filter(|mode| *mode != 0) {
        push(out, format_args!("\x1b[?{mode}h"));
    }
    if modes.cursor_style != 0 {
        push(out, format_args!("\x1b[{} q", modes.cursor_style));
    }
}

/// Names G0 to G3 and the one invoked.
fn write_sets(out: &mut String, term: &Term) {
    for (place, set) in "()*+".chars().zip(term.sets).filter(|(_, set)| set.designation() != 'B') {
        push(out, format_args!("\x1b{place}{}", set.designation()));
    }
    match term.level {
        1 => out.push('\x0e'),
        2 => out.push_str("\x1bn"),
        3 => out.push_str("\x1bo"),
        _ => {}
    }
}

/// Puts the cursor and the pen where they are. A cursor that waits to wrap, or follows on a character that may be
/// repeated or marked, gets there by writing that character once more.
fn write_cursor(out: &mut String, term: &Term) {
    let grid = term.shown();
    let before = grid.x.checked_sub(1).map(|x| {
        let stub = grid.row(grid.y).and_then(|row| row.get(x)).is_some_and(Cell::is_stub);
        if stub { x.saturating_sub(1) } else { x }
    });
    let waits = grid.x >= grid.cols;
    let follows = term.printed.is_some_and(|width| width > 0);
    let rewritten = before.filter(|_| waits || follows);
    let row = if term.modes.origin { grid.y.saturating_sub(grid.top) } else { grid.y };
    push(out, format_args!("\x1b[{};{}H", row + 1, rewritten.unwrap_or(grid.x.min(grid.cols - 1)) + 1));
    let cell = rewritten.and_then(|x| grid.row(grid.y)?.get(x));
    let mut pen = Pen::default();
    if let Some(cell) = cell {
        if term.modes.insert {
            // It makes its room by itself.
            push(out, format_args!("\x1b[{}P", cell.width.max(1)));
        }
        if cell.pen != pen {
            sgr::write(out, cell.pen);
            pen = cell.pen;
        }
        write_cell(out, cell, &term.clusters);
    }
    if term.pen != pen {
        if pen.flags.has(Flags::PROTECTED) {
            out.push_str("\x1b[0\"q");
        }
        sgr::write(out, term.pen);
    }
}
