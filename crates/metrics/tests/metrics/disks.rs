//! File systems and the traffic of their devices. Sizes are those of the temporary folder; rates are exact.

use model::metrics::{Disk, Sample, SeriesKey};

use crate::machine::Machine;

const MOUNTINFO: &str = "27 1 254:0 / / rw,relatime - ext4 /dev/mapper/vg-root rw\n\
                         28 27 8:1 / /boot rw,relatime shared:2 - vfat /dev/sda1 rw\n\
                         29 27 254:0 /var /srv/var rw - ext4 /dev/mapper/vg-root rw\n";

/// The whole disk, its partitions and the volume on the second: sectors read, sectors written, milliseconds busy.
fn diskstats(disk: [u64; 3], boot: [u64; 3], volume: [u64; 3]) -> String {
    let line =
        |name: &str, [read, written, busy]: [u64; 3]| format!(" {name} 5 0 {read} 9 5 0 {written} 9 0 {busy} 18 0 0\n");
    [line("8 0 sda", disk), line("8 1 sda1", boot), line("8 2 sda2", volume), line("254 0 dm-0", volume)].concat()
}

fn machine() -> Machine {
    let machine = Machine::with(&[("proc/self/mountinfo", MOUNTINFO)]);
    machine.write("proc/diskstats", diskstats([300, 30, 3], [100, 10, 1], [200, 20, 2]));
    machine.folder("boot");
    machine.folder("srv/var");
    machine
}

fn disk<'a>(sample: &'a Sample, mount: &str) -> &'a Disk {
    sample.disks.iter().find(|disk| disk.mount == mount).unwrap()
}

fn rates(sample: &Sample, mount: &str) -> (Option<f32>, Option<f32>, Option<f32>) {
    let disk = disk(sample, mount);
    (disk.read, disk.write, disk.busy)
}

#[test]
fn each_file_system_reports_its_own_device_and_the_sum_counts_nothing_twice() {
    let mut machine = machine();
    let first = machine.read();
    assert_eq!(first.disks.len(), 2, "the bind mount is not shown again");
    assert!(first.disks.iter().all(|disk| disk.read.is_none() && disk.write.is_none() && disk.busy.is_none()));
    let root = disk(&first, "/");
    assert_eq!((root.device.as_str(), root.filesystem.as_str()), ("/dev/mapper/vg-root", "ext4"));
    assert!(root.total >= root.used + root.available && root.used > 0);

    machine.write("proc/diskstats", diskstats([340, 90, 603], [108, 14, 101], [232, 76, 502]));
    let second = machine.after(2000);
    assert_eq!(rates(&second, "/"), (Some(8192.0), Some(14_336.0), Some(25.0)));
    assert_eq!(rates(&second, "/boot"), (Some(2048.0), Some(1024.0), Some(5.0)));
    assert_eq!(SeriesKey::DiskRead.of(&second), Some(10_240.0));
    assert_eq!(SeriesKey::DiskWrite.of(&second), Some(15_360.0));
}

#[test]
fn rates_go_by_the_real_span() {
    let mut machine = machine();
    machine.read();
    machine.write("proc/diskstats", diskstats([0; 3], [100, 10, 1], [210, 20, 2]));
    assert_eq!(disk(&machine.after(2500), "/").read, Some(2048.0));
}

#[test]
fn a_reset_device_has_no_rates_for_one_sample_and_disturbs_no_other() {
    let mut machine = machine();
    machine.read();
    // Written sectors happen to be more than before: still no rate, and no spike.
    machine.write("proc/diskstats", diskstats([0; 3], [102, 10, 1], [4, 9_999_999, 0]));
    let reset = machine.after(1000);
    assert_eq!(rates(&reset, "/"), (None, None, None));
    assert_eq!(disk(&reset, "/boot").read, Some(1024.0));
    machine.write("proc/diskstats", diskstats([0; 3], [102, 10, 1], [6, 9_999_999, 0]));
    assert_eq!(rates(&machine.after(1000), "/"), (Some(1024.0), Some(0.0), Some(0.0)));
}

#[test]
fn a_busy_device_is_never_busier_than_always() {
    let mut machine = machine();
    machine.read();
    machine.write("proc/diskstats", diskstats([0; 3], [100, 10, 1], [200, 20, 1500]));
    assert_eq!(disk(&machine.after(1000), "/").busy, Some(100.0));
}

#[test]
fn a_plugged_and_a_pulled_disk_leave_the_others_alone() {
    let mut machine = machine();
    machine.read();
    machine.folder("media/stick");
    machine.write("proc/self/mountinfo", format!("{MOUNTINFO}40 27 8:16 / /media/stick rw - exfat /dev/sdb rw\n"));
    let stick = |read: u64| format!(" 8 16 sdb 1 0 {read} 1 1 0 0 1 0 0 1\n");
    let old = |read| diskstats([0; 3], [100, 10, 1], [read, 20, 2]);
    machine.write("proc/diskstats", old(210) + &stick(1_000_000));
    let plugged = machine.after(5000);
    assert_eq!(disk(&plugged, "/media/stick").read, None, "what it read before it was mounted is no rate");
    assert_eq!(disk(&plugged, "/").read, Some(1024.0));
    machine.write("proc/diskstats", old(212) + &stick(1_000_004));
    let next = machine.after(1000);
    assert_eq!((disk(&next, "/media/stick").read, disk(&next, "/").read), (Some(2048.0), Some(1024.0)));

    // Pulled: the device is gone at once, the mount with the next look at the mounts.
    machine.write("proc/diskstats", old(214));
    let pulled = machine.after(1000);
    assert_eq!((disk(&pulled, "/media/stick").read, disk(&pulled, "/").read), (None, Some(1024.0)));
    machine.write("proc/self/mountinfo", MOUNTINFO);
    assert!(machine.after(5000).disks.iter().all(|disk| disk.mount != "/media/stick"));
}

#[test]
fn an_overlay_root_has_sizes_and_no_traffic() {
    let mut machine = Machine::with(&[
        ("proc/self/mountinfo", "1 0 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/x\n"),
        ("proc/diskstats", " 8 0 sda 5 0 1 9 5 0 1 9 0 1 18\n"),
    ]);
    machine.read();
    let sample = machine.after(1000);
    assert_eq!(rates(&sample, "/"), (None, None, None));
    assert!(disk(&sample, "/").total > 0);
    assert_eq!(SeriesKey::DiskRead.of(&sample), None);
}

#[test]
fn a_btrfs_volume_finds_its_device_by_name() {
    let mut machine = Machine::with(&[
        (
            "proc/self/mountinfo",
            "1 0 0:31 /@ / rw - btrfs /dev/sda2 rw\n2 1 0:31 /@home /home rw - btrfs /dev/sda2 rw\n",
        ),
        ("proc/diskstats", " 8 0 sda 5 0 900 9 5 0 1 9 0 1 18\n 8 2 sda2 5 0 100 9 5 0 1 9 0 1 18\n"),
    ]);
    machine.folder("home");
    machine.read();
    machine.write("proc/diskstats", " 8 0 sda 5 0 990 9 5 0 1 9 0 1 18\n 8 2 sda2 5 0 102 9 5 0 1 9 0 1 18\n");
    let sample = machine.after(1000);
    assert_eq!(sample.disks.len(), 1);
    assert_eq!(disk(&sample, "/").read, Some(1024.0));
}
