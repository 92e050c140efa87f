use std::{path::Path, time::Duration};

use rustix::fs::Mode;
use secrecy::ExposeSecret;
use sqlx::{
    Any, AnyPool, Executor, Transaction,
    any::{AnyPoolOptions, install_default_drivers},
};

use crate::{Error, Location, migrate};

/// Connections that read SQLite at once, or all connections to PostgreSQL.
const READERS: u32 = 8;
/// How long a caller waits for a connection before it is told that the database does not answer.
const ACQUIRE: Duration = Duration::from_secs(10);

/// Which database it is; only needed where a query must differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite in WAL mode.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// The database: cheap to clone.
///
/// SQLite has a pool of readers and exactly one writer, so nobody meets "database is locked": writers queue for the
/// connection instead. PostgreSQL uses one pool for both.
#[derive(Debug, Clone)]
pub struct Db {
    engine: Engine,
    read: AnyPool,
    write: AnyPool,
}

/// A transaction that may write. Dropped without [`commit`](Transaction::commit), it changes nothing.
pub type Write = Transaction<'static, Any>;

impl Db {
    /// Opens the database and brings it to this binary's schema.
    ///
    /// # Errors
    /// Where it cannot be reached or written, or was migrated by a newer binary.
    pub async fn open(location: &Location) -> Result<Self, Error> {
        install_default_drivers();
        let db = match location {
            Location::Sqlite(path) => Self::open_sqlite(path).await?,
            Location::Postgres(url) => {
                let pool = AnyPoolOptions::new()
                    .max_connections(READERS)
                    .acquire_timeout(ACQUIRE)
                    .connect(url.expose_secret())
                    .await?;
                Self { engine: Engine::Postgres, read: pool.clone(), write: pool }
            }
        };
        migrate::run(db.engine, &db.write).await?;
        Ok(db)
    }

    async fn open_sqlite(path: &Path) -> Result<Self, Error> {
        // The file holds password hashes and messages: nobody else's business, whatever the umask says.
        let file = rustix::fs::open(
            path,
            rustix::fs::OFlags::CREATE | rustix::fs::OFlags::RDWR | rustix::fs::OFlags::CLOEXEC,
            Mode::RUSR | Mode::WUSR,
        );
        drop(file.map_err(|error| Error::Directory { path: path.to_owned(), cause: error.into() })?);

        let url = format!("sqlite:{}", escape(&path.to_string_lossy()));
        let write = sqlite_pool(1, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;").connect(&url).await?;
        let read = sqlite_pool(READERS, "PRAGMA query_only = ON;").connect(&url).await?;
        Ok(Self { engine: Engine::Sqlite, read, write })
    }

    /// Which database it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Connections for queries that change nothing.
    #[must_use]
    pub fn read(&self) -> &AnyPool {
        &self.read
    }

    /// Begins a transaction that may write. Waits its turn.
    ///
    /// # Errors
    /// When the database does not answer in time.
    pub async fn write(&self) -> Result<Write, Error> {
        // IMMEDIATE: a second process (the command line) must not get in between our read and our write.
        let begin = match self.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN",
        };
        Ok(self.write.begin_with(begin).await?)
    }

    /// Asks the database for a sign of life, by the way writes take.
    ///
    /// # Errors
    /// When it gives none.
    pub async fn ping(&self) -> Result<(), Error> {
        sqlx::query("SELECT 1").execute(&self.read).await?;
        Ok(())
    }

    /// Closes all connections after what they are doing; SQLite folds its WAL into the file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

fn sqlite_pool(connections: u32, pragmas: &'static str) -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE).after_connect(move |connection, _| {
        Box::pin(async move {
            connection.execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;").await?;
            connection.execute(pragmas).await?;
            Ok(())
        })
    })
}

/// Percent-encodes what would end the path part of a `sqlite:` URL.
fn escape(path: &str) -> String {
    path.chars().fold(String::with_capacity(path.len()), |mut url, c| {
        match c {
            '%' => url.push_str("%25"),
            '?' => url.push_str("%3F"),
            '#' => url.push_str("%23"),
            ' ' => url.push_str("%20"),
            other => url.push(other),
        }
        url
    })
}
