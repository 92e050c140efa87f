//! Whether a recording is what was written.

use std::{fs::File, io, io::BufReader, path::PathBuf, sync::Arc};

use model::{
    Caller, Permission, RecordingId,
    recording::{RecordingCheck, State},
};
use store::sqlx;
use tokio::task::spawn_blocking;

use crate::{
    Error, Recordings, index,
    keyer::{Emulators, Keyer, Mark},
    rows::Row,
    walk::walk,
};

impl Recordings {
    /// Computes all digests again, compares the newest with the database, and draws the whole recording to see whether its
    /// keyframes show what it says.
    ///
    /// # Errors
    /// [`Error::NotFound`] unless it is the caller's or they may `recordings.read`; [`Error::Busy`]. That something does
    /// not fit is no error but the answer.
    pub async fn verify(&self, caller: &Caller, id: RecordingId) -> Result<RecordingCheck, Error> {
        let row = self.visible(caller, id, None).await?;
        let _place = self.0.readers.try_acquire().map_err(|_| Error::Busy)?;
        let paths = ["cast", "index", "frames"].map(|kind| self.path(id, kind));
        let emulators = Arc::clone(&self.0.settings.emulators);
        // A screen that panics drew what no emulator should see; that is an answer, too.
        let checked = spawn_blocking(move || check(&row, &paths, &emulators)).await;
        Ok(checked.unwrap_or_else(|error| RecordingCheck {
            id,
            chunks: 0,
            keyframes: 0,
            broken: Some(error.to_string()),
        }))
    }

    /// Every recording there is, oldest first.
    ///
    /// # Errors
    /// `Forbidden` without `recordings.read`; when the store fails.
    pub async fn all(&self, caller: &Caller) -> Result<Vec<RecordingId>, Error> {
        caller.require(Permission::RecordingsRead)?;
        let ids: Vec<String> =
            sqlx::query_scalar("SELECT id FROM recordings ORDER BY id").fetch_all(self.0.db.read()).await?;
        let bad = |_| Error::Store(store::Error::Unreadable("recording"));
        ids.iter().map(|id| id.parse().map_err(bad)).collect()
    }
}

fn check(row: &Row, [cast, beside, frames]: &[PathBuf; 3], emulators: &Emulators) -> RecordingCheck {
    let mut check = RecordingCheck { id: row.id, chunks: 0, keyframes: 0, broken: None };
    let walked =
        match File::open(cast).map_err(Into::into).and_then(|file| walk(BufReader::with_capacity(256 * 1024, file))) {
            Ok(walked) => walked,
            Err(broken) => {
                check.broken = Some(broken.to_string());
                return check;
            }
        };
    check.chunks = walked.chain.chunks();
    let noted = usize::try_from(row.chunks).unwrap_or(usize::MAX);
    let length = File::open(cast).and_then(|file| file.metadata()).map_or(0, |file| file.len());
    check.broken = match noted.checked_sub(1).map(|last| walked.heads.get(last)) {
        Some(None) => Some(format!("it has {} chunks, but {noted} were written", walked.heads.len())),
        Some(Some(head)) if *head != row.head => Some(format!("chunk {noted} is not the one the database knows")),
        _ if row.state == State::Live => None,
        _ if walked.heads.len() != noted => {
            Some(format!("it has {} chunks, but {noted} were written", walked.heads.len()))
        }
        _ if walked.kept != length || walked.chain.open() > 0 => {
            Some("something was added after its last seal".to_owned())
        }
        _ => None,
    };
    if check.broken.is_none() {
        match keyframes([cast, beside, frames], walked.kept, emulators) {
            Ok((fit, broken)) => (check.keyframes, check.broken) = (fit, broken),
            Err(error) => check.broken = Some(format!("its keyframes cannot be read: {error}")),
        }
    }
    check
}

/// Draws all of it beside the keyframes that are there.
fn keyframes(
    [cast, beside, frames]: [&PathBuf; 3],
    end: u64,
    emulators: &Emulators,
) -> io::Result<(u64, Option<String>)> {
    let (kept, _) = index::read(beside)?;
    let (mut fit, mut broken) = (0, None);
    let mut keyer = Keyer::open(cast, emulators)?;
    let mut next = kept.iter();
    keyer.step(end, u64::MAX, |mark| {
        let Mark::Key(key, paint) = mark else { return Ok(()) };
        // Those still to be made are not there yet.
        let Some(there) = next.next().filter(|_| broken.is_none()) else { return Ok(()) };
        let same = (there.offset, there.at_ms, there.length) == (key.offset, key.at_ms, key.length)
            && index::frame(frames, there.frame, there.length)? == paint;
        if same {
            fit += 1;
        } else {
            broken = Some(format!("keyframe {} does not show what was recorded", fit + 1));
        }
        Ok(())
    })?;
    if broken.is_none() && next.next().is_some() {
        broken = Some("it has keyframes of what was never recorded".to_owned());
    }
    Ok((fit, broken))
}
