//! The server's side of its holder: one connection over which shells are asked for, paced, and heard.

mod incoming;
mod outgoing;
mod routes;
mod start;

use std::{io, os::unix::net::UnixStream, path::Path, sync::Arc, time::Duration};

use incoming::Incoming;
pub(crate) use outgoing::{Latest, Outgoing};
use routes::{Adoption, Reader, Routes};
pub(crate) use start::versions;
use tokio::{io::AsyncWriteExt, net::unix::OwnedWriteHalf, sync::oneshot, task::JoinHandle, time::timeout};

use crate::{
    painter,
    session::{Session, Told},
    settings::Holder,
    wire::{BOUNDS_SINCE, MAJOR, Opening, Report, Request},
};

/// How long a holder has to answer: it does nothing that takes long.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long it may take until everything kept of all shells is here: 3 MB of each, at most.
const ADOPTION: Duration = Duration::from_secs(60);

/// A connection to the holder.
pub(crate) struct Link {
    outgoing: Arc<Outgoing>,
    routes: Arc<Routes>,
    reading: JoinHandle<()>,
    writing: JoinHandle<()>,
    /// The holder's minor version.
    minor: u16,
}

impl Link {
    /// Starts a holder.
    ///
    /// # Errors
    /// When it does not start or does not answer.
    pub(crate) async fn start(holder: Option<&Holder>, told: Told) -> io::Result<Self> {
        let owned = holder.cloned();
        // A fork copies page tables: milliseconds in a large process.
        let stream =
            tokio::task::spawn_blocking(move || start::start(owned.as_ref())).await.map_err(io::Error::other)??;
        match Self::over(stream, holder.is_some(), told).await {
            Ok((link, _none)) => Ok(link),
            Err(error) => {
                let said = holder.and_then(|holder| start::last_words(&holder.directory));
                Err(said.map_or(error, io::Error::other))
            }
        }
    }

    /// Takes over the holder that lives in `directory`, if one does, with all its shells. Returns when everything that
    /// was kept of them is here.
    ///
    /// # Errors
    /// When it does not answer.
    pub(crate) async fn take_over(directory: &Path, told: Told) -> io::Result<Option<(Self, Vec<Arc<Session>>)>> {
        let Some(stream) = start::find(directory, MAJOR)? else { return Ok(None) };
        Self::over(stream, true, told).await.map(Some)
    }

    async fn over(stream: UnixStream, outlives_us: bool, told: Told) -> io::Result<(Self, Vec<Arc<Session>>)> {
        let (mut incoming, mut socket, (major, minor), build) = hello(stream).await?;
        if major != MAJOR {
            let text = format!("the shell holder is of build {build} and speaks protocol {major}, not {MAJOR}");
            return Err(io::Error::new(io::ErrorKind::Unsupported, text));
        }
        socket.write_all(&Request::Attach.encode()).await?;
        let count = listed(&mut incoming).await?;
        let (done, adopted) = oneshot::channel();
        let (outgoing, routes) = (Arc::new(Outgoing::new(socket, outlives_us)), Arc::new(Routes::new()));
        let reader = Reader {
            routes: Arc::clone(&routes),
            outgoing: Arc::clone(&outgoing),
            told,
            adoption: Adoption::of(count, done),
            checkpoint: None,
            replaced: false,
        };
        let reading = tokio::spawn(reader.read(incoming));
        let writing = tokio::spawn({
            let outgoing = Arc::clone(&outgoing);
            async move { outgoing.write().await }
        });
        let link = Self { outgoing, routes, reading, writing, minor };
        let gone = || io::Error::from(io::ErrorKind::ConnectionAborted);
        match timeout(ADOPTION, adopted).await {
            Ok(Ok(adopted)) => Ok((link, adopted)),
            failed => {
                link.reading.abort();
                link.writing.abort();
                Err(failed.map_or_else(|_| io::ErrorKind::TimedOut.into(), |_| gone()))
            }
        }
    }

    /// What the holder of another version says of its shells: each is there, and out of reach.
    ///
    /// # Errors
    /// When it does not answer.
    pub(crate) async fn ask(directory: &Path, major: u16, told: Told) -> io::Result<Vec<Arc<Session>>> {
        let Some(stream) = start::find(directory, major)? else { return Ok(Vec::new()) };
        let (mut incoming, mut socket, _, build) = hello(stream).await?;
        socket.write_all(&Request::List.encode()).await?;
        let nowhere = Arc::new(Outgoing::nowhere());
        let mut sessions = Vec::new();
        for _ in 0..listed(&mut incoming).await? {
            let shell = within(incoming.next()).await?;
            let Some((identity, size, past, ..)) = shell.as_ref().and_then(routes::past_of) else { continue };
            let session = Session::new(identity, size, past, Arc::clone(&nowhere), told.clone());
            session.end(model::terminal::State::Unreachable);
            tokio::spawn(painter::paint(Arc::clone(&session), None));
            sessions.push(session);
        }
        tracing::error!(
            shells = sessions.len(),
            holder = %build,
            protocol = major,
            "shells are held by another version of Nova and cannot be reached; they run on until that version is back"
        );
        Ok(sessions)
    }

    /// Whether the holder is there.
    pub(crate) fn lives(&self) -> bool {
        self.routes.lives()
    }

    pub(crate) fn outgoing(&self) -> &Arc<Outgoing> {
        &self.outgoing
    }

    /// Asks for `session`'s shell; it runs when this returns.
    ///
    /// # Errors
    /// When it does not start; `ConnectionAborted` when the holder is gone.
    pub(crate) async fn open(&self, session: &Arc<Session>, opening: &Opening<'_>) -> io::Result<()> {
        if self.minor < BOUNDS_SINCE && opening.is_bounded() {
            let text = "the process that holds the shells is older than this server and knows no limits; end all shells, \
                        and the next one starts a new one";
            return Err(io::Error::new(io::ErrorKind::Unsupported, text));
        }
        let answer = self.routes.expect(session);
        self.outgoing.send(Request::Open(Box::new(opening.clone())).encode());
        answer.await.unwrap_or_else(|_| Err(io::ErrorKind::ConnectionAborted.into()))
    }

    /// Lets go of the holder once what waits is written.
    pub(crate) async fn close(self) {
        self.outgoing.close();
        let _late = timeout(PATIENCE, self.writing).await;
        self.reading.abort();
    }
}

/// Says hello and hears it: the protocol and the build at the other end.
async fn hello(stream: UnixStream) -> io::Result<(Incoming, OwnedWriteHalf, (u16, u16), String)> {
    stream.set_nonblocking(true)?;
    let (reader, mut socket) = tokio::net::UnixStream::from_std(stream)?.into_split();
    let mut incoming = Incoming::new(reader);
    socket.write_all(&Request::hello().encode()).await?;
    let (version, build) = match within(incoming.next()).await? {
        Some(Report::Hello { major, minor, build, .. }) => ((major, minor), build.to_owned()),
        _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "the shell holder did not say hello")),
    };
    Ok((incoming, socket, version, build))
}

async fn listed(incoming: &mut Incoming) -> io::Result<u32> {
    match within(incoming.next()).await? {
        Some(Report::Listed(count)) => Ok(count),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "the shell holder did not hand over its shells")),
    }
}

async fn within<T>(answer: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let late = || io::Error::new(io::ErrorKind::TimedOut, "the shell holder does not answer");
    timeout(PATIENCE, answer).await.unwrap_or_else(|_| Err(late()))
}
