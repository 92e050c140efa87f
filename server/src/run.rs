use std::{io, time::Duration};

use nova::Nova;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    accept,
    origin::Origins,
    pages, router,
    state::{AppState, Sockets},
};

/// How long open sockets may take to say goodbye.
const GOODBYE: Duration = Duration::from_millis(500);

/// Serves `nova` on `listener` until `shutdown`, then stops it. Ends within five seconds of the shutdown: sockets are
/// told (1001), requests under way may finish, shells are left to their holder or get their hang-up.
///
/// # Errors
/// None while running; a listener that cannot tell its address.
pub async fn run(nova: Nova, listener: TcpListener, shutdown: CancellationToken) -> io::Result<()> {
    let sockets = Sockets::default();
    let state = AppState {
        origins: Origins::new(&nova.config.public_url),
        options: pages::options(),
        sockets: sockets.clone(),
        nova: nova.clone(),
    };
    let going_away = sockets.going_away.clone();
    let router = router::router(state);
    let telling = tokio::spawn({
        let shutdown = shutdown.clone();
        async move {
            shutdown.cancelled().await;
            going_away.cancel();
        }
    });
    accept::serve(listener, router, shutdown).await;
    sockets.tasks.close();
    if tokio::time::timeout(GOODBYE, sockets.tasks.wait()).await.is_err() {
        tracing::warn!(open = sockets.tasks.len(), "some sockets did not say goodbye");
    }
    telling.abort();
    nova.stop().await;
    Ok(())
}
