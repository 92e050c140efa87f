//! Answers to device queries, for when no browser is there to give them. They are the answers xterm.js gives.

use vt100::Screen;

/// Most bytes of answers to one slice of output; more queries than that are a flood, not a question.
const MAX_ANSWERS: usize = 4 * 1024;

/// Appends the answer to a control sequence, if it is a query that has one.
pub(crate) fn answer(answers: &mut Vec<u8>, screen: &Screen, intermediate: Option<u8>, params: &[&[u16]], last: char) {
    let first = params.first().and_then(|param| param.first()).copied().unwrap_or(0);
    let reply = match (intermediate, last, first) {
        // DA1: a VT100 with advanced video.
        (None, 'c', 0) => "\x1b[?1;2c".to_owned(),
        // DA2: what xterm.js calls itself.
        (Some(b'>'), 'c', 0) => "\x1b[>0;276;0c".to_owned(),
        // DSR: all is well.
        (None, 'n', 5) => "\x1b[0n".to_owned(),
        // CPR and DECXCPR: where the cursor is, counted from one.
        (None, 'n', 6) => format!("\x1b[{}R", position(screen)),
        (Some(b'?'), 'n', 6) => format!("\x1b[?{}R", position(screen)),
        _ => return,
    };
    if answers.len() + reply.len() <= MAX_ANSWERS {
        answers.extend_from_slice(reply.as_bytes());
    }
}

fn position(screen: &Screen) -> String {
    let (row, col) = screen.cursor_position();
    let (_, cols) = screen.size();
    // Past the last column, waiting to wrap, counts as in it.
    format!("{};{}", row.saturating_add(1), col.saturating_add(1).min(cols.get()))
}
