//! The holder: a small process, or a thread of the server, that is the parent of every shell.
//!
//! It reads the shells' output into the rings it keeps and passes it on, and hands each terminal's master side to the
//! server, who writes input and sizes there directly. When the server goes, it goes on; when another comes, it tells it
//! everything. It has one thread and one loop: readiness in, frames out.

mod held;
mod kept;
mod peer;
pub(crate) mod place;
mod requests;
mod sending;
mod session;
pub(crate) mod spawn;

use std::{
    collections::BTreeMap,
    io,
    os::fd::{AsFd, OwnedFd},
    path::Path,
    time::{Duration, Instant},
};

use held::Held;
pub(crate) use kept::{RING, UNSEEN};
use model::TerminalId;
use peer::Peer;
use place::Place;
use rustix::{
    buffer::spare_capacity,
    event::{Timespec, epoll},
};

use crate::wire::Report;

/// How often a holder looks whether its socket still stands, if nothing tells it.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// How long a holder whose shells have all ended waits for a server to ask how.
const TELL_FOR: Duration = Duration::from_secs(24 * 3600);
/// Most connections at once: the server, the one that takes over, and those that only ask.
const MAX_PEERS: usize = 8;
/// Most readiness events taken at once.
const MAX_EVENTS: usize = 64;

/// Holds shells in this process until the last one has ended. Standard input is the server's connection; other servers
/// find a socket in `directory`.
///
/// # Errors
/// When no socket can be made there, or another holder has it.
pub fn hold(directory: &Path) -> io::Result<()> {
    let first = io::stdin().as_fd().try_clone_to_owned()?;
    // Shells get descriptors of their own, but nothing of ours is to hang on the server's.
    rustix::stdio::dup2_stdin(std::fs::File::open("/dev/null")?)?;
    let place = Place::take(directory)?;
    std::env::set_current_dir("/")?;
    Holder::new(first, Some(place))?.run()
}

/// Holds shells for the server at the other end of `first`, until it is gone.
///
/// # Errors
/// When the system has no descriptors left to begin with.
pub(crate) fn hold_for(first: OwnedFd) -> io::Result<()> {
    Holder::new(first, None)?.run()
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Listener,
    Watch,
    Peer(u64),
    Output(TerminalId),
    Exit(TerminalId),
}

struct Holder {
    epoll: OwnedFd,
    /// What the numbers of events stand for. None is used twice, so a late event means nothing.
    sources: BTreeMap<u64, Source>,
    next: u64,
    place: Option<Place>,
    peers: BTreeMap<u64, Peer>,
    /// Who has the shells.
    attached: Option<u64>,
    held: BTreeMap<TerminalId, Held>,
    /// Whose output is sent next.
    turn: Option<TerminalId>,
    /// Since when no server was there and no shell ran.
    idle: Option<Instant>,
    opened: bool,
}

impl Holder {
    fn new(first: OwnedFd, place: Option<Place>) -> io::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let mut holder = Self {
            epoll,
            sources: BTreeMap::new(),
            next: 0,
            place: None,
            peers: BTreeMap::new(),
            attached: None,
            held: BTreeMap::new(),
            turn: None,
            idle: None,
            opened: false,
        };
        if let Some(place) = place {
            holder.watch(&place.listener, Source::Listener)?;
            if let Some(watch) = &place.watch {
                holder.watch(watch, Source::Watch)?;
            }
            holder.place = Some(place);
        }
        holder.add_peer(first)?;
        Ok(holder)
    }

    fn run(&mut self) -> io::Result<()> {
        let mut events = Vec::with_capacity(MAX_EVENTS);
        while !self.is_over() {
            match epoll::wait(&self.epoll, spare_capacity(&mut events), self.timeout().as_ref()) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            for event in events.drain(..) {
                let number = event.data.u64();
                if let Some(source) = self.sources.get(&number).copied() {
                    self.handle(source);
                }
            }
            let now = Instant::now();
            self.held.values_mut().for_each(|held| held.kill_when_due(now));
            self.send();
        }
        Ok(())
    }

    fn handle(&mut self, source: Source) {
        match source {
            Source::Listener => self.accept(),
            Source::Watch => self.place.iter().for_each(Place::clear_watch),
            Source::Peer(number) => self.hear(number),
            Source::Output(id) => {
                if let Some(held) = self.held.get_mut(&id) {
                    held.read();
                    self.pace(id);
                }
            }
            Source::Exit(id) => {
                if let Some(held) = self.held.get_mut(&id)
                    && held.reap()
                {
                    let _gone = epoll::delete(&self.epoll, &held.exit);
                    self.sources.retain(|_, source| *source != Source::Exit(id) && *source != Source::Output(id));
                }
            }
        }
    }

    /// Watches a terminal's output exactly while it may be read: a terminal that was hung up stays ready for ever.
    fn pace(&mut self, id: TerminalId) {
        let Some(held) = self.held.get_mut(&id) else { return };
        let Some(master) = held.master.clone() else { return };
        match (held.watched, held.budget() > 0) {
            (None, true) => {
                held.watched = watch(&self.epoll, &mut self.sources, &mut self.next, &master, Source::Output(id)).ok();
            }
            (Some(number), false) => {
                held.watched = None;
                self.sources.remove(&number);
                let _gone = epoll::delete(&self.epoll, &master);
            }
            _ => {}
        }
    }

    fn pace_all(&mut self) {
        let all: Vec<_> = self.held.keys().copied().collect();
        all.into_iter().for_each(|id| self.pace(id));
    }

    fn accept(&mut self) {
        let own = rustix::process::geteuid().as_raw();
        while let Some(socket) = self.place.as_mut().and_then(Place::accept) {
            if !place::is_ours(&socket, own) {
                tracing::warn!("somebody else's process was refused");
                continue;
            }
            // The oldest that only asks makes way: it may have forgotten to go.
            if self.peers.len() >= MAX_PEERS
                && let Some(oldest) = self.peers.keys().copied().find(|number| Some(*number) != self.attached)
            {
                self.drop_peer(oldest);
            }
            if let Err(error) = self.add_peer(socket) {
                tracing::warn!(%error, "a connection was lost");
            }
        }
    }

    fn add_peer(&mut self, socket: OwnedFd) -> io::Result<()> {
        let mut peer = Peer::new(socket)?;
        peer.interest = epoll::EventFlags::IN;
        let number = self.next;
        watch(&self.epoll, &mut self.sources, &mut self.next, &peer, Source::Peer(number))?;
        self.peers.insert(number, peer);
        Ok(())
    }

    /// A connection is gone. If it was the server's, the shells are kept for the next.
    fn drop_peer(&mut self, number: u64) {
        if let Some(peer) = self.peers.remove(&number) {
            let _gone = epoll::delete(&self.epoll, &peer);
            self.sources.remove(&number);
        }
        if self.attached == Some(number) {
            self.attached = None;
            self.held.values_mut().for_each(|held| held.handed(false));
            self.pace_all();
        }
    }

    /// Whoever has the shells hears that another has them now.
    fn replace(&mut self, by: u64) {
        if let Some(before) = self.attached.filter(|before| *before != by) {
            if let Some(peer) = self.peers.get_mut(&before) {
                peer.send(&Report::Replaced, None);
                let _gone = peer.flush();
            }
            self.drop_peer(before);
        }
    }

    fn watch(&mut self, fd: &impl AsFd, source: Source) -> io::Result<u64> {
        watch(&self.epoll, &mut self.sources, &mut self.next, fd, source)
    }

    fn timeout(&self) -> Option<Timespec> {
        let now = Instant::now();
        let kill = self.held.values().filter_map(Held::deadline).min().map(|at| at.saturating_duration_since(now));
        let look = self.place.is_some().then_some(LOOK_EVERY);
        kill.into_iter().chain(look).min().and_then(|wait| Timespec::try_from(wait).ok())
    }

    /// Whether there is no reason to go on.
    fn is_over(&mut self) -> bool {
        if self.held.is_empty() && (self.opened || self.peers.is_empty()) {
            // What they are still owed is that their shells have ended.
            return self.peers.values().all(Peer::drained);
        }
        if self.attached.is_some() || !self.peers.is_empty() && !self.opened {
            self.idle = None;
            return false;
        }
        let Some(place) = &self.place else { return self.peers.is_empty() };
        if self.held.values().any(|held| held.ended.is_none()) {
            self.idle = None;
        } else if self.idle.get_or_insert_with(Instant::now).elapsed() > TELL_FOR {
            return true;
        }
        // Nobody will ever find the way here. The shells are hung up on as their terminals close.
        !place.stands()
    }
}

/// Has the loop told when `fd` is readable.
fn watch(
    epoll: &OwnedFd,
    sources: &mut BTreeMap<u64, Source>,
    next: &mut u64,
    fd: &impl AsFd,
    source: Source,
) -> io::Result<u64> {
    let number = *next;
    epoll::add(epoll, fd, epoll::EventData::new_u64(number), epoll::EventFlags::IN)?;
    sources.insert(number, source);
    *next += 1;
    Ok(number)
}
