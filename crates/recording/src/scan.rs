//! What of a terminal's output is text, without drawing it: where escape sequences begin and end (after Paul Williams'
//! parser, vt100.net/emu/dec_ansi_parser), and what the shell says of its commands.

/// Longest operating system command that is read; the rest of a longer one is skipped.
const MAX_OSC: usize = 4 * 1024;

/// A piece of output.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// A printed character.
    Char(char),
    /// The line ends.
    LineEnd,
    /// The cursor goes to the line's first column.
    Return,
    /// The cursor goes one back.
    Back,
    /// The cursor goes anywhere, or something is erased: what is printed next belongs to something else.
    Moved,
    /// An operating system command, without its frame.
    Osc(&'a str),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    Escape,
    /// One more byte belongs to it.
    Designate,
    Csi,
    Osc,
    /// DCS, SOS, PM, APC.
    String,
}

/// Walks through output.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    state: State,
    osc: String,
}

impl Scanner {
    /// Whether no sequence is half read.
    pub(crate) fn is_ground(&self) -> bool {
        self.state == State::Ground
    }

    /// Reads `text` and tells of each piece.
    pub(crate) fn feed(&mut self, text: &str, mut tell: impl FnMut(Piece<'_>)) {
        for c in text.chars() {
            match (self.state, c) {
                (State::Osc, '\x07') => self.end_osc(&mut tell),
                (State::Osc, '\x1b') => {
                    self.end_osc(&mut tell);
                    self.state = State::Escape;
                }
                (_, '\x1b') => self.state = State::Escape,
                (State::Osc | State::String | State::Csi | State::Escape | State::Designate, '\x18' | '\x1a') => {
                    self.state = State::Ground;
                }
                (State::Ground, c) => self.ground(c, &mut tell),
                (State::Escape, c) => self.escape(c, &mut tell),
                (State::Designate, _) => self.state = State::Ground,
                (State::Csi, '@'..='~') => {
                    self.state = State::Ground;
                    // Colours and modes move nothing.
                    if !matches!(c, 'm' | 'h' | 'l' | 'n' | 'c' | 'q' | 'K' | 'P') {
                        tell(Piece::Moved);
                    }
                }
                (State::Csi, _) => {}
                (State::Osc, c) => {
                    if self.osc.len() < MAX_OSC {
                        self.osc.push(c);
                    }
                }
                (State::String, '\x07') => self.state = State::Ground,
                (State::String, _) => {}
            }
        }
    }

    fn ground(&mut self, c: char, tell: &mut impl FnMut(Piece<'_>)) {
        match c {
            '\n' | '\x0b' | '\x0c' => tell(Piece::LineEnd),
            '\r' => tell(Piece::Return),
            '\x08' => tell(Piece::Back),
            '\t' => tell(Piece::Char(' ')),
            '\u{9b}' => self.state = State::Csi,
            c if c.is_control() => {}
            c => tell(Piece::Char(c)),
        }
    }

    fn escape(&mut self, c: char, tell: &mut impl FnMut(Piece<'_>)) {
        self.state = match c {
            '[' => State::Csi,
            ']' => {
                self.osc.clear();
                State::Osc
            }
            'P' | 'X' | '^' | '_' => State::String,
            ' '..='/' => State::Designate,
            _ => {
                if matches!(c, 'D' | 'E' | 'M' | 'c' | '8') {
                    tell(Piece::Moved);
                }
                State::Ground
            }
        };
    }

    fn end_osc(&mut self, tell: &mut impl FnMut(Piece<'_>)) {
        self.state = State::Ground;
        tell(Piece::Osc(&self.osc));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&str]) -> (String, bool) {
        let (mut scanner, mut out) = (Scanner::default(), String::new());
        for piece in pieces {
            scanner.feed(piece, |piece| match piece {
                Piece::Char(c) => out.push(c),
                Piece::LineEnd => out.push('|'),
                Piece::Return => out.push('<'),
                Piece::Back => out.push('~'),
                Piece::Moved => out.push('^'),
                Piece::Osc(text) => out.push_str(&format!("{{{text}}}")),
            });
        }
        (out, scanner.is_ground())
    }

    #[test]
    fn text_is_told_from_sequences_however_they_are_cut() {
        let text = "a\x1b[1;31mb\x1b]133;C\x07c\x1b]2;t\x1b\\d\x1b(0e\x1b[2Jf\x1bPq#\x1b\\g\r\n\x08h";
        let whole = read(&[text]);
        assert_eq!(whole, ("ab{133;C}c{2;t}de^fg<|~h".to_owned(), true));
        for cut in text.char_indices().map(|(at, _)| at) {
            let (left, right) = text.split_at(cut);
            assert_eq!(read(&[left, right]), whole, "cut at {cut}");
        }
    }

    #[test]
    fn a_half_read_sequence_is_not_the_ground() {
        for half in ["\x1b", "\x1b[3", "\x1b]2;abc", "\x1bP1", "\x1b("] {
            assert!(!read(&[half]).1, "{half:?}");
        }
        assert!(read(&["\x1b]2;abc\x18"]).1);
    }
}
