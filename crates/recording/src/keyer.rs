//! Keyframes: what the screen shows at places of a recording, so that playing can begin there. They are made beside the
//! recording, from what it says alone: recorder and keyframes cannot disagree, and they can be made again at any time.

use std::{
    fs::File,
    io::{self, BufReader, Seek, SeekFrom},
    path::Path,
};

use model::{
    recording::{Chapter, Keyframe},
    terminal::Size,
};

use crate::{
    cast::{self, Code, Event},
    chapters::{Chapters, News},
    scan::Scanner,
    walk::Lines,
};

/// A keyframe comes at the latest after this many bytes of the recording.
const EVERY_BYTES: u64 = 256 * 1024;
/// And after this time, if something was written in it.
const EVERY_MS: u64 = 10_000;
/// After a change of size, unless the last one is this recent.
const RESIZED_MS: u64 = 1_000;
/// A screen that takes more to paint has no keyframe.
pub(crate) const MAX_FRAME: usize = 1024 * 1024;

/// Draws what a shell wrote.
pub trait Emulator: Send {
    /// Draws output.
    fn feed(&mut self, bytes: &[u8]);
    /// Takes on a size.
    fn resize(&mut self, size: Size);
    /// What paints the screen in a fresh emulator of the same size.
    fn paint(&self) -> Vec<u8>;
}

/// Makes a blank screen.
pub type Emulators = std::sync::Arc<dyn Fn(Size) -> Box<dyn Emulator> + Send + Sync>;

/// What is found along the way.
pub(crate) enum Mark<'a> {
    /// A keyframe, its place among the frames still to be filled in, and what paints it.
    Key(Keyframe, &'a [u8]),
    Chapter(Chapter),
    /// The last chapter's exit status.
    Exit(i32),
}

/// Goes through a recording as it grows.
pub(crate) struct Keyer {
    file: File,
    emulator: Box<dyn Emulator>,
    size: Size,
    scanner: Scanner,
    chapters: Chapters,
    /// The next byte to read, and the time of what was read last.
    at: u64,
    at_ms: u64,
    key_at: u64,
    key_ms: u64,
    drawn: bool,
    resized: bool,
}

impl Keyer {
    /// Begins at the beginning.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn open(path: &Path, emulators: &Emulators) -> io::Result<Self> {
        let file = File::open(path)?;
        let mut lines = Lines::new(BufReader::new(&file), 0);
        let size = lines.next()?.and_then(cast::size_of_header).ok_or(io::ErrorKind::InvalidData)?;
        let at = lines.end;
        Ok(Self {
            emulator: emulators(size),
            file,
            size,
            scanner: Scanner::default(),
            chapters: Chapters::default(),
            at,
            at_ms: 0,
            key_at: at,
            key_ms: 0,
            drawn: false,
            resized: false,
        })
    }

    /// Goes on up to byte `until`, which ends a line, but not much further than `budget` bytes; says whether it is there.
    ///
    /// # Errors
    /// When it cannot be read, or `tell` fails.
    pub(crate) fn step(
        &mut self,
        until: u64,
        budget: u64,
        mut tell: impl FnMut(Mark<'_>) -> io::Result<()>,
    ) -> io::Result<bool> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(self.at))?;
        let mut lines = Lines::new(BufReader::with_capacity(64 * 1024, file), self.at);
        let stop = until.min(self.at.saturating_add(budget));
        while self.at < stop {
            let Some(line) = lines.next()? else { return Ok(true) };
            let event = Event::read(line);
            self.at = lines.end;
            if let Some(event) = event {
                self.play(&event, &mut tell)?;
            }
        }
        Ok(self.at >= until)
    }

    fn play(&mut self, event: &Event, tell: &mut impl FnMut(Mark<'_>) -> io::Result<()>) -> io::Result<()> {
        self.at_ms = self.at_ms.saturating_add(event.interval_ms);
        let mut told = Ok(());
        match event.code {
            Code::Output => {
                let (chapters, at_ms) = (&mut self.chapters, self.at_ms);
                self.scanner.feed(&event.data, |piece| {
                    if let (Some(news), true) = (chapters.hear(at_ms, &piece), told.is_ok()) {
                        told = tell(mark_of(news));
                    }
                });
                self.emulator.feed(event.data.as_bytes());
                self.drawn = true;
            }
            Code::Resize => {
                if let Some(size) = event.size().filter(|size| *size != self.size) {
                    self.emulator.resize(size);
                    self.size = size;
                    self.resized = true;
                }
            }
            Code::Marker => {
                if let Some(news) = self.chapters.note(self.at_ms, &event.data) {
                    told = tell(mark_of(news));
                }
            }
            Code::Input | Code::Exit => {}
        }
        told?;
        let since = self.at_ms.saturating_sub(self.key_ms);
        let due = self.resized && since >= RESIZED_MS
            || self.drawn && (since >= EVERY_MS || self.at - self.key_at >= EVERY_BYTES);
        // What is half read is on no screen.
        if due && self.scanner.is_ground() {
            (self.key_at, self.key_ms, self.drawn, self.resized) = (self.at, self.at_ms, false, false);
            let paint = self.emulator.paint();
            if paint.len() <= MAX_FRAME {
                let Size { cols, rows } = self.size;
                let length = paint.len() as u64;
                let key = Keyframe { at_ms: self.at_ms, offset: self.at, frame: 0, length, cols, rows };
                tell(Mark::Key(key, &paint))?;
            }
        }
        Ok(())
    }
}

fn mark_of(news: News) -> Mark<'static> {
    match news {
        News::Begun(chapter) => Mark::Chapter(chapter),
        News::Ended(exit) => Mark::Exit(exit),
    }
}
