//! One place from which a terminal is watched and used.

use std::sync::Arc;

use bytes::Bytes;
use model::terminal::{BadFrame, ClientFrame, MAX_INPUT, Size};
use tokio::sync::Notify;

use crate::{error::Error, relay::Step, session::Session};

/// Places from which one terminal may be watched at once.
pub const MAX_VIEWERS: usize = 16;

/// A viewer of a terminal. Dropping it detaches; the shell runs on.
#[derive(Debug)]
pub struct Viewer {
    reader: ViewerReader,
    writer: ViewerWriter,
}

/// The half of a [`Viewer`] that gives output.
#[derive(Debug)]
pub struct ViewerReader(Arc<Attachment>);

/// The half of a [`Viewer`] that takes input.
#[derive(Debug)]
pub struct ViewerWriter(Arc<Attachment>);

impl Viewer {
    /// Attaches a viewer that has drawn everything before `after`.
    pub(crate) fn attach(session: Arc<Session>, after: Option<u64>) -> Result<Self, Error> {
        let (id, wake) = {
            let mut relay = session.relay();
            if relay.viewers() >= MAX_VIEWERS {
                return Err(Error::TooManyViewers { max: MAX_VIEWERS });
            }
            relay.attach(after)
        };
        session.painting.notify_one();
        session.allow();
        let attachment = Arc::new(Attachment { session, id, wake });
        Ok(Self { reader: ViewerReader(Arc::clone(&attachment)), writer: ViewerWriter(attachment) })
    }

    /// The two halves, so that output flows while input waits for the shell. A socket must drive both at once: input can
    /// only be taken by a shell whose output is taken. The viewer is detached when both are dropped.
    #[must_use]
    pub fn split(self) -> (ViewerReader, ViewerWriter) {
        (self.reader, self.writer)
    }

    /// See [`ViewerReader::next`].
    pub async fn next(&mut self) -> Option<Bytes> {
        self.reader.next().await
    }

    /// See [`ViewerWriter::receive`].
    ///
    /// # Errors
    /// [`BadFrame`] when the frame breaks the protocol.
    pub async fn receive(&mut self, frame: &[u8]) -> Result<(), BadFrame> {
        self.writer.receive(frame).await
    }
}

impl ViewerReader {
    /// The next encoded [`model::terminal::ServerFrame`]; `None` after `Ended`. Waits while there is nothing, or a whole
    /// [`model::terminal::WINDOW`] of output is unacknowledged. Cancel-safe.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            match self.0.session.next(self.0.id) {
                Step::Send(frame) => return Some(frame),
                Step::Over => return None,
                Step::Wait | Step::AskForSnapshot => self.0.wake.notified().await,
            }
        }
    }
}

impl ViewerWriter {
    /// Takes an encoded [`ClientFrame`]. Waits while the shell does not read its input; if it is dropped then, a part of
    /// the input may have arrived.
    ///
    /// # Errors
    /// [`BadFrame`] when the frame breaks the protocol: unknown, longer than [`MAX_INPUT`], or an acknowledgement of what
    /// was never sent or was acknowledged already. The socket is to be closed.
    pub async fn receive(&mut self, frame: &[u8]) -> Result<(), BadFrame> {
        let session = &self.0.session;
        match ClientFrame::decode(frame)? {
            ClientFrame::Input(input) if input.len() > MAX_INPUT => return Err(BadFrame),
            ClientFrame::Input(input) => session.write(input).await,
            ClientFrame::Resize { cols, rows } => {
                session.resize(Size { cols: cols.clamp(1, Size::MAX), rows: rows.clamp(1, Size::MAX) });
            }
            ClientFrame::Ack(seq) => session.ack(self.0.id, seq)?,
        }
        Ok(())
    }
}

/// A viewer's place in its session; the session forgets it when this is dropped.
struct Attachment {
    session: Arc<Session>,
    id: u64,
    wake: Arc<Notify>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "viewer {} of {}", self.id, self.session.id)
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        self.session.relay().detach(self.id);
        self.session.allow();
    }
}
