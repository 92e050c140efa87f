use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use model::MailId;
use store::{Clock, Db, Sealer, Write};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
    time::timeout,
};

use crate::{Error, Message, Sender, Settings, Transport, carrier::Carrier, outbox, server::Server, worker};

/// How long a mail that is being sent may hold up a stop.
const GRACE: Duration = Duration::from_secs(3);

/// Outgoing mail: a cheap handle on the outbox and its worker, which ends with the last handle.
#[derive(Clone)]
pub struct Mail {
    pub(crate) shared: Arc<Shared>,
    stop: Arc<watch::Sender<bool>>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

/// What handles and worker share.
pub(crate) struct Shared {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) sealer: Sealer,
    pub(crate) from: Sender,
    pub(crate) configured: bool,
    pub(crate) due: Notify,
    changes: watch::Sender<u64>,
    server: Mutex<Server>,
}

impl Shared {
    /// Locked for moments only and never over an await. A panic under it leaves whole values behind.
    pub(crate) fn server(&self) -> MutexGuard<'_, Server> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tell_changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("configured", &self.shared.configured).finish_non_exhaustive()
    }
}

impl Mail {
    /// Starts the worker, which sends what is queued; must be called within a Tokio runtime. That the mail server does
    /// not answer is no error: mails wait.
    ///
    /// # Errors
    /// [`Error::NoSender`], [`Error::Directory`], [`Error::Tls`].
    pub fn start(db: Db, clock: Clock, settings: Settings, sealer: Sealer) -> Result<Self, Error> {
        let Settings { transport, from } = settings;
        let from = match (from, &transport) {
            (Some(from), _) => from,
            (None, Transport::Smtp(_)) => return Err(Error::NoSender),
            (None, _) => Sender::nobody()?,
        };
        let carrier = Carrier::open(transport, &from)?;
        let shared = Arc::new(Shared {
            db,
            clock,
            sealer,
            from,
            configured: carrier.is_some(),
            due: Notify::new(),
            changes: watch::Sender::new(0),
            server: Mutex::new(Server::new()),
        });
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(worker::run(Arc::clone(&shared), carrier, stopped));
        Ok(Self { shared, stop: Arc::new(stop), task: Arc::new(Mutex::new(Some(task))) })
    }

    /// Whether this instance sends mail at all. Where not, nothing should be offered that needs it.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.shared.configured
    }

    /// Queues a mail within the caller's transaction: it is sent exactly if that commits. Call [`wake`](Self::wake)
    /// after the commit.
    ///
    /// # Errors
    /// [`Error::NotConfigured`]; [`Error::Full`] when 10,000 mails wait. The transaction stays usable.
    pub async fn queue(&self, write: &mut Write, message: &Message) -> Result<MailId, Error> {
        if !self.shared.configured {
            return Err(Error::NotConfigured);
        }
        outbox::add(write, &self.shared.sealer, message, self.shared.clock.now()).await
    }

    /// Tells the worker that there may be something to send. Without it, it looks every few seconds.
    pub fn wake(&self) {
        self.shared.due.notify_one();
        self.shared.tell_changed();
    }

    /// Counts changes of the outbox and of the server's state in this process: what shows them is to be read again.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }

    /// Stops sending, whoever still holds a handle, after the mail that is being sent or three seconds. A mail cut off
    /// by that is sent again at the next start, under the same Message-ID.
    pub async fn stop(&self) {
        // The worker may have ended already.
        let _ = self.stop.send(true);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut task) = task
            && timeout(GRACE, &mut task).await.is_err()
        {
            task.abort();
        }
    }
}
