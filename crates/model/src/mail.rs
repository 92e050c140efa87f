//! Outgoing mail as the admin's page shows it. Texts are never in here: they hold one-time links.

use serde::{Deserialize, Serialize};

use crate::{MailId, Timestamp};

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailStatus {
    /// Waits to be sent, or to be tried again.
    Queued,
    /// The mail server took it.
    Sent,
    /// Refused for good, or given up after three days. Its text is erased: what it was for has to be asked for again.
    Failed,
}

/// One mail in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// Its id.
    pub id: MailId,
    /// The address it goes to.
    pub recipient: String,
    /// Its subject.
    pub subject: String,
    /// Where it stands.
    pub status: MailStatus,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it is tried next; only while it is queued.
    pub next_try_at: Option<Timestamp>,
    /// When the mail server took it.
    pub sent_at: Option<Timestamp>,
    /// Why the last try failed: one line, mostly the mail server's own words, with links and passwords left out.
    pub last_error: Option<String>,
}

/// How the mail server fares, by what this process last met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum MailServer {
    /// Nothing was sent since the start.
    Untried,
    /// It takes mail.
    Reachable {
        /// Since when.
        since: Timestamp,
    },
    /// It cannot be reached, refuses the sign-in or the sender.
    Failing {
        /// Since when.
        since: Timestamp,
        /// Why, as in [`OutboxEntry::last_error`].
        why: String,
    },
}

/// The state of outgoing mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailState {
    /// Whether this instance sends mail at all.
    pub configured: bool,
    /// How the mail server fares.
    pub server: MailServer,
    /// Mails that wait, 10,000 at most.
    pub queued: u32,
}
