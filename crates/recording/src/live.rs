//! Recordings that go on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use audit::Entry;
use bytes::Bytes;
use model::{
    ApiError, Caller, Permission, RecordingId, TerminalId, Timestamp, UserId,
    audit::Action,
    recording::{Active, Mode, Policy},
    terminal::{Size, State},
};
use tokio::{
    sync::{Notify, watch},
    task::spawn_blocking,
    time::{Instant, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Error, Recordings,
    cast::Writer,
    finish::End,
    log::Log,
    pen::Pen,
    rows::{self, Row},
};

/// An open chunk is sealed at the latest after this time.
const SEAL_EVERY: Duration = Duration::from_secs(10);
/// The database hears how far a recording is at most this often.
const NOTE_EVERY: Duration = Duration::from_secs(30);
/// Less output than this at once is small: then the recorder waits a moment for more, so that typing and programs that
/// write in bits cost one line for many.
const SMALL: usize = 16 * 1024;
/// How long it waits: half a frame of a screen.
const GATHER: Duration = Duration::from_millis(8);
/// How long a recording that is to be left to the next server still hears what its shell says: perhaps its end.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// Bytes after which the room on the disk is looked at again.
const LOOK_EVERY: u64 = 1024 * 1024;

/// What happens in a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// It wrote this; everything before byte `end` of its output is heard then.
    Output {
        /// The bytes, in pieces.
        pieces: Vec<Bytes>,
        /// The number of the byte after them.
        end: u64,
    },
    /// It has this size from here on.
    Resized(Size),
    /// This was typed.
    Input(Bytes),
    /// Its screen at byte `seq`, where output goes on.
    Screen {
        /// The number of the next byte.
        seq: u64,
        /// The size of the screen.
        size: Size,
        /// What paints it.
        bytes: Bytes,
        /// Bytes of output before `seq` that were not heard.
        missed: u64,
    },
    /// It has ended.
    Ended(State),
}

/// Tells what happens in one shell.
pub trait Source: Send + 'static {
    /// What happens next; `None` when the shell goes on elsewhere. Cancel-safe.
    fn next(&mut self) -> impl Future<Output = Option<Heard>> + Send;
    /// The next thing told will be the screen.
    fn begin_anew(&mut self);
}

/// A shell to be recorded.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Which.
    pub terminal: TerminalId,
    /// What it is called.
    pub title: String,
    /// Its size.
    pub size: Size,
}

/// One entry in the list of recordings that go on.
pub(crate) struct Live {
    pub(crate) active: Active,
    pub(crate) owner: UserId,
    pub(crate) progress: Arc<Growth>,
    stop: watch::Sender<Stop>,
    done: CancellationToken,
}

impl Live {
    pub(crate) fn suspend(&self) {
        self.stop.send_replace(Stop::Suspend);
    }
}

#[derive(Debug, Clone, Default)]
enum Stop {
    #[default]
    No,
    Asked(Box<Entry>),
    Suspend,
}

/// How far a recording is, for who reads it while it goes on.
#[derive(Debug, Default)]
pub(crate) struct Growth {
    /// Bytes of the recording, and of what lies beside it.
    pub(crate) end: AtomicU64,
    pub(crate) beside: AtomicU64,
    pub(crate) at_ms: AtomicU64,
    /// Nothing will be added.
    pub(crate) over: AtomicBool,
    /// Something was added, or nothing will be.
    pub(crate) grown: Notify,
}

impl Growth {
    pub(crate) fn figures(&self) -> (u64, u64) {
        let bytes = self.end.load(Ordering::Relaxed) + self.beside.load(Ordering::Relaxed);
        (self.at_ms.load(Ordering::Relaxed), bytes)
    }

    pub(crate) fn is_over(&self) {
        self.over.store(true, Ordering::Release);
        self.grown.notify_one();
    }
}

impl Recordings {
    /// Begins to record a shell of the caller. `source` gets the policy in force.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.open`; [`Error::Never`]; [`Error::Already`]; [`Error::NoRoom`]; what `source` says;
    /// when the disk or the store fails.
    pub async fn begin<S: Source>(
        &self,
        caller: &Caller,
        shell: Shell,
        source: impl FnOnce(&Policy) -> Result<S, ApiError>,
    ) -> Result<RecordingId, Error> {
        let policy = self.policy_of(caller).await?;
        let owner = caller.user()?;
        if policy.mode == Mode::Never {
            return Err(Error::Never);
        }
        let row = self.row(owner, &shell, &policy);
        let (id, entry) = (row.id, Entry::by(caller, Action::RecordingStart));
        let (live, stopped) = self.enlist(&row)?;
        let begun = async {
            let source = source(&policy)?;
            Ok::<_, Error>((source, self.open(&row, entry).await?))
        };
        match begun.await {
            Ok((source, pen)) => {
                self.spawn(row, pen, source, live, stopped);
                Ok(id)
            }
            Err(error) => {
                self.live().remove(&shell.terminal);
                Err(error)
            }
        }
    }

    /// Ends the recording of one of the caller's shells, and returns when it has ended.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.open`; [`Error::NotRecorded`]; [`Error::Required`].
    pub async fn end(&self, caller: &Caller, terminal: TerminalId) -> Result<(), Error> {
        caller.require(Permission::TerminalOpen)?;
        let owner = caller.user()?;
        let done = {
            let live = self.live();
            let live = live.get(&terminal).filter(|live| live.owner == owner).ok_or(Error::NotRecorded)?;
            if live.active.required {
                return Err(Error::Required);
            }
            live.stop.send_replace(Stop::Asked(Box::new(Entry::by(caller, Action::RecordingEnd))));
            live.done.clone()
        };
        done.cancelled().await;
        Ok(())
    }

    fn row(&self, owner: UserId, shell: &Shell, policy: &Policy) -> Row {
        Row {
            id: RecordingId::new(),
            owner,
            owner_name: String::new(),
            terminal: shell.terminal,
            title: shell.title.chars().filter(|c| !c.is_control()).take(128).collect(),
            started_at: self.0.clock.now(),
            keep_days: policy.keep_days,
            length_ms: 0,
            bytes: 0,
            size: shell.size,
            state: model::recording::State::Live,
            required: policy.mode == Mode::Always,
            input: policy.input,
            parts: 1,
            missed_bytes: 0,
            chunks: 0,
            head: String::new(),
        }
    }

    /// Takes the shell's one place among the recordings that go on.
    pub(crate) fn enlist(&self, row: &Row) -> Result<(Arc<Growth>, Stopped), Error> {
        let (stop, stopped) = watch::channel(Stop::No);
        let (done, progress) = (CancellationToken::new(), Arc::<Growth>::default());
        let active = Active { terminal: row.terminal, recording: row.id, required: row.required, input: row.input };
        let mut all = self.live();
        if all.contains_key(&row.terminal) {
            return Err(Error::Already);
        }
        let live = Live { active, owner: row.owner, progress: Arc::clone(&progress), stop, done: done.clone() };
        all.insert(row.terminal, live);
        Ok((progress, Stopped { stop: stopped, _done: done.drop_guard() }))
    }

    /// Makes the file and the row of a recording.
    pub(crate) async fn open(&self, row: &Row, entry: Entry) -> Result<Pen, Error> {
        self.check_room()?;
        let path = self.path(row.id, "cast");
        let created = path.clone();
        let (size, started, title) = (row.size, row.started_at, row.title.clone());
        let log = spawn_blocking(move || Log::create(&created, size, started, &title))
            .await
            .map_err(std::io::Error::other)??;
        let entry = entry.object("recording", row.id, &row.title).detail(&format!("shell {}", row.terminal));
        let written = async {
            let mut write = self.0.db.write().await?;
            rows::insert(&mut write, row).await?;
            self.0.audit.within(&mut write, &entry).await?;
            Ok::<_, Error>(write.commit().await.map_err(store::Error::from)?)
        };
        if let Err(error) = written.await {
            // Without its row nobody would find it.
            let _gone = std::fs::remove_file(path);
            return Err(error);
        }
        Ok(Pen { log, writer: Writer::default(), seq: 0, size: row.size, parts: row.parts, missed: 0 })
    }

    /// Records until an end.
    pub(crate) fn spawn<S: Source>(&self, row: Row, pen: Pen, source: S, growth: Arc<Growth>, stopped: Stopped) {
        self.tell(&row, false);
        let recordings = self.clone();
        self.0.tasks.spawn(async move { recordings.record(row, pen, source, growth, stopped).await });
    }

    async fn record<S: Source>(
        &self,
        mut row: Row,
        mut pen: Pen,
        mut source: S,
        mut growth: Arc<Growth>,
        mut stopped: Stopped,
    ) {
        loop {
            self.make_keyframes(&row, &growth);
            let (end, last) = self.follow(&row, pen, &mut source, &growth, &mut stopped.stop).await;
            let goes_on = matches!(end, End::Full { own: true, .. }) && row.required;
            let terminal = row.terminal;
            let unrecorded = row.required && matches!(end, End::Full { own: false, .. } | End::Failed(_));
            self.finish(&row, end, last, &growth).await;
            if !goes_on {
                self.live().remove(&terminal);
                self.tell(&row, unrecorded);
                return;
            }
            // The next one takes its place at once.
            let next =
                Row { id: RecordingId::new(), started_at: self.0.clock.now(), length_ms: 0, bytes: 0, ..row.clone() };
            let entry = Entry::by(&Caller::system("recording"), Action::RecordingStart);
            match self.open(&next, entry).await {
                Ok(opened) => {
                    source.begin_anew();
                    growth = Arc::default();
                    if let Some(live) = self.live().get_mut(&terminal) {
                        live.active.recording = next.id;
                        live.progress = Arc::clone(&growth);
                    }
                    (row, pen) = (next, opened);
                }
                Err(error) => {
                    tracing::error!(%error, %terminal, "a required recording could not go on");
                    self.live().remove(&terminal);
                    self.tell(&row, true);
                    return;
                }
            }
        }
    }

    /// Writes what happens until an end. The pen is gone when the disk failed in a way that left it nowhere.
    async fn follow<S: Source>(
        &self,
        row: &Row,
        pen: Pen,
        source: &mut S,
        growth: &Growth,
        stop: &mut watch::Receiver<Stop>,
    ) -> (End, Option<Pen>) {
        let settings = &self.0.settings;
        let max_ms = u64::try_from(settings.max_length.as_millis()).unwrap_or(u64::MAX);
        let (mut pen, mut seal_at, mut noted, mut looked) = (Box::new(pen), None::<Instant>, Instant::now(), 0);
        let mut leave_at = None::<Instant>;
        loop {
            let leave = async {
                match leave_at {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let seal = async {
                match seal_at {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let heard = tokio::select! {
                biased;
                end = asked(stop), if leave_at.is_none() => match end {
                    End::Suspended => {
                        leave_at = Some(Instant::now() + LAST_WORDS);
                        continue;
                    }
                    end => return (end, Some(*pen)),
                },
                () = leave => return (End::Suspended, Some(*pen)),
                () = seal => None,
                heard = source.next() => match heard {
                    Some(heard) => Some(heard),
                    None => return (End::Suspended, Some(*pen)),
                },
            };
            let at_ms = self.elapsed(row.started_at);
            let sealing = heard.is_none();
            let ended = matches!(heard, Some(Heard::Ended(_)));
            let small = matches!(&heard, Some(Heard::Output { pieces, .. }) if pieces.iter().map(Bytes::len).sum::<usize>() < SMALL);
            let before = (pen.log.end(), pen.log.chain().chunks());
            let done = spawn_blocking(move || {
                let written = match &heard {
                    Some(heard) => pen.write(at_ms, heard),
                    None => pen.log.seal().and_then(|()| pen.log.sync()),
                };
                (pen, written)
            });
            let written = match done.await {
                Ok((kept, written)) => {
                    pen = kept;
                    written
                }
                Err(error) => return (End::Failed(error.to_string()), None),
            };
            let (end, chunks) = (pen.log.end(), pen.log.chain().chunks());
            self.0.used.fetch_add(end - before.0, Ordering::Relaxed);
            growth.end.store(end, Ordering::Release);
            growth.at_ms.store(pen.writer.at_ms(), Ordering::Relaxed);
            if let Err(error) = written {
                return (End::Failed(error.to_string()), Some(*pen));
            }
            if ended {
                return (End::Shell, Some(*pen));
            }
            if chunks > before.1 {
                growth.grown.notify_one();
            }
            seal_at = match (pen.log.chain().open(), seal_at) {
                (0, _) => None,
                (_, Some(at)) if !sealing => Some(at),
                _ => Some(Instant::now() + SEAL_EVERY),
            };
            if end >= settings.max_bytes || at_ms >= max_ms {
                let why = if at_ms >= max_ms {
                    "It was as long as one recording may be"
                } else {
                    "It was as large as one recording may be"
                };
                return (End::Full { why, own: true }, Some(*pen));
            }
            if sealing || end - looked >= LOOK_EVERY {
                looked = end;
                if let Err(Error::NoRoom(why)) = self.check_room() {
                    return (End::Full { why, own: false }, Some(*pen));
                }
            }
            if chunks > before.1 && noted.elapsed() >= NOTE_EVERY {
                noted = Instant::now();
                let progress = pen.progress(growth.beside.load(Ordering::Relaxed));
                if let Err(error) = self.note(row.id, &progress).await {
                    tracing::warn!(%error, recording = %row.id, "how far a recording is could not be noted");
                }
            }
            if small {
                sleep(GATHER).await;
            }
        }
    }

    async fn note(&self, id: RecordingId, progress: &rows::Progress) -> Result<(), Error> {
        let mut write = self.0.db.write().await?;
        rows::note(&mut write, id, progress, model::recording::State::Live, None).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// Milliseconds since a recording began.
    pub(crate) fn elapsed(&self, started: Timestamp) -> u64 {
        u64::try_from(self.0.clock.now().since(started).as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn tell(&self, row: &Row, unrecorded: bool) {
        // Nobody may listen.
        let _heard = self.0.changes.send(crate::Changed { owner: row.owner, terminal: row.terminal, unrecorded });
    }
}

/// What ends a recording from outside, and tells when it has ended.
pub(crate) struct Stopped {
    stop: watch::Receiver<Stop>,
    _done: tokio_util::sync::DropGuard,
}

async fn asked(stop: &mut watch::Receiver<Stop>) -> End {
    let stop = match stop.wait_for(|stop| !matches!(stop, Stop::No)).await {
        Ok(stop) => stop.clone(),
        Err(_) => Stop::Suspend,
    };
    match stop {
        Stop::Asked(entry) => End::Asked(entry),
        Stop::Suspend | Stop::No => End::Suspended,
    }
}
