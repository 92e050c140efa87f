//! What does not change while the machine runs.

use std::{path::Path, time::Duration};

use model::{Timestamp, metrics::Host};

use crate::{
    cpu,
    files::{self, FILE_LIMIT},
    memory::parse_uptime,
    text::{clean, fields, lines, number},
};

/// The most of `/proc/cpuinfo` that is read, in bytes: the kernel makes it core by core, and the first one is enough.
const CPUINFO_LIMIT: usize = 8 << 10;

/// The most of the one-line files, in bytes.
const LINE_LIMIT: usize = 4 << 10;

/// The longest text shown, in characters.
const MAX_TEXT: usize = 128;

/// What architectures call their processor in `/proc/cpuinfo`, best first.
const PROCESSOR_KEYS: [&[u8]; 5] = [b"model name", b"cpu model", b"Hardware", b"Model", b"cpu"];

/// Reads about half a dozen small files, together well under a millisecond.
pub(crate) fn read(root: &Path, now: Timestamp) -> Host {
    let line = |name: &str| clean(&files::read(&root.join(name), LINE_LIMIT), MAX_TEXT);
    let stat = files::read(&root.join("proc/stat"), FILE_LIMIT);
    let uptime = Duration::from_secs(parse_uptime(&files::read(&root.join("proc/uptime"), LINE_LIMIT)));
    let kernel = format!("{} {}", line("proc/sys/kernel/ostype"), line("proc/sys/kernel/osrelease"));
    Host {
        name: line("proc/sys/kernel/hostname"),
        kernel: kernel.trim().to_owned(),
        system: system(root),
        processor: processor(&files::read(&root.join("proc/cpuinfo"), CPUINFO_LIMIT)),
        cores: cpu::online(&stat),
        booted_at: boot_time(&stat).unwrap_or_else(|| now.minus(uptime)),
    }
}

/// `btime` of `/proc/stat`, in seconds since the epoch.
fn boot_time(stat: &[u8]) -> Option<Timestamp> {
    let line = lines(stat).find(|line| line.starts_with(b"btime "))?;
    let seconds = i64::try_from(fields(line).nth(1).and_then(number)?).ok()?;
    Some(Timestamp(seconds.checked_mul(1000)?))
}

/// `PRETTY_NAME` of os-release(5).
fn system(root: &Path) -> String {
    let name = |path: &str| {
        let contents = files::read(&root.join(path), LINE_LIMIT);
        let value = lines(&contents).find_map(|line| line.strip_prefix(b"PRETTY_NAME="))?;
        let value = clean(value, MAX_TEXT);
        Some(value.trim_matches(['"', '\'']).to_owned())
    };
    name("etc/os-release").or_else(|| name("usr/lib/os-release")).unwrap_or_default()
}

fn processor(cpuinfo: &[u8]) -> String {
    let value = |key: &[u8]| {
        lines(cpuinfo).find_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = line.split_at_checked(colon)?;
            (name.trim_ascii() == key).then(|| clean(value.get(1..).unwrap_or_default(), MAX_TEXT))
        })
    };
    PROCESSOR_KEYS.into_iter().find_map(value).unwrap_or_default()
}
