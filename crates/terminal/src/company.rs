//! Who looks at a shell through a viewer, and what that lets them do.

use std::collections::BTreeMap;

use model::{ShareId, UserId, terminal::sharing::GuestRole};
use tokio::{sync::watch, time::Instant};

/// Who looks.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    pub(crate) user: UserId,
    /// `None` for the owner.
    pub(crate) guest: Option<Guest>,
}

/// Somebody who is not the owner.
#[derive(Debug, Clone)]
pub(crate) struct Guest {
    /// What lets them in.
    pub(crate) share: ShareId,
    pub(crate) role: GuestRole,
    pub(crate) name: String,
    /// Whether they may have shells of their own: who may not does not type in another's either.
    pub(crate) can_type: bool,
    /// When their place is over.
    pub(crate) until: Instant,
    /// True once their place is no more.
    pub(crate) parted: watch::Sender<bool>,
}

impl Guest {
    /// Whether they are not to be here any longer.
    pub(crate) fn is_out(&self) -> bool {
        *self.parted.borrow() || self.until <= Instant::now()
    }
}

/// Who may type in a shell besides its owner, and whose size it follows. It is kept in memory: a new server begins with
/// the owner alone.
#[derive(Debug, Default)]
pub(crate) struct Rights {
    /// Peers who were let type, and the share they had then. At most one entry a share.
    pub(crate) writers: BTreeMap<UserId, ShareId>,
    /// The one who has control; one of the writers. `None`: the owner.
    pub(crate) controller: Option<UserId>,
}

impl Rights {
    /// Whether who sits here may type. What was granted is bound to the share it was granted under.
    pub(crate) fn may_write(&self, seat: &Seat) -> bool {
        seat.guest.as_ref().is_none_or(|guest| {
            guest.role == GuestRole::Peer
                && guest.can_type
                && self.writers.get(&seat.user) == Some(&guest.share)
                && !guest.is_out()
        })
    }

    /// Whether the shell follows the size of who sits here.
    pub(crate) fn controls(&self, seat: &Seat) -> bool {
        match self.controller {
            None => seat.guest.is_none(),
            Some(user) => seat.guest.is_some() && seat.user == user && self.may_write(seat),
        }
    }

    /// Takes the right to type away, and control with it. False when they had none.
    pub(crate) fn withdraw(&mut self, user: UserId) -> bool {
        if self.controller == Some(user) {
            self.controller = None;
        }
        self.writers.remove(&user).is_some()
    }

    /// Whether anybody but the owner may anything.
    pub(crate) fn are_shared(&self) -> bool {
        !self.writers.is_empty()
    }
}
