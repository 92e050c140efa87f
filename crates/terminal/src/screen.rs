//! The server's own idea of what a terminal shows.

use std::{collections::BTreeSet, num::NonZeroU16};

use model::terminal::{Size, State, commands::CommandNews};
use vt100::{Callbacks, Parser, capture::RowContents};

use crate::{
    commands::{Commands, Cursor},
    history::History,
    queries, snapshot, title,
};

/// Rows the emulator keeps as cells above its screen, so that a taller window gets them back. Older ones become
/// [`History`], which takes a tenth of the memory.
const SCROLLBACK: usize = 100;

/// Private modes vt100 does not keep but a browser must know: no auto-wrap (7, the only one that starts set), reverse
/// wrap-around, focus reports, urxvt and pixel mouse reports.
const KEPT_MODES: [u16; 5] = [7, 45, 1004, 1015, 1016];

/// The end of ED 3, which erases the scrollback.
const ERASE_SCROLLBACK: &[u8] = b"3J";

/// RIS, which resets everything.
const RESET: &[u8] = b"\x1bc";

/// The length of both.
const ERASURE: usize = 2;

/// The beginning of an operating system command: what tells of commands must say where it stood.
const OSC: &[u8] = b"\x1b]";

/// vt100 panics when it draws a wide character in a single column, so such a terminal is drawn in two.
const MIN_COLS: u16 = 2;

/// A terminal emulator that remembers what scrolled off, answers queries and can paint itself elsewhere.
pub(crate) struct Screen {
    parser: Parser<Watcher>,
    /// Rows of scrollback after the last bytes, to see that a program erased them.
    scrollback: usize,
    /// The number of the byte that comes next.
    at: u64,
    /// The bytes so far end in the midst of a sequence's beginning.
    escaped: bool,
}

/// What the parser tells besides cells.
#[derive(Default)]
pub(crate) struct Watcher {
    pub(crate) history: History,
    /// Those of [`KEPT_MODES`] that are not as they start.
    pub(crate) changed_modes: BTreeSet<u16>,
    pub(crate) title: Option<String>,
    title_changed: bool,
    answers: Vec<u8>,
    pub(crate) commands: Commands,
    /// Rows that have left the emulator for good.
    pub(crate) gone: u64,
}

impl Screen {
    /// A blank screen.
    pub(crate) fn new(size: Size) -> Self {
        let (rows, cols) = cells(size);
        Self {
            parser: Parser::new_with_callbacks(rows, cols, SCROLLBACK, Watcher::default()),
            scrollback: 0,
            at: 0,
            escaped: false,
        }
    }

    /// Its size.
    pub(crate) fn size(&self) -> Size {
        let (rows, cols) = self.parser.screen().size();
        Size { cols: cols.get(), rows: rows.get() }
    }

    /// Takes on a size.
    pub(crate) fn resize(&mut self, size: Size) {
        let (rows, cols) = cells(size);
        self.parser.set_size(rows, cols);
        self.notice_scrollback();
    }

    /// Draws what the shell wrote.
    pub(crate) fn feed(&mut self, mut bytes: &[u8]) {
        if self.escaped && bytes.starts_with(b"]") {
            self.parser.callbacks_mut().commands.begins_at(self.at.saturating_sub(1));
        }
        while let Some(at) = next_stop(bytes) {
            let (before, rest) = bytes.split_at(at);
            let (erasure, after) = rest.split_at(ERASURE.min(rest.len()));
            self.process(before);
            if erasure == OSC {
                self.parser.callbacks_mut().commands.begins_at(self.at);
            }
            self.process(erasure);
            if erasure == RESET {
                self.parser.callbacks_mut().changed_modes.clear();
            }
            bytes = after;
        }
        self.process(bytes);
    }

    fn process(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        (self.at, self.escaped) = (self.at + bytes.len() as u64, *last == 0x1b);
        self.parser.process(bytes);
        let screen = self.parser.screen();
        if !screen.alternate_screen() && screen.scrollback_len() < self.scrollback {
            // Only ED 3 and RIS shorten it: the program wants all of it gone.
            let lost = (self.scrollback - screen.scrollback_len()) as u64;
            let watcher = self.parser.callbacks_mut();
            watcher.history.clear();
            watcher.gone += lost;
        }
        self.notice_scrollback();
    }

    fn notice_scrollback(&mut self) {
        let screen = self.parser.screen();
        // The alternate screen has none, and says nothing of the other's.
        if !screen.alternate_screen() {
            self.scrollback = screen.scrollback_len();
        }
    }

    /// Heeds marks that carry this nonce; without one, none.
    pub(crate) fn listen(&mut self, nonce: Option<String>) {
        self.parser.callbacks_mut().commands = Commands::new(nonce);
    }

    /// The next byte has this number.
    pub(crate) fn go_on_at(&mut self, seq: u64) {
        self.at = seq;
    }

    /// Where the shell said it is, and what it said of its commands, since the last call.
    pub(crate) fn take_commands(&mut self) -> (Option<String>, Vec<(u64, CommandNews)>) {
        self.parser.callbacks_mut().commands.take()
    }

    /// The shell has ended, and the command with it that ran.
    pub(crate) fn end_command(&mut self, state: State) -> Vec<(u64, CommandNews)> {
        let at = self.at;
        self.parser.callbacks_mut().commands.end(at, state)
    }

    /// What paints this screen and its scrollback in a fresh emulator of the same size.
    pub(crate) fn snapshot(&self) -> Vec<u8> {
        snapshot::paint(self.parser.screen(), self.parser.callbacks())
    }

    /// The answers to the queries drawn since the last call.
    pub(crate) fn take_answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.parser.callbacks_mut().answers)
    }

    /// The title, `Some(None)` for none, if it was set since the last call.
    pub(crate) fn take_title(&mut self) -> Option<Option<String>> {
        let watcher = self.parser.callbacks_mut();
        std::mem::take(&mut watcher.title_changed).then(|| watcher.title.clone())
    }
}

impl Callbacks for Watcher {
    fn set_window_title(&mut self, _: &mut vt100::Screen, text: &[u8]) {
        self.title = title::clean(text);
        self.title_changed = true;
    }

    fn unhandled_osc(&mut self, screen: &mut vt100::Screen, params: &[&[u8]]) {
        match params {
            // A title with semicolons arrives in pieces.
            [b"0" | b"2", pieces @ ..] => self.set_window_title(screen, &pieces.join(&b';')),
            [b"133" | b"633", ..] => self.commands.hear(params, &Cursor::of(screen, self.gone)),
            _ => {}
        }
    }

    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        intermediate: Option<u8>,
        _: Option<u8>,
        params: &[&[u16]],
        last: char,
    ) {
        if intermediate == Some(b'?') && matches!(last, 'h' | 'l') {
            for mode in params.iter().filter_map(|param| param.first()).filter(|mode| KEPT_MODES.contains(mode)) {
                if (last == 'h') == (*mode == 7) {
                    self.changed_modes.remove(mode);
                } else {
                    self.changed_modes.insert(*mode);
                }
            }
        } else {
            queries::answer(&mut self.answers, screen, intermediate, params, last);
        }
    }

    fn on_scroll(&mut self, row: RowContents<'_>, alternate_screen: bool) {
        if !alternate_screen {
            self.history.push(&row);
            self.gone += 1;
        }
    }
}

/// Where the first sequence begins that may erase the scrollback, or tell of a command. vt100 does not report the first,
/// so the sequence is fed by itself to see what it did, and of the second not where it stood; to stop at an innocent
/// place does no harm.
fn next_stop(bytes: &[u8]) -> Option<usize> {
    bytes.windows(ERASURE).position(|pair| pair == ERASE_SCROLLBACK || pair == RESET || pair == OSC)
}

/// The size in vt100's terms: rows, columns.
fn cells(size: Size) -> (NonZeroU16, NonZeroU16) {
    let at_least = |count: u16, least: u16| NonZeroU16::new(count.max(least)).unwrap_or(NonZeroU16::MIN);
    (at_least(size.rows, 1), at_least(size.cols, MIN_COLS))
}

#[cfg(test)]
mod tests;
