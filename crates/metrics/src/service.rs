//! The handle and the task behind it.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use model::{
    Caller, Permission, Timestamp,
    metrics::{History, Host, Sample},
};
use tokio::{
    sync::watch,
    task::{JoinHandle, spawn_blocking},
    time::{MissedTickBehavior, interval},
};

use crate::{Collector, CollectorHealth, Error, history::Rows, host, processes::processor_time};

/// Tells the time; samples are dated by it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Takes each sample as it is made. It is called from the collector's task and must not block.
pub type Publish = Arc<dyn Fn(Sample) + Send + Sync>;

/// The shortest interval taken; a shorter one becomes this.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);

/// Where and how often to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The folder that holds `proc`, `sys` and `etc`: `/` outside tests.
    pub root: PathBuf,
    /// From one sample to the next, at least 10 ms.
    pub interval: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { root: PathBuf::from("/"), interval: Duration::from_secs(1) }
    }
}

/// The load of this machine: a cheap handle on the collector's task, which ends with the last handle.
#[derive(Clone)]
pub struct Metrics {
    shared: Arc<Shared>,
    stop: Arc<watch::Sender<bool>>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

struct Shared {
    host: Host,
    interval: Duration,
    started: Instant,
    state: Mutex<State>,
}

struct State {
    rows: Rows,
    latest: Option<(Instant, Arc<Sample>)>,
    cost: Duration,
    running: bool,
}

impl Shared {
    /// Locked for moments only and never over an await. A panic under it leaves whole values behind.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Metrics {
    /// Starts collecting; must be called within a Tokio runtime. The first sample comes one interval later, as rates
    /// need two readings.
    #[must_use]
    pub fn start(settings: Settings, clock: Clock, publish: Publish) -> Self {
        let Settings { root, interval } = settings;
        let interval = interval.max(SHORTEST_INTERVAL);
        let shared = Arc::new(Shared {
            host: host::read(&root, clock()),
            interval,
            started: Instant::now(),
            state: Mutex::new(State { rows: Rows::new(interval), latest: None, cost: Duration::ZERO, running: true }),
        });
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(run(Arc::clone(&shared), root, clock, publish, stopped));
        Self { shared, stop: Arc::new(stop), task: Arc::new(Mutex::new(Some(task))) }
    }

    /// What does not change while the machine runs.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without `metrics.read`.
    pub fn host(&self, caller: &Caller) -> Result<Host, Error> {
        may_read(caller)?;
        Ok(self.shared.host.clone())
    }

    /// The last sample; `None` in the first interval after the start.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without `metrics.read`.
    pub fn latest(&self, caller: &Caller) -> Result<Option<Sample>, Error> {
        may_read(caller)?;
        let latest = self.shared.state().latest.as_ref().map(|(_, sample)| Arc::clone(sample));
        Ok(latest.map(Arc::unwrap_or_clone))
    }

    /// The last [`HISTORY_SAMPLES`](model::metrics::HISTORY_SAMPLES) samples as columns.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without `metrics.read`.
    pub fn history(&self, caller: &Caller) -> Result<History, Error> {
        may_read(caller)?;
        Ok(self.shared.state().rows.columns())
    }

    /// How the collector fares, for a health card.
    #[must_use]
    pub fn collector_health(&self) -> CollectorHealth {
        let state = self.shared.state();
        let last = state.latest.as_ref().map_or(self.shared.started, |(taken, _)| *taken);
        CollectorHealth {
            age: last.elapsed(),
            interval: self.shared.interval,
            cost: state.cost,
            running: state.running,
        }
    }

    /// Ends the collector and waits for its task, not for a reading that hangs. What was collected stays readable.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Err(error)) = match task {
            Some(task) => Some(task.await),
            None => None,
        } {
            tracing::error!(%error, "the metrics collector ended badly");
        }
        self.shared.state().running = false;
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").field("health", &self.collector_health()).finish_non_exhaustive()
    }
}

fn may_read(caller: &Caller) -> Result<(), Error> {
    let permission = Permission::MetricsRead;
    if caller.may(permission) { Ok(()) } else { Err(Error::Forbidden(permission)) }
}

/// Reads at every tick, on a thread that may block, until stopped or until the last handle is gone. The first reading
/// is only the base of the rates.
async fn run(shared: Arc<Shared>, root: PathBuf, clock: Clock, publish: Publish, mut stopped: watch::Receiver<bool>) {
    let mut ticks = interval(shared.interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut collector = Collector::new(&root);
    let mut is_base = true;
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = ticks.tick() => {}
        }
        let clock = Arc::clone(&clock);
        let reading = spawn_blocking(move || {
            let begun = processor_time();
            let sample = collector.read(Instant::now(), clock());
            (collector, sample, processor_time().saturating_sub(begun))
        });
        let read = tokio::select! {
            _ = stopped.changed() => return,
            read = reading => read,
        };
        match read {
            Ok((back, sample, cost)) => {
                collector = back;
                if !is_base {
                    keep(&shared, sample.clone(), cost);
                    publish(sample);
                }
                is_base = false;
            }
            Err(error) => {
                tracing::error!(%error, "a reading of the metrics failed; starting over");
                collector = Collector::new(&root);
                is_base = true;
            }
        }
    }
}

fn keep(shared: &Shared, sample: Sample, cost: Duration) {
    let mut state = shared.state();
    state.rows.push(&sample);
    state.latest = Some((Instant::now(), Arc::new(sample)));
    state.cost = cost;
}
