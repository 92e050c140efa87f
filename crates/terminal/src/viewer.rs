//! One place from which a terminal is watched and used.

use std::{future::Future, sync::Arc};

use bytes::Bytes;
use model::terminal::{BadFrame, ClientFrame, MAX_INPUT, Size, sharing::GuestRole};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until},
};

use crate::{company::Seat, error::Error, guests, relay::Step, session::Session};

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
    pub(crate) fn attach(session: Arc<Session>, after: Option<u64>, seat: Seat) -> Result<Self, Error> {
        let parting = seat.guest.as_ref().map(|guest| (guest.parted.subscribe(), guest.until));
        let role = seat.guest.as_ref().map(|guest| guest.role);
        let (id, wake) = {
            let mut relay = session.relay();
            if relay.viewers() >= MAX_VIEWERS {
                return Err(Error::TooManyViewers { max: MAX_VIEWERS });
            }
            guests::check_room(&relay, &seat)?;
            relay.attach(after, seat)
        };
        session.painting.notify_one();
        session.allow();
        let attachment = Arc::new(Attachment { session, id, wake, role, parting });
        Ok(Self { reader: ViewerReader(Arc::clone(&attachment)), writer: ViewerWriter(attachment) })
    }

    /// The two halves, so that output flows while input waits for the shell. A socket must drive both at once: input can
    /// only be taken by a shell whose output is taken. The viewer is detached when both are dropped.
    #[must_use]
    pub fn split(self) -> (ViewerReader, ViewerWriter) {
        (self.reader, self.writer)
    }

    /// As what a guest is here; `None` for the owner.
    #[must_use]
    pub fn role(&self) -> Option<GuestRole> {
        self.reader.0.role
    }

    /// Waits until a guest's place here is no more: the share was ended or is over. For the owner it never is.
    pub fn parted(&self) -> impl Future<Output = ()> + Send + 'static {
        let parting = self.reader.0.parting.clone();
        async move {
            match parting {
                Some((mut parted, until)) => tokio::select! {
                    // The sender goes with the place.
                    _gone = parted.wait_for(|parted| *parted) => {}
                    () = sleep_until(until) => {}
                },
                None => std::future::pending().await,
            }
        }
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
    /// The next encoded [`model::terminal::ServerFrame`]; `None` after `Ended`, or when a guest's place is no more. Waits while there is nothing, or a whole
    /// [`model::terminal::WINDOW`] of output is unacknowledged. Cancel-safe.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            match self.0.session.next(self.0.id) {
                Step::Send(frame) | Step::Tell(frame) => return Some(frame),
                Step::Over => return None,
                Step::Wait | Step::AskForSnapshot => match &self.0.parting {
                    None => self.0.wake.notified().await,
                    Some((_, until)) => tokio::select! {
                        () = self.0.wake.notified() => {}
                        () = sleep_until(*until) => {}
                    },
                },
            }
        }
    }
}

impl ViewerWriter {
    /// Takes an encoded [`ClientFrame`]. Waits while the shell does not read its input; if it is dropped then, a part of
    /// the input may have arrived. Input of who may not type is dropped, and they are told again what they may; the size
    /// of who has no control is kept for when they do.
    ///
    /// # Errors
    /// [`BadFrame`] when the frame breaks the protocol: unknown, longer than [`MAX_INPUT`], or an acknowledgement of what
    /// was never sent or was acknowledged already. The socket is to be closed.
    pub async fn receive(&mut self, frame: &[u8]) -> Result<(), BadFrame> {
        let session = &self.0.session;
        match ClientFrame::decode(frame)? {
            ClientFrame::Input(input) if input.len() > MAX_INPUT => return Err(BadFrame),
            ClientFrame::Input(input) => session.write_for(self.0.id, input).await,
            ClientFrame::Resize { cols, rows } => {
                session.resize(self.0.id, Size { cols: cols.clamp(1, Size::MAX), rows: rows.clamp(1, Size::MAX) });
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
    /// `None` for the owner.
    role: Option<GuestRole>,
    /// For a guest: what says that their place is no more, and when it is over by itself.
    parting: Option<(watch::Receiver<bool>, Instant)>,
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
