//! Which mounted file systems are shown (`/proc/self/mountinfo`, proc_pid_mountinfo(5)).

use std::{
    collections::HashMap,
    ffi::OsString,
    os::unix::ffi::OsStringExt as _,
    path::{Path, PathBuf},
};

use crate::text::{fields, lines, number};

/// The most lines looked at; a host of many containers has thousands.
const MAX_LINES: usize = 8192;

/// The most file systems shown.
pub(crate) const MAX_MOUNTS: usize = 64;

/// File systems on a device of this machine. Only these are ever asked for their size. Not here: what lives in memory,
/// read-only images (squashfs, erofs, iso9660: always full), and whatever another machine or a user's program serves.
const LOCAL: [&[u8]; 18] = [
    b"bcachefs",
    b"btrfs",
    b"exfat",
    b"ext2",
    b"ext3",
    b"ext4",
    b"f2fs",
    b"hfsplus",
    b"jfs",
    b"nilfs2",
    b"ntfs",
    b"ntfs3",
    b"reiserfs",
    b"ufs",
    b"vfat",
    b"xfs",
    b"zfs",
    b"overlay",
];

/// File systems whose server may be dead: walking a path through one can block for ever.
const REMOTE: [&[u8]; 10] =
    [b"nfs", b"cifs", b"smb", b"fuse", b"9p", b"ceph", b"afs", b"lustre", b"glusterfs", b"ocfs2"];

/// Major numbers of loop devices and RAM disks (Linux allocated devices list).
const SKIPPED_MAJORS: [u32; 2] = [7, 1];

/// A device number, major and minor.
pub(crate) type DeviceId = (u32, u32);

/// One line of mountinfo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    pub(crate) device: DeviceId,
    pub(crate) path: PathBuf,
    pub(crate) filesystem: Vec<u8>,
    pub(crate) source: Vec<u8>,
}

impl Mount {
    /// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`
    fn parse(line: &[u8]) -> Option<Self> {
        let mut columns = fields(line).skip(2);
        let device = columns.next()?;
        let path = columns.nth(1)?;
        let mut rest = columns.skip_while(|column| *column != b"-").skip(1);
        let (filesystem, source) = (rest.next()?, rest.next().unwrap_or_default());
        let colon = device.iter().position(|byte| *byte == b':')?;
        let id = |bytes: &[u8]| number(bytes).and_then(|number| u32::try_from(number).ok());
        Some(Self {
            device: (id(device.get(..colon)?)?, id(device.get(colon + 1..)?)?),
            path: PathBuf::from(OsString::from_vec(unescape(path))),
            filesystem: filesystem.to_vec(),
            source: unescape(source),
        })
        .filter(|mount| mount.path.is_absolute())
    }

    fn is_remote(&self) -> bool {
        REMOTE.iter().any(|kind| self.filesystem.starts_with(kind))
    }

    /// Whether it is a local file system worth showing. Of overlays only the root: a container's own; the others belong
    /// to containers and lie on a device that is shown anyway.
    fn is_shown(&self) -> bool {
        let skipped = SKIPPED_MAJORS.contains(&self.device.0) || self.source.starts_with(b"/dev/zram");
        let overlay = self.filesystem == b"overlay" && self.path != Path::new("/");
        LOCAL.contains(&self.filesystem.as_slice()) && !skipped && !overlay
    }
}

/// One mount per device, the one with the shortest path (bind mounts show the same device again), at most
/// [`MAX_MOUNTS`]. `is_folder` leaves out files that container engines mount, such as `/etc/hosts`.
pub(crate) fn select(mountinfo: &[u8], is_folder: impl Fn(&Path) -> bool) -> Vec<Mount> {
    let mut by_path: HashMap<PathBuf, Mount> = HashMap::new();
    for mount in lines(mountinfo).take(MAX_LINES).filter_map(Mount::parse) {
        // What is mounted later on the same path hides what was there.
        by_path.insert(mount.path.clone(), mount);
    }
    let remote: Vec<PathBuf> = by_path
        .values()
        .filter(|mount| mount.is_remote() && mount.path != Path::new("/"))
        .map(|mount| mount.path.clone())
        .collect();
    let behind_remote = |path: &Path| remote.iter().any(|each| path.starts_with(each));
    let mut mounts: Vec<Mount> =
        by_path.into_values().filter(|mount| mount.is_shown() && !behind_remote(&mount.path)).collect();
    mounts.sort_unstable_by(|one, other| {
        let order = |mount: &Mount| (mount.path.as_os_str().len(), mount.path.clone());
        order(one).cmp(&order(other))
    });
    let mut selected: Vec<Mount> = Vec::new();
    for mount in mounts {
        if selected.len() >= MAX_MOUNTS {
            break;
        }
        if selected.iter().all(|each| each.device != mount.device) && is_folder(&mount.path) {
            selected.push(mount);
        }
    }
    selected
}

/// Undoes the kernel's `\040` for white space and backslash.
fn unescape(field: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((first, tail)) = rest.split_first() {
        let octal = tail.first_chunk::<3>().filter(|_| *first == b'\\');
        let byte = octal.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok());
        plain.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { tail.get(3..).unwrap_or_default() } else { tail };
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(mountinfo: &str) -> Vec<String> {
        let selected = select(mountinfo.as_bytes(), |path| path != Path::new("/etc/hosts"));
        selected.into_iter().map(|mount| mount.path.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn bind_mounts_show_once_under_the_shortest_path() {
        let mountinfo = "30 1 8:1 /a /var/lib/data rw - ext4 /dev/sda1 rw\n31 1 8:1 / /srv rw shared:1 - ext4 /dev/sda1 rw\n\
                         32 1 8:1 /hosts /etc/hosts rw - ext4 /dev/sda1 rw\n";
        assert_eq!(paths(mountinfo), ["/srv"]);
    }

    #[test]
    fn remote_and_pseudo_file_systems_are_not_asked_nor_what_lies_behind_them() {
        let mountinfo = "1 0 0:20 / /proc rw - proc proc rw\n2 0 0:40 / /net rw - nfs4 host:/x rw\n\
                         3 0 8:9 / /net/disk rw - ext4 /dev/sda9 rw\n4 0 0:41 / /sshfs rw - fuse.sshfs a:/ rw\n\
                         5 0 0:42 / /auto rw - autofs systemd-1 rw\n6 0 7:3 / /snap/core rw - squashfs /dev/loop3 ro\n\
                         7 0 7:4 / /image rw - ext4 /dev/loop4 ro\n8 0 0:50 / /var/lib/docker/merged rw - overlay overlay rw\n\
                         9 0 8:2 / /network rw - xfs /dev/sda2 rw\n";
        assert_eq!(paths(mountinfo), ["/network"]);
    }

    #[test]
    fn the_overlay_root_of_a_container_is_shown() {
        assert_eq!(paths("1 0 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/x\n"), ["/"]);
    }

    #[test]
    fn a_later_mount_hides_an_earlier_one_on_the_same_path() {
        assert_eq!(
            paths("1 0 0:42 / /boot rw - autofs systemd-1 rw\n2 0 8:1 / /boot rw - vfat /dev/sda1 rw\n"),
            ["/boot"]
        );
        assert!(paths("1 0 8:1 / /data rw - ext4 /dev/sda1 rw\n2 0 0:9 / /data rw - tmpfs tmpfs rw\n").is_empty());
    }

    #[test]
    fn escaped_paths_are_read_as_they_are() {
        assert_eq!(paths("1 0 8:1 / /my\\040disk\\134 rw - ext4 /dev/sda1 rw\n"), ["/my disk\\"]);
        assert_eq!(unescape(b"\\9x\\04"), b"\\9x\\04");
    }
}
