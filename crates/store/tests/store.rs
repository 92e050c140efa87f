//! The store's promises, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{collections::BTreeMap, time::Duration};

use model::Timestamp;
use sqlx::Row;
use store::{Clock, Db, Engine, Error, testing::Fresh};

#[tokio::test]
async fn a_transaction_dropped_before_commit_changes_nothing() {
    for fresh in Fresh::each().await {
        let db = fresh.open().await;
        db.set_meta("kept", Some("1")).await.unwrap();
        let mut write = db.write().await.unwrap();
        sqlx::query("DELETE FROM meta").execute(&mut *write).await.unwrap();
        drop(write);
        assert_eq!(db.meta("kept").await.unwrap().as_deref(), Some("1"));
        db.close().await;
        fresh.remove().await;
    }
}

#[tokio::test]
async fn many_writers_at_once_never_meet_a_locked_database() {
    for fresh in Fresh::each().await {
        let db = fresh.open().await;
        let writers = (0..64).map(|n| {
            let db = db.clone();
            tokio::spawn(async move { db.set_meta(&format!("key{n}"), Some("x")).await })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap().unwrap();
        }
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM meta").fetch_one(db.read()).await.unwrap();
        assert_eq!(count, 64);
        db.close().await;
        fresh.remove().await;
    }
}

#[tokio::test]
async fn a_database_from_a_newer_binary_is_refused_and_left_alone() {
    for fresh in Fresh::each().await {
        let db = fresh.open().await;
        let mut write = db.write().await.unwrap();
        sqlx::query("UPDATE _sqlx_migrations SET version = 9999 WHERE version = $1")
            .bind(db.newest_migration())
            .execute(&mut *write)
            .await
            .unwrap();
        write.commit().await.unwrap();
        db.close().await;
        let refused = Db::open(&fresh.location).await.map(|_| ());
        assert!(matches!(refused, Err(Error::Newer(9999))), "{refused:?}");
        fresh.remove().await;
    }
}

#[tokio::test]
async fn a_clock_behind_the_last_start_is_refused_until_accepted() {
    for fresh in Fresh::each().await {
        let db = fresh.open().await;
        let (clock, time) = Clock::manual(Timestamp(1_800_000_000_000));
        db.note_start(&clock).await.unwrap();
        time.turn_back(Duration::from_secs(30));
        db.note_start(&clock).await.unwrap();
        time.turn_back(Duration::from_secs(3600));
        assert!(matches!(db.note_start(&clock).await, Err(Error::ClockBehind { .. })));
        db.accept_clock(&clock).await.unwrap();
        db.note_start(&clock).await.unwrap();
        db.close().await;
        fresh.remove().await;
    }
}

#[tokio::test]
async fn sqlite_is_durable_private_and_strict() {
    use std::os::unix::fs::PermissionsExt;
    let fresh = Fresh::sqlite();
    let db = fresh.open().await;
    let mode = std::fs::metadata(fresh.dir.path().join("nova.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut write = db.write().await.unwrap();
    for (pragma, expected) in [("foreign_keys", 1), ("synchronous", 2), ("busy_timeout", 5000)] {
        let sql = sqlx::AssertSqlSafe(format!("PRAGMA {pragma}"));
        let value: i64 = sqlx::query_scalar(sql).fetch_one(&mut *write).await.unwrap();
        assert_eq!(value, expected, "{pragma}");
    }
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *write).await.unwrap();
    assert_eq!(mode, "wal");
    let loose = sqlx::query("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%' AND name <> '_sqlx_migrations'")
        .fetch_all(&mut *write).await.unwrap();
    assert!(loose.is_empty(), "{:?}", loose.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>());
}

/// table → column → (type class, nullable)
type Shape = BTreeMap<String, BTreeMap<String, (String, bool)>>;

async fn shape(db: &Db) -> Shape {
    let sql = match db.engine() {
        Engine::Sqlite => {
            "SELECT t.name, c.name, lower(c.type), CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN 0 ELSE 1 END
             FROM pragma_table_list t, pragma_table_info(t.name) c
             WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"
        }
        Engine::Postgres => {
            "SELECT table_name::text, column_name::text, data_type::text,
                    CAST(CASE WHEN is_nullable = 'YES' THEN 1 ELSE 0 END AS BIGINT)
             FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    let mut shape = Shape::new();
    for row in sqlx::query(sql).fetch_all(db.read()).await.unwrap() {
        let (table, column, kind, nullable): (String, String, String, i64) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        if table == "_sqlx_migrations" {
            continue;
        }
        let kind = match kind.as_str() {
            "bigint" => "integer".to_owned(),
            "bytea" => "blob".to_owned(),
            _ => kind,
        };
        shape.entry(table).or_default().insert(column, (kind, nullable == 1));
    }
    shape
}

#[tokio::test]
async fn both_schemas_have_the_same_shape() {
    let Some(postgres) = Fresh::postgres().await else { return };
    let sqlite = Fresh::sqlite();
    let (left, right) = (shape(&sqlite.open().await).await, shape(&postgres.open().await).await);
    assert!(left.len() >= 6);
    assert_eq!(left, right);
    postgres.remove().await;
}
