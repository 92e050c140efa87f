//! One reader beside the viewers of a terminal.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::{
    error::Error,
    relay::{Listen, MAX_TAPS, Tapped},
    session::Session,
};

/// A reader of a terminal that paces nobody. Dropping it is leaving.
pub struct Tap {
    session: Arc<Session>,
    id: u64,
    wake: Arc<Notify>,
}

impl Tap {
    pub(crate) fn attach(session: Arc<Session>, from: Option<u64>, input: bool) -> Result<Self, Error> {
        let (id, wake) = session.relay().tap(from, input).ok_or(Error::TooManyTaps { max: MAX_TAPS })?;
        session.painting.notify_one();
        Ok(Self { session, id, wake })
    }

    /// What happens next; `None` after the end, and when the shell is left to another server. Cancel-safe.
    pub async fn next(&mut self) -> Option<Tapped> {
        loop {
            let listen = self.session.relay().listen(self.id);
            match listen {
                Listen::Heard(tapped) => return Some(tapped),
                Listen::Over => return None,
                Listen::AskForScreen => self.session.painting.notify_one(),
                Listen::Wait => {}
            }
            self.wake.notified().await;
        }
    }

    /// The next thing heard will be the screen as it is by then.
    pub fn begin_anew(&mut self) {
        self.session.relay().want_screen(self.id);
        self.session.painting.notify_one();
    }
}

impl std::fmt::Debug for Tap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "reader {} of {}", self.id, self.session.id)
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.session.relay().untap(self.id);
    }
}
