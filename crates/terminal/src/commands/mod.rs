//! What a shell says of its prompts and commands, heard on the emulator's side, off the way of the bytes.
//!
//! The marks are OSC 133 (`A` prompt, `B` input, `C` output, `D;exit` end) and OSC 633 (`E;line`, in pieces, and
//! `P;Cwd=directory`). Each carries the shell's nonce, and one without it is nobody's: a file that is shown, a program on
//! another machine. The reports are bounded, and so are the marks that are kept for a snapshot.

mod marks;
mod reporter;
mod text;

use std::time::Instant;

use emulator::{Emulator, Place};
pub(crate) use marks::{Mark, Marks, Point};
use model::terminal::{
    State,
    commands::{CommandNews, MAX_COMMAND, MAX_CWD},
};
pub(crate) use reporter::Reporter;

/// Most reports of one slice of output; what comes beyond them is dropped. A shell makes two for a command.
const MAX_NEWS: usize = 256;

/// Where the cursor stands, with rows counted from the terminal's very first.
pub(crate) struct Cursor<'a> {
    emulator: &'a Emulator,
    place: Place,
}

impl<'a> Cursor<'a> {
    /// In this place.
    pub(crate) fn of(emulator: &'a Emulator, place: Place) -> Self {
        Self { emulator, place }
    }

    /// `None` in the alternate screen, where no prompt stands.
    fn point(&self) -> Option<Point> {
        (!self.place.alternate).then_some(Point { row: self.place.row, col: self.place.col })
    }

    /// Whether nothing stands at a place; `None` where the screen no longer shows it.
    fn is_blank(&self, point: Point) -> Option<bool> {
        self.emulator.is_blank(point.row, point.col).filter(|_| !self.place.alternate)
    }
}

/// A command that runs.
#[derive(Debug, Clone, Copy)]
struct Running {
    /// The byte at which it said so.
    seq: u64,
    since: Instant,
}

/// Listens to one shell.
#[derive(Default)]
pub(crate) struct Commands {
    nonce: Option<String>,
    /// The number of the byte at which the sequence begins that is being read.
    at: u64,
    /// The pieces of a line, still written as they came.
    line: Vec<u8>,
    too_long: bool,
    /// The shell did not see its history grow: the line is the one before, if it is not one to be kept out of it.
    same: bool,
    /// Where input begins, while there is a prompt.
    input: Option<Point>,
    cwd: Option<String>,
    cwd_is_new: bool,
    running: Option<Running>,
    /// Something was said already: what ends now without having started is nothing.
    knows: bool,
    news: Vec<(u64, CommandNews)>,
    marks: Marks,
}

impl Commands {
    /// Heeds what carries this nonce; without one, nothing.
    pub(crate) fn new(nonce: Option<String>) -> Self {
        Self { nonce, ..Self::default() }
    }

    /// Whether there is anything to heed.
    pub(crate) fn listens(&self) -> bool {
        self.nonce.is_some()
    }

    /// The sequence that is read next begins at this byte.
    pub(crate) fn begins_at(&mut self, seq: u64) {
        self.at = seq;
    }

    /// The directory, if it is news, and what was said of commands since the last call, each with its byte.
    pub(crate) fn take(&mut self) -> (Option<String>, Vec<(u64, CommandNews)>) {
        let cwd = std::mem::take(&mut self.cwd_is_new).then(|| self.cwd.clone()).flatten();
        (cwd, std::mem::take(&mut self.news))
    }

    /// The shell has ended at byte `at`: so has the command that ran, with the shell's status if it was `exit`'s.
    pub(crate) fn end(&mut self, at: u64, state: State) -> Vec<(u64, CommandNews)> {
        let exit = if let State::Exited { code } = state { Some(code) } else { None };
        self.running
            .take()
            .map(|running| (at, CommandNews::Ended { started: Some(running.seq), exit }))
            .into_iter()
            .collect()
    }

    /// The marks that can be seen or scrolled to.
    pub(crate) fn marks(&self) -> &Marks {
        &self.marks
    }

    /// What sets a fresh listener to this one's state, besides the marks: the directory, and where input begins.
    pub(crate) fn state(&self) -> (Option<String>, Option<Point>) {
        let nonce = self.nonce.as_deref().unwrap_or_default();
        let cwd = self.cwd.as_ref().map(|cwd| format!("\x1b]633;P;Cwd={};{nonce}\x07", text::escape(cwd)));
        (cwd, self.input)
    }

    /// The mark of where input begins.
    pub(crate) fn input(&self) -> String {
        format!("\x1b]133;B;aid={}\x07", self.nonce.as_deref().unwrap_or_default())
    }

    /// A mark as the shell wrote it.
    pub(crate) fn write(&self, mark: &Mark) -> String {
        mark.written(self.nonce.as_deref().unwrap_or_default())
    }

    /// A sequence of the two kinds.
    pub(crate) fn hear(&mut self, params: &[&[u8]], cursor: &Cursor<'_>) {
        let Some(nonce) = self.nonce.as_deref().map(str::as_bytes) else { return };
        let ours = |option: &[u8]| option.strip_prefix(b"aid=") == Some(nonce);
        match params {
            [b"133", b"A", aid, ..] if ours(aid) => self.prompt(cursor),
            [b"133", b"B", aid, ..] if ours(aid) => self.input = cursor.point(),
            [b"133", b"C", aid, rest @ ..] if ours(aid) => self.start(rest.first().copied(), cursor),
            [b"133", b"D", exit, aid, ..] if ours(aid) => self.finish(exit, cursor),
            [b"633", b"E", piece, key, rest @ ..] if *key == nonce => self.append(piece, rest.contains(&&b"same"[..])),
            [b"633", b"P", property, key, ..] if *key == nonce => self.place(property),
            _ => {}
        }
    }

    fn prompt(&mut self, cursor: &Cursor<'_>) {
        self.forget_line();
        self.input = None;
        if let Some(point) = cursor.point() {
            self.marks.prompt(point.row);
        }
    }

    fn forget_line(&mut self) {
        self.line.clear();
        (self.too_long, self.same) = (false, false);
    }

    fn append(&mut self, piece: &[u8], same: bool) {
        self.same |= same;
        // Written out, a byte takes four at the most.
        self.too_long |= self.line.len() + piece.len() > MAX_COMMAND * 4;
        if !self.too_long {
            self.line.extend_from_slice(piece);
        }
    }

    fn place(&mut self, property: &[u8]) {
        let Some(cwd) = property.strip_prefix(b"Cwd=").filter(|cwd| cwd.len() <= MAX_CWD * 4) else { return };
        let cwd = text::unescape(cwd);
        if cwd.starts_with('/') && cwd.len() <= MAX_CWD && self.cwd.as_ref() != Some(&cwd) {
            self.cwd = Some(cwd);
            self.cwd_is_new = true;
        }
    }

    /// What was typed. A line that is `same` is the one before, unless it began with a blank: then it was kept out of the
    /// history, and is none of ours either.
    fn take_line(&mut self, cursor: &Cursor<'_>) -> Option<String> {
        let line = Some(text::unescape(&self.line)).filter(|_| !self.too_long);
        let kept_out = self.same && self.input.and_then(|input| cursor.is_blank(input)) != Some(false);
        self.forget_line();
        line.filter(|line| !kept_out && !line.trim().is_empty() && line.len() <= MAX_COMMAND)
    }

    fn start(&mut self, seq: Option<&[u8]>, cursor: &Cursor<'_>) {
        let line = self.take_line(cursor);
        // In a snapshot the mark says at which byte it stood.
        let told = seq.and_then(|seq| std::str::from_utf8(seq.strip_prefix(b"seq=")?).ok()?.parse().ok());
        let seq = told.unwrap_or(self.at);
        // One that was not said to have ended has, or its shell runs within it.
        if let Some(before) = self.running.take() {
            self.tell(CommandNews::Ended { started: Some(before.seq), exit: None });
        }
        self.knows = true;
        self.running = Some(Running { seq, since: Instant::now() });
        self.input = None;
        if let Some(point) = cursor.point() {
            self.marks.output(point.row, seq, line.as_deref());
        }
        self.tell(CommandNews::Started { line, cwd: self.cwd.clone() });
    }

    fn finish(&mut self, exit: &[u8], cursor: &Cursor<'_>) {
        let exit = std::str::from_utf8(exit).ok().and_then(|exit| exit.parse().ok());
        let started = self.running.take();
        // After a line without a command there is nothing that has ended. At first it may be that another server heard
        // it start.
        if started.is_some() || !std::mem::replace(&mut self.knows, true) {
            self.tell(CommandNews::Ended { started: started.map(|running| running.seq), exit });
        }
        if let (Some(running), Some(point)) = (started, cursor.point()) {
            self.marks.end(point.row, exit, running.since.elapsed());
        }
    }

    fn tell(&mut self, news: CommandNews) {
        if self.news.len() < MAX_NEWS {
            self.news.push((self.at, news));
        }
    }
}

#[cfg(test)]
mod tests;
