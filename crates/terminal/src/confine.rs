//! What a shell may take of the machine, and which files. Said by the server, carried out by the holder between fork and
//! exec, so that the program never runs without it.

use std::{
    ffi::OsStr,
    fs, io,
    os::{
        fd::OwnedFd,
        unix::{ffi::OsStrExt, fs::OpenOptionsExt},
    },
    path::{Path, PathBuf},
};

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
};

use crate::wire::Bounds;

/// What a program needs to start at all, readable whatever a file scope says.
const SYSTEM: [&str; 11] = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/terminfo",
    "/etc/passwd",
    "/etc/group",
];
/// Devices that are nobody's: readable and writable.
const DEVICES: [&str; 6] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/urandom", "/dev/random"];

/// The newest Landlock interface whose rights are handled; those an older kernel lacks are left out, but not the first
/// ones, which are files.
const NEWEST: ABI = ABI::V5;

/// Everything that is prepared before the fork: nothing may be allocated after it.
#[derive(Debug, Default)]
pub(crate) struct Confinement {
    /// The group's `cgroup.procs`, to join it.
    pub(crate) group: Option<OwnedFd>,
    /// Where that group is, to remove it.
    pub(crate) directory: Option<PathBuf>,
    /// Resource and its bound.
    pub(crate) limits: Vec<(u32, u64)>,
    pub(crate) no_new_privileges: bool,
    pub(crate) files: Option<OwnedFd>,
}

/// Prepares what `bounds` asks for.
///
/// # Errors
/// When the machine cannot enforce it: then the program is not to be started.
pub(crate) fn prepare(bounds: &Bounds<'_>) -> io::Result<Confinement> {
    let grouped = !bounds.group.is_empty();
    let mut limits = vec![(libc::RLIMIT_CORE, 0)];
    let mut bound = |resource, value: Option<u64>| limits.extend(value.map(|value| (resource, value)));
    bound(libc::RLIMIT_NOFILE, bounds.files);
    // The group bounds the whole shell; without one the kernel bounds each process, and processes of the account.
    if !grouped {
        bound(libc::RLIMIT_NPROC, bounds.processes);
        bound(libc::RLIMIT_AS, bounds.memory);
    }
    let scoped = !bounds.readable.is_empty() || !bounds.writable.is_empty();
    let files = scoped.then(|| scope(bounds)).transpose()?;
    let (group, directory) = if grouped {
        let directory = PathBuf::from(OsStr::from_bytes(bounds.group));
        (Some(make_group(&directory, bounds)?), Some(directory))
    } else {
        (None, None)
    };
    Ok(Confinement { group, directory, limits, no_new_privileges: bounds.no_new_privileges || scoped, files })
}

/// A Landlock ruleset: what is not named in it cannot be opened.
fn scope(bounds: &Bounds<'_>) -> io::Result<OwnedFd> {
    let refused =
        |error: landlock::RulesetError| io::Error::new(io::ErrorKind::Unsupported, format!("Landlock: {error}"));
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .map_err(refused)?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))
        .map_err(refused)?
        .create()
        .map_err(refused)?;
    let named = |list: &[&[u8]]| list.iter().map(|path| PathBuf::from(OsStr::from_bytes(path))).collect::<Vec<_>>();
    let system = SYSTEM.iter().map(PathBuf::from).collect();
    let devices = DEVICES.iter().map(PathBuf::from).collect();
    let read = AccessFs::from_read(NEWEST);
    let all = AccessFs::from_all(NEWEST);
    for (paths, access, needed) in [
        (system, read, false),
        (devices, all, false),
        (named(&bounds.readable), read, true),
        (named(&bounds.writable), all, true),
    ] {
        for path in paths {
            let opened = match PathFd::new(&path) {
                Ok(opened) => opened,
                Err(_) if !needed => continue,
                Err(error) => {
                    return Err(io::Error::new(io::ErrorKind::NotFound, format!("{}: {error}", path.display())));
                }
            };
            // Rights of folders mean nothing to a file, and the kernel refuses them there.
            let access = if path.is_dir() { access } else { access & AccessFs::from_file(NEWEST) };
            rules = rules.add_rule(PathBeneath::new(opened, access)).map_err(refused)?;
        }
    }
    Option::<OwnedFd>::from(rules)
        .ok_or_else(|| io::Error::new(io::ErrorKind::Unsupported, "the kernel has no Landlock"))
}

/// Makes a control group with the bounds of a whole shell, and opens what lets a process join it.
fn make_group(directory: &Path, bounds: &Bounds<'_>) -> io::Result<OwnedFd> {
    fs::create_dir(directory)?;
    let set = || {
        let number = |value: Option<u64>| value.map_or_else(|| "max".to_owned(), |value| value.to_string());
        fs::write(directory.join("memory.max"), number(bounds.memory))?;
        fs::write(directory.join("pids.max"), number(bounds.processes))?;
        if let Some(percent) = bounds.cpu_percent {
            fs::write(directory.join("cpu.max"), format!("{} 100000", percent * 1000))?;
        }
        let procs =
            fs::File::options().write(true).custom_flags(libc::O_CLOEXEC).open(directory.join("cgroup.procs"))?;
        Ok(OwnedFd::from(procs))
    };
    set().inspect_err(|_| remove_group(directory))
}

/// Kills everything in a group.
pub(crate) fn kill_group(directory: &Path) {
    if let Err(error) = fs::write(directory.join("cgroup.kill"), "1") {
        tracing::warn!(%error, group = %directory.display(), "cannot end what is left of a shell");
    }
}

/// Removes a group, if nothing is left in it: what was disowned there lives on under its bounds.
pub(crate) fn remove_group(directory: &Path) {
    if let Err(error) = fs::remove_dir(directory) {
        tracing::debug!(%error, group = %directory.display(), "a shell's control group stays");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_gets_its_bounds_before_anybody_joins() {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("shell");
        // What a kernel makes by itself in a group.
        let bounds = Bounds {
            processes: Some(64),
            memory: Some(1 << 20),
            cpu_percent: Some(150),
            group: directory.as_os_str().as_bytes(),
            ..Bounds::default()
        };
        assert!(make_group(&directory, &bounds).is_err(), "nothing lets anybody join");
        assert_eq!(fs::read_to_string(directory.join("memory.max")).unwrap(), "1048576");
        assert_eq!(fs::read_to_string(directory.join("pids.max")).unwrap(), "64");
        assert_eq!(fs::read_to_string(directory.join("cpu.max")).unwrap(), "150000 100000");
    }
}
