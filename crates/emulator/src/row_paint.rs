//! Writing a row of cells as the bytes that draw it on a blank row.

use crate::{
    cell::{Cell, Pen},
    clusters::Clusters,
    row::Row,
    sgr::{self, push},
    term::Term,
};

/// Appends what draws `row`, from the default pen to the default pen. When `next` continues it, true says that the cursor
/// now waits at the end of the row, so that whatever is written first in the next one wraps.
pub(crate) fn write_row(out: &mut String, row: &Row, next: Option<&Row>, clusters: &Clusters) -> bool {
    let default = Pen::default();
    let full = next.and_then(|next| full(row, next));
    let used = || row.cells.iter().rposition(|cell| *cell != Cell::blank(default)).map_or(0, |last| last + 1);
    let end = full.unwrap_or_else(used);
    let mut pen = default;
    let mut x = 0;
    while let Some(cell) = row.cells.get(x).copied().filter(|_| x < end) {
        if cell.text.is_none() && cell.pen == cell.pen.erasing() {
            let run = row.cells.iter().take(end).skip(x).take_while(|other| **other == cell).count();
            if cell.pen != default {
                set(out, &mut pen, cell.pen);
                push(out, format_args!("\x1b[{run}X"));
            }
            push(out, format_args!("\x1b[{run}C"));
            x += run;
            continue;
        }
        set(out, &mut pen, cell.pen);
        write_cell(out, cell, clusters);
        x += usize::from(cell.width.max(1));
    }
    set(out, &mut pen, default);
    full.is_some()
}

/// How many cells have to be written for `next` to be wrapped into; `None` if it would not be. A wide character wraps one
/// cell early and leaves that one empty.
fn full(row: &Row, next: &Row) -> Option<usize> {
    let first = next.get(0).filter(|first| next.wrapped && !first.text.is_none())?;
    let written = |x: usize| row.get(x).is_some_and(|cell| !cell.text.is_none() || cell.is_stub());
    let last = row.cells.len().checked_sub(1)?;
    if written(last) { Some(last + 1) } else { (first.width == 2 && last > 0 && written(last - 1)).then_some(last) }
}

/// Appends a cell's text; a space for an empty one.
pub(crate) fn write_cell(out: &mut String, cell: Cell, clusters: &Clusters) {
    if cell.text.is_none() {
        out.push(' ');
    } else {
        Term::push_text(clusters, out, cell.text);
    }
}

fn set(out: &mut String, now: &mut Pen, pen: Pen) {
    if *now != pen {
        if now.flags.has(crate::cell::Flags::PROTECTED) {
            out.push_str("\x1b[0\"q");
        }
        if pen == Pen::default() {
            out.push_str("\x1b[m");
        } else {
            sgr::write(out, pen);
        }
        *now = pen;
    }
}
