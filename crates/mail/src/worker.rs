//! The task that carries mails away, one after the other.

use std::{sync::Arc, time::Duration};

use model::Timestamp;
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

use crate::{
    Error, backoff,
    carrier::Carrier,
    failure::Failure,
    letter::Letter,
    outbox::{self, Claimed},
    service::Shared,
};

/// How often it looks without being woken: for mails whose turn has come, or that another process has queued.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// How often what is too old is looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// Sends until stopped or until the last handle is gone.
pub(crate) async fn run(shared: Arc<Shared>, mut carrier: Option<Carrier>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut swept_at = Timestamp(i64::MIN);
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = shared.due.notified() => {}
            _ = ticks.tick() => {}
        }
        let now = shared.clock.now();
        if now.since(swept_at) >= SWEEP_EVERY {
            swept_at = now;
            match outbox::sweep(&shared.db, now).await {
                Ok(true) => shared.tell_changed(),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "could not tidy the outbox"),
            }
        }
        let Some(carrier) = &mut carrier else { continue };
        // An error here means that nobody holds a handle any more.
        while matches!(stopped.has_changed(), Ok(false)) && shared.server().may_be_tried(shared.clock.now()) {
            match outbox::claim(&shared.db, shared.clock.now()).await {
                Ok(Some(mail)) => deliver(&shared, carrier, &mail).await,
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "could not look into the outbox");
                    break;
                }
            }
        }
        carrier.rest().await;
    }
}

async fn deliver(shared: &Shared, carrier: &mut Carrier, mail: &Claimed) {
    let outcome = match open(shared, mail) {
        Ok(letter) => {
            let outcome = carrier.carry(&letter).await;
            note_server(shared, &outcome).await;
            outcome
        }
        Err(error) => {
            tracing::error!(id = %mail.id, %error, "a mail cannot be read");
            Err(Failure::Refused("its text cannot be read any more: was seal.key replaced?".into()))
        }
    };
    if let Err(error) = note(shared, mail, outcome).await {
        // It stays claimed and is tried again; if it went, twice under one Message-ID.
        tracing::error!(id = %mail.id, %error, "could not note what became of a mail");
    }
    shared.tell_changed();
}

fn open(shared: &Shared, mail: &Claimed) -> Result<Letter, Error> {
    let content = mail.content(&shared.sealer)?;
    Letter::compose(&shared.from, mail.id, &mail.recipient()?, &mail.subject, &content, mail.created_at)
}

async fn note(shared: &Shared, mail: &Claimed, outcome: Result<(), Failure>) -> Result<(), Error> {
    let now = shared.clock.now();
    match outcome {
        Ok(()) => {
            tracing::debug!(id = %mail.id, "mail sent");
            outbox::note_sent(&shared.db, mail.id, now).await
        }
        Err(Failure::Refused(why)) => {
            tracing::warn!(id = %mail.id, why, "mail refused");
            outbox::note_failed(&shared.db, mail.id, &why).await
        }
        Err(Failure::Server(why) | Failure::Later(why)) => {
            let next_at = now.plus(backoff::delay(mail.attempts));
            outbox::note_delayed(&shared.db, mail.id, &why, next_at).await
        }
    }
}

/// What an outcome tells of the server. When it is back, nothing waits any longer because of it.
async fn note_server(shared: &Shared, outcome: &Result<(), Failure>) {
    let now = shared.clock.now();
    if let Err(Failure::Server(why)) = outcome {
        if shared.server().failed(now, why) {
            tracing::warn!(why, "the mail server fails; mails wait");
        }
        return;
    }
    let is_back = shared.server().answered(now);
    if is_back {
        tracing::info!("the mail server is back");
        if let Err(error) = outbox::bring_forward(&shared.db, now).await {
            tracing::warn!(%error, "mails wait longer than they need");
        }
    }
}
