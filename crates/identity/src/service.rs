use std::{
    collections::HashMap,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use model::{Caller, Permission, Role, SessionId, Timestamp, UserId};
use store::{Clock, Db, sqlx};
use tokio::sync::broadcast;

use crate::{Algorithm, Error, attempts::Turns, keys::Keys, passwords::Passwords, refresh::RefreshKey, sessions};

/// Ended sessions told at once to each listener; one that falls further behind must ask for each of its own.
const ENDED_QUEUE: usize = 1024;
/// Sessions whose state is remembered between requests.
const MAX_CACHED: usize = 10_000;
/// How long a remembered session may be stale: another process may have ended it.
const CACHE_TTL: Duration = Duration::from_millis(500);
/// How often other processes' endings are looked for.
const SWEEP: Duration = Duration::from_millis(500);

/// How this area is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the key files are.
    pub keys_dir: PathBuf,
    /// Address people reach this instance by, without a slash at the end; the issuer of its tokens.
    pub public_url: String,
    /// How access tokens are signed.
    pub algorithm: Algorithm,
}

/// People and their sign-ins. Cheap to clone.
#[derive(Clone)]
pub struct Identity {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) settings: Arc<Settings>,
    pub(crate) keys: Keys,
    pub(crate) refresh: RefreshKey,
    pub(crate) passwords: Passwords,
    pub(crate) turns: Turns,
    cache: Arc<Mutex<HashMap<SessionId, Cached>>>,
    ended: broadcast::Sender<SessionId>,
    joined: broadcast::Sender<UserId>,
}

#[derive(Debug, Clone, Copy)]
struct Cached {
    at: Instant,
    user: UserId,
    role: Role,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("public_url", &self.settings.public_url).finish_non_exhaustive()
    }
}

impl Identity {
    /// Opens the key files (making them on the first start) and begins to watch for ended sessions.
    ///
    /// # Errors
    /// When a key file cannot be used.
    pub async fn start(db: Db, clock: Clock, settings: Settings) -> Result<Self, Error> {
        let keys = Keys::open(&settings.keys_dir, settings.algorithm, clock.now())?;
        let refresh = RefreshKey::open(&settings.keys_dir)?;
        let passwords =
            tokio::task::spawn_blocking(Passwords::new).await.map_err(|_| Error::Broken("start stopped"))??;
        let identity = Self {
            db,
            clock,
            settings: Arc::new(settings),
            keys,
            refresh,
            passwords,
            turns: Turns::new(),
            cache: Arc::default(),
            ended: broadcast::channel(ENDED_QUEUE).0,
            joined: broadcast::channel(ENDED_QUEUE).0,
        };
        tokio::spawn(sweep(identity.clone(), identity.ended.downgrade()));
        Ok(identity)
    }

    fn cache(&self) -> MutexGuard<'_, HashMap<SessionId, Cached>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sessions as they end, whoever ended them. A receiver that lags must check its own with
    /// [`Identity::session_lives`].
    #[must_use]
    pub fn ended_sessions(&self) -> broadcast::Receiver<SessionId> {
        self.ended.subscribe()
    }

    /// People as they join or change: the directory is to be read again.
    #[must_use]
    pub fn changed_people(&self) -> broadcast::Receiver<UserId> {
        self.joined.subscribe()
    }

    pub(crate) fn tell_people_changed(&self, user: UserId) {
        // No listener is fine: nobody shows the directory.
        let _ = self.joined.send(user);
    }

    /// Forgets a session and tells those who hold something open for it.
    pub(crate) fn tell_ended(&self, session: SessionId) {
        self.cache().remove(&session);
        // No listener is fine: nothing is open.
        let _ = self.ended.send(session);
    }

    /// Whether the caller's session still lives. Background work always does.
    pub async fn session_lives(&self, caller: &Caller) -> bool {
        match caller.session() {
            None => true,
            Some(session) => matches!(self.live_session(session).await, Ok(Some(_))),
        }
    }

    /// The caller a session stands for, if it lives; remembered for [`CACHE_TTL`].
    pub(crate) async fn live_session(&self, session: SessionId) -> Result<Option<Caller>, Error> {
        let known = self.cache().get(&session).copied().filter(|cached| cached.at.elapsed() < CACHE_TTL);
        if let Some(cached) = known {
            return Ok(Some(Caller::person(cached.user, session, cached.role)));
        }
        let Some((user, role)) = sessions::live(&self.db, session, self.clock.now()).await? else {
            self.cache().remove(&session);
            return Ok(None);
        };
        let mut cache = self.cache();
        if cache.len() >= MAX_CACHED {
            cache.retain(|_, cached| cached.at.elapsed() < CACHE_TTL);
            if cache.len() >= MAX_CACHED {
                cache.clear();
            }
        }
        cache.insert(session, Cached { at: Instant::now(), user, role });
        Ok(Some(Caller::person(user, session, role)))
    }

    /// The public keys that verify our access tokens, as a JSON Web Key Set (RFC 7517).
    #[must_use]
    pub fn public_keys(&self) -> serde_json::Value {
        serde_json::to_value(self.keys.public_set()).unwrap_or_default()
    }

    /// Signs with a new key from now on; nobody is signed out.
    ///
    /// # Errors
    /// `Forbidden` without `people.invite`; when the key file cannot be written.
    pub fn rotate_keys(&self, caller: &Caller) -> Result<(), Error> {
        caller.require(Permission::PeopleInvite)?;
        self.keys.rotate(self.settings.algorithm, self.clock.now())
    }
}

/// Tells of sessions other processes ended (the command line, another node). Ends with the last handle.
async fn sweep(identity: Identity, alive: broadcast::WeakSender<SessionId>) {
    // Holding the handle would keep ourselves alive; its parts do not.
    let Identity { db, clock, cache, ended, .. } = identity;
    drop(ended);
    let mut since = clock.now();
    let mut tick = tokio::time::interval(SWEEP);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let Some(ended) = alive.upgrade() else { return };
        let until = clock.now();
        match ended_between(&db, since, until).await {
            Ok(sessions) => {
                for session in sessions {
                    cache.lock().unwrap_or_else(PoisonError::into_inner).remove(&session);
                    let _ = ended.send(session);
                }
                // Clocks of two processes differ a little; telling twice harms nobody.
                since = until.minus(2 * SWEEP);
            }
            Err(error) => tracing::warn!(%error, "could not look for ended sessions"),
        }
    }
}

async fn ended_between(db: &Db, since: Timestamp, until: Timestamp) -> Result<Vec<SessionId>, Error> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM sessions WHERE ended_at >= $1 AND ended_at <= $2 ORDER BY ended_at LIMIT 10000",
    )
    .bind(since.0)
    .bind(until.0)
    .fetch_all(db.read())
    .await?;
    Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
}
