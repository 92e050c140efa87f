//! Health of Nova's own services, with real figures.

use std::time::Duration;

use model::{
    ApiError, Caller, Permission,
    service::{Health, ServiceHealth},
};
use tokio::time::{Instant, timeout};

use crate::Nova;

/// A database that takes longer is degraded.
const SLOW: Duration = Duration::from_millis(100);
/// A database that takes longer is down.
const DEAD: Duration = Duration::from_secs(2);

impl Nova {
    /// One card for each service.
    ///
    /// # Errors
    /// `Forbidden` without `metrics.read`.
    pub async fn health(&self, caller: &Caller) -> Result<Vec<ServiceHealth>, ApiError> {
        caller.require(Permission::MetricsRead)?;
        let database = self.database_health().await;
        let live = self.live.status();
        let live = ServiceHealth {
            name: "live".into(),
            health: Health::Healthy,
            detail: format!("{}, {} online", counted(u64::from(live.connections), "tab"), live.people),
        };
        let shells = self.terminals.status(&Caller::system("health"))?;
        let terminals = ServiceHealth {
            name: "terminals".into(),
            health: Health::Healthy,
            detail: counted(shells.running as u64, "shell"),
        };
        let collector = self.metrics.collector_health();
        // The card's figures change each second; here only the state is news.
        let metrics = ServiceHealth {
            name: "metrics".into(),
            health: collector.health(),
            detail: if collector.running { "one sample a second".into() } else { "stopped".into() },
        };
        Ok(vec![database, live, terminals, metrics])
    }

    /// The database's card.
    pub(crate) async fn database_health(&self) -> ServiceHealth {
        let started = Instant::now();
        let answer = timeout(DEAD, self.db.ping()).await;
        let took = started.elapsed();
        let engine = match self.db.engine() {
            store::Engine::Sqlite => "SQLite",
            store::Engine::Postgres => "PostgreSQL",
        };
        let (health, detail) = match answer {
            Ok(Ok(())) if took > SLOW => (Health::Degraded, format!("{engine}, slow: {} ms", took.as_millis())),
            Ok(Ok(())) => (Health::Healthy, engine.to_owned()),
            Ok(Err(error)) => {
                tracing::error!(%error, "the database does not answer");
                (Health::Down, format!("{engine} does not answer"))
            }
            Err(_) => (Health::Down, format!("{engine} does not answer in {} s", DEAD.as_secs())),
        };
        ServiceHealth { name: "database".into(), health, detail }
    }

    /// Whether the database answers: the only thing without which no request can be served.
    pub async fn is_ready(&self) -> bool {
        self.database_health().await.health != Health::Down
    }
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
