//! Where one area reacts to another.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use audit::Entry;
use chat::Chat;
use identity::Revoked;
use model::{
    Caller, Permission, UserId,
    audit::Action,
    chat::UserEvent,
    live::{Event, Topic},
    terminal::commands::CommandEvent,
};
use sharing::Sharing;
use tokio::{
    sync::{broadcast::error::RecvError, mpsc},
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use crate::{Nova, recordings};

/// How often the services' health is looked at.
const HEALTH_EVERY: Duration = Duration::from_secs(2);
/// How often shells are looked at whose time may be over.
const LOOK_AFTER_EVERY: Duration = Duration::from_secs(10);
/// Reports of commands that wait to be taken down; those beyond are missed, and the log says so.
pub(crate) const MAX_UNHEARD: usize = 4096;
/// Reports that are taken down at once.
const BATCH: usize = 128;
/// How often old audit entries are looked for.
const RETENTION_EVERY: Duration = Duration::from_secs(24 * 3600);

/// Only members listen to a room.
pub(crate) fn room_guard(chat: &Chat) -> live::Guard {
    let chat = chat.clone();
    Arc::new(move |caller, room| {
        let chat = chat.clone();
        Box::pin(async move { chat.check_member(&caller, room).await.map(|_| ()).map_err(Into::into) })
    })
}

/// Only those a share lets in come into someone else's shell.
pub(crate) fn guest_guard(sharing: &Sharing) -> terminal::Guard {
    let sharing = sharing.clone();
    Arc::new(move |caller, terminal| {
        let sharing = sharing.clone();
        Box::pin(async move { sharing.admission(&caller, terminal).await.map_err(Into::into) })
    })
}

/// Starts the listeners.
pub(crate) fn spawn(nova: &Nova, tasks: &mut JoinSet<()>, heard: mpsc::Receiver<CommandEvent>) {
    tasks.spawn(take_down(nova.clone(), heard));
    tasks.spawn(forget_commands(nova.clone()));
    tasks.spawn(publish_health(nova.clone()));
    tasks.spawn(announce_people(nova.clone()));
    tasks.spawn(announce_rooms(nova.clone()));
    tasks.spawn(end_shells(nova.clone()));
    tasks.spawn(recordings::watch(nova.clone()));
    tasks.spawn(recordings::forget_old(nova.clone()));
    tasks.spawn(look_after_shells(nova.clone()));
    if let Some(keep) = nova.config.auditing.keep {
        tasks.spawn(forget_audit(nova.clone(), keep));
    }
    for target in nova.config.auditing.targets.clone() {
        let audit = nova.audit.clone();
        tasks.spawn(async move {
            if let Err(error) = audit::forward(audit, target).await {
                tracing::error!(%error, "audit entries are not handed on");
            }
        });
    }
}

/// Deletes audit entries that are older than they are to be kept, once a day.
async fn forget_audit(nova: Nova, keep: Duration) {
    let caller = Caller::system("retention");
    let mut tick = interval(RETENTION_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(error) = nova.audit.prune(&caller, keep).await {
            tracing::warn!(%error, "old audit entries could not be deleted");
        }
    }
}

/// Takes down what shells say of their commands.
async fn take_down(nova: Nova, mut heard: mpsc::Receiver<CommandEvent>) {
    let caller = Caller::system("shell report");
    let mut batch = Vec::with_capacity(BATCH);
    while heard.recv_many(&mut batch, BATCH).await > 0 {
        let mut kept = BTreeMap::new();
        let mut events = Vec::with_capacity(batch.len());
        for event in batch.drain(..) {
            let keeps = match kept.get(&event.owner) {
                Some(keeps) => *keeps,
                None => {
                    // Who cannot be asked is kept none for.
                    let keeps = nova.preferences.keeps_history(&caller, event.owner).await.unwrap_or(false);
                    kept.insert(event.owner, keeps);
                    keeps
                }
            };
            events.push((event, keeps));
        }
        if let Err(error) = nova.commands.hear(&caller, &events).await {
            tracing::error!(%error, events = events.len(), "commands could not be taken down");
        }
    }
}

/// Deletes commands that are older than they are to be kept, once a day.
async fn forget_commands(nova: Nova) {
    let caller = Caller::system("retention");
    let mut tick = interval(RETENTION_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(error) = nova.commands.prune(&caller).await {
            tracing::warn!(%error, "old commands could not be deleted");
        }
    }
}

/// Publishes the services' health when a word of it has changed.
async fn publish_health(nova: Nova) {
    let caller = Caller::system("health");
    let mut tick = interval(HEALTH_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut last = Vec::new();
    loop {
        tick.tick().await;
        match nova.health(&caller).await {
            Ok(now) if now != last => {
                nova.live.publish(Topic::Services, Event::Services(now.clone()));
                last = now;
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "health could not be read"),
        }
    }
}

/// Tells everybody online that the directory has changed.
async fn announce_people(nova: Nova) {
    let caller = Caller::system("directory");
    let mut changed = nova.identity.changed_people();
    loop {
        match changed.recv().await {
            Ok(_) | Err(RecvError::Lagged(_)) => {
                tell_all(&nova, &caller, &UserEvent::PeopleChanged);
            }
            Err(RecvError::Closed) => return,
        }
    }
}

/// Tells everybody online that a shared room has changed; each asks what of it is theirs to know.
async fn announce_rooms(nova: Nova) {
    let caller = Caller::system("rooms");
    let mut changed = nova.chat.changed_rooms();
    while !matches!(changed.recv().await, Err(RecvError::Closed)) {
        tell_all(&nova, &caller, &UserEvent::RoomsChanged);
    }
}

fn tell_all(nova: &Nova, caller: &Caller, event: &UserEvent) {
    for user in nova.live.online(caller).unwrap_or_default() {
        nova.live.publish(Topic::User(user), Event::User(event.clone()));
    }
}

/// Warns and ends shells whose time is over.
async fn look_after_shells(nova: Nova) {
    let caller = Caller::system("limits");
    let mut tick = interval(LOOK_AFTER_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        nova.look_after_shells(&caller).await;
    }
}

/// Ends the shells of people who may have none any more: disabled, deleted, or of another role now.
async fn end_shells(nova: Nova) {
    let caller = Caller::system("revocation");
    let mut revoked = nova.identity.revocations();
    loop {
        let owners = match revoked.recv().await {
            Ok(Revoked::Rights(user)) => BTreeSet::from([user]),
            Ok(Revoked::Session(_) | Revoked::Key(_)) => continue,
            // Some were missed: ask for everybody who has a shell.
            Err(RecvError::Lagged(_)) => nova.terminals.owners(&caller).unwrap_or_default(),
            Err(RecvError::Closed) => return,
        };
        for owner in owners {
            end_if_refused(&nova, &caller, owner).await;
        }
    }
}

/// Takes over the shells an earlier server left, and ends those of people who lost the right in the meantime.
pub(crate) async fn adopt_shells(nova: &Nova) {
    let caller = Caller::system("adoption");
    match nova.terminals.adopt(&caller).await {
        Ok(owners) if owners.is_empty() => {}
        Ok(owners) => {
            for owner in &owners {
                end_if_refused(nova, &caller, *owner).await;
            }
            let shells = nova.terminals.status(&caller).map_or(0, |status| status.running);
            tracing::info!(shells, people = owners.len(), "shells of the server before were adopted");
            let entry = Entry::by(&caller, Action::TerminalAdopt).object("terminal", "", &format!("{shells} shells"));
            if let Err(error) = nova.audit.record(entry).await {
                tracing::error!(%error, "the adoption of shells could not be noted");
            }
        }
        Err(error) => tracing::error!(%error, "the shells of the server before could not be adopted"),
    }
    let living = nova.terminals.living(&caller).unwrap_or_default();
    if let Err(error) = nova.commands.end_lost(&caller, &living).await {
        tracing::error!(%error, "commands of shells that are gone could not be ended");
    }
}

async fn end_if_refused(nova: &Nova, caller: &Caller, owner: UserId) {
    match nova.identity.grants_of_person(caller, owner).await {
        Ok(grants) if grants.iter().any(|grant| grant.permission == Permission::TerminalOpen) => {}
        Ok(_) => drop(nova.terminals.end_all_of(caller, owner)),
        Err(error) => tracing::error!(%error, %owner, "could not tell whether someone may have shells"),
    }
}
