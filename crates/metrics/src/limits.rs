//! Limits of the control group Nova runs in (cgroups(7)), version 2 and version 1.

use std::path::{Component, Path, PathBuf};

use model::metrics::Limits;

use crate::{
    files,
    text::{fields, lines, number},
};

/// How many levels are walked from the own group up.
const MAX_DEPTH: usize = 32;

/// The most of one control file, in bytes.
const LINE_LIMIT: usize = 8 << 10;

/// The tightest limits from the own group up to the root that is visible; `None` when nothing is limited. A limit that
/// does not go below what the machine has (version 1 writes "none" as a huge number) is none.
pub(crate) fn read(root: &Path, memory_total: u64, cores: usize) -> Option<Limits> {
    let groups = Groups::read(root);
    let memory = groups.memory().filter(|(limit, _)| memory_total == 0 || *limit < memory_total);
    let cpu_limit = groups.cpu().filter(|limit| cores == 0 || (*limit as usize) < cores);
    (memory.is_some() || cpu_limit.is_some()).then(|| Limits {
        memory_limit: memory.map(|(limit, _)| limit),
        memory_used: memory.and_then(|(_, used)| used),
        cpu_limit,
    })
}

/// The folders to ask, the own group first.
#[derive(Debug, Default)]
struct Groups {
    unified: Vec<PathBuf>,
    memory: Vec<PathBuf>,
    cpu: Vec<PathBuf>,
}

impl Groups {
    /// From the lines `id:controllers:path` of `/proc/self/cgroup`.
    fn read(root: &Path) -> Self {
        let base = root.join("sys/fs/cgroup");
        let mut groups = Self::default();
        for line in lines(&files::read(&root.join("proc/self/cgroup"), LINE_LIMIT)) {
            let mut columns = line.splitn(3, |byte| *byte == b':');
            let (Some(_), Some(controllers), Some(path)) = (columns.next(), columns.next(), columns.next()) else {
                continue;
            };
            let Ok(path) = std::str::from_utf8(path) else { continue };
            let has = |name: &[u8]| controllers.split(|byte| *byte == b',').any(|each| each == name);
            if controllers.is_empty() {
                groups.unified = levels(&base, path);
                groups.unified.extend(levels(&base.join("unified"), path));
            } else if has(b"memory") {
                groups.memory = levels(&base.join("memory"), path);
            } else if has(b"cpu") {
                groups.cpu = levels(&base.join("cpu"), path);
                groups.cpu.extend(levels(&base.join("cpu,cpuacct"), path));
            }
        }
        groups
    }

    /// The smallest memory limit, and what that group uses, in bytes.
    fn memory(&self) -> Option<(u64, Option<u64>)> {
        let at = |level: &PathBuf, limit: &str, used: &str| {
            Some((value(level, limit).filter(|limit| *limit > 0)?, value(level, used)))
        };
        let unified = self.unified.iter().filter_map(|level| at(level, "memory.max", "memory.current"));
        let first = |level| at(level, "memory.limit_in_bytes", "memory.usage_in_bytes");
        unified.chain(self.memory.iter().filter_map(first)).min_by_key(|(limit, _)| *limit)
    }

    /// The smallest share of processor time, in cores.
    fn cpu(&self) -> Option<f32> {
        let unified = self.unified.iter().filter_map(|level| {
            let contents = files::read(&level.join("cpu.max"), LINE_LIMIT);
            let mut columns = fields(&contents).map(number);
            share(columns.next()??, columns.next()??)
        });
        let first = |level: &PathBuf| share(value(level, "cpu.cfs_quota_us")?, value(level, "cpu.cfs_period_us")?);
        unified.chain(self.cpu.iter().filter_map(first)).min_by(f32::total_cmp)
    }
}

fn share(quota: u64, period: u64) -> Option<f32> {
    (quota > 0 && period > 0).then(|| (quota as f64 / period as f64) as f32)
}

/// One number of a control file; `max` and `-1` are none.
fn value(level: &Path, file: &str) -> Option<u64> {
    number(&files::read(&level.join(file), LINE_LIMIT))
}

/// `base/path` and the folders above it down to `base`. In a container the path is often the host's and does not exist
/// below the mount; then `base` itself is the own group. A path that climbs out of the namespace is not followed.
fn levels(base: &Path, path: &str) -> Vec<PathBuf> {
    let relative = Path::new(path.trim_start_matches('/'));
    if relative.components().any(|part| !matches!(part, Component::Normal(_))) {
        return vec![base.to_owned()];
    }
    relative.ancestors().take(MAX_DEPTH).map(|level| base.join(level)).collect()
}
