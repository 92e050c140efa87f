use std::io;

use nova::{Config, Nova};
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use super::{Failure, logging};

pub(crate) async fn serve(mut config: Config) -> Result<(), Failure> {
    logging::start(&config)?;
    // Before anything says "ready": from then on a signal means an orderly end.
    let signals = [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?];
    let listener = listen(&config).await?;
    config.note_bound(listener.local_addr()?);
    let nova = Nova::start(config).await?;
    say!("Nova is ready on {}", nova.config.public_url);
    if let Some(link) = nova.setup_link().await? {
        print_link(&link);
    }
    tell_service_manager(sd_notify::NotifyState::Ready);
    let shutdown = CancellationToken::new();
    tokio::spawn(wait_for_signal(signals, shutdown.clone()));
    crate::run(nova, listener, shutdown).await?;
    Ok(())
}

async fn listen(config: &Config) -> Result<TcpListener, Failure> {
    TcpListener::bind(config.listen).await.map_err(|error| {
        let what = match error.kind() {
            io::ErrorKind::AddrInUse => "another program has the port: stop it, or set NOVA_LISTEN to a free one",
            io::ErrorKind::PermissionDenied => "ports below 1024 need a privilege: set NOVA_LISTEN to a higher one",
            io::ErrorKind::AddrNotAvailable => "this machine has no such address: set NOVA_LISTEN to one it has",
            _ => "set NOVA_LISTEN to another address",
        };
        format!("cannot listen on {}: {error}; {what}", config.listen).into()
    })
}

/// The one place a set-up link is written to.
pub(crate) fn print_link(link: &SecretString) {
    say!("\nNobody owns this Nova yet. Open this link within 30 minutes to claim it:\n\n  {}\n", link.expose_secret());
    say!("`nova setup-link` makes a new one.");
}

fn tell_service_manager(state: sd_notify::NotifyState<'_>) {
    // Without a service manager there is nobody to tell.
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!(%error, "service manager");
    }
}

async fn wait_for_signal([mut terminate, mut interrupt]: [Signal; 2], shutdown: CancellationToken) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("shutting down");
    tell_service_manager(sd_notify::NotifyState::Stopping);
    shutdown.cancel();
}
