//! Recordings go: deleted by hand, or when their time is up.

use std::{fs, io, sync::atomic::Ordering};

use audit::Entry;
use model::{Caller, Permission, RecordingId, audit::Action, recording::State};
use store::{
    Write,
    sqlx::{self, AssertSqlSafe},
};

use crate::{Error, Recordings, rows};

/// The files of a recording.
const KINDS: [&str; 3] = ["cast", "index", "frames"];
/// Recordings deleted in one transaction.
const BATCH: usize = 50;

impl Recordings {
    /// Deletes a recording that has ended. Someone else's asks for a fresh proof.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Live`]; [`Error::Required`] for one's own that the policy asked for; `Forbidden`
    /// without `recordings.manage` and `StepUp` without a fresh proof, where it is not one's own or was required; when
    /// the store fails.
    pub async fn delete(&self, caller: &Caller, id: RecordingId) -> Result<(), Error> {
        let row = self.visible(caller, id, None).await?;
        let own = row.is_of(caller);
        if !own || row.required {
            if own && !caller.may(Permission::RecordingsManage) {
                return Err(Error::Required);
            }
            caller.require(Permission::RecordingsManage)?;
            caller.require_fresh()?;
        }
        if row.state == State::Live {
            return Err(Error::Live);
        }
        let detail = format!("of {}, began {}, chunk {} sha256 {}", row.owner, row.started_at, row.chunks, row.head);
        let entry = Entry::by(caller, Action::RecordingDelete).object("recording", id, &row.title).detail(&detail);
        let mut write = self.0.db.write().await?;
        remove_row(&mut write, id).await?;
        self.0.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.remove_files(id)?;
        Ok(())
    }

    /// Deletes recordings whose time is up, those of deleted people that no policy asked for, and links that have ended.
    /// Says how many recordings went.
    ///
    /// # Errors
    /// For anybody but Nova's own background work; when the store or the disk fails.
    pub async fn prune(&self, caller: &Caller) -> Result<usize, Error> {
        if caller.purpose().is_none() {
            return Err(Error::NotFound);
        }
        let now = self.0.clock.now();
        let mut write = self.0.db.write().await?;
        sqlx::query("DELETE FROM recording_shares WHERE expires_at <= $1").bind(now.0).execute(&mut *write).await?;
        write.commit().await.map_err(store::Error::from)?;
        let mut gone = 0;
        loop {
            let sql = format!(
                "{} WHERE r.ended_at IS NOT NULL AND (
                     (r.keep_days IS NOT NULL AND r.ended_at + r.keep_days * 86400000 <= $1)
                     OR (u.kind = 'deleted' AND r.required = 0))
                 ORDER BY r.id LIMIT {BATCH}",
                rows::SELECT
            );
            let found = sqlx::query(AssertSqlSafe(sql)).bind(now.0).fetch_all(self.0.db.read()).await?;
            let found = found.iter().map(rows::read).collect::<Result<Vec<_>, _>>()?;
            if found.is_empty() {
                return Ok(gone);
            }
            let mut write = self.0.db.write().await?;
            for row in &found {
                remove_row(&mut write, row.id).await?;
            }
            let last = found.last().map(|row| row.id.to_string()).unwrap_or_default();
            let detail = format!("{} recordings, up to {last}", found.len());
            self.0.audit.within(&mut write, &Entry::by(caller, Action::RecordingPrune).detail(&detail)).await?;
            write.commit().await.map_err(store::Error::from)?;
            for row in &found {
                self.remove_files(row.id)?;
            }
            gone += found.len();
        }
    }

    fn remove_files(&self, id: RecordingId) -> Result<(), Error> {
        for kind in KINDS {
            let path = self.path(id, kind);
            let length = fs::metadata(&path).map_or(0, |file| file.len());
            match fs::remove_file(&path) {
                Ok(()) => {
                    let _before = self
                        .0
                        .used
                        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| Some(used.saturating_sub(length)));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

async fn remove_row(write: &mut Write, id: RecordingId) -> Result<(), Error> {
    sqlx::query("DELETE FROM recording_shares WHERE recording = $1").bind(id.to_string()).execute(&mut **write).await?;
    sqlx::query("DELETE FROM recordings WHERE id = $1").bind(id.to_string()).execute(&mut **write).await?;
    Ok(())
}
