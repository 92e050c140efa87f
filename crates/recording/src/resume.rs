//! Recordings an earlier server left.

use std::{fs, io};

use audit::Entry;
use model::{Caller, TerminalId, audit::Action, recording::State};
use tokio::task::spawn_blocking;

use crate::{
    Error, Recordings, Source,
    cast::Writer,
    live::Growth,
    log::{Left, Log},
    pen::Pen,
    rows::{self, Row},
};

/// A recording that may go on.
#[derive(Debug, Clone, Copy)]
pub struct Unfinished {
    /// Which shell it is of.
    pub terminal: TerminalId,
    /// How much of its output is kept.
    pub seq: u64,
    /// Whether what is typed is recorded.
    pub input: bool,
}

impl Recordings {
    /// Goes on with the recordings of shells that live, and closes those of shells that are gone. `source` says which.
    ///
    /// # Errors
    /// For anybody but Nova's own background work; when the store fails.
    pub async fn resume<S: Source>(
        &self,
        caller: &Caller,
        mut source: impl FnMut(Unfinished) -> Option<S>,
    ) -> Result<usize, Error> {
        if caller.purpose().is_none() {
            return Err(Error::NotFound);
        }
        self.sweep().await?;
        let mut resumed = 0;
        for row in rows::live(&self.0.db).await? {
            let path = self.path(row.id, "cast");
            let left = spawn_blocking(move || Log::reopen(&path)).await.map_err(io::Error::other)?;
            let left = match left {
                Ok(left) => left,
                Err(broken) => {
                    tracing::error!(recording = %row.id, %broken, "a recording is not what was written");
                    self.close_as_it_is(&row, &broken.to_string()).await?;
                    // Its shell, should it live, is without a recording now.
                    self.tell(&row, row.required);
                    continue;
                }
            };
            let unfinished = Unfinished { terminal: row.terminal, seq: left.seq, input: row.input };
            match source(unfinished) {
                Some(source) => {
                    let (terminal, required) = (row.terminal, row.required);
                    if let Err(error) = self.go_on(row.clone(), left, source).await {
                        tracing::error!(%error, %terminal, "a recording could not go on");
                        self.close_as_it_is(&row, "it could not go on").await?;
                        self.tell(&row, required);
                        continue;
                    }
                    resumed += 1;
                }
                None => self.close(&row, left).await?,
            }
        }
        Ok(resumed)
    }

    async fn go_on<S: Source>(&self, mut row: Row, left: Left, source: S) -> Result<(), Error> {
        row.parts += 1;
        let note = if left.torn {
            "The server was killed and has come back; the last moment before may be missing"
        } else {
            "The server was restarted"
        };
        let (growth, stopped) = self.enlist(&row)?;
        let mut pen = pen_of(&row, left);
        let at_ms = self.elapsed(row.started_at);
        let marked = spawn_blocking(move || pen.mark(at_ms, note).map(|()| pen)).await.map_err(io::Error::other)?;
        let pen = match marked {
            Ok(pen) => pen,
            Err(error) => {
                self.live().remove(&row.terminal);
                return Err(error.into());
            }
        };
        growth.end.store(pen.log.end(), std::sync::atomic::Ordering::Release);
        self.spawn(row, pen, source, growth, stopped);
        Ok(())
    }

    async fn close(&self, row: &Row, left: Left) -> Result<(), Error> {
        let pen = pen_of(row, left);
        let growth = std::sync::Arc::<Growth>::default();
        growth.end.store(pen.log.end(), std::sync::atomic::Ordering::Release);
        growth.is_over();
        self.make_keyframes(row, &growth);
        let told = "the server was killed, and the shell is gone";
        let entry = Entry::by(&Caller::system("recording"), Action::RecordingEnd);
        self.note_end(row, State::Interrupted, &pen.progress(0), entry, told).await
    }

    /// The file stays what it is: it is evidence of what was done to it.
    async fn close_as_it_is(&self, row: &Row, why: &str) -> Result<(), Error> {
        let progress = rows::Progress {
            length_ms: row.length_ms,
            bytes: row.bytes,
            parts: row.parts,
            missed_bytes: row.missed_bytes,
            chunks: row.chunks,
            head: row.head.clone(),
        };
        let entry = Entry::by(&Caller::system("recording"), Action::RecordingEnd);
        self.note_end(row, State::Interrupted, &progress, entry, why).await
    }

    /// Removes files that belong to no row: the server was killed between two steps.
    async fn sweep(&self) -> Result<(), Error> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0.settings.directory)? {
            let path = entry?.path();
            let id = path.file_stem().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
            names.extend(id.map(|id| (id, path)));
        }
        for (id, path) in names {
            if rows::find(&self.0.db, id).await?.is_none() {
                tracing::warn!(file = %path.display(), "removed a file of a recording that is gone");
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

fn pen_of(row: &Row, left: Left) -> Pen {
    Pen {
        log: left.log,
        writer: Writer::after(left.at_ms),
        seq: left.seq,
        size: left.size,
        parts: row.parts,
        missed: row.missed_bytes,
    }
}
