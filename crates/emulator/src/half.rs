//! What was read of a sequence that is not finished yet: whoever goes on from a picture of the screen needs it first.

use vte::{Params, Parser, Perform};

/// Most bytes remembered. A longer sequence is a string, of which only the beginning is needed: that the rest is swallowed.
const MAX_BYTES: usize = 16 * 1024;

/// The length of what introduces a string.
const INTRODUCER: usize = 2;

/// The bytes from the last escape on.
#[derive(Debug, Default)]
pub(crate) struct Half {
    since_escape: Vec<u8>,
    overflowed: bool,
}

impl Half {
    /// `bytes` were read.
    pub(crate) fn read(&mut self, bytes: &[u8]) {
        let escape = bytes.iter().rposition(|byte| *byte == 0x1b);
        if let Some(at) = escape {
            self.since_escape.clear();
            self.overflowed = false;
            self.remember(bytes.get(at..).unwrap_or_default());
        } else if !self.since_escape.is_empty() {
            self.remember(bytes);
        }
    }

    fn remember(&mut self, bytes: &[u8]) {
        let room = MAX_BYTES - self.since_escape.len();
        self.since_escape.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
        self.overflowed |= bytes.len() > room;
    }

    /// The bytes whose meaning depends on what follows; none between two sequences.
    pub(crate) fn pending(&self) -> &[u8] {
        if self.since_escape.is_empty() || self.is_over() {
            return &[];
        }
        let kept = if self.overflowed { INTRODUCER } else { self.since_escape.len() };
        self.since_escape.get(..kept).unwrap_or_default()
    }

    /// Whether the sequence that begins with the last escape ends within what is remembered.
    fn is_over(&self) -> bool {
        let mut parser = Parser::<16>::new_with_size();
        let mut end = End::default();
        for byte in &self.since_escape {
            parser.advance(&mut end, &[*byte]);
            if end.0 {
                return true;
            }
        }
        // CAN and SUB break off a sequence without a word.
        self.since_escape.iter().any(|byte| matches!(byte, 0x18 | 0x1a))
    }
}

/// Notices that a sequence ended.
#[derive(Default)]
struct End(bool);

impl Perform for End {
    fn print(&mut self, _: char) {
        self.0 = true;
    }

    fn esc_dispatch(&mut self, _: &[u8], _: bool, _: u8) {
        self.0 = true;
    }

    fn csi_dispatch(&mut self, _: &Params, _: &[u8], _: bool, _: char) {
        self.0 = true;
    }

    fn osc_dispatch(&mut self, _: &[&[u8]], _: bool) {
        self.0 = true;
    }

    fn unhook(&mut self) {
        self.0 = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(pieces: &[&[u8]]) -> Vec<u8> {
        let mut half = Half::default();
        pieces.iter().for_each(|piece| half.read(piece));
        half.pending().to_vec()
    }

    #[test]
    fn what_is_half_read_is_kept() {
        assert_eq!(pending(&[b"text\x1b[3", b"8;5"]), b"\x1b[38;5");
        assert_eq!(pending(&[b"\x1b[31mred"]), b"");
        assert_eq!(pending(&[b"\x1b]2;a title"]), b"\x1b]2;a title");
        assert_eq!(pending(&[b"\x1b]2;a title\x07"]), b"");
        assert_eq!(pending(&[b"\x1b]2;a title\x1b"]), b"\x1b");
        assert_eq!(pending(&[b"\x1bP1$", b"qm"]), b"\x1bP1$qm");
        assert_eq!(pending(&[b"\x1b[3\x18text"]), b"");
    }

    #[test]
    fn of_a_string_too_long_to_keep_the_beginning_stays() {
        assert_eq!(pending(&[b"\x1bPq", &[b'~'; 100_000]]), b"\x1bP");
        assert_eq!(pending(&[b"\x1b[m", &[b'~'; 100_000]]), b"");
    }
}
