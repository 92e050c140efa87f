//! What the overview starts from; afterwards it lives on the live channel.

use leptos::prelude::*;
use model::{
    metrics::{History, Host, Sample},
    service::ServiceHealth,
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// The machine at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// What does not change.
    pub host: Host,
    /// The newest sample; none in the first second after the start.
    pub latest: Option<Sample>,
    /// Nova's own services.
    pub services: Vec<ServiceHealth>,
}

/// The machine as it is now.
#[server(prefix = "/api", endpoint = "overview", output = Json)]
pub async fn overview() -> Result<Machine, Failure> {
    let (nova, caller) = context::signed_in()?;
    let host = nova.metrics.host(&caller)?;
    let latest = nova.metrics.latest(&caller)?;
    Ok(Machine { host, latest, services: nova.health(&caller).await? })
}

/// The last ten minutes.
#[server(prefix = "/api", endpoint = "recent_history", output = Json)]
pub async fn recent_history() -> Result<History, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.metrics.history(&caller)?)
}
