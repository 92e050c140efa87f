//! The emulator, and what the shell says of its commands while it draws.

use emulator::{Emulator, Note};
use model::terminal::{Size, State, commands::CommandNews};

use crate::commands::{Commands, Cursor};

/// What tells of commands.
const NUMBERS: &[&[u8]] = &[b"133", b"633"];

/// What introduces one.
const OSC: &[u8] = b"\x1b]";

/// A terminal emulator that heeds the marks of one shell.
pub(crate) struct Screen {
    emulator: Emulator,
    commands: Commands,
    /// The number of the byte that comes next.
    at: u64,
}

impl Screen {
    /// A blank screen that heeds marks with this nonce; without one, none.
    pub(crate) fn new(size: Size, nonce: Option<String>) -> Self {
        let mut emulator = Emulator::new(size);
        if nonce.is_some() {
            emulator.listen(NUMBERS);
        }
        Self { emulator, commands: Commands::new(nonce), at: 0 }
    }

    /// Its size.
    pub(crate) fn size(&self) -> Size {
        self.emulator.size()
    }

    /// Takes on a size.
    pub(crate) fn resize(&mut self, size: Size) {
        self.emulator.resize(size);
    }

    /// The next byte has this number.
    pub(crate) fn go_on_at(&mut self, seq: u64) {
        self.at = seq;
        self.emulator.go_on_at(seq);
    }

    /// Draws what the shell wrote. Before each operating system command it stops, so that what the last one said is heard
    /// while the screen is as it was then.
    pub(crate) fn feed(&mut self, mut bytes: &[u8]) {
        self.at += bytes.len() as u64;
        if self.commands.listens() {
            while let Some(before) = bytes.windows(OSC.len()).skip(1).position(|pair| pair == OSC) {
                let (piece, rest) = bytes.split_at(before + 1);
                self.draw(piece);
                bytes = rest;
            }
        }
        self.draw(bytes);
    }

    fn draw(&mut self, bytes: &[u8]) {
        self.emulator.feed(bytes);
        for heard in self.emulator.take_heard() {
            let params: Vec<&[u8]> = heard.params.iter().map(Vec::as_slice).collect();
            self.commands.begins_at(heard.begins);
            self.commands.hear(&params, &Cursor::of(&self.emulator, heard.place));
        }
    }

    /// Where the shell said it is, and what it said of its commands, since the last call.
    pub(crate) fn take_commands(&mut self) -> (Option<String>, Vec<(u64, CommandNews)>) {
        self.commands.take()
    }

    /// The shell has ended, and the command with it that ran.
    pub(crate) fn end_command(&mut self, state: State) -> Vec<(u64, CommandNews)> {
        self.commands.end(self.at, state)
    }

    /// What paints this screen, its scrollback and the marks in both in a fresh one of the same size.
    pub(crate) fn snapshot(&self) -> Vec<u8> {
        let commands = &self.commands;
        let (cwd, input) = commands.state();
        let note = |row, col, text| Note { row, col, text };
        let mut notes: Vec<Note> =
            commands.marks().below(0).map(|mark| note(mark.row, 0, commands.write(mark))).collect();
        notes.extend(input.map(|input| note(input.row, input.col, commands.input())));
        // The directory is the place's own; it is said in the first row of the screen.
        notes.extend(cwd.map(|cwd| note(self.emulator.top(), 0, cwd)));
        notes.sort_by_key(|note| note.row);
        self.emulator.snapshot_with(&notes)
    }

    /// What paints the screen alone, without scrollback and marks.
    pub(crate) fn visible(&self) -> Vec<u8> {
        self.emulator.visible()
    }

    /// The answers to the queries drawn since the last call.
    pub(crate) fn take_answers(&mut self) -> Vec<u8> {
        self.emulator.take_answers()
    }

    /// The title, `Some(None)` for none, if it was set since the last call.
    pub(crate) fn take_title(&mut self) -> Option<Option<String>> {
        self.emulator.take_title()
    }
}
