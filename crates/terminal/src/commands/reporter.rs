//! Hands on what shells say. Never waits: a listener that does not keep up misses something, and no shell does.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use model::{
    TerminalId, UserId,
    terminal::commands::{CommandEvent, CommandNews},
};
use tokio::sync::mpsc;

use crate::settings::Clock;

/// The way out for reports of all shells.
#[derive(Clone)]
pub(crate) struct Reporter {
    listener: Option<mpsc::Sender<CommandEvent>>,
    clock: Clock,
    /// Whether it was said already that something is missed.
    missing: Arc<AtomicBool>,
}

impl Reporter {
    pub(crate) fn new(listener: Option<mpsc::Sender<CommandEvent>>, clock: Clock) -> Self {
        Self { listener, clock, missing: Arc::default() }
    }

    /// Hands on what one shell said.
    pub(crate) fn report(&self, terminal: TerminalId, owner: UserId, all: Vec<(u64, CommandNews)>) {
        let Some(listener) = self.listener.as_ref().filter(|_| !all.is_empty()) else { return };
        let at = (self.clock)();
        for (seq, news) in all {
            let fits = listener.try_send(CommandEvent { terminal, owner, seq, at, news }).is_ok();
            if !fits && !self.missing.swap(true, Ordering::Relaxed) {
                tracing::warn!(%terminal, "commands are reported faster than they are taken down; some are missed");
            } else if fits {
                self.missing.store(false, Ordering::Relaxed);
            }
        }
    }
}
