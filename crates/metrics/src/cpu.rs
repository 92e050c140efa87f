//! Processor time (`/proc/stat`, proc_stat(5)).

use std::path::Path;

use model::metrics::Cpu;

use crate::{
    files::Kept,
    text::{fields, lines, number},
};

/// The most cores listed one by one.
const MAX_CORES: usize = 1024;

/// Clock ticks since boot. `user` and `nice` already hold the guests' time, so the guest columns are not added again.
#[derive(Debug, Clone, Copy, Default)]
struct Ticks {
    user: u64,
    system: u64,
    idle: u64,
    iowait: u64,
    steal: u64,
}

impl Ticks {
    /// The columns after `cpu…`; old kernels have fewer, but always four.
    fn parse<'a>(columns: impl Iterator<Item = &'a [u8]>) -> Option<Self> {
        let mut ticks = [0_u64; 8];
        let mut known = 0;
        for (slot, column) in ticks.iter_mut().zip(columns) {
            *slot = number(column)?;
            known += 1;
        }
        let [user, nice, system, idle, iowait, irq, softirq, steal] = ticks;
        (known >= 4).then_some(Self {
            user: user.saturating_add(nice),
            system: system.saturating_add(irq).saturating_add(softirq),
            idle,
            iowait,
            steal,
        })
    }

    fn total(&self) -> u64 {
        [self.user, self.system, self.idle, self.iowait, self.steal].into_iter().fold(0, u64::saturating_add)
    }

    /// What passed since `before`; `None` after a reset. Idle and I/O wait may step back a little on a healthy kernel
    /// (proc_stat(5)), the others and the total may not.
    fn since(&self, before: &Self) -> Option<Self> {
        if self.total() < before.total() {
            return None;
        }
        Some(Self {
            user: self.user.checked_sub(before.user)?,
            system: self.system.checked_sub(before.system)?,
            idle: self.idle.saturating_sub(before.idle),
            iowait: self.iowait.saturating_sub(before.iowait),
            steal: self.steal.checked_sub(before.steal)?,
        })
    }

    fn percent(&self, part: u64) -> f32 {
        let total = self.total();
        if total == 0 { 0.0 } else { (part as f64 / total as f64 * 100.0) as f32 }
    }

    fn busy(&self) -> u64 {
        self.user.saturating_add(self.system).saturating_add(self.steal)
    }
}

/// Processor time since the last reading.
#[derive(Debug)]
pub(crate) struct Processor {
    stat: Kept,
    all: Option<Ticks>,
    cores: Vec<(u64, Ticks)>,
    spare: Vec<(u64, Ticks)>,
}

impl Processor {
    pub(crate) fn new(root: &Path) -> Self {
        Self { stat: Kept::new(root.join("proc/stat")), all: None, cores: Vec::new(), spare: Vec::new() }
    }

    /// Zeros for the first reading and after a reset, for all or for the one core.
    pub(crate) fn read(&mut self) -> Cpu {
        self.spare.clear();
        let all = parse(self.stat.read(), &mut self.spare);
        let spent = all.zip(self.all).and_then(|(now, before)| now.since(&before)).unwrap_or_default();
        let core = |(index, now): &(u64, Ticks)| {
            let before = self.cores.iter().find(|(each, _)| each == index);
            let spent = before.and_then(|(_, before)| now.since(before)).unwrap_or_default();
            spent.percent(spent.busy())
        };
        let cpu = Cpu {
            total: spent.percent(spent.busy()),
            user: spent.percent(spent.user),
            system: spent.percent(spent.system),
            iowait: spent.percent(spent.iowait),
            steal: spent.percent(spent.steal),
            cores: self.spare.iter().map(core).collect(),
        };
        self.all = all;
        std::mem::swap(&mut self.cores, &mut self.spare);
        cpu
    }
}

/// The `cpu` line, and each `cpuN` line into `cores`.
fn parse(contents: &[u8], cores: &mut Vec<(u64, Ticks)>) -> Option<Ticks> {
    let mut all = None;
    // The processor lines stand first; the line after them is kilobytes of interrupt counts.
    for line in lines(contents).take_while(|line| line.starts_with(b"cpu")) {
        let mut columns = fields(line);
        let Some(name) = columns.next() else { continue };
        let Some(ticks) = Ticks::parse(columns) else { continue };
        match name.get(3..) {
            Some(b"") => all = Some(ticks),
            Some(index) if cores.len() < MAX_CORES => cores.extend(number(index).map(|index| (index, ticks))),
            _ => {}
        }
    }
    all
}

/// How many processors are online.
pub(crate) fn online(contents: &[u8]) -> u32 {
    let core = |line: &&[u8]| line.get(3..).and_then(|rest| rest.first()).is_some_and(u8::is_ascii_digit);
    lines(contents).take_while(|line| line.starts_with(b"cpu")).filter(core).count().try_into().unwrap_or(u32::MAX)
}
