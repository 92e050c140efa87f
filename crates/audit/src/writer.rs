//! The writer: entries that come at the same time share one transaction.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use store::{Clock, Db};
use tokio::sync::{mpsc, oneshot};

use crate::{Entry, Error, chain};

/// Entries that wait at once; whoever comes then waits for a place.
const QUEUE: usize = 4096;
/// Entries of one transaction.
const BATCH: usize = 512;

/// What the writer has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Entries written.
    pub entries: u64,
    /// Transactions they took: one sync each.
    pub transactions: u64,
}

type Waiting = (Entry, oneshot::Sender<Result<(), Error>>);

#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Waiting>,
    done: Arc<[AtomicU64; 2]>,
}

impl Writer {
    pub(crate) fn start(db: Db, clock: Clock) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let done = Arc::new([AtomicU64::new(0), AtomicU64::new(0)]);
        tokio::spawn(run(db, clock, waiting, Arc::clone(&done)));
        Self { queue, done }
    }

    pub(crate) async fn record(&self, entry: Entry) -> Result<(), Error> {
        let (answer, written) = oneshot::channel();
        self.queue.send((entry, answer)).await.map_err(|_| Error::Stopped)?;
        written.await.map_err(|_| Error::Stopped)?
    }

    pub(crate) fn stats(&self) -> Stats {
        let [entries, transactions] = &*self.done;
        Stats { entries: entries.load(Ordering::Relaxed), transactions: transactions.load(Ordering::Relaxed) }
    }
}

async fn run(db: Db, clock: Clock, mut waiting: mpsc::Receiver<Waiting>, done: Arc<[AtomicU64; 2]>) {
    let mut batch = Vec::with_capacity(BATCH);
    // While one batch is being synced the next one gathers.
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (entries, answers): (Vec<Entry>, Vec<_>) = batch.drain(..).unzip();
        let result = write(&db, &clock, &entries).await;
        if let Err(error) = &result {
            tracing::error!(%error, entries = entries.len(), "audit entries could not be written");
        } else {
            let [written, transactions] = &*done;
            written.fetch_add(entries.len() as u64, Ordering::Relaxed);
            transactions.fetch_add(1, Ordering::Relaxed);
        }
        for answer in answers {
            // Whoever asked may have gone away; the entry stands all the same.
            let _ = answer.send(match &result {
                Ok(()) => Ok(()),
                Err(_) => Err(Error::NotWritten),
            });
        }
    }
}

async fn write(db: &Db, clock: &Clock, entries: &[Entry]) -> Result<(), Error> {
    let mut write = db.write().await?;
    chain::append(&mut write, db.engine(), clock.now(), entries).await?;
    Ok(write.commit().await.map_err(store::Error::from)?)
}
