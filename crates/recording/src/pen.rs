//! What writes one recording: events into lines, lines into the file, chunks into seals. Blocking; it lives beside the async
//! threads.

use std::io;

use model::terminal::{Size, State};

use crate::{
    cast::{Code, Writer},
    live::Heard,
    log::{CHUNK, Log},
    rows,
};

/// A recording's end in the making.
#[derive(Debug)]
pub(crate) struct Pen {
    pub(crate) log: Log,
    pub(crate) writer: Writer,
    /// How much of the shell's output is kept.
    pub(crate) seq: u64,
    pub(crate) size: Size,
    pub(crate) parts: u32,
    pub(crate) missed: u64,
}

impl Pen {
    /// Writes what was heard. It survives this process when this returns.
    ///
    /// # Errors
    /// What the file system says; nothing of it is kept then.
    pub(crate) fn write(&mut self, at_ms: u64, heard: &Heard) -> io::Result<()> {
        match heard {
            Heard::Output { pieces, end } => {
                self.writer.output(at_ms, pieces);
                self.seq = *end;
            }
            Heard::Resized(size) => {
                self.size = *size;
                self.writer.resize(at_ms, *size);
            }
            Heard::Input(bytes) => self.writer.event(at_ms, Code::Input, &String::from_utf8_lossy(bytes)),
            Heard::Screen { seq, size, bytes, missed } => {
                // The screen a recording begins with is there from its beginning on.
                let begins = self.seq == 0 && self.writer.at_ms() == 0;
                let at_ms = if begins { 0 } else { at_ms };
                self.writer.finish();
                if *missed > 0 {
                    self.missed += missed;
                    let note = format!("{missed} bytes of output went by too fast to be recorded");
                    self.writer.event(at_ms, Code::Marker, &note);
                }
                if *size != self.size {
                    self.size = *size;
                    self.writer.resize(at_ms, *size);
                }
                self.writer.output(at_ms, std::slice::from_ref(bytes));
                self.seq = *seq;
            }
            Heard::Ended(state) => {
                self.writer.finish();
                match state {
                    State::Exited { code } => self.writer.event(at_ms, Code::Exit, &code.to_string()),
                    // As shells tell it.
                    State::Killed { signal } => self.writer.event(at_ms, Code::Exit, &(128 + signal).to_string()),
                    State::Lost | State::Unreachable | State::Running => {
                        self.writer.event(at_ms, Code::Marker, "The shell was lost");
                    }
                }
            }
        }
        self.flush()
    }

    /// Writes a mark.
    ///
    /// # Errors
    /// What the file system says.
    pub(crate) fn mark(&mut self, at_ms: u64, text: &str) -> io::Result<()> {
        self.writer.finish();
        self.writer.event(at_ms, Code::Marker, text);
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        let lines = self.writer.take(self.seq);
        self.log.append(&lines)?;
        if self.log.chain().open() >= CHUNK {
            self.log.seal()?;
        }
        Ok(())
    }

    /// What the database notes of it, `beside` bytes of keyframes included.
    pub(crate) fn progress(&self, beside: u64) -> rows::Progress {
        rows::Progress {
            length_ms: self.writer.at_ms(),
            bytes: self.log.end() + beside,
            parts: self.parts,
            missed_bytes: self.missed,
            chunks: self.log.chain().chunks(),
            head: self.log.chain().head(),
        }
    }
}
