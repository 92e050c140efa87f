//! What is known of each provider: its discovery document and its keys, fetched once an hour.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use egress::Egress;
use model::Timestamp;
use tokio::sync::Mutex;

use crate::{Clock, Error, issuer::Authority, keys::KeySet, metadata::Metadata};

/// How long a document and its keys are used before they are fetched anew.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// How often, at most, an unknown key id makes the keys be fetched before their time.
const REFETCH: Duration = Duration::from_secs(60);
/// How long a failure stands for the attempts after it, so that those who wait in line behind a provider that does
/// not answer do not each wait their own ten seconds.
const FAILURE: Duration = Duration::from_secs(5);
/// Most providers that are remembered; the one fetched longest ago makes room.
const MAX_PROVIDERS: usize = 32;

/// The memory. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Directory {
    egress: Egress,
    clock: Clock,
    entries: Arc<RwLock<HashMap<String, Arc<Entry>>>>,
}

/// One provider. Whoever fetches holds `turn`, so that a hundred sign-ins at once ask once.
#[derive(Default)]
struct Entry {
    turn: Mutex<()>,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    found: Option<(Timestamp, Facts)>,
    failed: Option<(Timestamp, Error)>,
    refetched_at: Option<Timestamp>,
}

/// A document and the keys it names.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) metadata: Arc<Metadata>,
    pub(crate) keys: Arc<KeySet>,
}

impl Directory {
    pub(crate) fn new(egress: Egress, clock: Clock) -> Self {
        Self { egress, clock, entries: Arc::default() }
    }

    /// What is known of `authority`, fetched if need be.
    pub(crate) async fn look_up(&self, authority: &Authority) -> Result<Facts, Error> {
        let entry = self.entry(authority.url());
        if let Some(known) = entry.fresh((self.clock)()) {
            return known;
        }
        let _turn = entry.turn.lock().await;
        // Somebody before us in the line may have fetched it.
        if let Some(known) = entry.fresh((self.clock)()) {
            return known;
        }
        self.fetch(authority, &entry).await
    }

    /// Fetches what `authority` says now, whatever is known.
    pub(crate) async fn look_up_again(&self, authority: &Authority) -> Result<Facts, Error> {
        let entry = self.entry(authority.url());
        let _turn = entry.turn.lock().await;
        self.fetch(authority, &entry).await
    }

    /// Newer keys than `stale`, in which a token's key was not found; `None` when there are none or when they were
    /// asked for within the last minute.
    pub(crate) async fn newer_keys(&self, authority: &Authority, stale: &Facts) -> Result<Option<Arc<KeySet>>, Error> {
        let entry = self.entry(authority.url());
        let _turn = entry.turn.lock().await;
        let now = (self.clock)();
        if let Some(Ok(known)) = entry.fresh(now)
            && !Arc::ptr_eq(&known.keys, &stale.keys)
        {
            return Ok(Some(known.keys));
        }
        if !entry.may_refetch(now) {
            return Ok(None);
        }
        let keys = Arc::new(stale.metadata.fetch_keys(&self.egress).await?);
        entry.replace_keys(&keys);
        Ok(Some(keys))
    }

    async fn fetch(&self, authority: &Authority, entry: &Entry) -> Result<Facts, Error> {
        let outcome = async {
            let metadata = Metadata::fetch(&self.egress, authority).await?;
            let keys = metadata.fetch_keys(&self.egress).await?;
            Ok(Facts { metadata: Arc::new(metadata), keys: Arc::new(keys) })
        }
        .await;
        entry.remember((self.clock)(), outcome.clone());
        outcome
    }

    fn entry(&self, url: &str) -> Arc<Entry> {
        if let Some(entry) = self.entries.read().unwrap_or_else(PoisonError::into_inner).get(url) {
            return Arc::clone(entry);
        }
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if !entries.contains_key(url) && entries.len() >= MAX_PROVIDERS {
            let oldest = entries.iter().min_by_key(|(_, entry)| entry.fetched_at()).map(|(url, _)| url.clone());
            oldest.and_then(|url| entries.remove(&url));
        }
        Arc::clone(entries.entry(url.to_owned()).or_default())
    }
}

impl Entry {
    /// What was found or went wrong so lately that it still stands.
    fn fresh(&self, now: Timestamp) -> Option<Result<Facts, Error>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        match (&known.found, &known.failed) {
            (Some((at, facts)), _) if now.since(*at) < FRESH => Some(Ok(facts.clone())),
            (_, Some((at, error))) if now.since(*at) < FAILURE => Some(Err(error.clone())),
            _ => None,
        }
    }

    fn remember(&self, now: Timestamp, outcome: Result<Facts, Error>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(facts) => {
                known.found = Some((now, facts));
                known.failed = None;
            }
            Err(error) => known.failed = Some((now, error)),
        }
    }

    /// Newer keys beside the document that is known, which does not become younger by it.
    fn replace_keys(&self, keys: &Arc<KeySet>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, facts)) = &mut known.found {
            facts.keys = Arc::clone(keys);
        }
    }

    /// Whether the minute since the last refetch is over; if so, a new one begins.
    fn may_refetch(&self, now: Timestamp) -> bool {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let may = known.refetched_at.is_none_or(|at| now.since(at) >= REFETCH);
        if may {
            known.refetched_at = Some(now);
        }
        may
    }

    fn fetched_at(&self) -> Option<Timestamp> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.found.as_ref().map(|(at, _)| *at)
    }
}
