use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use model::UserId;

/// Who is connected: a count of open tabs per person.
#[derive(Debug, Default)]
pub(crate) struct Tabs(Mutex<HashMap<UserId, u32>>);

impl Tabs {
    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many tabs `user` has open.
    pub(crate) fn count(&self, user: UserId) -> u32 {
        self.lock().get(&user).copied().unwrap_or(0)
    }

    /// One more tab; true if the person was offline until now.
    pub(crate) fn open(&self, user: UserId) -> bool {
        let mut tabs = self.lock();
        let count = tabs.entry(user).or_default();
        *count += 1;
        *count == 1
    }

    /// One tab less; true if that was the last.
    pub(crate) fn close(&self, user: UserId) -> bool {
        let mut tabs = self.lock();
        match tabs.get_mut(&user) {
            Some(count) if *count > 1 => {
                *count -= 1;
                false
            }
            Some(_) => tabs.remove(&user).is_some(),
            None => false,
        }
    }

    pub(crate) fn online(&self) -> HashSet<UserId> {
        self.lock().keys().copied().collect()
    }
}
