use std::{fmt, sync::Arc};

use audit::Audit;
use model::{ApiError, Caller, Permission, UserId};
use store::{Clock, Db};

/// The commands service. Cheap to clone.
#[derive(Clone)]
pub struct Commands {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) audit: Audit,
    /// The name of this machine.
    pub(crate) host: Arc<str>,
}

impl fmt::Debug for Commands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Commands")
    }
}

impl Commands {
    /// Opens the service on the machine of this name.
    #[must_use]
    pub fn new(db: Db, clock: Clock, audit: Audit, host: &str) -> Self {
        Self { db, clock, audit, host: host.into() }
    }
}

/// Who a history belongs to: whoever may have shells.
pub(crate) fn owner(caller: &Caller) -> Result<UserId, ApiError> {
    caller.require(Permission::TerminalOpen)?;
    caller.user()
}

/// Refuses everybody but Nova's own background work.
pub(crate) fn background(caller: &Caller) -> Result<(), ApiError> {
    if caller.purpose().is_some() { Ok(()) } else { Err(ApiError::not_found("command")) }
}
