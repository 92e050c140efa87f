//! Answers to device queries, for when no browser is there to give them. They are the answers xterm.js gives.

use crate::term::Term;

/// Most bytes of answers between two looks at them; more queries than that are a flood, not a question.
const MAX_ANSWERS: usize = 4 * 1024;

impl Term {
    /// Answers a control sequence, if it is a query that has an answer.
    pub(crate) fn answer(&mut self, intermediates: &[u8], last: char, first: u16) {
        let reply = match (intermediates, last, first) {
            // DA1: a VT100 with advanced video.
            (b"", 'c', 0) => "\x1b[?1;2c".to_owned(),
            // DA2: what xterm.js calls itself.
            (b">", 'c', 0) => "\x1b[>0;276;0c".to_owned(),
            // DSR: all is well.
            (b"", 'n', 5) => "\x1b[0n".to_owned(),
            // CPR and DECXCPR: where the cursor is, counted from one.
            (b"", 'n', 6) => format!("\x1b[{}R", self.position()),
            (b"?", 'n', 6) => format!("\x1b[?{}R", self.position()),
            _ => return,
        };
        if self.answers.len() + reply.len() <= MAX_ANSWERS {
            self.answers.extend_from_slice(reply.as_bytes());
        }
    }

    fn position(&self) -> String {
        let grid = self.shown();
        // Past the last column, waiting to wrap, counts as in it.
        format!("{};{}", grid.y + 1, (grid.x + 1).min(grid.cols))
    }
}
