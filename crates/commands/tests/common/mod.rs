//! A service on a fresh database, people, and shells that report.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use audit::Audit;
use commands::Commands;
use model::{
    Caller, Factor, Role, SessionId, TerminalId, Timestamp, UserId,
    audit::{AuditEvent, AuditFilter},
    caller::Proof,
    commands::Search,
    terminal::commands::{CommandEvent, CommandNews},
};
use store::{Clock, Db, ManualTime, sqlx, testing::Fresh};

pub struct World {
    pub commands: Commands,
    pub audit: Audit,
    pub db: Db,
    pub time: ManualTime,
    seq: AtomicU64,
    shell: TerminalId,
    fresh: Fresh,
}

pub fn system() -> Caller {
    Caller::system("test")
}

impl World {
    pub async fn each() -> Vec<Self> {
        let mut worlds = Vec::new();
        for fresh in Fresh::each().await {
            let db = fresh.open().await;
            let (clock, time) = Clock::manual(Timestamp(1_800_000_000_000));
            let audit = Audit::start(db.clone(), clock.clone());
            let commands = Commands::new(db.clone(), clock, audit.clone(), "here");
            let (seq, shell) = (AtomicU64::new(1), TerminalId::new());
            worlds.push(Self { commands, audit, db, time, seq, shell, fresh });
        }
        worlds
    }

    async fn add(&self, name: &str, role: Role) -> Caller {
        let user = UserId::new();
        let mut write = self.db.write().await.unwrap();
        sqlx::query(
            "INSERT INTO users (id, username, display_name, role, password_hash, created_at)
             VALUES ($1, $2, $2, $3, '', 0)",
        )
        .bind(user.to_string())
        .bind(name.to_owned())
        .bind(role.name().to_owned())
        .execute(&mut *write)
        .await
        .unwrap();
        write.commit().await.unwrap();
        let now = self.time.now();
        let proof = Some(Proof { factor: Factor::Password, at: now });
        Caller::person(user, SessionId::new(), role).under(now, None, true, proof)
    }

    pub async fn person(&self, name: &str) -> Caller {
        self.add(name, Role::Developer).await
    }

    pub async fn owner(&self, name: &str) -> Caller {
        self.add(name, Role::Owner).await
    }

    pub fn started(&self, who: &Caller, terminal: TerminalId, seq: u64, line: &str) -> CommandEvent {
        let news = CommandNews::Started { line: Some(line.to_owned()), cwd: Some("/".to_owned()) };
        CommandEvent { terminal, owner: who.user().unwrap(), seq, at: self.time.now(), news }
    }

    pub fn ended(
        &self,
        who: &Caller,
        terminal: TerminalId,
        seq: u64,
        started: Option<u64>,
        exit: Option<i32>,
    ) -> CommandEvent {
        let news = CommandNews::Ended { started, exit };
        CommandEvent { terminal, owner: who.user().unwrap(), seq, at: self.time.now(), news }
    }

    pub async fn hear(&self, events: &[CommandEvent]) {
        let events: Vec<_> = events.iter().map(|event| (event.clone(), true)).collect();
        self.commands.hear(&system(), &events).await.unwrap();
    }

    /// A command from its start to its end, one and a half seconds later.
    pub async fn ran(&self, who: &Caller, line: &str, cwd: &str, exit: Option<i32>, kept: bool) {
        let seq = self.seq.fetch_add(10, Ordering::Relaxed);
        let mut start = self.started(who, self.shell, seq, line);
        start.news = CommandNews::Started { line: Some(line.to_owned()), cwd: Some(cwd.to_owned()) };
        self.commands.hear(&system(), &[(start, kept)]).await.unwrap();
        self.time.advance(Duration::from_millis(1_500));
        let end = self.ended(who, self.shell, seq + 5, Some(seq), exit);
        self.commands.hear(&system(), &[(end, kept)]).await.unwrap();
        self.time.advance(Duration::from_secs(1));
    }

    pub async fn found(&self, who: &Caller, search: &Search) -> Vec<String> {
        let found = self.commands.search(who, search).await.unwrap();
        found.commands.into_iter().map(|command| command.line).collect()
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.db.read()).await.unwrap()
    }

    /// The log, oldest first.
    pub async fn log(&self) -> Vec<AuditEvent> {
        let page = self.audit.page(&system(), &AuditFilter::default(), None, 100).await.unwrap();
        page.events.into_iter().rev().collect()
    }

    pub async fn actions(&self) -> Vec<String> {
        self.log().await.into_iter().map(|event| event.action).collect()
    }

    pub async fn end(self) {
        self.db.close().await;
        self.fresh.remove().await;
    }
}
