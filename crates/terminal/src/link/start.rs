//! Finding a holder, or starting one.

use std::{
    fs,
    io::{self, Read, Seek},
    os::{
        fd::{AsFd, OwnedFd},
        unix::{
            fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
            net::UnixStream,
            process::CommandExt,
        },
    },
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    environment,
    holder::{self, place},
    raw,
    settings::Holder,
};

/// What a holder has to say besides its protocol; begun anew by each.
const LOG: &str = "pty-holder.log";
/// Most of it that is told in an error.
const LAST_LINE: u64 = 300;

/// Makes the directory of sockets, for us alone.
///
/// # Errors
/// When it cannot be made or is not ours.
fn make(directory: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    if fs::metadata(directory)?.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(directory, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Starts the holder and gives its connection: a process that outlives this one, or a thread that does not. The
/// connection is made before the holder runs, so there is nothing to wait for.
///
/// # Errors
/// When it cannot be started.
pub(super) fn start(holder: Option<&Holder>) -> io::Result<UnixStream> {
    let (ours, theirs) = UnixStream::pair()?;
    match holder {
        Some(holder) => start_process(holder, theirs.into())?,
        None => drop(std::thread::Builder::new().name("pty-holder".into()).spawn(move || {
            if let Err(error) = holder::hold_for(theirs.into()) {
                tracing::error!(%error, "the shells' thread has ended");
            }
        })?),
    }
    Ok(ours)
}

fn start_process(holder: &Holder, connection: OwnedFd) -> io::Result<()> {
    let directory = std::path::absolute(&holder.directory)?;
    make(&directory)?;
    let log = directory.join(LOG);
    let log = fs::File::options().create(true).write(true).truncate(true).mode(0o600).open(log)?;
    let mut command = Command::new(&holder.program);
    command.arg0("nova").arg("pty-holder").arg(&directory);
    command.stdin(Stdio::from(connection)).stdout(Stdio::null()).stderr(Stdio::from(log));
    command.env_clear().envs(environment::of_holder());
    raw::lead_session(&mut command, raw::Terminal::None);
    let mut child = command.spawn()?;
    // It is our child until one of us ends; if it is the first to go, it is not to stay a zombie. The thread sleeps in
    // wait(2) and takes a few pages.
    let wait = move || drop(child.wait());
    drop(std::thread::Builder::new().name("holder-wait".into()).stack_size(64 * 1024).spawn(wait)?);
    Ok(())
}

/// What the holder that did not start said last.
pub(super) fn last_words(directory: &Path) -> Option<String> {
    let mut log = fs::File::open(directory.join(LOG)).ok()?;
    let length = log.metadata().ok()?.len();
    log.seek(io::SeekFrom::Start(length.saturating_sub(LAST_LINE))).ok()?;
    let mut text = Vec::new();
    log.take(LAST_LINE).read_to_end(&mut text).ok()?;
    let text = String::from_utf8_lossy(&text).trim().lines().last()?.to_owned();
    (!text.is_empty()).then_some(text)
}

/// The versions of the holders whose sockets are in `directory`, this one's or others.
pub(crate) fn versions(directory: &Path) -> Vec<u16> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    entries.filter_map(|entry| place::version_of(entry.ok()?.file_name().to_str()?)).collect()
}

/// The holder of version `major` in `directory`, if one lives.
///
/// # Errors
/// When one lives that does not let us in.
pub(super) fn find(directory: &Path, major: u16) -> io::Result<Option<UnixStream>> {
    match place::connect(directory, major) {
        Ok(stream) if place::is_ours(stream.as_fd(), rustix::process::geteuid().as_raw()) => Ok(Some(stream)),
        Ok(_) => Err(io::Error::new(io::ErrorKind::PermissionDenied, "the shell holder's socket is somebody else's")),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => Ok(None),
        Err(error) => Err(error),
    }
}
