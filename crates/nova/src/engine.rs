use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
    sync::Arc,
};

use audit::Audit;
use chat::Chat;
use commands::Commands;
use identity::Identity;
use live::{Live, LocalBus};
use mail::Mail;
use metrics::Metrics;
use model::{
    Caller,
    live::{Event, Topic},
};
use preferences::Preferences;
use recording::Recordings;
use secrecy::SecretString;
use sharing::Sharing;
use store::{Clock, Db, InstanceLock, Sealer};
use terminal::Terminals;
use tokio::{sync::mpsc, task::JoinSet};

use crate::{Config, StartError, recordings, wiring};

/// Every service of a running instance. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Nova {
    /// The database handle.
    pub db: Db,
    /// The clock everybody asks.
    pub clock: Clock,
    /// The audit log.
    pub audit: Audit,
    /// People and sign-ins.
    pub identity: Identity,
    /// Mail on its way out.
    pub mail: Mail,
    /// This machine's load.
    pub metrics: Metrics,
    /// Shells.
    pub terminals: Terminals,
    /// What shells wrote.
    pub recordings: Recordings,
    /// With whom shells are shared, and their limits.
    pub sharing: Sharing,
    /// What people set for themselves.
    pub preferences: Preferences,
    /// What people ran in their shells, and templates.
    pub commands: Commands,
    /// Rooms and messages.
    pub chat: Chat,
    /// Live events.
    pub live: Live,
    /// What it was started with.
    pub config: Arc<Config>,
    background: Arc<tokio::sync::Mutex<JoinSet<()>>>,
    _lock: Option<Arc<InstanceLock>>,
}

impl Nova {
    /// Starts everything: takes the data directory's lock, opens and migrates the database, starts the services.
    ///
    /// # Errors
    /// One line that says what is wrong and how to mend it; nothing is damaged.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        make_data_dir(&config.data_dir)?;
        let lock = Arc::new(InstanceLock::acquire(&config.data_dir)?);
        Self::build(config, Clock::system(), Some(lock)).await
    }

    /// The same beside a server that may be running on the directory: for short commands. No lock is taken, and the
    /// database sees to it that both write in turn.
    ///
    /// # Errors
    /// As [`Nova::start`].
    pub async fn beside(config: Config) -> Result<Self, StartError> {
        make_data_dir(&config.data_dir)?;
        Self::build(config, Clock::system(), None).await
    }

    async fn build(config: Config, clock: Clock, lock: Option<Arc<InstanceLock>>) -> Result<Self, StartError> {
        let db = Db::open(&config.location()?).await?;
        if lock.is_some() {
            db.note_start(&clock).await?;
        }
        let keys_dir = config.data_dir.join("keys");
        make_private_dir(&keys_dir).map_err(|cause| store::Error::Directory { path: keys_dir.clone(), cause })?;
        let settings = identity::Settings {
            keys_dir: keys_dir.clone(),
            public_url: config.public_url.clone(),
            algorithm: config.token_algorithm,
        };
        let audit = Audit::start(db.clone(), clock.clone());
        let sealer = Sealer::open(&keys_dir)?;
        let mail = Mail::start(db.clone(), clock.clone(), config.mail.clone(), sealer)?;
        let identity = Identity::start(db.clone(), clock.clone(), settings, audit.clone(), mail.clone()).await?;
        let bus = Live::new(Arc::new(LocalBus::new()));
        let chat = Chat::start(db.clone(), clock.clone(), bus.clone(), audit.clone()).await?;
        let live = bus.with_room_guard(wiring::room_guard(&chat));
        let publisher = live.clone();
        let metrics = Metrics::start(
            metrics::Settings::default(),
            clock.as_fn(),
            Arc::new(move |sample| {
                publisher.publish(Topic::Metrics, Event::Sample(sample));
            }),
        );
        // A short command beside a server leaves the server's shells alone.
        let keeps_shells = lock.is_some() && config.keep_shells;
        let sharing = Sharing::new(db.clone(), clock.clone(), audit.clone());
        let (hear, heard) = mpsc::channel(wiring::MAX_UNHEARD);
        let shells = terminal::Settings {
            shell: config.shell.clone(),
            holder: keeps_shells.then(|| terminal::Holder::this_program(config.data_dir.join("run"))),
            guests: Some(wiring::guest_guard(&sharing)),
            integration: Some(config.data_dir.join("run/shell")),
            commands: Some(hear),
            ..terminal::Settings::new(clock.as_fn())
        };
        let recordings = recordings::start(&config, &db, &clock, &audit)?;
        let nova = Self {
            terminals: Terminals::start(shells),
            recordings,
            sharing,
            preferences: Preferences::new(db.clone(), clock.clone()),
            commands: Commands::new(db.clone(), clock.clone(), audit.clone(), &host_name()),
            db,
            clock,
            audit,
            identity,
            mail,
            metrics,
            chat,
            live,
            config: Arc::new(config),
            background: Arc::default(),
            _lock: lock,
        };
        nova.take_policy(&Caller::system("start")).await;
        wiring::spawn(&nova, &mut *nova.background.lock().await, heard);
        // After those have begun to listen to revocations, and before anybody is let in.
        wiring::adopt_shells(&nova).await;
        if nova._lock.is_some() {
            recordings::resume(&nova).await;
        }
        Ok(nova)
    }

    /// The set-up link to print, while nobody owns the instance.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn setup_link(&self) -> Result<Option<SecretString>, StartError> {
        Ok(self.identity.new_setup_link(&Caller::system("first start")).await?)
    }

    /// Stops everything, shells last, if they are not kept; bounded by the services' own bounds.
    pub async fn stop(&self) {
        self.background.lock().await.shutdown().await;
        self.metrics.stop().await;
        self.terminals.shutdown().await;
        self.recordings.shutdown().await;
        self.mail.stop().await;
        self.db.close().await;
    }
}

/// What the kernel calls this machine.
fn host_name() -> String {
    fs::read_to_string("/proc/sys/kernel/hostname").map(|name| name.trim().to_owned()).unwrap_or_default()
}

fn make_data_dir(path: &Path) -> Result<(), store::Error> {
    make_private_dir(path).map_err(|cause| store::Error::Directory { path: path.to_owned(), cause })
}

/// Makes a directory only we can enter; one that is there already is tightened.
fn make_private_dir(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let permissions = fs::metadata(path)?.permissions();
    if permissions.mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}
