//! Fresh databases for tests: every story runs on SQLite, and on PostgreSQL where `NOVA_TEST_POSTGRES` names a server
//! whose user may create databases (`make test` starts one).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up should stop at once")]

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, postgres::PgConnection};
use tempfile::TempDir;

use crate::{Db, Location};

/// A database of its own for one test, removed with it.
#[derive(Debug)]
pub struct Fresh {
    /// Where it is; opening it again finds the same data.
    pub location: Location,
    /// A directory of the test's own.
    pub dir: TempDir,
    postgres: Option<(String, String)>,
}

impl Fresh {
    /// A fresh SQLite file.
    #[must_use]
    pub fn sqlite() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        Self { location: Location::Sqlite(dir.path().join("nova.db")), dir, postgres: None }
    }

    /// A fresh PostgreSQL database, or `None` (said aloud) where no server was named.
    pub async fn postgres() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var("NOVA_TEST_POSTGRES") else {
            assert!(std::env::var_os("CI").is_none(), "NOVA_TEST_POSTGRES must be set where everything is tested");
            eprintln!("NOVA_TEST_POSTGRES is not set: this story ran on SQLite only");
            return None;
        };
        let name = format!("nova_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut admin = PgConnection::connect(&format!("{server}/postgres")).await.expect("the test server");
        sqlx::raw_sql(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"))).execute(&mut admin).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await.unwrap();
        admin.close().await.unwrap();
        let dir = tempfile::tempdir().expect("a temporary directory");
        let location = Location::Postgres(format!("{server}/{name}").into());
        Some(Self { location, dir, postgres: Some((server, name)) })
    }

    /// One of each engine that is there.
    pub async fn each() -> Vec<Self> {
        let mut all = vec![Self::sqlite()];
        all.extend(Self::postgres().await);
        all
    }

    /// Opens it.
    pub async fn open(&self) -> Db {
        Db::open(&self.location).await.expect("a fresh database opens")
    }

    /// Drops the PostgreSQL database; a SQLite file goes with its directory.
    pub async fn remove(self) {
        if let Some((server, name)) = &self.postgres {
            let mut admin = PgConnection::connect(&format!("{server}/postgres")).await.expect("the test server");
            sqlx::raw_sql(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")))
                .execute(&mut admin)
                .await
                .unwrap();
        }
    }
}
