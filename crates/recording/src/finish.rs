//! How recordings end.

use std::sync::atomic::Ordering;

use audit::Entry;
use model::{Caller, audit::Action, recording};
use tokio::task::spawn_blocking;

use crate::{
    Error, Recordings,
    live::Growth,
    pen::Pen,
    rows::{self, Row},
};

/// Why a recording ends.
#[derive(Debug)]
pub(crate) enum End {
    /// The shell has ended.
    Shell,
    /// Its person ended it.
    Asked(Box<Entry>),
    /// The server stops; the next one goes on.
    Suspended,
    /// A bound was reached: the recording's own, or that of all.
    Full { why: &'static str, own: bool },
    /// The disk failed.
    Failed(String),
}

impl Recordings {
    /// Seals what was written and notes how it ended. Without a pen the file is left as it is; the next start mends it.
    pub(crate) async fn finish(&self, row: &Row, end: End, pen: Option<Pen>, growth: &Growth) {
        let at_ms = self.elapsed(row.started_at);
        let mark = match &end {
            End::Asked(_) => Some("The recording was ended".to_owned()),
            End::Full { why, .. } => Some(format!("The recording ends: {why}")),
            End::Shell | End::Suspended | End::Failed(_) => None,
        };
        let closed = match pen {
            None => None,
            Some(mut pen) => spawn_blocking(move || {
                let before = pen.log.end();
                let closed = mark
                    .map_or(Ok(()), |mark| pen.mark(at_ms, &mark))
                    .and_then(|()| pen.log.seal())
                    .and_then(|()| pen.log.sync());
                (pen, closed, before)
            })
            .await
            .ok(),
        };
        let Some((pen, closed, before)) = closed else {
            growth.is_over();
            tracing::error!(recording = %row.id, ?end, "a recording could not be closed");
            return;
        };
        self.0.used.fetch_add(pen.log.end().saturating_sub(before), Ordering::Relaxed);
        growth.end.store(pen.log.end(), Ordering::Release);
        growth.at_ms.store(pen.writer.at_ms(), Ordering::Relaxed);
        growth.is_over();
        let (state, told) = match (&end, closed) {
            (_, Err(error)) => (recording::State::Interrupted, format!("the disk failed: {error}")),
            (End::Failed(why), Ok(())) => (recording::State::Interrupted, format!("the disk failed: {why}")),
            (End::Shell, Ok(())) => (recording::State::Finished, "the shell ended".to_owned()),
            (End::Asked(_), Ok(())) => (recording::State::Finished, "ended by hand".to_owned()),
            (End::Full { why, .. }, Ok(())) => (recording::State::Full, (*why).to_owned()),
            (End::Suspended, Ok(())) => (recording::State::Live, String::new()),
        };
        let progress = pen.progress(growth.beside.load(Ordering::Relaxed));
        let entry = match end {
            End::Asked(entry) => *entry,
            _ => Entry::by(&Caller::system("recording"), Action::RecordingEnd),
        };
        if let Err(error) = self.note_end(row, state, &progress, entry, &told).await {
            tracing::error!(%error, recording = %row.id, "the end of a recording could not be noted; the next start notes it");
        }
    }

    /// Notes an end, in the audit log as well, together with the newest digest.
    pub(crate) async fn note_end(
        &self,
        row: &Row,
        state: recording::State,
        progress: &rows::Progress,
        entry: Entry,
        told: &str,
    ) -> Result<(), Error> {
        let ended = (state != recording::State::Live).then(|| self.0.clock.now());
        let mut write = self.0.db.write().await?;
        rows::note(&mut write, row.id, progress, state, ended).await?;
        if ended.is_some() {
            let detail =
                format!("{told}; {} s, chunk {} sha256 {}", progress.length_ms / 1000, progress.chunks, progress.head);
            let entry = entry.object("recording", row.id, &row.title).detail(&detail);
            self.0.audit.within(&mut write, &entry).await?;
        }
        Ok(write.commit().await.map_err(store::Error::from)?)
    }
}
