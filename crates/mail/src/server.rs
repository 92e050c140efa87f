use std::time::Duration;

use model::{Timestamp, mail::MailServer};

/// While the server fails, one mail tries it this often and the others wait for that.
const PROBE_EVERY: Duration = Duration::from_secs(60);

/// What this process knows of the mail server.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) state: MailServer,
    not_before: Timestamp,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self { state: MailServer::Untried, not_before: Timestamp(i64::MIN) }
    }

    pub(crate) fn may_be_tried(&self, now: Timestamp) -> bool {
        now >= self.not_before
    }

    /// Lets the next mail try at once.
    pub(crate) fn try_now(&mut self) {
        self.not_before = Timestamp(i64::MIN);
    }

    /// Notes that it answered. Returns whether it had failed before.
    pub(crate) fn answered(&mut self, now: Timestamp) -> bool {
        self.try_now();
        let failed = matches!(self.state, MailServer::Failing { .. });
        if !matches!(self.state, MailServer::Reachable { .. }) {
            self.state = MailServer::Reachable { since: now };
        }
        failed
    }

    /// Notes that it failed. Returns whether that is news.
    pub(crate) fn failed(&mut self, now: Timestamp, why: &str) -> bool {
        self.not_before = now.plus(PROBE_EVERY);
        let since = match self.state {
            MailServer::Failing { since, .. } => since,
            _ => now,
        };
        let news = !matches!(self.state, MailServer::Failing { .. });
        self.state = MailServer::Failing { since, why: why.to_owned() };
        news
    }
}
