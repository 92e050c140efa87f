//! The promises of the audit log, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::time::Duration;

use audit::{Audit, Entry, Format, chunk_of};
use model::{
    Caller, Role, SessionId, Timestamp, UserId,
    audit::{Action, AuditFilter, Outcome},
};
use store::{Clock, Db, ManualTime, sqlx, testing::Fresh};

struct World {
    audit: Audit,
    db: Db,
    time: ManualTime,
    fresh: Fresh,
}

impl World {
    async fn each() -> Vec<Self> {
        let mut worlds = Vec::new();
        for fresh in Fresh::each().await {
            let (clock, time) = Clock::manual(Timestamp(1_800_000_000_000));
            let db = fresh.open().await;
            worlds.push(Self { audit: Audit::start(db.clone(), clock), db, time, fresh });
        }
        worlds
    }

    async fn run(&self, sql: &'static str) {
        let mut write = self.db.write().await.unwrap();
        sqlx::query(sql).execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
    }

    async fn fill(&self, count: u32) {
        for number in 0..count {
            self.audit.record(entry(&format!("entry {number}"))).await.unwrap();
        }
    }

    async fn broken(&self) -> Option<i64> {
        self.audit.verify(&system()).await.unwrap().broken.map(|(seq, _)| seq)
    }

    async fn end(self) {
        drop(self.audit);
        self.db.close().await;
        self.fresh.remove().await;
    }
}

fn system() -> Caller {
    Caller::system("test")
}

fn entry(detail: &str) -> Entry {
    Entry::stranger(Action::SessionBegin, "192.0.2.7").refused().detail(detail)
}

#[tokio::test]
async fn an_untouched_log_verifies_and_every_kind_of_tampering_is_found() {
    let tampering = [
        ("UPDATE audit_events SET detail = 'something else' WHERE seq = 3", Some(3)),
        ("UPDATE audit_events SET at = at + 1 WHERE seq = 1", Some(1)),
        ("UPDATE audit_events SET actor = address, address = actor WHERE seq = 4", Some(4)),
        ("DELETE FROM audit_events WHERE seq = 2", Some(2)),
        ("DELETE FROM audit_events WHERE seq = 5", Some(5)),
        ("DELETE FROM audit_events", Some(1)),
        ("UPDATE audit_head SET hash = 'other'", Some(5)),
    ];
    for (sql, expected) in tampering {
        for world in World::each().await {
            world.fill(5).await;
            assert_eq!(world.broken().await, None);
            world.run(sql).await;
            assert_eq!(world.broken().await, expected, "{sql}");
            world.end().await;
        }
    }
}

#[tokio::test]
async fn an_entry_stands_exactly_if_its_action_does() {
    for world in World::each().await {
        let mut write = world.db.write().await.unwrap();
        world.audit.within(&mut write, &entry("undone")).await.unwrap();
        drop(write);
        let mut write = world.db.write().await.unwrap();
        world.audit.within(&mut write, &entry("done")).await.unwrap();
        write.commit().await.unwrap();
        let page = world.audit.page(&system(), &AuditFilter::default(), None, 10).await.unwrap();
        let details: Vec<_> = page.events.iter().map(|event| event.detail.as_str()).collect();
        assert_eq!(details, ["done"]);
        world.end().await;
    }
}

#[tokio::test]
async fn entries_that_come_together_share_transactions_and_leave_no_gap() {
    for world in World::each().await {
        let writers = (0..400).map(|number| {
            let audit = world.audit.clone();
            tokio::spawn(async move { audit.record(entry(&number.to_string())).await })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap().unwrap();
        }
        let check = world.audit.verify(&system()).await.unwrap();
        assert_eq!((check.entries, check.first, check.last, check.broken), (400, 1, 400, None));
        let stats = world.audit.stats();
        assert_eq!(stats.entries, 400);
        assert!(stats.transactions < 400, "{stats:?}");
        world.end().await;
    }
}

#[tokio::test]
async fn entries_are_found_by_person_action_object_time_outcome_and_words() {
    for world in World::each().await {
        let ann = UserId::new();
        let mut write = world.db.write().await.unwrap();
        sqlx::query(
            "INSERT INTO users (id, username, display_name, role, password_hash, created_at)
             VALUES ($1, 'ann', 'Ann', 'owner', '', 0)",
        )
        .bind(ann.to_string())
        .execute(&mut *write)
        .await
        .unwrap();
        write.commit().await.unwrap();
        let caller = Caller::person(ann, SessionId::new(), Role::Owner).under(
            Timestamp(0),
            "10.1.2.3".parse().ok(),
            false,
            None,
        );
        let audit = &world.audit;
        audit.record(entry("wrong password")).await.unwrap();
        world.time.advance(Duration::from_secs(60));
        audit.record(Entry::by(&caller, Action::KeyMake).object("key", "k1", "100%_sure")).await.unwrap();
        audit.record(Entry::by(&caller, Action::KeyRevoke).object("key", "k1", "ci")).await.unwrap();
        audit.record(Entry::by(&system(), Action::AccountDisable).person(ann)).await.unwrap();
        let found = async |filter: AuditFilter| {
            let page = audit.page(&system(), &filter, None, 10).await.unwrap();
            page.events.iter().map(|event| event.seq).collect::<Vec<_>>()
        };
        let with = |change: fn(&mut AuditFilter)| {
            let mut filter = AuditFilter::default();
            change(&mut filter);
            filter
        };
        assert_eq!(found(with(|_| ())).await, [4, 3, 2, 1]);
        assert_eq!(found(with(|filter| filter.person = "Ann".into())).await, [4, 3, 2]);
        assert_eq!(found(with(|filter| filter.action = "key.make".into())).await, [2]);
        assert_eq!(found(with(|filter| filter.action = "key.".into())).await, [3, 2]);
        assert_eq!(found(with(|filter| filter.object = "k1".into())).await, [3, 2]);
        assert_eq!(found(with(|filter| filter.outcome = Some(Outcome::Refused))).await, [1]);
        assert_eq!(found(with(|filter| filter.until = Some(Timestamp(1_800_000_030_000)))).await, [1]);
        assert_eq!(found(with(|filter| filter.from = Some(Timestamp(1_800_000_030_000)))).await, [4, 3, 2]);
        assert_eq!(found(with(|filter| filter.text = "WRONG pass".into())).await, [1]);
        assert_eq!(found(with(|filter| filter.text = "0%_s".into())).await, [2]);
        assert_eq!(found(with(|filter| filter.text = "' OR 1=1 --".into())).await, [0; 0]);
        let too_long = with(|filter| filter.text = "x".repeat(201));
        assert!(audit.page(&system(), &too_long, None, 10).await.is_err());
        let page = audit.page(&system(), &AuditFilter::default(), None, 3).await.unwrap();
        let rest = audit.page(&system(), &AuditFilter::default(), page.before, 3).await.unwrap();
        assert_eq!((page.events.len(), rest.events.len(), rest.before), (3, 1, None));
        assert_eq!(page.events[1].address, "10.1.2.3");
        assert_eq!(page.events[0].object_name, "ann");
        world.end().await;
    }
}

#[tokio::test]
async fn an_export_holds_everything_escaped_and_is_itself_noted() {
    for world in World::each().await {
        world.audit.record(entry("\u{1b}[31mred\r\n=cmd, \"quoted\" \0 end")).await.unwrap();
        let filter = AuditFilter::default();
        let (csv, more) = chunk_of(&world.audit, &system(), &filter, Format::Csv, None).await.unwrap();
        assert_eq!((csv.lines().count(), more), (3, None));
        assert!(!csv.contains('\u{1b}') && csv.contains("\\u{1b}[31mred"), "{csv}");
        assert!(csv.contains("audit.export"));
        let (json, _) = chunk_of(&world.audit, &system(), &filter, Format::Ndjson, None).await.unwrap();
        let events: Vec<model::audit::AuditEvent> =
            json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(events.len(), 3);
        assert!(!json.contains('\u{1b}'));
        world.end().await;
    }
}

#[tokio::test]
async fn old_entries_are_forgotten_from_the_beginning_and_the_rest_still_verifies() {
    for world in World::each().await {
        world.fill(4).await;
        world.time.advance(Duration::from_secs(100));
        world.fill(2).await;
        assert_eq!(world.audit.prune(&system(), Duration::from_secs(50)).await.unwrap(), 4);
        let check = world.audit.verify(&system()).await.unwrap();
        assert_eq!((check.first, check.last, check.broken), (5, 7, None));
        world.time.advance(Duration::from_secs(1000));
        assert_eq!(world.audit.prune(&system(), Duration::from_secs(50)).await.unwrap(), 2, "the newest stays");
        world.run("DELETE FROM audit_events WHERE seq = 7").await;
        assert_eq!(world.broken().await, Some(7));
        world.end().await;
    }
}

#[tokio::test]
async fn only_those_with_the_permission_read_the_log() {
    for world in World::each().await {
        let developer = Caller::person(UserId::new(), SessionId::new(), Role::Developer);
        let filter = AuditFilter::default();
        assert!(world.audit.page(&developer, &filter, None, 10).await.is_err());
        assert!(world.audit.verify(&developer).await.is_err());
        assert!(world.audit.prune(&developer, Duration::ZERO).await.is_err());
        assert!(chunk_of(&world.audit, &developer, &filter, Format::Csv, None).await.is_err());
        world.end().await;
    }
}
