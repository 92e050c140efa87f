//! What servers ask, and what comes of it.

use std::{sync::Arc, time::Duration};

use super::{
    Holder, Source,
    held::{Checkpoint, Held, Stage},
};
use crate::wire::{MAJOR, Opening, Reason, Report, Request};

impl Holder {
    /// Reads a connection and follows every whole request.
    pub(super) fn hear(&mut self, number: u64) {
        let Some(peer) = self.peers.get_mut(&number) else { return };
        // Writable again, or gone: both are found out by trying.
        let mut open = peer.receive() && peer.flush().is_ok();
        while open {
            let Some(peer) = self.peers.get_mut(&number) else { return };
            match peer.request() {
                Ok(Some(_)) if peer.is_deaf() => open = false,
                Ok(Some(frame)) => self.follow(number, &frame),
                Ok(None) => return,
                Err(_) => {
                    peer.refuse(u8::MAX, Reason::TooLong);
                    let _gone = peer.flush();
                    open = false;
                }
            }
        }
        self.drop_peer(number);
    }

    fn follow(&mut self, number: u64, frame: &[u8]) {
        let kind = frame.first().copied().unwrap_or(u8::MAX);
        let attached = self.attached == Some(number);
        let Some(peer) = self.peers.get_mut(&number) else { return };
        let request = match Request::decode(frame) {
            Ok(Some(request)) => request,
            Ok(None) => return peer.refuse(kind, Reason::Unknown),
            Err(_) => return peer.refuse(kind, Reason::Malformed),
        };
        match request {
            Request::Hello { major } => {
                peer.major = Some(major);
                peer.send(&Report::hello(), None);
            }
            Request::List => {
                let told: Vec<_> = self.held.values().filter(|held| !held.closed()).map(Held::told).collect();
                peer.send(&Report::Listed(u32::try_from(told.len()).unwrap_or(u32::MAX)), None);
                told.iter().for_each(|told| peer.send(told, None));
            }
            Request::Attach if peer.major == Some(MAJOR) => self.attach(number),
            Request::Attach => peer.refuse(kind, Reason::Version),
            _ if !attached => peer.refuse(kind, Reason::NotAttached),
            Request::Open(opening) => self.open(number, &opening),
            Request::Allow { id, seen, until } => {
                if let Some(held) = self.held.get_mut(&id) {
                    held.seen = held.seen.max(seen.min(held.kept.head()));
                    held.until = until;
                    self.pace(id);
                }
            }
            Request::Note { id, answered, title } => {
                if let Some(held) = self.held.get_mut(&id) {
                    held.answered = answered;
                    held.title = title.map(str::to_owned);
                }
            }
            Request::Checkpoint { id, seq, size, bytes } => {
                if let Some(held) = self.held.get_mut(&id).filter(|held| seq <= held.kept.head()) {
                    held.checkpoint = Some(Checkpoint { seq, size, bytes: bytes.into() });
                }
            }
            Request::End { id, grace } => {
                if let Some(held) = self.held.get_mut(&id) {
                    held.close(Duration::from_millis(u64::from(grace)));
                }
            }
        }
    }

    fn attach(&mut self, number: u64) {
        self.replace(number);
        self.attached = Some(number);
        self.held.values_mut().for_each(|held| held.handed(true));
        self.pace_all();
        let count = self.held.values().filter(|held| !held.closed()).count();
        if let Some(peer) = self.peers.get_mut(&number) {
            peer.send(&Report::Listed(u32::try_from(count).unwrap_or(u32::MAX)), None);
        }
    }

    fn open(&mut self, number: u64, opening: &Opening<'_>) {
        let id = opening.id;
        let opened = if self.held.contains_key(&id) {
            Err(std::io::ErrorKind::AlreadyExists.into())
        } else {
            Held::open(opening).and_then(|held| self.watch(&held.exit, Source::Exit(id)).map(|_| held))
        };
        let Some(peer) = self.peers.get_mut(&number) else { return };
        match opened {
            Ok(held) => {
                self.opened = true;
                peer.send(&Report::Opened(id), held.master.as_ref().map(Arc::clone));
                self.held.insert(id, held);
            }
            Err(error) => peer.send(&Report::NotOpened(id, error.raw_os_error().unwrap_or(0)), None),
        }
    }

    /// Forgets those whose end was asked for, once they have ended and whoever knows them was told.
    pub(super) fn forget(&mut self) {
        let unheard = self.attached.is_none();
        self.held.retain(|_, held| {
            let owed = !unheard && held.stage == Stage::Told;
            held.ended.is_none() || !held.closed() || owed
        });
    }
}
