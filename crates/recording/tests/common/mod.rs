//! A shell that says what the test says.
#![allow(clippy::unwrap_used, clippy::expect_used, dead_code, unreachable_pub, reason = "tests")]

use std::{num::NonZeroU16, sync::Arc, time::Duration};

use audit::Audit;
use bytes::Bytes;
use model::{
    Caller, Factor, RecordingId, Role, SessionId, TerminalId, Timestamp, UserId,
    caller::Proof,
    terminal::{Size, State},
};
use recording::{Emulator, Heard, Recordings, Settings, Shell, Source};
use store::{Clock, Db, ManualTime, sqlx, testing::Fresh};
use tokio::sync::mpsc;

pub const SIZE: Size = Size { cols: 80, rows: 24 };
pub const START: Timestamp = Timestamp(1_800_000_000_000);

pub struct World {
    pub recordings: Recordings,
    pub db: Db,
    pub fresh: Fresh,
    pub time: ManualTime,
    pub clock: Clock,
}

struct Screen(vt100::Parser);

fn cells(size: Size) -> (NonZeroU16, NonZeroU16) {
    (NonZeroU16::new(size.rows).unwrap(), NonZeroU16::new(size.cols).unwrap())
}

impl Emulator for Screen {
    fn feed(&mut self, bytes: &[u8]) {
        self.0.process(bytes);
    }
    fn resize(&mut self, size: Size) {
        let (rows, cols) = cells(size);
        self.0.set_size(rows, cols);
    }
    fn paint(&self) -> Vec<u8> {
        self.0.screen().state_formatted().into_bytes()
    }
}

pub fn emulators() -> recording::Emulators {
    Arc::new(|size| {
        let (rows, cols) = cells(size);
        Box::new(Screen(vt100::Parser::new(rows, cols, 0)))
    })
}

impl World {
    pub async fn each() -> Vec<Self> {
        let mut worlds = Vec::new();
        for fresh in Fresh::each().await {
            worlds.push(Self::on(fresh, |_| {}).await);
        }
        worlds
    }

    pub async fn small(change: impl Fn(&mut Settings)) -> Self {
        Self::on(Fresh::sqlite(), change).await
    }

    async fn on(fresh: Fresh, change: impl Fn(&mut Settings)) -> Self {
        let db = fresh.open().await;
        let (clock, time) = Clock::manual(START);
        let mut settings = Settings { reserve: 0, ..Settings::new(fresh.dir.path().join("recordings"), emulators()) };
        change(&mut settings);
        let audit = Audit::start(db.clone(), clock.clone());
        let recordings = Recordings::start(db.clone(), clock.clone(), audit, settings).unwrap();
        Self { recordings, db, fresh, time, clock }
    }

    /// The service as the next server has it.
    pub fn again(&self) -> Recordings {
        let settings = Settings { reserve: 0, ..Settings::new(self.fresh.dir.path().join("recordings"), emulators()) };
        let audit = Audit::start(self.db.clone(), self.clock.clone());
        Recordings::start(self.db.clone(), self.clock.clone(), audit, settings).unwrap()
    }

    pub fn file(&self, id: RecordingId, kind: &str) -> std::path::PathBuf {
        self.fresh.dir.path().join("recordings").join(format!("{id}.{kind}"))
    }

    pub async fn person(&self, name: &str, role: Role) -> Caller {
        let user = UserId::new();
        let sql = "INSERT INTO users (id, username, display_name, role, password_hash, created_at)
                   VALUES ($1, $2, $2, $3, '', 0)";
        let mut write = self.db.write().await.unwrap();
        let query = sqlx::query(sql).bind(user.to_string()).bind(name.to_owned()).bind(role.name().to_owned());
        query.execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
        Caller::person(user, SessionId::new(), role).under(START, None, true, None)
    }

    pub fn fresh_proof(&self, caller: &Caller) -> Caller {
        let now = self.time.now();
        caller.clone().under(now, None, true, Some(Proof { factor: Factor::Totp, at: now }))
    }

    pub async fn audited(&self, action: &str) -> i64 {
        let sql = "SELECT COUNT(*) FROM audit_events WHERE action = $1";
        sqlx::query_scalar(sql).bind(action.to_owned()).fetch_one(self.db.read()).await.unwrap()
    }

    pub async fn end(self) {
        self.db.close().await;
        self.fresh.remove().await;
    }
}

/// One shell.
pub struct Fake {
    pub terminal: TerminalId,
    pub tell: mpsc::UnboundedSender<Heard>,
    seq: u64,
}

pub struct Hearing(mpsc::UnboundedReceiver<Heard>);

impl Source for Hearing {
    async fn next(&mut self) -> Option<Heard> {
        self.0.recv().await
    }
    fn begin_anew(&mut self) {}
}

impl Fake {
    pub fn new() -> (Self, Hearing) {
        Self::of(TerminalId::new(), 0)
    }

    pub fn of(terminal: TerminalId, seq: u64) -> (Self, Hearing) {
        let (tell, hear) = mpsc::unbounded_channel();
        (Self { terminal, tell, seq }, Hearing(hear))
    }

    pub fn shell(&self) -> Shell {
        Shell { terminal: self.terminal, title: "bash".into(), size: SIZE }
    }

    pub fn write(&mut self, bytes: &[u8]) {
        self.seq += bytes.len() as u64;
        let pieces = vec![Bytes::copy_from_slice(bytes)];
        let _gone = self.tell.send(Heard::Output { pieces, end: self.seq });
    }

    pub fn exit(&self, code: i32) {
        let _gone = self.tell.send(Heard::Ended(State::Exited { code }));
    }
}

/// Waits until something is so; the test fails when it takes longer than half a minute.
pub async fn until<F: Future<Output = bool>>(what: &str, is: impl Fn() -> F) {
    let waited = tokio::time::timeout(Duration::from_secs(30), async {
        while !is().await {
            tokio::task::yield_now().await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("{what} did not happen"));
}
