//! What goes out to the server, in turn: each terminal's state, its checkpoint, its output, its end.

use std::{ops::Bound, sync::Arc};

use model::{TerminalId, terminal::MAX_OUTPUT};
use rustix::event::epoll;

use super::{
    Holder,
    held::{Held, Stage},
    peer::Peer,
};
use crate::wire::Report;

impl Holder {
    /// Sends what the connections take.
    pub(super) fn send(&mut self) {
        if let Some(number) = self.attached
            && let Some(mut peer) = self.peers.remove(&number)
        {
            let sent = self.fill(&mut peer);
            self.peers.insert(number, peer);
            if !sent {
                self.drop_peer(number);
            }
        }
        self.forget();
        let mut gone = Vec::new();
        for (number, peer) in &mut self.peers {
            if peer.flush().is_err() {
                gone.push(*number);
                continue;
            }
            let wants = peer.wants();
            if peer.interest != wants {
                peer.interest = wants;
                let _watched = epoll::modify(&self.epoll, &*peer, epoll::EventData::new_u64(*number), wants);
            }
        }
        gone.into_iter().for_each(|number| self.drop_peer(number));
    }

    /// One piece of each terminal in turn, until the socket takes no more. False when the server is gone.
    fn fill(&mut self, peer: &mut Peer) -> bool {
        let mut quiet = 0;
        while quiet < self.held.len() {
            if peer.flush().is_err() {
                return false;
            }
            if !peer.drained() {
                return true;
            }
            let Some(id) = self.next_turn() else { return true };
            self.turn = Some(id);
            let Some(held) = self.held.get_mut(&id) else { return true };
            match piece(held, peer) {
                Ok(true) => quiet = 0,
                Ok(false) => quiet += 1,
                Err(_) => return false,
            }
        }
        peer.flush().is_ok()
    }

    fn next_turn(&self) -> Option<TerminalId> {
        let after = self.turn.map_or(Bound::Unbounded, Bound::Excluded);
        self.held.range((after, Bound::Unbounded)).chain(self.held.iter()).map(|(id, _)| *id).next()
    }
}

/// Sends the next thing about a shell; false when there is none.
fn piece(held: &mut Held, peer: &mut Peer) -> std::io::Result<bool> {
    match held.stage {
        Stage::Over => return Ok(false),
        // Nobody asks for one that is about to end.
        Stage::Untold if held.closed() => return Ok(false),
        Stage::Untold => {
            if let Some(checkpoint) = &held.checkpoint {
                let (seq, size) = (checkpoint.seq, checkpoint.size);
                peer.send(&Report::Checkpoint { id: held.id, seq, size, bytes: &checkpoint.bytes }, None);
            }
            peer.send(&held.told(), held.master.as_ref().map(Arc::clone));
            held.stage = Stage::Told;
            return Ok(true);
        }
        Stage::Told => {}
    }
    let bytes = held.kept.slice(held.sent);
    if bytes.is_empty() {
        let Some(state) = held.ended else { return Ok(false) };
        peer.send(&Report::Ended(held.id, state), None);
        held.stage = Stage::Over;
        return Ok(true);
    }
    let bytes = bytes.get(..MAX_OUTPUT).unwrap_or(bytes);
    peer.pass(&Report::output_header(held.id, held.sent, bytes.len()), bytes)?;
    held.sent += bytes.len() as u64;
    held.taken = held.taken.max(held.sent);
    Ok(true)
}
