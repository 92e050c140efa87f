use leptos::prelude::*;
use model::{
    Permission,
    identity::Me,
    profile::{AvatarId, PictureSize},
};

/// Who is signed in, in the context of every page inside the frame.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    me: StoredValue<Me>,
    host: StoredValue<String>,
    avatar: RwSignal<Option<AvatarId>>,
}

impl Session {
    pub(crate) fn provide(me: Me, host: String) {
        let avatar = RwSignal::new(me.avatar.clone());
        provide_context(Self { me: StoredValue::new(me), host: StoredValue::new(host), avatar });
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

    /// Where their picture is just now, followed as it changes.
    pub(crate) fn picture(self, size: PictureSize) -> Option<String> {
        let id = self.me.with_value(|me| me.id);
        self.avatar.with(|avatar| avatar.as_ref().map(|avatar| avatar.path(id, size)))
    }

    /// They have another picture from now on, or none.
    pub(crate) fn set_avatar(self, avatar: Option<AvatarId>) {
        self.avatar.set(avatar);
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
