//! Processor, memory, load, time since boot and sensors.

use model::metrics::{Cpu, Memory, Sample};

use crate::machine::Machine;

const STAT: &str = "cpu  1000 100 500 8000 200 50 50 100 300 40\n\
                    cpu0 500 50 250 4000 100 25 25 50 150 20\n\
                    cpu1 500 50 250 4000 100 25 25 50 150 20\nintr 1 2 3\nbtime 1700000000\n";

#[test]
fn processor_shares_come_from_two_readings_and_count_guests_once() {
    let mut machine = Machine::with(&[("proc/stat", STAT)]);
    let first = machine.read();
    assert_eq!(first.cpu, Cpu { cores: vec![0.0, 0.0], ..Cpu::default() });
    // user +40 (all of it a guest's), nice +10, system +15, irq +3, softirq +2, idle +100, iowait +20, steal +10.
    machine.write(
        "proc/stat",
        "cpu  1040 110 515 8100 220 53 52 110 340 40\n\
         cpu0 540 60 270 4000 100 25 25 50 190 20\n\
         cpu1 500 50 250 4070 120 25 25 60 150 20\nintr 1 2 3\n",
    );
    let cpu = machine.after(1000).cpu;
    assert_eq!((cpu.user, cpu.system, cpu.iowait, cpu.steal), (25.0, 10.0, 10.0, 5.0));
    assert_eq!(cpu.total, 40.0);
    assert_eq!(cpu.cores, [100.0, 10.0]);
}

#[test]
fn a_reset_of_processor_time_gives_zeros_once() {
    let mut machine = Machine::with(&[("proc/stat", STAT)]);
    machine.read();
    machine.write("proc/stat", "cpu  10 0 10 9999999 0 0 0 0\ncpu0 10 0 10 9999999 0 0 0 0\n");
    assert_eq!(machine.after(1000).cpu, Cpu { cores: vec![0.0], ..Cpu::default() });
    machine.write("proc/stat", "cpu  60 0 10 10000049 0 0 0 0\ncpu0 60 0 10 10000049 0 0 0 0\n");
    assert_eq!(machine.after(1000).cpu.total, 50.0);
}

#[test]
fn idle_time_that_steps_back_is_no_reset() {
    let mut machine = Machine::with(&[("proc/stat", "cpu  100 0 0 1000 50 0 0 0\n")]);
    machine.read();
    machine.write("proc/stat", "cpu  150 0 0 1050 48 0 0 0\n");
    let cpu = machine.after(1000).cpu;
    assert_eq!((cpu.total, cpu.iowait), (50.0, 0.0));
    machine.write("proc/stat", "cpu  200 0 0 1049 98 0 0 0\n");
    let cpu = machine.after(1000).cpu;
    assert_eq!((cpu.total, cpu.iowait), (50.0, 50.0));
}

#[test]
fn a_reset_shows_in_the_total_even_where_each_busy_counter_grew() {
    let mut machine = Machine::with(&[("proc/stat", "cpu  1 0 0 1000 0 0 0 0\n")]);
    machine.read();
    machine.write("proc/stat", "cpu  90 0 0 10 0 0 0 0\n");
    assert_eq!(machine.after(1000).cpu.total, 0.0);
}

#[test]
fn a_core_that_comes_and_one_that_goes_leave_the_others_alone() {
    let mut machine = Machine::with(&[("proc/stat", STAT)]);
    machine.read();
    machine.write(
        "proc/stat",
        "cpu  1050 100 500 8050 200 50 50 100\ncpu1 550 50 250 4050 100 25 25 50\ncpu7 900 0 0 10 0 0 0 0\n",
    );
    assert_eq!(machine.after(1000).cpu.cores, [50.0, 0.0]);
}

#[test]
fn memory_used_is_what_is_not_available() {
    let mut machine = Machine::with(&[(
        "proc/meminfo",
        "MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 700 kB\nBuffers: 50 kB\nCached: 300 kB\n\
         SwapCached: 9 kB\nSwapTotal: 400 kB\nSwapFree: 150 kB\n",
    )]);
    let expected = Memory {
        total: 1_024_000,
        used: 307_200,
        available: 716_800,
        cached: 358_400,
        swap_total: 409_600,
        swap_used: 256_000,
    };
    assert_eq!(machine.read().memory, expected);
}

#[test]
fn memory_without_an_estimate_falls_back_to_free_and_cached() {
    let mut machine = Machine::with(&[("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 100 kB\nCached: 300 kB\n")]);
    assert_eq!(machine.read().memory.used, 600 * 1024);
}

#[test]
fn load_and_uptime_are_read() {
    let mut machine =
        Machine::with(&[("proc/loadavg", "1.50 0.25 nan 3/103 19521\n"), ("proc/uptime", "4711.99 88.1\n")]);
    let sample = machine.read();
    assert_eq!(sample.load, [1.5, 0.25, 0.0]);
    assert_eq!(sample.uptime, 4711);
}

#[test]
fn sensors_are_named_once_and_implausible_ones_left_out() {
    let mut machine = Machine::with(&[
        ("sys/class/hwmon/hwmon0/name", "coretemp\n"),
        ("sys/class/hwmon/hwmon0/temp1_input", "45500\n"),
        ("sys/class/hwmon/hwmon0/temp1_label", "Package id 0\n"),
        ("sys/class/hwmon/hwmon0/temp2_input", "-273150\n"),
        ("sys/class/hwmon/hwmon1/name", "acpitz\n"),
        ("sys/class/hwmon/hwmon1/temp1_input", "27000\n"),
        ("sys/class/thermal/thermal_zone0/type", "acpitz\n"),
        ("sys/class/thermal/thermal_zone0/temp", "27000\n"),
        ("sys/class/thermal/thermal_zone1/type", "soc\n"),
        ("sys/class/thermal/thermal_zone1/temp", "-1250\n"),
    ]);
    let read: Vec<(String, f32)> =
        machine.read().temperatures.into_iter().map(|each| (each.label, each.celsius)).collect();
    let expected = [("acpitz temp1", 27.0), ("coretemp Package id 0", 45.5), ("soc", -1.25)];
    assert_eq!(read, expected.map(|(label, celsius)| (label.to_owned(), celsius)));
}

#[test]
fn sensors_are_read_every_five_seconds() {
    let mut machine = Machine::with(&[("sys/class/thermal/thermal_zone0/temp", "10000")]);
    machine.read();
    machine.write("sys/class/thermal/thermal_zone0/temp", "20000");
    assert_eq!(machine.after(4000).temperatures[0].celsius, 10.0);
    assert_eq!(machine.after(1000).temperatures[0].celsius, 20.0);
}

#[test]
fn an_empty_machine_gives_an_empty_sample() {
    let mut machine = Machine::empty();
    let first = machine.read();
    assert_eq!(first, Sample { at: first.at, ..Sample::default() });
    let second = machine.after(1000);
    assert_eq!(second, Sample { at: second.at, ..Sample::default() });
}

#[test]
fn files_that_appear_later_are_found() {
    let mut machine = Machine::empty();
    machine.read();
    machine.write("proc/meminfo", "MemTotal: 4 kB\n");
    assert_eq!(machine.after(1000).memory.total, 4096);
}
