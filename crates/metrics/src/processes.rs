//! The processes of this machine (`/proc/[pid]/stat`, proc_pid_stat(5)).

use std::{
    cmp::Ordering,
    collections::HashMap,
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use model::metrics::{Process, Processes, TOP_PROCESSES};
use rustix::time::{ClockId, clock_gettime};

use crate::{
    files::read_once,
    text::{clean, fields, number},
    users::Users,
};

/// The most processes read in one scan; those beyond are only counted.
const MAX_SCANNED: usize = 16_384;

/// The longest name, in characters (the kernel's longest, of its own threads, is 64 bytes).
const MAX_NAME: usize = 64;

/// The most of one stat file, in bytes: 52 numbers and a name.
const STAT_LIMIT: usize = 2048;

/// The pause between scans, less a little for timers that fire early.
const SHORTEST_PAUSE: Duration = Duration::from_millis(2800);

/// The pause on a machine with so many processes that the shortest would cost too much.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A scan is followed by a pause this many times the processor time it took: at most 0.25 % of a core.
const PAUSE_PER_COST: u32 = 400;

/// Who a process is: its id, and its start in ticks since boot, as ids are used again.
type Identity = (i32, u64);

#[derive(Debug)]
struct Row {
    identity: Identity,
    name: String,
    ticks: u64,
    memory: u64,
    cpu: f32,
}

#[derive(Debug)]
struct Scan {
    at: Instant,
    uptime: u64,
    ticks: HashMap<Identity, u64>,
    pause: Duration,
}

/// The last scan and what it showed.
#[derive(Debug)]
pub(crate) struct ProcessTable {
    proc: PathBuf,
    users: Users,
    last: Option<Scan>,
    shown: Processes,
}

impl ProcessTable {
    pub(crate) fn new(root: &Path) -> Self {
        Self { proc: root.join("proc"), users: Users::new(root), last: None, shown: Processes::default() }
    }

    /// The processes as of the last scan, made anew when its pause is over. The second scan follows the first with the
    /// next reading, so that processor times are there at once.
    pub(crate) fn read(&mut self, now: Instant, uptime: u64, cores: usize) -> Processes {
        if self.last.as_ref().is_none_or(|last| now.saturating_duration_since(last.at) >= last.pause) {
            self.scan(now, uptime, cores);
        }
        self.shown.clone()
    }

    fn scan(&mut self, now: Instant, uptime: u64, cores: usize) {
        let begun = processor_time();
        let (count, mut rows) = rows(&self.proc);
        if let Some(last) = &self.last {
            let seconds = now.saturating_duration_since(last.at).as_secs_f64();
            let most = 100.0 * cores.max(1) as f64;
            for row in &mut rows {
                row.cpu = (last.spent(row) as f64 / ticks_per_second() / seconds * 100.0).min(most) as f32;
            }
        }
        let ticks = rows.iter().map(|row| (row.identity, row.ticks)).collect();
        self.users.refresh();
        let by_cpu = |one: &Row, other: &Row| {
            other.cpu.total_cmp(&one.cpu).then(other.memory.cmp(&one.memory)).then(one.identity.cmp(&other.identity))
        };
        let by_memory = |one: &Row, other: &Row| other.memory.cmp(&one.memory).then(one.identity.cmp(&other.identity));
        self.shown = Processes {
            count: u32::try_from(count).unwrap_or(u32::MAX),
            by_cpu: self.top(&mut rows, by_cpu),
            by_memory: self.top(&mut rows, by_memory),
        };
        let cost = processor_time().saturating_sub(begun).saturating_mul(PAUSE_PER_COST);
        let pause =
            if self.last.is_some() { cost.clamp(SHORTEST_PAUSE, LONGEST_PAUSE) } else { Duration::from_millis(1) };
        self.last = Some(Scan { at: now, uptime, ticks, pause });
    }

    /// The first [`TOP_PROCESSES`] in that order. Only these are asked for their owner: the folder belongs to the
    /// effective user (proc_pid(5)). One that ended meanwhile is left out.
    fn top(&self, rows: &mut [Row], order: impl Fn(&Row, &Row) -> Ordering) -> Vec<Process> {
        if rows.len() > TOP_PROCESSES {
            rows.select_nth_unstable_by(TOP_PROCESSES, &order);
        }
        let first = rows.len().min(TOP_PROCESSES);
        let Some(rows) = rows.get_mut(..first) else { return Vec::new() };
        rows.sort_unstable_by(order);
        let process = |row: &Row| {
            let owner = fs::metadata(self.proc.join(row.identity.0.to_string())).ok()?.uid();
            Some(Process {
                pid: row.identity.0,
                name: row.name.clone(),
                user: self.users.name(owner),
                cpu: row.cpu,
                memory: row.memory,
            })
        };
        rows.iter().filter_map(process).collect()
    }
}

impl Scan {
    /// Ticks a process spent since this scan. One that started after it counts whole; one that was there but not read
    /// counts nothing yet.
    fn spent(&self, row: &Row) -> u64 {
        match self.ticks.get(&row.identity) {
            Some(before) => row.ticks.saturating_sub(*before),
            None if row.identity.1 as f64 / ticks_per_second() >= self.uptime as f64 => row.ticks,
            None => 0,
        }
    }
}

/// How many processes there are, and a row for each that could be read.
fn rows(proc: &Path) -> (usize, Vec<Row>) {
    let Ok(entries) = fs::read_dir(proc) else { return (0, Vec::new()) };
    let page = rustix::param::page_size() as u64;
    let (mut count, mut rows, mut buffer) = (0, Vec::new(), [0; STAT_LIMIT]);
    for entry in entries.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else { continue };
        count += 1;
        if rows.len() < MAX_SCANNED {
            let stat = read_once(&entry.path().join("stat"), &mut buffer);
            rows.extend(stat.and_then(|stat| parse(pid, stat, page)));
        }
    }
    (count, rows)
}

/// `pid (name) state ppid … utime(14) stime(15) … starttime(22) vsize rss(24) …`; the name may hold anything, so it
/// ends at the last parenthesis.
fn parse(pid: i32, stat: &[u8], page: u64) -> Option<Row> {
    let open = stat.iter().position(|byte| *byte == b'(')?;
    let close = stat.iter().rposition(|byte| *byte == b')')?;
    let mut columns = fields(stat.get(close + 1..)?);
    let user = number(columns.nth(11)?)?;
    let system = number(columns.next()?)?;
    let start = number(columns.nth(6)?)?;
    // Negative in some kernels for a process that is just ending.
    let pages = number(columns.nth(1)?).unwrap_or(0);
    Some(Row {
        identity: (pid, start),
        name: clean(stat.get(open + 1..close)?, MAX_NAME),
        ticks: user.saturating_add(system),
        memory: pages.saturating_mul(page),
        cpu: 0.0,
    })
}

fn ticks_per_second() -> f64 {
    rustix::param::clock_ticks_per_second() as f64
}

/// Processor time of this thread.
pub(crate) fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or(0))
        .saturating_add(Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or(0)))
}
