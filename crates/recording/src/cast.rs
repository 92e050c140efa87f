//! Events as lines of asciicast v3 (docs.asciinema.org/manual/asciicast/v3): a header, then `[interval, code, data]`, with
//! intervals in seconds since the event before. Lines that begin with `#` are comments there; two of them mean something
//! to us: `# at N` (everything before byte N of the shell's output stands above) and the seals of [`crate::chain`].

use std::borrow::Cow;

use bytes::Bytes;
use model::{Timestamp, terminal::Size};
use serde::{Deserialize, Serialize};

use crate::text::Utf8;

/// Longest line there is, in bytes: 256 KiB of output that all have to be written as `\u0000`.
pub(crate) const MAX_LINE: u64 = 2 * 1024 * 1024;

/// What begins the line that says how far the shell's output is kept.
pub(crate) const AT: &str = "# at ";

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    version: u8,
    term: Term,
    timestamp: i64,
    #[serde(default)]
    title: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Term {
    cols: u16,
    rows: u16,
    r#type: String,
}

/// The first line, with its line end.
pub(crate) fn header(size: Size, started: Timestamp, title: &str) -> Vec<u8> {
    let term = Term { cols: size.cols, rows: size.rows, r#type: "xterm-256color".to_owned() };
    let header = Header { version: 3, term, timestamp: started.seconds(), title: title.to_owned() };
    // Numbers and strings alone: nothing in it can fail to be written.
    let mut line = serde_json::to_vec(&header).unwrap_or_default();
    line.push(b'\n');
    line
}

/// The size a header gives.
pub(crate) fn size_of_header(line: &[u8]) -> Option<Size> {
    let header: Header = serde_json::from_slice(line).ok()?;
    (header.version == 3).then_some(())?;
    Size::new(header.term.cols, header.term.rows).ok()
}

/// What kind of event a line tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    Output,
    Input,
    Resize,
    Marker,
    Exit,
}

impl Code {
    const fn letter(self) -> &'static str {
        match self {
            Self::Output => "o",
            Self::Input => "i",
            Self::Resize => "r",
            Self::Marker => "m",
            Self::Exit => "x",
        }
    }
}

/// An event as read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// Milliseconds since the event before.
    pub(crate) interval_ms: u64,
    pub(crate) code: Code,
    pub(crate) data: String,
}

impl Event {
    /// Reads a line; `None` for comments and what is no event of ours.
    pub(crate) fn read(line: &[u8]) -> Option<Self> {
        let (interval, code, data): (f64, Cow<'_, str>, String) = serde_json::from_slice(line).ok()?;
        let code = match &*code {
            "o" => Code::Output,
            "i" => Code::Input,
            "r" => Code::Resize,
            "m" => Code::Marker,
            "x" => Code::Exit,
            _ => return None,
        };
        Some(Self { interval_ms: milliseconds(interval)?, code, data })
    }

    /// The size a resize gives.
    pub(crate) fn size(&self) -> Option<Size> {
        let (cols, rows) = self.data.split_once('x')?;
        Size::new(cols.parse().ok()?, rows.parse().ok()?).ok()
    }
}

/// How many milliseconds a line's event came after the one before; `None` for comments.
pub(crate) fn interval_of(line: &[u8]) -> Option<u64> {
    let number = line.strip_prefix(b"[")?.split(|byte| *byte == b',').next()?;
    milliseconds(std::str::from_utf8(number).ok()?.trim().parse().ok()?)
}

/// Whether a line tells of a new size.
pub(crate) fn is_resize(line: &[u8]) -> bool {
    line.split(|byte| *byte == b',').nth(1).is_some_and(|code| code.trim_ascii() == b"\"r\"")
}

fn milliseconds(seconds: f64) -> Option<u64> {
    // A year and more between two events is nobody's recording, and keeps sums far from their ends.
    const LONGEST: f64 = 400.0 * 86_400.0;
    (0.0..LONGEST).contains(&seconds).then(|| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 and 3.5e10")]
        let whole = (seconds * 1000.0).round() as u64;
        whole
    })
}

/// Writes events one after another.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: Vec<u8>,
    decoder: Utf8,
    text: String,
    /// When the last event was, in milliseconds since the beginning.
    at_ms: u64,
}

impl Writer {
    /// Goes on after events that end at `at_ms`.
    pub(crate) fn after(at_ms: u64) -> Self {
        Self { at_ms, ..Self::default() }
    }

    /// When the last event was, in milliseconds since the beginning.
    pub(crate) fn at_ms(&self) -> u64 {
        self.at_ms
    }

    /// The shell wrote this.
    pub(crate) fn output(&mut self, at_ms: u64, pieces: &[Bytes]) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        pieces.iter().for_each(|piece| self.decoder.decode(piece, &mut text));
        if !text.is_empty() {
            self.event(at_ms, Code::Output, &text);
        }
        self.text = text;
    }

    /// Anything else happened.
    pub(crate) fn event(&mut self, at_ms: u64, code: Code, data: &str) {
        use std::io::Write;
        let at_ms = at_ms.max(self.at_ms);
        let interval = at_ms - self.at_ms;
        self.at_ms = at_ms;
        let _infallible = write!(self.out, "[{}.{:03},\"{}\",", interval / 1000, interval % 1000, code.letter());
        let _infallible = serde_json::to_writer(&mut self.out, data);
        self.out.extend_from_slice(b"]\n");
    }

    /// The terminal has this size now.
    pub(crate) fn resize(&mut self, at_ms: u64, size: Size) {
        self.event(at_ms, Code::Resize, &format!("{}x{}", size.cols, size.rows));
    }

    /// Nothing more of what was cut off will come.
    pub(crate) fn finish(&mut self) {
        let mut rest = String::new();
        self.decoder.finish(&mut rest);
        if !rest.is_empty() {
            self.event(self.at_ms, Code::Output, &rest);
        }
    }

    /// The lines so far, closed by how much of the shell's output they hold.
    pub(crate) fn take(&mut self, seq: u64) -> Vec<u8> {
        if !self.out.is_empty() {
            self.out.extend_from_slice(format!("{AT}{seq}\n").as_bytes());
        }
        std::mem::take(&mut self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_read_back_as_they_were_written() {
        let mut writer = Writer::default();
        writer.output(1_234, &[Bytes::from_static(b"\x1b[1mh\xc3"), Bytes::from_static(b"\xa9\"\\\x00\n\xff")]);
        writer.resize(2_000, Size { cols: 90, rows: 30 });
        writer.event(1_500, Code::Marker, "earlier than the one before");
        let lines = writer.take(12);
        let events: Vec<_> = lines.split(|byte| *byte == b'\n').filter_map(Event::read).collect();
        assert_eq!(
            events[0],
            Event { interval_ms: 1_234, code: Code::Output, data: "\u{1b}[1mhé\"\\\0\n\u{fffd}".into() }
        );
        assert_eq!((events[1].interval_ms, events[1].size()), (766, Size::new(90, 30).ok()));
        assert_eq!(events[2].interval_ms, 0, "a clock set back stands still");
        assert!(lines.ends_with(b"# at 12\n") && writer.take(13).is_empty());
    }

    #[test]
    fn what_is_no_event_is_none() {
        for line in ["", "#", "# at 5", "[1,\"q\",\"\"]", "[-1,\"o\",\"\"]", "[1e99,\"o\",\"\"]", "{}", "[1,\"o\"]"] {
            assert_eq!(Event::read(line.as_bytes()), None, "{line}");
        }
        assert_eq!(interval_of(b"[0.250,\"o\",\"x\"]"), Some(250));
        assert_eq!(interval_of(b"# at 7"), None);
    }
}
