use sqlx::{AnyPool, migrate::MigrateError};

use crate::{Db, Engine, Error};

static SQLITE: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/postgres");

/// Applies what is missing. PostgreSQL takes an advisory lock meanwhile; SQLite is guarded by the instance lock and,
/// against the command line, by its own write lock.
pub(crate) async fn run(engine: Engine, pool: &AnyPool) -> Result<(), Error> {
    let migrator = match engine {
        Engine::Sqlite => &SQLITE,
        Engine::Postgres => &POSTGRES,
    };
    migrator.run(pool).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => Error::Newer(version),
        MigrateError::VersionMismatch(version) => Error::Foreign(version),
        other => Error::Migrate(other),
    })
}

impl Db {
    /// The newest migration this binary carries.
    #[must_use]
    pub fn newest_migration(&self) -> i64 {
        let migrator = match self.engine() {
            Engine::Sqlite => &SQLITE,
            Engine::Postgres => &POSTGRES,
        };
        migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
    }
}
