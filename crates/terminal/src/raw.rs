//! The places where the operating system forces our hand: everything `unsafe` of this crate.

use std::{
    io,
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::process::CommandExt,
    },
    process::Command,
};

use tokio::io::{Interest, unix::AsyncFd};

use crate::confine::Confinement;

/// Registers `fd` to be told when it can be written. Needs a tokio runtime.
///
/// # Errors
/// When the reactor refuses the descriptor.
#[expect(unsafe_code, reason = "tokio leaves to the caller that the descriptor stays open")]
pub(crate) fn register(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: the `AsyncFd` owns the descriptor, `OwnedFd` is open until dropped and always answers the same number,
    // and nobody takes a mutable reference to exchange it.
    Ok(unsafe { AsyncFd::register_with_interest(fd, Interest::WRITABLE) }?)
}

/// What terminal a new session gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Terminal {
    /// The one that is its leader's standard input.
    Stdin,
    /// None: nothing done at the server's own terminal reaches it.
    None,
}

/// Makes the child of `command` lead a session of its own, with or without a controlling terminal, and start with what a login would give it: no blocked or ignored signals and no descriptors but the standard three.
///
/// `std` resets the mask and SIGPIPE only. A server started by `nohup` or with `&` ignores SIGINT, and what is ignored
/// stays ignored over exec: ^C would be dead in every shell.
#[expect(unsafe_code, reason = "code between fork and exec cannot be checked by the compiler")]
pub(crate) fn lead_session(command: &mut Command, terminal: Terminal) {
    // SAFETY: the closure runs in the child between fork and exec. It allocates nothing, takes no lock and calls only
    // async-signal-safe functions (signal-safety(7)) and raw system calls; what it captures is a plain value.
    unsafe {
        command.pre_exec(move || {
            for signal in 1..=libc::SIGRTMAX() {
                // KILL, STOP and the two libc keeps for itself answer EINVAL, which is as it should be.
                libc::signal(signal, libc::SIG_DFL);
            }
            let mut none = std::mem::zeroed::<libc::sigset_t>();
            libc::sigemptyset(&raw mut none);
            if libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut()) != 0
                || libc::setsid() < 0
                || terminal == Terminal::Stdin && libc::ioctl(libc::STDIN_FILENO, libc::TIOCSCTTY, 0) < 0
            {
                return Err(io::Error::last_os_error());
            }
            // Whatever somebody opened without O_CLOEXEC. Marked rather than closed: std reports a failed exec over a
            // pipe of its own. Kernels before 5.11 lack it, and there every descriptor of ours is O_CLOEXEC anyway.
            libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, libc::CLOSE_RANGE_CLOEXEC);
            Ok(())
        });
    }
}

/// Has the child of `command` confine itself before it becomes the program. What it cannot do keeps the program from
/// starting.
#[expect(unsafe_code, reason = "code between fork and exec cannot be checked by the compiler")]
pub(crate) fn confine(command: &mut Command, confinement: Confinement) {
    // SAFETY: as in `lead_session`. What is captured was made before the fork and is only read; the descriptors are open,
    // since the closure owns them.
    unsafe {
        command.pre_exec(move || {
            if let Some(group) = &confinement.group
                && libc::write(group.as_raw_fd(), c"0".as_ptr().cast(), 1) != 1
            {
                return Err(io::Error::last_os_error());
            }
            for (resource, wanted) in &confinement.limits {
                let mut limit = std::mem::zeroed::<libc::rlimit>();
                if libc::getrlimit(*resource, &raw mut limit) != 0 {
                    return Err(io::Error::last_os_error());
                }
                // Never more than we have ourselves.
                let bound = (*wanted).min(limit.rlim_max);
                let limit = libc::rlimit { rlim_cur: bound, rlim_max: bound };
                if libc::setrlimit(*resource, &raw const limit) != 0 {
                    return Err(io::Error::last_os_error());
                }
            }
            if confinement.no_new_privileges && libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 {
                return Err(io::Error::last_os_error());
            }
            if let Some(files) = &confinement.files
                && libc::syscall(libc::SYS_landlock_restrict_self, files.as_raw_fd(), 0) != 0
            {
                return Err(io::Error::last_os_error());
            }
            Ok(())
        });
    }
}

/// The version of the kernel's Landlock interface, 0 without one.
#[expect(unsafe_code, reason = "a system call that rustix does not know")]
pub(crate) fn landlock_version() -> u32 {
    /// `LANDLOCK_CREATE_RULESET_VERSION`
    const ASK: u32 = 1;
    // SAFETY: with this flag the call takes no attributes, writes nothing and returns a number.
    let version =
        unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<libc::c_void>(), 0_usize, ASK) };
    u32::try_from(version).unwrap_or(0)
}
