//! Limits of control groups. The machine has two cores and 8 GiB.

use model::metrics::Limits;

use crate::machine::Machine;

const GIB: u64 = 1 << 30;

fn limits(files: &[(&str, &str)]) -> Option<Limits> {
    let machine = Machine::with(files);
    machine.write("proc/stat", "cpu  1 0 0 1\ncpu0 1 0 0 1\ncpu1 1 0 0 1\n");
    machine.write("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 1 kB\n");
    { machine }.read().limits
}

#[test]
fn version_2_takes_the_tightest_level() {
    let found = limits(&[
        ("proc/self/cgroup", "0::/system.slice/nova.service\n"),
        ("sys/fs/cgroup/system.slice/nova.service/memory.max", "max\n"),
        ("sys/fs/cgroup/system.slice/nova.service/memory.current", "1\n"),
        ("sys/fs/cgroup/system.slice/nova.service/cpu.max", "150000 100000\n"),
        ("sys/fs/cgroup/system.slice/memory.max", "2147483648\n"),
        ("sys/fs/cgroup/system.slice/memory.current", "1073741824\n"),
        ("sys/fs/cgroup/system.slice/cpu.max", "max 100000\n"),
    ]);
    let expected = Limits { memory_limit: Some(2 * GIB), memory_used: Some(GIB), cpu_limit: Some(1.5) };
    assert_eq!(found, Some(expected));
}

#[test]
fn version_2_in_a_container_finds_the_visible_root() {
    let found = limits(&[
        ("proc/self/cgroup", "0::/docker/0123456789abcdef\n"),
        ("sys/fs/cgroup/memory.max", "1073741824\n"),
        ("sys/fs/cgroup/memory.current", "4096\n"),
        ("sys/fs/cgroup/cpu.max", "50000 100000\n"),
    ]);
    assert_eq!(found, Some(Limits { memory_limit: Some(GIB), memory_used: Some(4096), cpu_limit: Some(0.5) }));
    let outside = [("proc/self/cgroup", "0::/../other\n"), ("sys/fs/cgroup/memory.max", "4096\n")];
    assert_eq!(limits(&outside).and_then(|limits| limits.memory_limit), Some(4096));
}

#[test]
fn version_1_is_read_per_controller() {
    let found = limits(&[
        ("proc/self/cgroup", "9:memory:/box\n4:cpu,cpuacct:/box\n1:name=systemd:/\n"),
        ("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "1073741824\n"),
        ("sys/fs/cgroup/memory/box/memory.usage_in_bytes", "1024\n"),
        ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
        ("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "25000\n"),
        ("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us", "100000\n"),
    ]);
    assert_eq!(found, Some(Limits { memory_limit: Some(GIB), memory_used: Some(1024), cpu_limit: Some(0.25) }));
}

#[test]
fn a_limit_the_machine_cannot_exceed_is_none() {
    let version_1 = [
        ("proc/self/cgroup", "9:memory:/\n4:cpu:/\n"),
        ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
        ("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"),
        ("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"),
    ];
    assert_eq!(limits(&version_1), None);
    let version_2 = [
        ("proc/self/cgroup", "0::/\n"),
        ("sys/fs/cgroup/memory.max", "8589934592\n"),
        ("sys/fs/cgroup/cpu.max", "200000 100000\n"),
    ];
    assert_eq!(limits(&version_2), None);
}

#[test]
fn no_control_groups_no_limits() {
    assert_eq!(limits(&[]), None);
}
