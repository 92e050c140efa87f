//! Operating system commands that are for whoever owns the emulator.

/// Most of them kept between two looks; later ones are left out.
const MAX_HEARD: usize = 4096;

/// A command, its parameters, and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// What stood between its semicolons, its number first.
    pub params: Vec<Vec<u8>>,
    /// The number of its first byte.
    pub begins: u64,
    /// Where the cursor was.
    pub place: Place,
}

/// A place in a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The row, counted from the very first that was ever drawn. Rows are numbered anew when their width changes.
    pub row: u64,
    /// The column, at most one past the last.
    pub col: u16,
    /// Whether it is on the alternate screen, whose rows count from the normal one's top.
    pub alternate: bool,
}

/// Text that a snapshot says at a place of the normal screen or above it: a command that stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The row, counted as in [`Place`].
    pub row: u64,
    /// The column. Above the screen all are said at the beginning of their row.
    pub col: u16,
    /// What is said. It must draw nothing.
    pub text: String,
}

/// What is listened for, and what was heard.
#[derive(Debug, Default)]
pub(crate) struct Hearing {
    numbers: &'static [&'static [u8]],
    heard: Vec<Heard>,
    /// The number of the first byte of the command being read.
    pub(crate) begins: u64,
}

impl Hearing {
    pub(crate) fn listen(&mut self, numbers: &'static [&'static [u8]]) {
        self.numbers = numbers;
    }

    pub(crate) fn hear(&mut self, params: &[&[u8]], place: Place) {
        if params.first().is_some_and(|number| self.numbers.contains(number)) && self.heard.len() < MAX_HEARD {
            let params = params.iter().map(|param| param.to_vec()).collect();
            self.heard.push(Heard { params, begins: self.begins, place });
        }
    }

    pub(crate) fn take(&mut self) -> Vec<Heard> {
        std::mem::take(&mut self.heard)
    }
}
