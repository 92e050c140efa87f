//! Looking at recordings.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::atomic::Ordering,
};

use audit::Entry;
use model::{
    ApiError, Caller, Permission, RecordingId,
    audit::Action,
    recording::{Found, Index, MAX_SEARCH, RecordingInfo, State},
};
use tokio::task::spawn_blocking;

use crate::{
    Error, Recordings, cast,
    cast::MAX_LINE,
    index,
    rows::{self, Row},
    search, shares,
    walk::Lines,
};

/// Bytes of events given at once; one line that is longer is given whole.
const PIECE: u64 = 512 * 1024;

/// A recording on its way out as a file.
#[derive(Debug)]
pub struct Export {
    /// It, from its beginning.
    pub file: File,
    /// Bytes to be read.
    pub length: u64,
    /// What the file is to be called.
    pub name: String,
}

impl Recordings {
    /// One recording. Watching someone else's is noted in the audit log.
    ///
    /// # Errors
    /// [`Error::NotFound`] unless it is the caller's, they may `recordings.read`, or `share` is the secret of a link
    /// that holds.
    pub async fn get(&self, caller: &Caller, id: RecordingId, share: Option<&str>) -> Result<RecordingInfo, Error> {
        let row = self.visible(caller, id, share).await?;
        if !caller.is(row.owner) && caller.purpose().is_none() {
            let by = if share.is_some() { "by a link" } else { "" };
            let entry = Entry::by(caller, Action::RecordingPlay).object("recording", id, &row.title).detail(by);
            self.0.audit.record(entry).await?;
        }
        Ok(self.now(row).info(caller))
    }

    /// What a player needs to begin.
    ///
    /// # Errors
    /// As [`get`](Self::get); when its file cannot be read.
    pub async fn index(&self, caller: &Caller, id: RecordingId, share: Option<&str>) -> Result<Index, Error> {
        let row = self.visible(caller, id, share).await?;
        let row = self.now(row);
        let (cast, beside) = (self.path(id, "cast"), self.path(id, "index"));
        let grown = self.end_of(&row);
        let read = spawn_blocking(move || {
            let file = File::open(cast)?;
            let length = file.metadata()?.len();
            let mut lines = Lines::new(io::BufReader::new(file), 0);
            let size = lines.next()?.and_then(cast::size_of_header).ok_or(io::ErrorKind::InvalidData)?;
            let (keyframes, chapters) = index::read(&beside)?;
            Ok::<_, io::Error>((lines.end, grown.unwrap_or(length), size, keyframes, chapters))
        });
        let (begin, end, size, keyframes, chapters) = read.await.map_err(io::Error::other)??;
        Ok(Index {
            begin,
            end,
            length_ms: row.length_ms,
            live: row.state == State::Live,
            cols: size.cols,
            rows: size.rows,
            keyframes,
            chapters,
        })
    }

    /// Whole lines of events from byte `from` on, at most 512 KiB, if one line is not longer; empty at the end. `from` must
    /// be the beginning of a line, as the index or the end of the piece before give it.
    ///
    /// # Errors
    /// As [`get`](Self::get); when its file cannot be read.
    pub async fn events(
        &self,
        caller: &Caller,
        id: RecordingId,
        share: Option<&str>,
        from: u64,
    ) -> Result<Vec<u8>, Error> {
        let row = self.visible(caller, id, share).await?;
        let (path, grown) = (self.path(id, "cast"), self.end_of(&row));
        let read = spawn_blocking(move || {
            let mut file = File::open(path)?;
            let end = grown.unwrap_or(file.metadata()?.len());
            file.seek(SeekFrom::Start(from))?;
            let left = end.saturating_sub(from);
            let mut bytes = Vec::new();
            file.by_ref().take(left.min(PIECE)).read_to_end(&mut bytes)?;
            if !bytes.contains(&b'\n') {
                file.take(left.min(MAX_LINE).saturating_sub(bytes.len() as u64)).read_to_end(&mut bytes)?;
            }
            let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            bytes.truncate(whole);
            Ok::<_, io::Error>(bytes)
        });
        Ok(read.await.map_err(io::Error::other)??)
    }

    /// What paints a keyframe, `length` bytes from byte `from` of the frames.
    ///
    /// # Errors
    /// As [`get`](Self::get); when there are no such bytes.
    pub async fn frame(
        &self,
        caller: &Caller,
        id: RecordingId,
        share: Option<&str>,
        from: u64,
        length: u64,
    ) -> Result<Vec<u8>, Error> {
        self.visible(caller, id, share).await?;
        let path = self.path(id, "frames");
        let read = spawn_blocking(move || index::frame(&path, from, length)).await.map_err(io::Error::other)?;
        read.map_err(|error| match error.kind() {
            io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof | io::ErrorKind::NotFound => Error::NotFound,
            _ => error.into(),
        })
    }

    /// Where `text` stands in what the recording shows, in any case.
    ///
    /// # Errors
    /// As [`get`](Self::get); `Invalid` on `text`; [`Error::Busy`].
    pub async fn search(
        &self,
        caller: &Caller,
        id: RecordingId,
        share: Option<&str>,
        text: &str,
    ) -> Result<Found, Error> {
        self.visible(caller, id, share).await?;
        let needle = text.trim().to_lowercase();
        if needle.is_empty() {
            return Err(ApiError::invalid("text", "Write what to look for.").into());
        }
        if needle.len() > MAX_SEARCH {
            return Err(ApiError::invalid("text", format!("Search for at most {MAX_SEARCH} characters.")).into());
        }
        let _place = self.0.readers.try_acquire().map_err(|_| Error::Busy)?;
        let path = self.path(id, "cast");
        Ok(spawn_blocking(move || search::search(&path, &needle)).await.map_err(io::Error::other)??)
    }

    /// The recording as a file, as far as it is written. Noted in the audit log.
    ///
    /// # Errors
    /// [`Error::NotFound`] unless it is the caller's or they may `recordings.read`; when it cannot be read.
    pub async fn export(&self, caller: &Caller, id: RecordingId) -> Result<Export, Error> {
        let row = self.visible(caller, id, None).await?;
        let (path, grown) = (self.path(id, "cast"), self.end_of(&row));
        let opened = spawn_blocking(move || {
            let file = File::open(path)?;
            let length = grown.unwrap_or(file.metadata()?.len());
            Ok::<_, io::Error>((file, length))
        });
        let (file, length) = opened.await.map_err(io::Error::other)??;
        let entry = Entry::by(caller, Action::RecordingExport).object("recording", id, &row.title);
        self.0.audit.record(entry).await?;
        let day = row.started_at.rfc3339();
        let name = format!(
            "nova-{}-{}.cast",
            day.get(..10).unwrap_or("recording"),
            id.to_string().get(24..).unwrap_or_default()
        );
        Ok(Export { file, length, name })
    }

    /// The row, if the caller may see it.
    pub(crate) async fn visible(&self, caller: &Caller, id: RecordingId, share: Option<&str>) -> Result<Row, Error> {
        let row = rows::find(&self.0.db, id).await?.ok_or(Error::NotFound)?;
        if row.is_of(caller) || caller.may(Permission::RecordingsRead) {
            return Ok(row);
        }
        match share {
            // Links are for people: a key sees what it was made for.
            Some(secret)
                if caller.session().is_some() && shares::holds(&self.0.db, id, secret, self.0.clock.now()).await? =>
            {
                Ok(row)
            }
            _ => Err(Error::NotFound),
        }
    }

    /// Up to where a recording that goes on is written; `None` for one that has ended.
    fn end_of(&self, row: &Row) -> Option<u64> {
        let live = self.live();
        let live = live.get(&row.terminal).filter(|live| live.active.recording == row.id)?;
        Some(live.progress.end.load(Ordering::Acquire))
    }
}
