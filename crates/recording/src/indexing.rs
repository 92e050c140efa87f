//! Keyframes are made while a recording goes on, but never while much is written: the shell comes first.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use model::RecordingId;
use tokio::{task::spawn_blocking, time::sleep};

use crate::{Recordings, index::IndexWriter, keyer::Keyer, live::Growth, rows::Row};

/// How long is looked whether much is written.
const LOOK: Duration = Duration::from_millis(250);
/// So much written in that time is much.
const MUCH: u64 = 512 * 1024;
/// Bytes of a recording drawn at once.
const STEP: u64 = 256 * 1024;

impl Recordings {
    /// Follows a recording with keyframes, to its end.
    pub(crate) fn make_keyframes(&self, row: &Row, growth: &Arc<Growth>) {
        let (recordings, growth, id) = (self.clone(), Arc::clone(growth), row.id);
        // Not waited for at the end: keyframes can be made again.
        tokio::spawn(async move {
            if let Err(error) = recordings.follow_with_keyframes(id, &growth).await {
                tracing::warn!(%error, recording = %id, "a recording has no more keyframes from here on");
            }
        });
    }

    async fn follow_with_keyframes(&self, id: RecordingId, growth: &Growth) -> io::Result<()> {
        let (cast, index, frames) = (self.path(id, "cast"), self.path(id, "index"), self.path(id, "frames"));
        let emulators = Arc::clone(&self.0.settings.emulators);
        let opened = spawn_blocking(move || {
            Ok::<_, io::Error>((Keyer::open(&cast, &emulators)?, IndexWriter::create(&index, &frames)?))
        });
        let (mut keyer, mut index): (_, IndexWriter) = opened.await.map_err(io::Error::other)??;
        loop {
            let over = growth.over.load(Ordering::Acquire);
            let until = growth.end.load(Ordering::Acquire);
            if !over {
                sleep(LOOK).await;
                if growth.end.load(Ordering::Acquire) - until > MUCH {
                    continue;
                }
            }
            loop {
                let Ok(_turn) = self.0.indexing.acquire().await else { return Ok(()) };
                let step = spawn_blocking(move || {
                    let before = index.bytes();
                    let done = keyer.step(until, STEP, |mark| index.add(mark));
                    (keyer, before, index, done)
                });
                let (kept, before, written, done) = step.await.map_err(io::Error::other)?;
                (keyer, index) = (kept, written);
                let added = index.bytes() - before;
                self.0.used.fetch_add(added, Ordering::Relaxed);
                growth.beside.fetch_add(added, Ordering::Relaxed);
                if done? {
                    break;
                }
            }
            if over {
                return Ok(());
            }
            if !growth.over.load(Ordering::Acquire) {
                growth.grown.notified().await;
            }
        }
    }
}
