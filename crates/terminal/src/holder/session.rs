//! The processes of a session.

use std::fs;

use rustix::process::Pid;

/// Everything in the session that `leader` leads, itself included. Read from /proc: processes that begin meanwhile may be
/// missed, so whoever ends a session that forks looks again.
pub(super) fn members(leader: Pid) -> Vec<Pid> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    numbers
        .filter(|number| session_of(*number) == Some(leader.as_raw_nonzero().get()))
        .filter_map(Pid::from_raw)
        .collect()
}

/// proc_pid_stat(5): after the name in parentheses come state, parent, group and session.
fn session_of(number: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(3)?.parse().ok()
}
