//! The company at a shell: who is told what, and whose input and size count.

use bytes::Bytes;
use model::{
    ShareId, UserId,
    terminal::{
        ServerFrame, Size, Warning,
        sharing::{Company, GuestRole, Present},
    },
};
use tokio::time::{Duration, Instant};

use super::{Relay, Step};
use crate::{company::Seat, viewing::Viewing};

/// How often others hear that somebody types.
const TYPING_EVERY: Duration = Duration::from_secs(1);

impl Relay {
    /// What viewer `id` is to be told before output goes on; the end, for a guest whose place is no more.
    pub(super) fn news(&mut self, id: u64) -> Option<Step> {
        let viewing = self.viewers.get_mut(&id).filter(|_| !self.detached)?;
        if viewing.seat.guest.as_ref().is_some_and(|guest| guest.is_out()) {
            return Some(Step::Over);
        }
        if let Some(warning) = viewing.news.warning.take() {
            return Some(Step::Tell(ServerFrame::Warning(warning).encode().into()));
        }
        if let Some(place) = viewing.news.typing.pop_first() {
            return Some(Step::Tell(ServerFrame::Typing(place).encode().into()));
        }
        if !std::mem::take(&mut viewing.news.company) {
            return None;
        }
        let json = serde_json::to_vec(&self.company_of(id)?).ok()?;
        Some(Step::Tell(Bytes::from(ServerFrame::Company(&json).encode())))
    }

    /// Who is here, as viewer `id` is told. Names are for guests; watchers stand in it like everybody else.
    fn company_of(&self, id: u64) -> Option<Company> {
        let own = &self.viewers.get(&id)?.seat;
        let present = |(place, viewing): (&u64, &Viewing)| {
            let guest = viewing.seat.guest.as_ref();
            Present {
                place: *place,
                user: viewing.seat.user,
                name: guest.map(|guest| guest.name.clone()).unwrap_or_default(),
                role: guest.map(|guest| guest.role),
                writes: self.rights.may_write(&viewing.seat),
                controls: self.rights.controls(&viewing.seat),
            }
        };
        Some(Company {
            you: id,
            writes: self.rights.may_write(own),
            controls: self.rights.controls(own),
            size: Some(self.size()),
            here: self.viewers.iter().map(present).collect(),
            writers: self.rights.writers.keys().copied().collect(),
            controller: self.rights.controller,
        })
    }

    /// Has everybody told who is here, if somebody else is, was, or may be.
    pub(crate) fn tell_company(&mut self) {
        let shared = self.rights.are_shared() || self.viewers.values().any(|viewing| viewing.seat.guest.is_some());
        if shared || std::mem::replace(&mut self.told_company, shared) {
            self.told_company = shared;
            for viewing in self.viewers.values_mut() {
                viewing.news.company = true;
                viewing.wake.notify_one();
            }
        }
    }

    /// Tells everybody what is about to end the shell.
    pub(crate) fn warn(&mut self, warning: Warning) {
        for viewing in self.viewers.values_mut() {
            viewing.news.warning = Some(warning);
            viewing.wake.notify_one();
        }
    }

    /// Whether viewer `id` may type.
    pub(crate) fn may_write(&self, id: u64) -> bool {
        self.viewers.get(&id).is_some_and(|viewing| self.rights.may_write(&viewing.seat))
    }

    pub(crate) fn is_guest(&self, id: u64) -> bool {
        self.viewers.get(&id).is_some_and(|viewing| viewing.seat.guest.is_some())
    }

    /// Viewer `id` tried what they may not: they hear again what they may, once however often they try.
    pub(crate) fn refuse(&mut self, id: u64) {
        if let Some(viewing) = self.viewers.get_mut(&id) {
            viewing.news.company = true;
            viewing.wake.notify_one();
        }
    }

    /// Viewer `id` typed: everybody else hears it, once a second at most. Who is alone tells nobody.
    pub(crate) fn typed(&mut self, id: u64, now: Instant) {
        if !self.told_company {
            return;
        }
        if self.typing.0 == id && self.typing.1.is_some_and(|last| now.duration_since(last) < TYPING_EVERY) {
            return;
        }
        self.typing = (id, Some(now));
        for (_, viewing) in self.viewers.iter_mut().filter(|(place, _)| **place != id) {
            viewing.news.typing.insert(id);
            viewing.wake.notify_one();
        }
    }

    /// Viewer `id` is of this size; whether it is for the shell to take on.
    pub(crate) fn sized(&mut self, id: u64, size: Size) -> bool {
        let Some(viewing) = self.viewers.get_mut(&id) else { return false };
        viewing.size = Some(size);
        self.rights.controls(&viewing.seat)
    }

    /// Lets a guest type who is here as a peer and may have shells. False when there is none.
    pub(crate) fn let_write(&mut self, user: UserId) -> bool {
        let fit = |seat: &Seat| {
            let guest = seat.guest.as_ref().filter(|_| seat.user == user)?;
            (guest.role == GuestRole::Peer && guest.can_type && !guest.is_out()).then_some(guest.share)
        };
        let share = self.viewers.values().find_map(|viewing| fit(&viewing.seat));
        if let Some(share) = share {
            self.rights.writers.insert(user, share);
            self.tell_company();
        }
        share.is_some()
    }

    /// Takes the right to type away, and control with it; the size the shell takes on then, if it is another's.
    pub(crate) fn withdraw(&mut self, user: UserId) -> Option<Size> {
        let had_control = self.rights.controller == Some(user);
        if self.rights.withdraw(user) {
            self.tell_company();
        }
        if had_control { self.size_of_control() } else { None }
    }

    /// Gives control to a writer, or (`None`) back to the owner; the size the shell takes on then.
    pub(crate) fn give_control(&mut self, to: Option<UserId>) -> Option<Size> {
        self.rights.controller = to;
        self.tell_company();
        self.size_of_control()
    }

    /// What a guest might do goes with a place that is over.
    pub(super) fn forget_right(&mut self, seat: &Seat) {
        let over = seat.guest.as_ref().filter(|guest| guest.is_out());
        if over.is_some_and(|guest| self.rights.writers.get(&seat.user) == Some(&guest.share)) {
            self.rights.withdraw(seat.user);
            // Whoever has control now says their size when they next change it.
        }
    }

    /// Who has control, if not the owner.
    pub(crate) fn controller(&self) -> Option<UserId> {
        self.rights.controller
    }

    /// Who may type besides the owner.
    pub(crate) fn writers(&self) -> Vec<UserId> {
        self.rights.writers.keys().copied().collect()
    }

    /// The size of the latest comer among those who have control.
    fn size_of_control(&self) -> Option<Size> {
        self.viewers
            .values()
            .rev()
            .filter(|viewing| self.rights.controls(&viewing.seat))
            .find_map(|viewing| viewing.size)
    }

    /// Ends the places of guests whom `which` names by their share and role, with all they might do; how many they were.
    pub(crate) fn part(&mut self, which: impl Fn(ShareId, GuestRole) -> bool) -> (usize, Option<Size>) {
        let mut parted = 0;
        for viewing in self.viewers.values() {
            if let Some(guest) = viewing.seat.guest.as_ref().filter(|guest| which(guest.share, guest.role)) {
                guest.parted.send_replace(true);
                viewing.wake.notify_one();
                parted += 1;
            }
        }
        let out: Vec<UserId> = self
            .rights
            .writers
            .iter()
            .filter(|(_, share)| which(**share, GuestRole::Peer))
            .map(|(user, _)| *user)
            .collect();
        let size = out.into_iter().filter_map(|user| self.withdraw(user)).last();
        self.tell_company();
        (parted, size)
    }

    /// From how many places guests look, and from how many this one does.
    pub(crate) fn guests(&self, user: UserId) -> (usize, usize) {
        let guests = self.viewers.values().filter(|viewing| viewing.seat.guest.is_some());
        guests.fold((0, 0), |(all, own), viewing| (all + 1, own + usize::from(viewing.seat.user == user)))
    }

    /// Whether a viewer follows the output and answers the queries in it.
    pub(super) fn follows_and_answers(&self, viewing: &Viewing, start: u64) -> bool {
        self.rights.may_write(&viewing.seat) && viewing.follows(start).is_some()
    }
}
