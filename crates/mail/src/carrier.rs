//! What takes a letter away.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{task::spawn_blocking, time::timeout};

use crate::{Error, Sender, Transport, failure::Failure, letter::Letter, smtp::Smtp};

/// One try takes no longer, from connecting to the server's last word.
pub(crate) const LONGEST_TRY: Duration = Duration::from_secs(30);

/// A [`Transport`] made ready.
pub(crate) enum Carrier {
    Smtp(Box<Smtp>),
    Directory(PathBuf),
    Console,
}

impl Carrier {
    /// Makes `transport` ready; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::Directory`], [`Error::Tls`].
    pub(crate) fn open(transport: Transport, from: &Sender) -> Result<Option<Self>, Error> {
        Ok(match transport {
            Transport::Smtp(url) => Some(Self::Smtp(Box::new(Smtp::new(url, from.domain())?))),
            Transport::Directory(path) => {
                let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&path);
                made.map_err(|cause| Error::Directory { path: path.clone(), cause })?;
                Some(Self::Directory(path))
            }
            Transport::Console => Some(Self::Console),
            Transport::None => None,
        })
    }

    /// Takes it away.
    pub(crate) async fn carry(&mut self, letter: &Letter) -> Result<(), Failure> {
        match self {
            Self::Smtp(smtp) => timeout(LONGEST_TRY, smtp.send(letter)).await.unwrap_or_else(|_| {
                Err(Failure::Server(format!("the mail server did not answer within {} s", LONGEST_TRY.as_secs())))
            }),
            Self::Directory(path) => write(path, letter).await,
            Self::Console => print(letter),
        }
    }

    /// Ends what is open; the next letter opens it again.
    pub(crate) async fn rest(&mut self) {
        if let Self::Smtp(smtp) = self {
            smtp.rest().await;
        }
    }
}

/// Named by its id: written twice, it is still one file.
async fn write(dir: &Path, letter: &Letter) -> Result<(), Failure> {
    let (path, raw) = (dir.join(format!("{}.eml", letter.id)), letter.raw.clone());
    let shown = path.display().to_string();
    let written = spawn_blocking(move || store::write_private(&path, &raw)).await.unwrap_or_else(|error| {
        tracing::error!(%error, "mail");
        Err(io::Error::other("writing it stopped"))
    });
    written.map_err(|error| Failure::Server(format!("the mail directory cannot be written: {error}")))?;
    tracing::info!(id = %letter.id, path = shown, "mail written");
    Ok(())
}

/// The text holds one-time links: it goes to standard output of a development build, never to a log.
fn print(letter: &Letter) -> Result<(), Failure> {
    tracing::info!(id = %letter.id, "mail printed to standard output, in development builds only");
    if cfg!(debug_assertions) {
        let mut out = io::stdout().lock();
        writeln!(out, "--- mail to {}: {}\n{}---", letter.to, letter.subject, letter.plain)
            .map_err(|error| Failure::Server(format!("standard output cannot be written: {error}")))?;
    }
    Ok(())
}
