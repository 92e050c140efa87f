use std::{
    collections::HashMap,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use audit::{Audit, Entry};
use egress::{Egress, Reach};
use mail::Mail;
use model::{Caller, KeyId, Permission, SessionId, Timestamp, UserId, audit::Action};
use oidc::RelyingParty;
use store::{Clock, Db, Sealer, sqlx};
use tokio::sync::{Semaphore, broadcast};

use crate::{
    Algorithm, Client, Error, access,
    attempts::Turns,
    avatars::Studio,
    forgot,
    keys::{self, Keys},
    passkeys,
    passwords::Passwords,
    refresh::{self, RefreshKey},
    sessions,
};

/// Revocations told at once to each listener; one that falls further behind must ask for each of its own.
const REVOKED_QUEUE: usize = 1024;
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
    pub(crate) studio: Studio,
    pub(crate) audit: Audit,
    pub(crate) mail: Mail,
    pub(crate) sso: RelyingParty,
    pub(crate) sealer: Sealer,
    /// Places for reset links that are being mailed.
    pub(crate) resets: Arc<Semaphore>,
    pub(crate) webauthn: Option<Arc<webauthn_rs::Webauthn>>,
    cache: Arc<Mutex<HashMap<SessionId, Cached>>>,
    pub(crate) verified: access::Verified,
    revoked: broadcast::Sender<Revoked>,
    joined: broadcast::Sender<UserId>,
}

/// What someone held is taken from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// A sign-in has ended.
    Session(SessionId),
    /// An API key has ended.
    Key(KeyId),
    /// What a person may do has changed; what they hold open must be asked again.
    Rights(UserId),
}

impl Revoked {
    /// Whether it concerns what `caller` holds open.
    #[must_use]
    pub fn concerns(self, caller: &Caller) -> bool {
        match self {
            Self::Session(session) => caller.session() == Some(session),
            Self::Key(key) => caller.api_key() == Some(key),
            Self::Rights(user) => caller.is(user),
        }
    }
}

#[derive(Debug, Clone)]
struct Cached {
    at: Instant,
    caller: Caller,
    /// When this process last saw to it that “last seen” is right.
    noted: Option<Timestamp>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("public_url", &self.settings.public_url).finish_non_exhaustive()
    }
}

impl Identity {
    /// Opens the key files (making those that are missing, which ends all sessions) and begins to watch for ended sessions.
    ///
    /// # Errors
    /// When a key file cannot be used.
    pub async fn start(db: Db, clock: Clock, settings: Settings, audit: Audit, mail: Mail) -> Result<Self, Error> {
        let lost: Vec<_> =
            [keys::FILE, refresh::FILE].into_iter().filter(|file| !settings.keys_dir.join(file).exists()).collect();
        let keys = Keys::open(&settings.keys_dir, settings.algorithm, clock.now())?;
        let refresh = RefreshKey::open(&settings.keys_dir)?;
        let sealer = Sealer::open(&settings.keys_dir)?;
        // Providers are set up by owners, whose own may stand in their own network.
        let egress =
            Egress::new(Reach::Anywhere).map_err(|_| Error::Broken("the client for providers did not start"))?;
        let sso = RelyingParty::new(egress, clock.as_fn());
        let webauthn = passkeys::relying_party(&settings.public_url).map(Arc::new);
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
            studio: Studio::new(),
            audit,
            mail,
            sso,
            sealer,
            resets: Arc::new(Semaphore::new(forgot::MAX_UNDER_WAY)),
            webauthn,
            cache: Arc::default(),
            verified: access::Verified::default(),
            revoked: broadcast::channel(REVOKED_QUEUE).0,
            joined: broadcast::channel(REVOKED_QUEUE).0,
        };
        identity.note_lost_keys(&lost).await?;
        tokio::spawn(sweep(identity.clone(), identity.revoked.downgrade()));
        Ok(identity)
    }

    fn cache(&self) -> MutexGuard<'_, HashMap<SessionId, Cached>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is taken from people, as it happens, whoever did it. A receiver that lags must check its own with
    /// [`Identity::renewed`].
    #[must_use]
    pub fn revocations(&self) -> broadcast::Receiver<Revoked> {
        self.revoked.subscribe()
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

    /// Reads a session anew at the next request.
    pub(crate) fn forget(&self, session: SessionId) {
        self.cache().remove(&session);
    }

    /// Forgets a session and tells those who hold something open for it.
    pub(crate) fn tell_ended(&self, session: SessionId) {
        self.forget(session);
        // No listener is fine: nothing is open.
        let _ = self.revoked.send(Revoked::Session(session));
    }

    pub(crate) fn tell_all_ended(&self, sessions: &[SessionId]) {
        for session in sessions {
            self.tell_ended(*session);
        }
    }

    /// Tells that what `user` may do has changed.
    pub(crate) fn tell_rights_changed(&self, user: UserId) {
        self.cache().retain(|_, cached| !cached.caller.is(user));
        // No listener is fine: nothing is open.
        let _ = self.revoked.send(Revoked::Rights(user));
    }

    pub(crate) fn tell_key_ended(&self, key: KeyId) {
        // No listener is fine: nothing is open.
        let _ = self.revoked.send(Revoked::Key(key));
    }

    /// The same caller as they are now: with the rights they have at this time, or `None` when their session or key has
    /// ended. Background work stays what it is.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn renewed(&self, caller: &Caller) -> Result<Option<Caller>, Error> {
        let address = caller.circumstances().address;
        let client = Client {
            address: address.map(|address| address.to_string()).unwrap_or_default(),
            user_agent: String::new(),
        };
        match (caller.session(), caller.api_key()) {
            (Some(session), _) => self.live_session(session, &client).await,
            (None, Some(key)) => self.live_key(key, &client).await,
            (None, None) => Ok(Some(caller.clone())),
        }
    }

    /// The caller a session stands for, if it lives; remembered for [`CACHE_TTL`].
    pub(crate) async fn live_session(&self, session: SessionId, client: &Client) -> Result<Option<Caller>, Error> {
        let now = self.clock.now();
        let under = |caller: Caller| {
            let (second, proof) = (caller.circumstances().second_factor, caller.proof());
            caller.under(now, client.address.parse().ok(), second, proof)
        };
        let known = {
            let cache = self.cache();
            cache.get(&session).filter(|cached| cached.at.elapsed() < CACHE_TTL).map(|cached| cached.caller.clone())
        };
        if let Some(caller) = known {
            return Ok(Some(under(caller)));
        }
        let Some(caller) = sessions::live(&self.db, session, now).await? else {
            self.forget(session);
            return Ok(None);
        };
        let mut cache = self.cache();
        if cache.len() >= MAX_CACHED {
            cache.retain(|_, cached| cached.at.elapsed() < CACHE_TTL);
            if cache.len() >= MAX_CACHED {
                cache.clear();
            }
        }
        let noted = cache.get(&session).and_then(|cached| cached.noted);
        cache.insert(session, Cached { at: Instant::now(), caller: caller.clone(), noted });
        Ok(Some(under(caller)))
    }

    /// Whether “last seen” was seen to within `span`; if not, it is from now on.
    pub(crate) fn noted_within(&self, session: SessionId, span: Duration, now: Timestamp) -> bool {
        let mut cache = self.cache();
        let Some(cached) = cache.get_mut(&session) else { return false };
        let lately = cached.noted.is_some_and(|noted| now.since(noted) < span);
        if !lately {
            cached.noted = Some(now);
        }
        lately
    }

    /// The public keys that verify our access tokens, as a JSON Web Key Set (RFC 7517).
    #[must_use]
    pub fn public_keys(&self) -> serde_json::Value {
        serde_json::to_value(self.keys.public_set()).unwrap_or_default()
    }

    /// Signs with a new key from now on; nobody is signed out.
    ///
    /// # Errors
    /// `Forbidden` without `settings.manage`; `StepUp`; when the key file cannot be written.
    pub async fn rotate_keys(&self, caller: &Caller) -> Result<(), Error> {
        caller.require(Permission::SettingsManage)?;
        caller.require_fresh()?;
        self.keys.rotate(self.settings.algorithm, self.clock.now())?;
        Ok(self.audit.record(Entry::by(caller, Action::SigningKeyRotate)).await?)
    }
}

/// Tells of what other processes took from people (the command line, another node). Ends with the last handle.
async fn sweep(identity: Identity, alive: broadcast::WeakSender<Revoked>) {
    // Holding the handle would keep ourselves alive; its parts do not.
    let Identity { db, clock, cache, revoked, .. } = identity;
    drop(revoked);
    let mut since = clock.now();
    let mut tick = tokio::time::interval(SWEEP);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let Some(revoked) = alive.upgrade() else { return };
        let until = clock.now();
        match revoked_between(&db, since, until).await {
            Ok(found) => {
                for each in found {
                    let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
                    cache.retain(|_, cached| !each.concerns(&cached.caller));
                    drop(cache);
                    let _ = revoked.send(each);
                }
                // Clocks of two processes differ a little; telling twice harms nobody.
                since = until.minus(2 * SWEEP);
            }
            Err(error) => tracing::warn!(%error, "could not look for ended sessions"),
        }
    }
}

async fn revoked_between(db: &Db, since: Timestamp, until: Timestamp) -> Result<Vec<Revoked>, Error> {
    const SESSIONS: &str =
        "SELECT id FROM sessions WHERE ended_at >= $1 AND ended_at <= $2 ORDER BY ended_at LIMIT 10000";
    const KEYS: &str = "SELECT id FROM api_keys WHERE ended_at >= $1 AND ended_at <= $2 ORDER BY ended_at LIMIT 10000";
    const PEOPLE: &str =
        "SELECT id FROM users WHERE changed_at >= $1 AND changed_at <= $2 ORDER BY changed_at LIMIT 10000";
    let ids = async |sql: &'static str| -> Result<Vec<String>, Error> {
        Ok(sqlx::query_scalar(sql).bind(since.0).bind(until.0).fetch_all(db.read()).await?)
    };
    let mut found = Vec::new();
    found.extend(ids(SESSIONS).await?.iter().filter_map(|id| Some(Revoked::Session(id.parse().ok()?))));
    found.extend(ids(KEYS).await?.iter().filter_map(|id| Some(Revoked::Key(id.parse().ok()?))));
    found.extend(ids(PEOPLE).await?.iter().filter_map(|id| Some(Revoked::Rights(id.parse().ok()?))));
    Ok(found)
}
