use leptos::prelude::*;
use model::{Permission, identity::Me};

/// Who is signed in, in the context of every page inside the frame.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    me: StoredValue<Me>,
    host: StoredValue<String>,
}

impl Session {
    pub(crate) fn provide(me: Me, host: String) {
        provide_context(Self { me: StoredValue::new(me), host: StoredValue::new(host) });
    }

    /// The session of the surrounding frame; pages are only drawn inside one.
    #[track_caller]
    pub(crate) fn expect() -> Self {
        expect_context()
    }

    /// Who it is.
    pub(crate) fn me(self) -> Me {
        self.me.get_value()
    }

    /// This machine's name.
    pub(crate) fn host(self) -> String {
        self.host.get_value()
    }

    /// What the policy decided for this sign-in, by the same function the services ask: to hide what they would refuse.
    pub(crate) fn may(self, permission: Permission) -> bool {
        self.me.with_value(|me| me.may.contains(&permission))
    }
}
