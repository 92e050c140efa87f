//! Whatever the files hold, a reading does not panic and keeps its bounds.

use std::sync::Arc;

use metrics::{Metrics, Settings};
use model::{Timestamp, metrics::Sample};
use proptest::{collection::vec, prelude::*};

use crate::machine::Machine;

/// Every file that is read, with contents as the kernel would have them.
const FILES: [(&str, &str); 22] = [
    ("proc/stat", "cpu  10 20 30 40 50 60 70 80 0 0\ncpu0 10 20 30 40 50 60 70 80 0 0\nintr 1\nbtime 1700000000\n"),
    ("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable: 500 kB\nSwapTotal: 5 kB\nSwapFree: 3 kB\n"),
    ("proc/loadavg", "1.14 0.94 0.77 3/103 19521\n"),
    ("proc/uptime", "1234.56 2345.67\n"),
    ("proc/net/dev", "a|b\n c|d\n  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"),
    ("proc/diskstats", "   8  1 sda1 1 2 3 4 5 6 7 8 9 10 11 12 13 14\n"),
    ("proc/self/mountinfo", "27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"),
    ("proc/self/cgroup", "9:memory:/box\n4:cpu,cpuacct:/box\n0::/box\n"),
    ("proc/17/stat", "17 (a) S 1 1 1 0 -1 4194560 100 0 0 0 40 2 7 7 20 0 1 0 300 9000000 44 1 1 1 0\n"),
    ("proc/cpuinfo", "processor : 0\nmodel name : Some Processor\n"),
    ("proc/sys/kernel/hostname", "box\n"),
    ("proc/sys/kernel/ostype", "Linux\n"),
    ("proc/sys/kernel/osrelease", "6.1.0\n"),
    ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"),
    ("etc/os-release", "PRETTY_NAME=\"Some Linux\"\n"),
    ("sys/class/hwmon/hwmon0/name", "chip\n"),
    ("sys/class/hwmon/hwmon0/temp1_input", "45000\n"),
    ("sys/class/hwmon/hwmon0/temp1_label", "core\n"),
    ("sys/class/thermal/thermal_zone0/temp", "45000\n"),
    ("sys/fs/cgroup/box/memory.max", "4096\n"),
    ("sys/fs/cgroup/box/cpu.max", "5000 100000\n"),
    ("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "4096\n"),
];

fn assert_sane(sample: &Sample) {
    let cpu = &sample.cpu;
    for percent in [cpu.total, cpu.user, cpu.system, cpu.iowait, cpu.steal].iter().chain(&cpu.cores) {
        assert!((0.0..=100.1).contains(percent), "{percent}");
    }
    assert!(sample.memory.used <= sample.memory.total);
    let disks = sample.disks.iter().flat_map(|disk| [disk.read, disk.write, disk.busy]);
    let networks = sample.networks.iter().flat_map(|network| [network.receive, network.send]);
    assert!(disks.chain(networks).flatten().all(|rate| rate.is_finite() && rate >= 0.0));
    assert!(sample.load.iter().all(|load| load.is_finite() && *load >= 0.0));
    assert!(sample.processes.by_cpu.iter().all(|process| process.cpu.is_finite() && process.cpu >= 0.0));
}

/// Reads host and two samples, the files changed in between.
fn survive(first: &[Vec<u8>], second: &[Vec<u8>]) {
    let mut machine = Machine::empty();
    for contents in [first, second] {
        for ((path, _), contents) in FILES.iter().zip(contents) {
            machine.write(path, contents);
        }
        assert_sane(&machine.after(5000));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _entered = runtime.enter();
    let settings = Settings { root: machine.root().to_owned(), ..Settings::default() };
    drop(Metrics::start(settings, Arc::new(|| Timestamp(0)), Arc::new(|_| {})));
}

/// Bytes changed at random places, and whether noughts become huge numbers.
type Edits = (Vec<(prop::sample::Index, u8)>, bool);

fn mangle(contents: &str, (edits, huge): Edits) -> Vec<u8> {
    let text = if huge { contents.replace('0', "18446744073709551615") } else { contents.to_owned() };
    let mut bytes = text.into_bytes();
    for (index, byte) in edits {
        let index = index.index(bytes.len());
        bytes[index] = byte;
    }
    bytes
}

/// The kernel's text, mangled.
fn mangled() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let edits = (vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), any::<bool>());
    vec(edits, FILES.len())
        .prop_map(|files| FILES.iter().zip(files).map(|((_, text), edits)| mangle(text, edits)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_do_not_panic(
        first in vec(vec(any::<u8>(), 0..300), FILES.len()),
        second in vec(vec(any::<u8>(), 0..300), FILES.len()),
    ) {
        survive(&first, &second);
    }

    #[test]
    fn mangled_files_do_not_panic(first in mangled(), second in mangled()) {
        survive(&first, &second);
    }
}

#[test]
fn the_unmangled_files_are_all_understood() {
    let mut machine = Machine::with(&FILES);
    let sample = machine.read();
    assert_eq!(sample.cpu.cores.len(), 1);
    assert_eq!((sample.memory.total, sample.uptime, sample.load[0]), (1_024_000, 1234, 1.14));
    assert_eq!((sample.disks.len(), sample.networks.len()), (1, 1));
    assert_eq!((sample.processes.count, sample.temperatures.len()), (1, 2));
    assert!(sample.limits.is_some());
}

#[test]
fn a_folder_where_a_file_should_be_is_nothing() {
    let mut machine = Machine::empty();
    for (path, _) in FILES {
        machine.folder(path);
    }
    assert_sane(&machine.read());
    assert_sane(&machine.after(5000));
}

#[test]
fn lists_keep_their_bounds() {
    let mut machine = Machine::empty();
    let lines = |line: &dyn Fn(usize) -> String| (0..3000).map(line).collect::<String>();
    machine.write("proc/net/dev", lines(&|n| format!("e{n}: 1 2 3 4 5 6 7 8 9 10\n")));
    machine.write("proc/stat", lines(&|n| format!("cpu{n} 1 2 3 4\n")));
    machine.write("proc/self/mountinfo", lines(&|n| format!("1 1 8:{n} / /m{n} rw - ext4 /dev/x{n} rw\n")));
    (0..100).for_each(|n| machine.folder(&format!("m{n}")));
    let sample = machine.read();
    assert_eq!((sample.networks.len(), sample.cpu.cores.len(), sample.disks.len()), (64, 1024, 64));
}
