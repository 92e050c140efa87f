use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use nova::Nova;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::origin::Origins;

/// What every handler can reach. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) nova: Nova,
    pub(crate) options: LeptosOptions,
    pub(crate) origins: Origins,
    pub(crate) sockets: Sockets,
}

/// Open WebSockets: hyper forgets them once they are upgraded, so they are kept count of here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sockets {
    /// Each socket's task.
    pub(crate) tasks: TaskTracker,
    /// Cancelled when the server goes down: every socket then says 1001 and ends.
    pub(crate) going_away: CancellationToken,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.options.clone()
    }
}

impl FromRef<AppState> for Nova {
    fn from_ref(state: &AppState) -> Self {
        state.nova.clone()
    }
}
