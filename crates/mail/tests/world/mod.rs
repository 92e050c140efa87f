//! What the stories share: a database, a clock, a mail server.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

pub mod sink;

use std::time::Duration;

use mail::{Mail, Message, Sender, Settings, Transport};
use model::{
    Caller, MailId, Role, SessionId, Timestamp, UserId,
    identity::Email,
    mail::{MailServer, MailStatus, OutboxEntry},
};
use store::{Clock, Db, ManualTime, Sealer, testing::Fresh};
use tokio::time::timeout;

/// Longer than anything here takes; only a failing test waits for it.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// One database with its clock.
pub struct World {
    pub db: Db,
    pub clock: Clock,
    pub time: ManualTime,
    pub sealer: Sealer,
    pub fresh: Fresh,
}

impl World {
    pub async fn each() -> Vec<Self> {
        let mut worlds = Vec::new();
        for fresh in Fresh::each().await {
            let (clock, time) = Clock::manual(Timestamp(1_800_000_000_000));
            let sealer = Sealer::open(fresh.dir.path()).unwrap();
            worlds.push(Self { db: fresh.open().await, clock, time, sealer, fresh });
        }
        worlds
    }

    /// A fresh handle, as after a restart.
    pub fn start(&self, transport: Transport) -> Mail {
        let settings = Settings { transport, from: Some(Sender::parse("Nova <nova@example.org>").unwrap()) };
        Mail::start(self.db.clone(), self.clock.clone(), settings, self.sealer.clone()).unwrap()
    }

    /// Queues and commits, without waking the worker.
    pub async fn queue(&self, mail: &Mail, message: &Message) -> MailId {
        let mut write = self.db.write().await.unwrap();
        let id = mail.queue(&mut write, message).await.unwrap();
        write.commit().await.unwrap();
        id
    }

    /// Queues, commits and wakes.
    pub async fn send(&self, mail: &Mail, message: &Message) -> MailId {
        let id = self.queue(mail, message).await;
        mail.wake();
        id
    }

    /// Lets time pass and the worker look again.
    pub fn pass(&self, mail: &Mail, by: Duration) {
        self.time.advance(by);
        mail.wake();
    }

    pub async fn end(self) {
        self.db.close().await;
        self.fresh.remove().await;
    }
}

pub fn admin() -> Caller {
    Caller::person(UserId::new(), SessionId::new(), Role::Admin)
}

pub fn message(to: &str) -> Message {
    Message::new(Email::parse(to).unwrap(), "An invitation", "Hello,\n\nyou are invited.").unwrap()
}

pub async fn entry(mail: &Mail, id: MailId) -> OutboxEntry {
    mail.outbox(&admin()).await.unwrap().into_iter().find(|entry| entry.id == id).expect("it is in the outbox")
}

/// Waits until the entry is as asked for.
pub async fn entry_when(mail: &Mail, id: MailId, is: impl Fn(&OutboxEntry) -> bool) -> OutboxEntry {
    let mut changes = mail.changes();
    let mut last = None;
    let found = timeout(PATIENCE, async {
        loop {
            changes.borrow_and_update();
            let found = entry(mail, id).await;
            if is(&found) {
                return found;
            }
            last = Some(found);
            changes.changed().await.unwrap();
        }
    })
    .await;
    found.unwrap_or_else(|_| panic!("the entry stays {last:?}"))
}

pub async fn sent(mail: &Mail, id: MailId) -> OutboxEntry {
    entry_when(mail, id, |entry| entry.status == MailStatus::Sent).await
}

/// Waits until the mail was tried that often and what became of it is noted.
pub async fn tried(mail: &Mail, id: MailId, attempts: u32) -> OutboxEntry {
    let noted = |entry: &OutboxEntry| {
        entry.attempts == attempts
            && (entry.status != MailStatus::Queued || entry.next_try_at > Some(entry.created_at))
            && entry.last_error.is_some()
    };
    entry_when(mail, id, noted).await
}

pub async fn server(mail: &Mail) -> MailServer {
    mail.state(&admin()).await.unwrap().server
}
