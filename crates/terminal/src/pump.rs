//! The task that carries a shell's output from its PTY into the ring, and sees how the shell ends.

use std::{io, os::unix::process::ExitStatusExt, process::ExitStatus, sync::Arc};

use model::terminal::{MAX_OUTPUT, State};
use tokio::process::Child;

use crate::{pty::Pty, session::Session};

/// Most bytes taken after the shell's end. What it wrote itself is at most the terminal's buffer (64 KB); the bound is
/// for those it left behind, who may write for ever.
const LAST_WORDS: usize = 256 * 1024;

/// Reads as far as the relay has room, until the shell has ended.
pub(crate) async fn pump(session: Arc<Session>, pty: Arc<Pty>, mut child: Child) {
    let mut buffer = vec![0; MAX_OUTPUT].into_boxed_slice();
    let status = loop {
        let budget = session.relay().budget();
        tokio::select! {
            status = child.wait() => break status,
            read = pty.read(&mut buffer, budget), if budget > 0 => match read {
                Ok(read) if read > 0 => session.publish(buffer.get(..read).unwrap_or_default()),
                // Nobody has the terminal open any more. The shell is ending, or has let go of it.
                Ok(_) | Err(_) => break child.wait().await,
            },
            () = session.pace.notified(), if budget == 0 => {}
        }
    };
    let mut left = LAST_WORDS;
    while let Ok(read @ 1..) = pty.read_now(&mut buffer) {
        session.publish(buffer.get(..read).unwrap_or_default());
        left = left.saturating_sub(read);
        if left == 0 {
            break;
        }
    }
    drop(pty);
    session.end(state(status));
}

fn state(status: io::Result<ExitStatus>) -> State {
    match status {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => State::Exited { code },
            (None, signal) => State::Killed { signal: signal.unwrap_or_default() },
        },
        Err(error) => {
            tracing::error!(%error, "cannot learn how a shell ended");
            State::Exited { code: 255 }
        }
    }
}
