//! What this machine can enforce.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use model::terminal::policy::Means;

use crate::raw;

/// Where control groups of version 2 are.
const MOUNT: &str = "/sys/fs/cgroup";
/// What bounds a whole shell; `cpu` is used where it is there.
const CONTROLLERS: [&str; 2] = ["memory", "pids"];

/// What can be enforced here, and why not what cannot. Read anew each time: a few small files.
#[must_use]
pub fn means() -> Means {
    Means { no_cgroups: groups().err(), landlock: raw::landlock_version(), root: rustix::process::geteuid().is_root() }
}

/// The control group in which those of shells can be made.
///
/// A group with processes of its own cannot bound groups below it, so this is the parent of the one we are in: systemd
/// gives a service one of its own with `Delegate=` and `DelegateSubgroup=`.
///
/// # Errors
/// Why there is none, in words.
pub(crate) fn groups() -> Result<PathBuf, String> {
    let own = fs::read_to_string("/proc/self/cgroup").map_err(|error| format!("/proc/self/cgroup: {error}"))?;
    groups_in(Path::new(MOUNT), &own)
}

fn groups_in(mount: &Path, own: &str) -> Result<PathBuf, String> {
    if !mount.join("cgroup.controllers").is_file() {
        return Err("this machine has no control groups of version 2".to_owned());
    }
    let path = own.lines().find_map(|line| line.strip_prefix("0::/")).unwrap_or_default();
    let group = mount.join(path);
    let Some(parent) = group.parent().filter(|_| !path.is_empty()) else {
        return Err("the server is in the root control group; give it one of its own, see nova.service".to_owned());
    };
    let hint = "set Delegate=memory pids cpu and DelegateSubgroup=server in the unit";
    let missing = |error: io::Error| format!("{} cannot be used: {error}; {hint}", parent.display());
    let read = |name: &str| fs::read_to_string(parent.join(name)).map_err(missing);
    if !read("cgroup.procs")?.trim().is_empty() {
        return Err(format!("{} has processes of its own; {hint}", parent.display()));
    }
    let there = read("cgroup.controllers")?;
    let there: Vec<&str> = there.split_whitespace().collect();
    if let Some(lacking) = CONTROLLERS.iter().find(|wanted| !there.contains(wanted)) {
        return Err(format!("{} has no “{lacking}”; {hint}", parent.display()));
    }
    let cpu = if there.contains(&"cpu") { " +cpu" } else { "" };
    fs::write(parent.join("cgroup.subtree_control"), format!("+memory +pids{cpu}")).map_err(missing)?;
    Ok(parent.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delegated_group_is_found_and_anything_else_is_explained() {
        let place = tempfile::tempdir().unwrap();
        let mount = place.path();
        let own = "9:name=systemd:/\n0::/system.slice/nova.service/server\n";
        assert!(groups_in(mount, own).unwrap_err().contains("version 2"));
        fs::write(mount.join("cgroup.controllers"), "cpu memory pids").unwrap();
        let service = mount.join("system.slice/nova.service");
        fs::create_dir_all(service.join("server")).unwrap();
        assert!(groups_in(mount, own).unwrap_err().contains("Delegate"));
        fs::write(service.join("cgroup.procs"), "12\n").unwrap();
        fs::write(service.join("cgroup.controllers"), "cpu memory").unwrap();
        assert!(groups_in(mount, own).unwrap_err().contains("processes of its own"));
        fs::write(service.join("cgroup.procs"), "").unwrap();
        assert!(groups_in(mount, own).unwrap_err().contains("pids"));
        fs::write(service.join("cgroup.controllers"), "cpu memory pids").unwrap();
        assert_eq!(groups_in(mount, own).unwrap(), service);
        let asked = fs::read_to_string(service.join("cgroup.subtree_control")).unwrap();
        assert_eq!(asked, "+memory +pids +cpu");
        assert!(groups_in(mount, "0::/\n").unwrap_err().contains("root"));
    }
}
