//! The service: which recordings there are, and which go on.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    os::unix::fs::DirBuilderExt,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use audit::Audit;
use model::{
    Caller, Permission, RecordingId, TerminalId, Timestamp, UserId,
    recording::{Active, MAX_SEARCH, RecordedShells, RecordingFilter, RecordingPage},
};
use store::{
    Clock, Db,
    sqlx::{self, AssertSqlSafe},
};
use tokio::sync::{Semaphore, broadcast};
use tokio_util::task::TaskTracker;

use crate::{Error, Settings, live::Live, rows};

/// Recordings of one page.
const PAGE: usize = 50;
/// Searches, checks and exports at once; the next one is turned away.
const READERS: usize = 4;
/// Changes that wait for who listens; who is slower than that asks for everything again.
const MAX_CHANGES: usize = 256;
/// How long recordings have to be closed when the server stops.
const PATIENCE: Duration = Duration::from_secs(5);

/// The recordings of this machine. Cheap to clone.
#[derive(Clone)]
pub struct Recordings(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) audit: Audit,
    pub(crate) settings: Settings,
    pub(crate) live: Mutex<BTreeMap<TerminalId, Live>>,
    /// Bytes of all files.
    pub(crate) used: AtomicU64,
    pub(crate) changes: broadcast::Sender<Changed>,
    /// One keyframe is made at a time: they can wait, shells cannot.
    pub(crate) indexing: Semaphore,
    pub(crate) readers: Semaphore,
    pub(crate) tasks: TaskTracker,
}

/// A recording began or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// Whose shell it is.
    pub owner: UserId,
    /// Which shell.
    pub terminal: TerminalId,
    /// The recording had to end, but the shell must not go on without one.
    pub unrecorded: bool,
}

impl fmt::Debug for Recordings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recordings")
    }
}

impl Recordings {
    /// Opens the service; its directory is made, if it is not there.
    ///
    /// # Errors
    /// When the directory cannot be made or read.
    pub fn start(db: Db, clock: Clock, audit: Audit, settings: Settings) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&settings.directory)?;
        let mut used = 0;
        for entry in fs::read_dir(&settings.directory)? {
            used += entry?.metadata()?.len();
        }
        Ok(Self(Arc::new(Inner {
            db,
            clock,
            audit,
            settings,
            live: Mutex::default(),
            used: AtomicU64::new(used),
            changes: broadcast::Sender::new(MAX_CHANGES),
            indexing: Semaphore::new(1),
            readers: Semaphore::new(READERS),
            tasks: TaskTracker::new(),
        })))
    }

    /// Tells of recordings that begin and end.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Changed> {
        self.0.changes.subscribe()
    }

    /// What the caller's terminal page shows.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.open`; when the store fails.
    pub async fn of_shells(&self, caller: &Caller) -> Result<RecordedShells, Error> {
        let mode = self.policy_of(caller).await?.mode;
        Ok(RecordedShells { mode, active: self.active(caller)? })
    }

    /// The caller's shells that are recorded now.
    ///
    /// # Errors
    /// `Forbidden` for background work, which has no shells.
    pub fn active(&self, caller: &Caller) -> Result<Vec<Active>, Error> {
        let owner = caller.user()?;
        Ok(self.live().values().filter(|live| live.owner == owner).map(|live| live.active).collect())
    }

    /// One page of recordings before `before`, newest first: the caller's own, or everybody's.
    ///
    /// # Errors
    /// `Forbidden` when everybody's are asked for without `recordings.read`; `Invalid` on `text`.
    pub async fn list(
        &self,
        caller: &Caller,
        filter: &RecordingFilter,
        before: Option<RecordingId>,
    ) -> Result<RecordingPage, Error> {
        if filter.everybody {
            caller.require(Permission::RecordingsRead)?;
        } else if caller.session().is_none() {
            caller.require(Permission::TerminalOpen)?;
        }
        if filter.text.len() > MAX_SEARCH {
            let text = format!("Search for at most {MAX_SEARCH} characters.");
            return Err(model::ApiError::invalid("text", text).into());
        }
        // The walk goes back along the primary key, or one person's along the index; a word nobody used reads them all.
        let mut values = vec![before.map_or_else(|| "g".to_owned(), |id| id.to_string())];
        let mut conditions = " WHERE r.id < $1".to_owned();
        if !filter.everybody {
            values.push(caller.user()?.to_string());
            conditions.push_str(" AND r.owner = $2");
        }
        for word in filter.text.to_lowercase().split_whitespace().take(8) {
            if let Some(day) = day(word) {
                let next = day.plus(Duration::from_secs(86_400));
                conditions.push_str(&format!(" AND r.started_at >= {} AND r.started_at < {}", day.0, next.0));
            } else {
                values.push(format!("%{}%", word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")));
                conditions.push_str(&format!(
                    " AND LOWER(r.title || ' ' || u.display_name || ' ' || u.username) LIKE ${} ESCAPE '\\'",
                    values.len()
                ));
            }
        }
        let sql = format!("{}{conditions} ORDER BY r.id DESC LIMIT {}", rows::SELECT, PAGE + 1);
        let query = values.into_iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, value| query.bind(value));
        let rows = query.fetch_all(self.0.db.read()).await?;
        let mut found = rows.iter().map(rows::read).collect::<Result<Vec<_>, _>>()?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let before = found.last().filter(|_| more).map(|row| row.id);
        Ok(RecordingPage { recordings: found.into_iter().map(|row| self.now(row).info(caller)).collect(), before })
    }

    /// Every recording of the caller, newest first, for who takes their data along.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub async fn of_person(&self, caller: &Caller) -> Result<Vec<model::recording::RecordingInfo>, Error> {
        let (filter, mut all, mut before) = (RecordingFilter::default(), Vec::new(), None);
        loop {
            let page = self.list(caller, &filter, before).await?;
            all.extend(page.recordings);
            match page.before {
                Some(next) => before = Some(next),
                None => return Ok(all),
            }
        }
    }

    /// Closes what goes on, to be continued by the next server; what was written stays.
    pub async fn shutdown(&self) {
        self.0.tasks.close();
        for live in self.live().values() {
            live.suspend();
        }
        if tokio::time::timeout(PATIENCE, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("some recordings were not closed in time; the next start closes them");
        }
    }

    /// A row with the figures of this moment, where it goes on.
    pub(crate) fn now(&self, mut row: rows::Row) -> rows::Row {
        let live = self.live();
        if let Some(live) = live.get(&row.terminal).filter(|live| live.active.recording == row.id) {
            (row.length_ms, row.bytes) = live.progress.figures();
        }
        row
    }

    pub(crate) fn live(&self) -> MutexGuard<'_, BTreeMap<TerminalId, Live>> {
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn path(&self, id: RecordingId, kind: &str) -> PathBuf {
        self.0.settings.directory.join(format!("{id}.{kind}"))
    }

    /// Whether there is room for more.
    ///
    /// # Errors
    /// [`Error::NoRoom`] with the bound.
    pub(crate) fn check_room(&self) -> Result<(), Error> {
        let settings = &self.0.settings;
        if self.0.used.load(Ordering::Relaxed) >= settings.max_total {
            return Err(Error::NoRoom("all recordings together take as much as they may"));
        }
        let disk = rustix::fs::statvfs(&settings.directory).map_err(io::Error::from)?;
        if disk.f_bavail.saturating_mul(disk.f_frsize) < settings.reserve {
            return Err(Error::NoRoom("the disk is nearly full"));
        }
        Ok(())
    }
}

/// A day as `2026-11-21`, in UTC.
fn day(word: &str) -> Option<Timestamp> {
    let (year, rest) = word.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let shaped = year.len() == 4 && month.len() == 2 && day.len() == 2;
    let (year, month, day): (i64, i64, i64) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    if !shaped || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days of the civil calendar, after Howard Hinnant.
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(Timestamp(days * 86_400_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_told_from_a_word() {
        assert_eq!(day("2026-11-21").map(|at| at.rfc3339()), Some("2026-11-21T00:00:00Z".into()));
        assert_eq!(day("2024-02-29").map(|at| at.rfc3339()), Some("2024-02-29T00:00:00Z".into()));
        for word in ["bash", "2026-13-01", "2026-1-1", "a-b-c"] {
            assert_eq!(day(word), None, "{word}");
        }
    }
}
