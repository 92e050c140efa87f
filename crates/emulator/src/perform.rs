//! What the parser found, turned into what is done. The names are those of ECMA-48 and DEC STD 070.

use vte::{Params, Perform};

use crate::{charset::Charset, sgr, term::Term, title};

impl Perform for Term {
    fn print(&mut self, char: char) {
        // DEL and the byte order mark are none.
        if !matches!(char, '\x7f' | '\u{feff}') {
            Term::print(self, char);
        }
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            0x08 => self.backspace(),
            b'\t' if self.shown().x < self.shown().cols => self.grid().x = self.shown().next_tab(),
            b'\n' | 0x0b | 0x0c => self.line_feed(),
            b'\r' => self.grid().x = 0,
            0x0e => self.invoke(1),
            0x0f => self.invoke(0),
            0x84 => self.index(),
            0x85 => self.next_line(),
            0x88 => self.set_tab(),
            _ => {}
        }
        self.printed = None;
    }

    fn esc_dispatch(&mut self, intermediates: &[u8], _ignore: bool, byte: u8) {
        match (intermediates, byte) {
            (b"", b'7') => self.save_cursor(),
            (b"", b'8') => self.restore_cursor(),
            (b"", b'D') => self.index(),
            (b"", b'E') => self.next_line(),
            (b"", b'H') => self.set_tab(),
            (b"", b'M') => self.reverse_index(),
            (b"", b'=') => self.modes.keypad = true,
            (b"", b'>') => self.modes.keypad = false,
            (b"", b'c') => self.reset(),
            (b"", b'n' | b'}') => self.invoke(2),
            (b"", b'o' | b'|') => self.invoke(3),
            (b"", b'~') => self.invoke(1),
            (b"%", b'@' | b'G') => {
                self.invoke(0);
                self.designate(0, Charset::Ascii);
            }
            (b"#", b'8') => self.align(),
            (&[place], _) => {
                let place = match place {
                    b'(' => 0,
                    b')' | b'-' => 1,
                    b'*' | b'.' => 2,
                    b'+' => 3,
                    _ => return,
                };
                if let Some(set) = Charset::designated(byte) {
                    self.designate(place, set);
                }
            }
            _ => {}
        }
        self.printed = None;
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], _ignore: bool, last: char) {
        match intermediates {
            b"" => self.control(params, last),
            b"?" => self.private_control(params, last),
            b" " => match last {
                '@' => self.delete_columns(0, count(params, 0)),
                'A' => self.insert_columns(0, count(params, 0)),
                'q' => self.modes.cursor_style = u8::try_from(value(params, 0)).unwrap_or(0),
                _ => {}
            },
            b"'" => match last {
                '}' => self.insert_columns(self.shown().x, count(params, 0)),
                '~' => self.delete_columns(self.shown().x, count(params, 0)),
                _ => {}
            },
            b"\"" if last == 'q' => self.protect(value(params, 0)),
            b"!" if last == 'p' => self.soft_reset(),
            _ => self.answer(intermediates, last, value(params, 0)),
        }
        self.printed = None;
    }

    fn osc_dispatch(&mut self, params: &[&[u8]], _bell_terminated: bool) {
        // A title with semicolons arrives in pieces.
        if let [b"0" | b"2", pieces @ ..] = params {
            self.title = title::clean(&pieces.join(&b';'));
            self.title_changed = true;
        } else {
            self.hearing.hear(params, self.place());
        }
        self.printed = None;
    }

    fn hook(&mut self, _: &Params, _: &[u8], _: bool, _: char) {
        self.printed = None;
    }

    fn unhook(&mut self) {
        self.printed = None;
    }
}

impl Term {
    /// CSI without a private marker.
    fn control(&mut self, params: &Params, last: char) {
        let some = count(params, 0);
        match last {
            '@' => self.insert_chars(some),
            'A' => self.up(some),
            'B' => self.down_by(some),
            'C' | 'a' => self.move_cursor(offset(some), 0),
            'D' => self.move_cursor(-offset(some), 0),
            'E' => {
                self.down_by(some);
                self.grid().x = 0;
            }
            'F' => {
                self.up(some);
                self.grid().x = 0;
            }
            'G' | '`' => self.to_column(some - 1),
            'H' | 'f' => self.put_cursor(count(params, 1) - 1, some - 1),
            'I' => self.tabs(some, |term| term.shown().next_tab()),
            'J' => self.erase_display(value(params, 0), false),
            'K' => self.erase_line(value(params, 0), false),
            'L' => self.insert_lines(some),
            'M' => self.delete_lines(some),
            'P' => self.delete_chars(some),
            'S' => self.scroll_up(some),
            'T' => self.scroll_down(some),
            'X' => self.erase_chars(some),
            'Z' => self.tabs(some, |term| term.shown().previous_tab()),
            'b' => self.repeat(some),
            'd' => self.put_cursor(self.shown().x, some - 1),
            'e' => self.move_cursor(0, offset(some)),
            'g' => self.clear_tabs(value(params, 0)),
            'h' | 'l' => first_of_each(params).for_each(|mode| self.set_mode(mode, last == 'h')),
            'm' => sgr::apply(&mut self.pen, params.iter()),
            'r' => self.set_region(value(params, 0).into(), value(params, 1).into()),
            's' => self.save_cursor(),
            'u' => self.restore_cursor(),
            _ => self.answer(b"", last, value(params, 0)),
        }
    }

    /// CSI ?
    fn private_control(&mut self, params: &Params, last: char) {
        match last {
            'J' => self.erase_display(value(params, 0), true),
            'K' => self.erase_line(value(params, 0), true),
            'h' | 'l' => first_of_each(params).for_each(|mode| self.set_private_mode(mode, last == 'h')),
            _ => self.answer(b"?", last, value(params, 0)),
        }
    }

    /// CUU: not beyond the scroll region's top, unless it begins above.
    fn up(&mut self, count: usize) {
        let grid = self.shown();
        let most = grid.y.checked_sub(grid.top).unwrap_or(count);
        self.move_cursor(0, -offset(count.min(most)));
    }

    /// CUD: not beyond the scroll region's bottom, unless it begins below.
    fn down_by(&mut self, count: usize) {
        let grid = self.shown();
        let most = grid.bottom.checked_sub(grid.y).unwrap_or(count);
        self.move_cursor(0, offset(count.min(most)));
    }

    /// CHA. With DECOM the row is counted from the region's top once more, which is what xterm.js does.
    fn to_column(&mut self, x: usize) {
        self.put_cursor(x, self.shown().y);
    }

    fn tabs(&mut self, count: usize, stop: impl Fn(&Self) -> usize) {
        for _ in 0..count.min(self.shown().cols) {
            if self.shown().x >= self.shown().cols {
                return;
            }
            self.grid().x = stop(self);
        }
    }

    fn set_tab(&mut self) {
        let grid = self.grid();
        if let Some(stop) = grid.tabs.get_mut(grid.x) {
            *stop = true;
        }
    }

    /// TBC.
    fn clear_tabs(&mut self, what: u16) {
        let grid = self.grid();
        match what {
            0 => {
                if let Some(stop) = grid.tabs.get_mut(grid.x) {
                    *stop = false;
                }
            }
            3 => grid.tabs.fill(false),
            _ => {}
        }
    }

    /// NEL.
    fn next_line(&mut self) {
        self.grid().x = 0;
        self.index();
    }
}

/// A parameter; 0 if it is not there.
fn value(params: &Params, at: usize) -> u16 {
    params.iter().nth(at).and_then(|param| param.first()).copied().unwrap_or(0)
}

/// A parameter that counts: 0 stands for 1.
fn count(params: &Params, at: usize) -> usize {
    usize::from(value(params, at).max(1))
}

fn first_of_each(params: &Params) -> impl Iterator<Item = u16> {
    params.iter().filter_map(|param| param.first().copied())
}

fn offset(count: usize) -> isize {
    isize::try_from(count).unwrap_or(isize::MAX)
}
