//! Processes.

use std::os::unix::fs::MetadataExt as _;

use model::metrics::{Process, TOP_PROCESSES};

use crate::machine::Machine;

/// Two cores, up for a thousand seconds. Ticks are hundredths of a second, as on every Linux of today.
fn machine() -> Machine {
    assert_eq!(rustix::param::clock_ticks_per_second(), 100);
    let machine =
        Machine::with(&[("proc/stat", "cpu  1 0 0 1\ncpu0 1 0 0 1\ncpu1 1 0 0 1\n"), ("proc/uptime", "1000.0 1\n")]);
    let owner = std::fs::metadata(machine.root()).unwrap().uid();
    machine.write("etc/passwd", format!("nobody:x:65533:1::/:/bin/false\nmy name:x:{owner}:1::/:/bin/sh\n"));
    machine
}

fn find(list: &[Process], pid: i32) -> &Process {
    list.iter().find(|process| process.pid == pid).unwrap()
}

#[test]
fn shares_are_percent_of_one_core_between_scans() {
    let mut machine = machine();
    machine.process(10, "idle", 5000, 100, 10);
    machine.process(20, "busy (a) b", 400, 200, 300);
    machine.folder("proc/irq");
    let first = machine.read().processes;
    assert_eq!((first.count, first.by_cpu.len()), (2, 2));
    assert!(first.by_cpu.iter().all(|process| process.cpu == 0.0));

    machine.process(20, "busy (a) b", 500, 200, 300);
    let second = machine.after(1000).processes;
    let page = rustix::param::page_size() as u64;
    let expected =
        Process { pid: 20, name: "busy (a) b".to_owned(), user: "my name".to_owned(), cpu: 100.0, memory: 300 * page };
    assert_eq!(second.by_cpu[0], expected);
    assert_eq!(second.by_memory[0], expected);
    assert_eq!(find(&second.by_cpu, 10).cpu, 0.0);
}

#[test]
fn scans_are_three_seconds_apart_and_divide_by_the_real_span() {
    let mut machine = machine();
    machine.process(10, "a", 0, 100, 1);
    machine.read();
    machine.after(1000);
    machine.process(10, "a", 300, 100, 1);
    assert_eq!(machine.after(1000).processes.by_cpu[0].cpu, 0.0, "not scanned again yet");
    assert_eq!(machine.after(3000).processes.by_cpu[0].cpu, 75.0);
}

#[test]
fn a_pid_used_again_is_another_process() {
    let mut machine = machine();
    machine.process(10, "old", 90_000, 100, 1);
    machine.read();
    machine.process(10, "new", 40, 100_050, 1);
    machine.write("proc/uptime", "1001.0 1\n");
    let processes = machine.after(1000).processes;
    assert_eq!((processes.by_cpu[0].name.as_str(), processes.by_cpu[0].cpu), ("new", 40.0));
}

#[test]
fn an_old_process_seen_for_the_first_time_counts_nothing_yet() {
    let mut machine = machine();
    machine.process(10, "a", 10, 100, 1);
    machine.read();
    machine.process(11, "hidden until now", 1_000_000, 100, 1);
    assert_eq!(find(&machine.after(1000).processes.by_cpu, 11).cpu, 0.0);
}

#[test]
fn no_process_exceeds_all_cores_and_none_is_negative() {
    let mut machine = machine();
    machine.process(10, "leaps", 0, 100, 1);
    machine.process(11, "falls", 4000, 100, 1);
    machine.read();
    machine.process(10, "leaps", 1_000_000, 100, 1);
    machine.process(11, "falls", 40, 100, 1);
    let processes = machine.after(1000).processes;
    assert_eq!(find(&processes.by_cpu, 10).cpu, 200.0);
    assert_eq!(find(&processes.by_cpu, 11).cpu, 0.0);
}

#[test]
fn lists_are_bounded_and_in_order() {
    let mut machine = machine();
    for pid in 1..=50 {
        machine.process(pid, "many", 0, 100, i64::from(pid));
    }
    machine.read();
    for pid in 1..=50 {
        machine.process(pid, "many", u64::try_from(50 - pid).unwrap(), 100, i64::from(pid));
    }
    let processes = machine.after(1000).processes;
    assert_eq!(processes.count, 50);
    let pids = |list: &[Process]| list.iter().map(|process| process.pid).collect::<Vec<_>>();
    assert_eq!(pids(&processes.by_cpu), (1..=10).collect::<Vec<_>>());
    assert_eq!(pids(&processes.by_memory), (41..=50).rev().collect::<Vec<_>>());
    assert_eq!(processes.by_cpu.len(), TOP_PROCESSES);
}

#[test]
fn an_ended_process_is_gone_and_a_negative_size_is_none() {
    let mut machine = machine();
    machine.process(10, "stays", 10, 100, -3);
    machine.process(11, "ends", 10, 100, 1);
    machine.read();
    machine.remove("proc/11");
    let processes = machine.after(1000).processes;
    assert_eq!(processes.count, 1);
    assert_eq!(find(&processes.by_memory, 10).memory, 0);
}

#[test]
fn names_are_made_safe_and_users_follow_the_file() {
    let mut machine = machine();
    machine.process(10, "\u{1b}]0;x\u{7}\u{202e}", 10, 100, 1);
    machine.read();
    let owner = std::fs::metadata(machine.root()).unwrap().uid();
    assert_eq!(machine.after(1000).processes.by_cpu[0].name, "\u{fffd}]0;x\u{fffd}\u{fffd}");
    machine.write("etc/passwd", format!("renamed:x:{owner}:1::/:/bin/sh\n"));
    assert_eq!(machine.after(3000).processes.by_cpu[0].user, "renamed");
    machine.write("etc/passwd", "");
    assert_eq!(machine.after(3000).processes.by_cpu[0].user, owner.to_string());
}
