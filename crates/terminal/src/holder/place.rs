//! Where a holder is found: a socket in a directory that only we can enter.

use std::{
    fs::File,
    io,
    os::{
        fd::{AsFd, AsRawFd, OwnedFd},
        unix::net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
};

use rustix::fs::{AtFlags, Mode, OFlags, inotify};

use crate::wire::MAJOR;

/// What every holder's socket is called, up to its version.
const STEM: &str = "pty-holder-v";

/// The socket of a holder of version `major`.
pub(crate) fn socket_name(major: u16) -> String {
    format!("{STEM}{major}.sock")
}

/// The version of a holder whose socket is called this.
pub(crate) fn version_of(name: &str) -> Option<u16> {
    name.strip_prefix(STEM)?.strip_suffix(".sock")?.parse().ok()
}

/// A short path of `name` in the open directory: the path of a Unix socket has 107 bytes, however deep the directory is.
fn short(directory: &impl AsRawFd, name: &str) -> PathBuf {
    format!("/proc/self/fd/{}/{name}", directory.as_raw_fd()).into()
}

/// Connects to the holder of version `major` in `directory`.
///
/// # Errors
/// `NotFound` when none was there; `ConnectionRefused` when one was.
pub(crate) fn connect(directory: &Path, major: u16) -> io::Result<UnixStream> {
    let directory = File::open(directory)?;
    UnixStream::connect(short(&directory, &socket_name(major)))
}

/// A listening socket, removed when this is dropped.
pub(super) struct Place {
    directory: OwnedFd,
    name: String,
    pub(super) listener: UnixListener,
    /// Readable when something in the directory was removed. Without it only the clock tells.
    pub(super) watch: Option<OwnedFd>,
    identity: (u64, u64),
    /// Given up when no other descriptor is left, so that a connection can be taken and closed instead of waiting, ready,
    /// for ever.
    reserve: Option<File>,
}

impl Place {
    /// Listens in `directory`. What a dead holder left behind makes way.
    ///
    /// # Errors
    /// `AddrInUse` when another holder is there; whatever else keeps a socket from being made.
    pub(super) fn take(directory: &Path) -> io::Result<Self> {
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::RDONLY;
        let directory = rustix::fs::open(directory, flags, Mode::empty())?;
        let name = socket_name(MAJOR);
        let path = short(&directory, &name);
        if let Err(error) = UnixStream::connect(&path) {
            if error.kind() == io::ErrorKind::ConnectionRefused {
                rustix::fs::unlinkat(&directory, &name, AtFlags::empty())?;
            }
        } else {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        // Shells inherit the mask, so it is set for this one call. The process has no second thread.
        let before = rustix::process::umask(Mode::from_raw_mode(0o177));
        let listener = UnixListener::bind(&path);
        rustix::process::umask(before);
        let listener = listener?;
        listener.set_nonblocking(true)?;
        let identity = identity_of(&directory, &name)?;
        let watch = watch(&directory).inspect_err(|error| tracing::debug!(%error, "no inotify")).ok();
        Ok(Self { directory, name, listener, watch, identity, reserve: File::open("/dev/null").ok() })
    }

    /// The next connection that waits.
    pub(super) fn accept(&mut self) -> Option<OwnedFd> {
        loop {
            match self.listener.accept() {
                Ok((socket, _)) => return Some(socket.into()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    drop(self.reserve.take());
                    let refused = self.listener.accept();
                    self.reserve = File::open("/dev/null").ok();
                    refused.ok()?;
                }
            }
        }
    }

    /// Whether the socket is still where a server looks for it.
    pub(super) fn stands(&self) -> bool {
        identity_of(&self.directory, &self.name).is_ok_and(|identity| identity == self.identity)
    }

    /// Forgets what the watch told.
    pub(super) fn clear_watch(&self) {
        let mut buffer = [0; 4096];
        while self.watch.as_ref().is_some_and(|watch| rustix::io::read(watch, &mut buffer).is_ok_and(|read| read > 0)) {
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.stands() {
            let _gone = rustix::fs::unlinkat(&self.directory, &self.name, AtFlags::empty());
        }
    }
}

fn identity_of(directory: &OwnedFd, name: &str) -> io::Result<(u64, u64)> {
    let found = rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW)?;
    Ok((found.st_dev, found.st_ino))
}

fn watch(directory: &OwnedFd) -> io::Result<OwnedFd> {
    let watch = inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK)?;
    let gone = inotify::WatchFlags::DELETE | inotify::WatchFlags::MOVED_FROM | inotify::WatchFlags::DELETE_SELF;
    inotify::add_watch(&watch, format!("/proc/self/fd/{}", directory.as_raw_fd()), gone)?;
    Ok(watch)
}

/// Whether whoever is at the other end of `socket` may speak to a holder that runs as `own`: nobody else does.
pub(crate) fn is_ours(socket: impl AsFd, own: u32) -> bool {
    rustix::net::sockopt::socket_peercred(socket).is_ok_and(|peer| may(peer.uid.as_raw(), own))
}

fn may(peer: u32, own: u32) -> bool {
    peer == own
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_socket_is_private_however_deep_it_lies_and_one_that_is_dead_makes_way() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("d".repeat(90)).join("e".repeat(90));
        std::fs::create_dir_all(&deep).unwrap();
        let place = Place::take(&deep).unwrap();
        let path = deep.join(socket_name(MAJOR));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(place.stands() && is_ours(connect(&deep, MAJOR).unwrap(), rustix::process::geteuid().as_raw()));
        assert_eq!(Place::take(&deep).err().unwrap().kind(), io::ErrorKind::AddrInUse);

        std::fs::rename(&path, deep.join("away")).unwrap();
        assert!(!place.stands());
        std::fs::rename(deep.join("away"), &path).unwrap();
        drop(place);
        assert!(!path.exists());
        // A holder that was killed leaves its socket.
        drop(UnixListener::bind(short(&File::open(&deep).unwrap(), &socket_name(MAJOR))).unwrap());
        assert!(path.exists());
        assert!(Place::take(&deep).unwrap().stands());
    }

    #[test]
    fn only_our_own_user_may_speak() {
        assert!(may(1000, 1000) && !may(1000, 1001) && !may(0, 1000));
    }

    #[test]
    fn a_version_is_read_from_the_name() {
        assert_eq!(version_of(&socket_name(7)), Some(7));
        assert_eq!(version_of("pty-holder-v.sock"), None);
        assert_eq!(version_of("pty-holder.log"), None);
    }
}
