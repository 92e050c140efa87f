use std::path::PathBuf;

use crate::{Sender, SmtpUrl};

/// How mail is sent.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What carries it away.
    pub transport: Transport,
    /// Who it is from. [`Transport::Smtp`] cannot do without; the others take a sender nobody can answer.
    pub from: Option<Sender>,
}

/// What carries mail away.
#[derive(Debug, Clone)]
pub enum Transport {
    /// A mail server.
    Smtp(SmtpUrl),
    /// A folder that gets one `.eml` file per mail, readable by its owner only; for development and tests. Nothing is
    /// ever deleted from it.
    Directory(PathBuf),
    /// Standard output, in development builds only; otherwise only a log line without the text. For development.
    Console,
    /// Nothing: no mail can be queued.
    None,
}

impl Settings {
    /// An instance without mail.
    #[must_use]
    pub fn none() -> Self {
        Self { transport: Transport::None, from: None }
    }
}
