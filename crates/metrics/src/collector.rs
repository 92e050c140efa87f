//! One reading of everything.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use model::{
    Timestamp,
    metrics::{Limits, Sample, Temperature},
};

use crate::{
    cpu::Processor,
    disks::Disks,
    limits,
    memory::Gauges,
    network::Interfaces,
    processes::ProcessTable,
    rate::{Elapsed, Every},
    temperatures,
};

/// How often sensors and limits are read again.
const SLOW_EVERY: Duration = Duration::from_secs(5);

/// Reads the machine below a root folder and remembers the counters of the reading before. It knows no callers: whoever
/// holds one may read `/proc` anyway. The service hands samples out only with permission.
#[derive(Debug)]
pub struct Collector {
    root: PathBuf,
    elapsed: Elapsed,
    processor: Processor,
    gauges: Gauges,
    disks: Disks,
    interfaces: Interfaces,
    processes: ProcessTable,
    slow: Every,
    temperatures: Vec<Temperature>,
    limits: Option<Limits>,
}

impl Collector {
    /// A collector for the machine below `root`, which is `/` outside tests. Reads nothing yet.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            elapsed: Elapsed::default(),
            processor: Processor::new(root),
            gauges: Gauges::new(root),
            disks: Disks::new(root),
            interfaces: Interfaces::new(root),
            processes: ProcessTable::new(root),
            slow: Every::new(SLOW_EVERY),
            temperatures: Vec::new(),
            limits: None,
        }
    }

    /// Everything at this moment. `now` is the monotonic clock that rates and cadences go by, `at` what the sample is
    /// dated. The first reading has no rates and no processor shares. Blocks for micro- to milliseconds.
    pub fn read(&mut self, now: Instant, at: Timestamp) -> Sample {
        let seconds = self.elapsed.step(now);
        let cpu = self.processor.read();
        let memory = self.gauges.memory();
        let uptime = self.gauges.uptime();
        if self.slow.due(now) {
            self.temperatures = temperatures::read(&self.root);
            self.limits = limits::read(&self.root, memory.total, cpu.cores.len());
        }
        Sample {
            at,
            load: self.gauges.load(),
            memory,
            limits: self.limits.clone(),
            disks: self.disks.read(now, seconds),
            networks: self.interfaces.read(seconds),
            temperatures: self.temperatures.clone(),
            processes: self.processes.read(now, uptime, cpu.cores.len()),
            uptime,
            cpu,
        }
    }
}
