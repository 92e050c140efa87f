//! What the dashboard shows of this machine. Units: bytes, bytes per second, percent of all cores together (0–100)
//! unless a field says otherwise.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// How many one-second samples are kept in memory: ten minutes.
pub const HISTORY_SAMPLES: usize = 600;

/// How many processes each top list holds.
pub const TOP_PROCESSES: usize = 10;

/// What does not change while the machine runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Host {
    /// Host name.
    pub name: String,
    /// Kernel name and release, such as `Linux 6.1.0`.
    pub kernel: String,
    /// The distribution's pretty name.
    pub system: String,
    /// Processor model, empty where the kernel does not say.
    pub processor: String,
    /// Logical processors online.
    pub cores: u32,
    /// When the machine booted.
    pub booted_at: Timestamp,
}

/// Everything measured at one moment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sample {
    /// When it was taken.
    pub at: Timestamp,
    /// Processor time by kind.
    pub cpu: Cpu,
    /// Load averages over 1, 5 and 15 minutes.
    pub load: [f32; 3],
    /// Memory and swap.
    pub memory: Memory,
    /// The limits of the control group Nova runs in, where one is set.
    pub limits: Option<Limits>,
    /// Mounted file systems, largest first.
    pub disks: Vec<Disk>,
    /// Network interfaces, loopback left out.
    pub networks: Vec<Network>,
    /// Sensors, empty where the kernel has none.
    pub temperatures: Vec<Temperature>,
    /// Processes by processor time and by memory.
    pub processes: Processes,
    /// Time since boot, in seconds.
    pub uptime: u64,
}

/// Processor time since the sample before, in percent of all cores.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Cpu {
    /// Everything but idle and I/O wait.
    pub total: f32,
    /// User and nice time.
    pub user: f32,
    /// Kernel, interrupt and soft-interrupt time.
    pub system: f32,
    /// Idle with I/O outstanding.
    pub iowait: f32,
    /// Taken by the hypervisor.
    pub steal: f32,
    /// The same `total` per core, in percent of that core.
    pub cores: Vec<f32>,
}

/// Memory, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Memory {
    /// Installed.
    pub total: u64,
    /// `total − available`: what cannot be had without swapping.
    pub used: u64,
    /// The kernel's estimate of what a new program can have.
    pub available: u64,
    /// Page cache and buffers.
    pub cached: u64,
    /// Swap space.
    pub swap_total: u64,
    /// Swap in use.
    pub swap_used: u64,
}

/// Limits of the control group, shown beside the host's figures inside a container.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Limits {
    /// Memory the group may use, in bytes.
    pub memory_limit: Option<u64>,
    /// Memory the group uses, in bytes.
    pub memory_used: Option<u64>,
    /// Processor time the group may use, in cores (1.5 is one and a half).
    pub cpu_limit: Option<f32>,
}

/// One mounted file system.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Disk {
    /// Where it is mounted.
    pub mount: String,
    /// The device behind it.
    pub device: String,
    /// File system type.
    pub filesystem: String,
    /// Size in bytes.
    pub total: u64,
    /// In use, in bytes.
    pub used: u64,
    /// Free to ordinary users, in bytes.
    pub available: u64,
    /// Bytes read per second; `None` for the first sample of a device.
    pub read: Option<f32>,
    /// Bytes written per second.
    pub write: Option<f32>,
    /// Share of the time the device was busy, in percent.
    pub busy: Option<f32>,
}

/// One network interface.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Network {
    /// Interface name.
    pub name: String,
    /// Bytes received per second; `None` for its first sample.
    pub receive: Option<f32>,
    /// Bytes sent per second.
    pub send: Option<f32>,
}

/// One sensor.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Temperature {
    /// What is measured.
    pub label: String,
    /// Degrees Celsius.
    pub celsius: f32,
}

/// The processes of this machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Processes {
    /// How many there are.
    pub count: u32,
    /// The busiest first, at most [`TOP_PROCESSES`].
    pub by_cpu: Vec<Process>,
    /// The largest first, at most [`TOP_PROCESSES`].
    pub by_memory: Vec<Process>,
}

/// One process.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Process {
    /// Process id.
    pub pid: i32,
    /// Name as the kernel has it.
    pub name: String,
    /// Owner's name, or the number where it has none.
    pub user: String,
    /// Percent of one core; may exceed 100.
    pub cpu: f32,
    /// Resident memory in bytes.
    pub memory: u64,
}

/// The last samples as columns, ready to draw: `values[i]` belongs to `at[i]`; a gap is `None`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct History {
    /// When each row was taken, oldest first, at most [`HISTORY_SAMPLES`].
    pub at: Vec<Timestamp>,
    /// One column per series.
    pub series: Vec<Series>,
}

/// One column of a [`History`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Which.
    pub key: SeriesKey,
    /// The values.
    pub values: Vec<Option<f32>>,
}

/// The series kept for drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesKey {
    /// `cpu.user`, percent.
    CpuUser,
    /// `cpu.system`, percent.
    CpuSystem,
    /// `cpu.iowait`, percent.
    CpuIowait,
    /// Load over one minute.
    Load,
    /// `memory.used`, bytes.
    MemoryUsed,
    /// `memory.swap_used`, bytes.
    SwapUsed,
    /// All interfaces, bytes received per second.
    NetworkReceive,
    /// All interfaces, bytes sent per second.
    NetworkSend,
    /// All devices, bytes read per second.
    DiskRead,
    /// All devices, bytes written per second.
    DiskWrite,
}

impl SeriesKey {
    /// Every series, in the order of [`History::series`].
    pub const ALL: [Self; 10] = [
        Self::CpuUser,
        Self::CpuSystem,
        Self::CpuIowait,
        Self::Load,
        Self::MemoryUsed,
        Self::SwapUsed,
        Self::NetworkReceive,
        Self::NetworkSend,
        Self::DiskRead,
        Self::DiskWrite,
    ];

    /// This series' value in one sample; `None` where nothing was measured.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a chart needs no more than 24 bits")]
    pub fn of(self, sample: &Sample) -> Option<f32> {
        fn sum(values: impl Iterator<Item = Option<f32>>) -> Option<f32> {
            values.flatten().fold(None, |total, value| Some(total.unwrap_or(0.0) + value))
        }
        match self {
            Self::CpuUser => Some(sample.cpu.user),
            Self::CpuSystem => Some(sample.cpu.system),
            Self::CpuIowait => Some(sample.cpu.iowait),
            Self::Load => Some(sample.load[0]),
            Self::MemoryUsed => Some(sample.memory.used as f32),
            Self::SwapUsed => Some(sample.memory.swap_used as f32),
            Self::NetworkReceive => sum(sample.networks.iter().map(|each| each.receive)),
            Self::NetworkSend => sum(sample.networks.iter().map(|each| each.send)),
            Self::DiskRead => sum(sample.disks.iter().map(|each| each.read)),
            Self::DiskWrite => sum(sample.disks.iter().map(|each| each.write)),
        }
    }
}
