//! Health of Nova's own services.

use serde::{Deserialize, Serialize};

/// How one service fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Does its work.
    Healthy,
    /// Works, but near a bound or slowly.
    Degraded,
    /// Does not do its work.
    Down,
}

/// One service's card on the dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceHealth {
    /// Name of the service.
    pub name: String,
    /// How it fares.
    pub health: Health,
    /// A few words with figures, such as `3 shells` or `0.4 ms`.
    pub detail: String,
}
