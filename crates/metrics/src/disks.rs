//! Sizes of mounted file systems and the traffic of the device behind each (`/proc/diskstats`,
//! Documentation/admin-guide/iostats.rst).
//!
//! Each file system reports its own device, found by number: a volume on a partition on a disk is counted once, as the
//! volume, and sums over the list count no byte twice.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use model::metrics::Disk;

use crate::{
    files::Kept,
    mounts::{self, DeviceId, MAX_MOUNTS, Mount},
    rate::{Every, rates},
    text::{clean, fields, lines, number},
};

/// How often mounts and their sizes are read again.
const SIZES_EVERY: Duration = Duration::from_secs(5);

/// The kernel counts in sectors of this many bytes, whatever the device's own are.
const SECTOR: f64 = 512.0;

/// The longest path or name shown, in characters.
const MAX_PATH: usize = 256;

/// Sectors read, sectors written, milliseconds busy.
type Counters = [u64; 3];

#[derive(Debug)]
struct Watched {
    mount: Mount,
    /// Where the number names no device (btrfs): the device's name in diskstats.
    by_name: Option<Vec<u8>>,
    /// Size and use, without rates.
    disk: Disk,
    /// `None` before the device's first reading.
    last: Option<Counters>,
    now: Option<Counters>,
}

/// The file systems shown and the counters of their devices.
#[derive(Debug)]
pub(crate) struct Disks {
    root: PathBuf,
    mountinfo: Kept,
    diskstats: Kept,
    sizes: Every,
    watched: Vec<Watched>,
}

impl Disks {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            mountinfo: Kept::new(root.join("proc/self/mountinfo")),
            diskstats: Kept::new(root.join("proc/diskstats")),
            root: root.to_owned(),
            sizes: Every::new(SIZES_EVERY),
            watched: Vec::with_capacity(MAX_MOUNTS),
        }
    }

    pub(crate) fn read(&mut self, now: Instant, seconds: Option<f64>) -> Vec<Disk> {
        if self.sizes.due(now) {
            self.refresh();
        }
        self.count();
        self.watched.iter_mut().map(|watched| watched.step(seconds)).collect()
    }

    /// Mounts and sizes anew; counters of what was there before are carried on.
    fn refresh(&mut self) {
        let root = &self.root;
        let is_folder = |path: &Path| fs::metadata(below(root, path)).is_ok_and(|metadata| metadata.is_dir());
        let mut before = std::mem::take(&mut self.watched);
        for mount in mounts::select(self.mountinfo.read(), is_folder) {
            let Some(disk) = measure(root, &mount) else { continue };
            let known =
                before.iter().position(|each| each.mount.device == mount.device && each.mount.source == mount.source);
            let last = known.and_then(|index| before.swap_remove(index).last);
            let by_name = name_of(root, &mount)
                .filter(|name| self.watched.iter().all(|each| each.by_name.as_ref() != Some(name)));
            self.watched.push(Watched { mount, by_name, disk, last, now: None });
        }
        self.watched.sort_by_key(|watched| std::cmp::Reverse(watched.disk.total));
    }

    /// Puts each device's counters beside the file system on it.
    fn count(&mut self) {
        for (device, name, counters) in lines(self.diskstats.read()).filter_map(parse) {
            for watched in &mut self.watched {
                if watched.mount.device == device || watched.by_name.as_deref() == Some(name) {
                    watched.now = Some(counters);
                }
            }
        }
    }
}

impl Watched {
    fn step(&mut self, seconds: Option<f64>) -> Disk {
        let now = self.now.take();
        let [read, write, busy] = now.map_or([None; 3], |now| rates(self.last, now, seconds));
        self.last = now;
        Disk {
            read: read.map(|sectors| (sectors * SECTOR) as f32),
            write: write.map(|sectors| (sectors * SECTOR) as f32),
            // Milliseconds per second to percent; the kernel's rounding may exceed the span a little.
            busy: busy.map(|milliseconds| (milliseconds / 10.0).min(100.0) as f32),
            ..self.disk.clone()
        }
    }
}

/// `   8       1 sda1 reads merged sectors ms writes merged sectors ms in-flight busy …`
fn parse(line: &[u8]) -> Option<(DeviceId, &[u8], Counters)> {
    let mut columns = fields(line);
    let major = u32::try_from(number(columns.next()?)?).ok()?;
    let minor = u32::try_from(number(columns.next()?)?).ok()?;
    let name = columns.next()?;
    let read = number(columns.nth(2)?)?;
    let written = number(columns.nth(3)?)?;
    Some(((major, minor), name, [read, written, number(columns.nth(2)?)?]))
}

/// A path of the machine below `root`.
fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}

/// Size and use by statvfs(3); `None` where there is no size.
fn measure(root: &Path, mount: &Mount) -> Option<Disk> {
    let size = rustix::fs::statvfs(below(root, &mount.path)).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(size.f_frsize);
    (size.f_blocks > 0).then(|| Disk {
        mount: clean(mount.path.as_os_str().as_encoded_bytes(), MAX_PATH),
        device: clean(&mount.source, MAX_PATH),
        filesystem: clean(&mount.filesystem, MAX_PATH),
        total: bytes(size.f_blocks),
        used: bytes(size.f_blocks.saturating_sub(size.f_bfree)),
        available: bytes(size.f_bavail),
        read: None,
        write: None,
        busy: None,
    })
}

/// The name in diskstats of a source whose number is anonymous (major 0); `/dev/mapper/x` is a link to it.
fn name_of(root: &Path, mount: &Mount) -> Option<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt as _;
    let source = Path::new(std::ffi::OsStr::from_bytes(&mount.source));
    if mount.device.0 != 0 || !source.starts_with("/dev") {
        return None;
    }
    let target = fs::read_link(below(root, source)).unwrap_or_else(|_| source.to_owned());
    Some(target.file_name()?.as_bytes().to_vec())
}
