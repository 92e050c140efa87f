//! Shells that are recorded: the terminal area knows no recordings, and recordings know no shells.

use std::{io, sync::Arc, time::Duration};

use audit::Audit;
use model::{
    ApiError, Caller, RecordingId, Role, TerminalId,
    chat::UserEvent,
    live::{Event, Topic},
    recording::{Mode, Policy, RolePolicy},
    terminal::{Size, TerminalInfo},
};
use recording::{Emulator, Emulators, Heard, Recordings, Shell, Source};
use store::{Clock, Db};
use terminal::{Replay, Tap, Tapped};
use tokio::{
    sync::broadcast::error::RecvError,
    time::{MissedTickBehavior, interval},
};

use crate::{Config, Nova};

/// How often is looked for recordings whose time is up.
const FORGET_EVERY: Duration = Duration::from_secs(3600);

const MEGABYTE: u64 = 1_000_000;

/// Opens the service.
pub(crate) fn start(config: &Config, db: &Db, clock: &Clock, audit: &Audit) -> Result<Recordings, store::Error> {
    let bounds = config.recording;
    let settings = recording::Settings {
        max_bytes: bounds.max_mb * MEGABYTE,
        max_total: bounds.total_mb * MEGABYTE,
        reserve: bounds.reserve_mb * MEGABYTE,
        ..recording::Settings::new(config.data_dir.join("recordings"), emulators())
    };
    let path = settings.directory.clone();
    Recordings::start(db.clone(), clock.clone(), audit.clone(), settings)
        .map_err(|cause: io::Error| store::Error::Directory { path, cause })
}

/// The screens of shells are the ones keyframes are painted from.
fn emulators() -> Emulators {
    struct Screen(Replay);
    impl Emulator for Screen {
        fn feed(&mut self, bytes: &[u8]) {
            self.0.feed(bytes);
        }
        fn resize(&mut self, size: Size) {
            self.0.resize(size);
        }
        fn paint(&self) -> Vec<u8> {
            self.0.paint()
        }
    }
    Arc::new(|size| Box::new(Screen(Replay::new(size))))
}

/// What a recorder hears of a shell.
struct Tapping(Tap);

impl Source for Tapping {
    async fn next(&mut self) -> Option<Heard> {
        Some(match self.0.next().await? {
            Tapped::Output { pieces, end } => Heard::Output { pieces, end },
            Tapped::Resized(size) => Heard::Resized(size),
            Tapped::Input(bytes) => Heard::Input(bytes),
            Tapped::Screen { seq, size, bytes, missed } => Heard::Screen { seq, size, bytes, missed },
            Tapped::Ended(state) => Heard::Ended(state),
        })
    }

    fn begin_anew(&mut self) {
        self.0.begin_anew();
    }
}

impl Nova {
    /// Begins to record one of the caller's shells, from its present screen on.
    ///
    /// # Errors
    /// As [`Recordings::begin`]; when there is no such shell of the caller.
    pub async fn start_recording(&self, caller: &Caller, terminal: TerminalId) -> Result<RecordingId, ApiError> {
        let info = self.terminals.info(caller, terminal)?;
        self.record(caller, &info, None).await
    }

    /// Begins to record a shell that was just opened, from its first byte on, if its person's role asks for that.
    pub(crate) async fn record_if_required(&self, caller: &Caller, info: &TerminalInfo) -> Result<(), ApiError> {
        let required = self.recordings.policy_of(caller).await?.mode == Mode::Always;
        if required { self.record(caller, info, Some(0)).await.map(drop) } else { Ok(()) }
    }

    async fn record(&self, caller: &Caller, info: &TerminalInfo, from: Option<u64>) -> Result<RecordingId, ApiError> {
        let shell = Shell { terminal: info.id, title: info.title.clone(), size: info.size };
        let tap = |policy: &Policy| {
            let tap = self.terminals.tap(caller, info.id, from, policy.input).map_err(ApiError::from)?;
            Ok(Tapping(tap))
        };
        Ok(self.recordings.begin(caller, shell, tap).await?)
    }

    /// How the shells of each role are recorded.
    ///
    /// # Errors
    /// `Forbidden` without `recordings.manage` and `people.read`; when the store fails.
    pub async fn recording_policies(&self, caller: &Caller) -> Result<Vec<RolePolicy>, ApiError> {
        let decided = self.recordings.policies(caller).await?;
        let roles = self.identity.roles(caller).await?;
        let policy = |role: &Role| decided.get(role.name()).copied().unwrap_or_default();
        Ok(roles.into_iter().map(|info| RolePolicy { policy: policy(&info.role), role: info.role }).collect())
    }
}

/// Goes on with the recordings of shells that the server before left.
pub(crate) async fn resume(nova: &Nova) {
    let caller = Caller::system("recording");
    let tap = |left: recording::Unfinished| {
        let tap = nova.terminals.tap(&caller, left.terminal, Some(left.seq), left.input);
        tap.inspect_err(|error| tracing::debug!(%error, terminal = %left.terminal, "a recorded shell is gone"))
            .ok()
            .map(Tapping)
    };
    match nova.recordings.resume(&caller, tap).await {
        Ok(0) => {}
        Ok(recordings) => tracing::info!(recordings, "recordings of the server before go on"),
        Err(error) => tracing::error!(%error, "recordings of the server before could not go on"),
    }
}

/// Tells people of their recordings, and ends shells that must not go on without one.
pub(crate) async fn watch(nova: Nova) {
    let caller = Caller::system("recording");
    let mut changes = nova.recordings.changes();
    loop {
        let changed = match changes.recv().await {
            Ok(changed) => changed,
            Err(RecvError::Lagged(missed)) => {
                tracing::error!(missed, "changes of recordings were missed");
                continue;
            }
            Err(RecvError::Closed) => return,
        };
        nova.live.publish(Topic::User(changed.owner), Event::User(UserEvent::RecordingsChanged));
        if changed.unrecorded {
            let why = "it had to be recorded, and could not be any longer";
            if let Err(error) = nova.terminals.end_any(&caller, changed.terminal, why) {
                tracing::warn!(%error, terminal = %changed.terminal, "a shell that could not be recorded is gone already");
            }
        }
    }
}

/// Deletes recordings whose time is up.
pub(crate) async fn forget_old(nova: Nova) {
    let caller = Caller::system("retention");
    let mut tick = interval(FORGET_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        match nova.recordings.prune(&caller).await {
            Ok(0) => {}
            Ok(recordings) => tracing::info!(recordings, "deleted recordings whose time was up"),
            Err(error) => tracing::warn!(%error, "old recordings could not be deleted"),
        }
    }
}
