//! What people type, on its way to the shell.

use std::sync::atomic::Ordering;

use tokio::time::Instant;

use crate::session::Session;

impl Session {
    /// Writes what viewer `id` typed, if they may type; stops when they may no more, be it in the middle.
    pub(crate) async fn write_for(&self, id: u64, bytes: &[u8]) {
        // Before it is asked: a change in between is seen.
        let mut rights = self.rights.subscribe();
        let guest = {
            let mut relay = self.relay();
            if !relay.may_write(id) {
                return relay.refuse(id);
            }
            relay.typed(id, Instant::now());
            relay.is_guest(id)
        };
        self.typed.store(true, Ordering::Relaxed);
        if !guest {
            return self.write(bytes).await;
        }
        let withdrawn = async {
            while self.relay().may_write(id) {
                if rights.changed().await.is_err() {
                    return;
                }
            }
        };
        tokio::select! {
            biased;
            () = withdrawn => {}
            () = self.write(bytes) => {}
        }
    }

    /// Writes `bytes` to the shell, waiting while its input is full: that is what holds back a paste. Bytes for a shell
    /// that has ended are dropped, as a terminal does.
    ///
    /// If the future is dropped, a part of the bytes may have been written.
    pub(crate) async fn write(&self, bytes: &[u8]) {
        let Some(pty) = self.pty() else { return };
        let _turn = match self.typing.try_lock() {
            Ok(turn) => turn,
            Err(_) => {
                let _waiting = Waiting::new(self);
                self.typing.lock().await
            }
        };
        let mut rest = bytes;
        while !rest.is_empty() {
            // Asked before it is written: what a program is about to hide is not ours to hear.
            let heard = self.relay().input_is_heard() && pty.echoes();
            let written = match pty.write_now(rest) {
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    let _waiting = Waiting::new(self);
                    tokio::select! {
                        written = pty.write(rest) => written,
                        () = self.ended() => return,
                    }
                }
                written => written,
            };
            let Ok(written) = written else { return };
            if heard {
                self.relay().hear_input(rest.get(..written).unwrap_or_default());
            }
            rest = rest.get(written..).unwrap_or_default();
        }
    }

    /// Writes the emulator's answer to a query, as far as the shell's input takes it now.
    pub(crate) fn answer(&self, bytes: &[u8]) {
        if let Some(pty) = self.pty().filter(|_| !bytes.is_empty()) {
            let _dropped_when_full = pty.write_now(bytes);
        }
    }
}

/// Input that waits for the shell to read. While there is some, output is not held back for viewers.
struct Waiting<'a>(&'a Session);

impl<'a> Waiting<'a> {
    fn new(session: &'a Session) -> Self {
        session.relay().input_waits(true);
        session.allow();
        Self(session)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.relay().input_waits(false);
        self.0.allow();
    }
}
