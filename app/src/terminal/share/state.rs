//! What the socket tells of the company at a shell, for all shells of a page.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use leptos::prelude::*;
use model::{
    TerminalId,
    terminal::{Warning, sharing::Company},
};

/// How long a mark says that somebody types: a little longer than the server is silent about it.
const TYPING_MARK: Duration = Duration::from_millis(1_800);

/// By which door one comes to a shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// As its owner.
    Own,
    /// As a guest.
    Shared,
}

impl Door {
    /// The socket's path, without the id.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Own => "/ws/terminal/",
            Self::Shared => "/ws/shared/",
        }
    }
}

/// Signals of one page. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Sharing {
    /// Who is where; a shell whose owner is alone there is not in it.
    pub(crate) company: RwSignal<HashMap<TerminalId, Company>>,
    /// Where somebody types just now.
    pub(crate) typing: RwSignal<HashSet<(TerminalId, u64)>>,
    /// What is about to end which shell.
    pub(crate) warning: RwSignal<HashMap<TerminalId, Warning>>,
    /// Whether the dialog is open, which is about the shell in view.
    pub(crate) dialog: RwSignal<bool>,
}

impl Sharing {
    /// Those of this page, for the parts below it.
    pub(crate) fn provide() -> Self {
        let sharing = Self {
            company: RwSignal::new(HashMap::new()),
            typing: RwSignal::new(HashSet::new()),
            warning: RwSignal::new(HashMap::new()),
            dialog: RwSignal::new(false),
        };
        provide_context(sharing);
        sharing
    }

    /// Those of the page around.
    #[track_caller]
    pub(crate) fn expect() -> Self {
        expect_context()
    }

    /// Who is at a shell, if its owner is not alone there.
    pub(crate) fn of(self, id: TerminalId) -> Option<Company> {
        self.company.with(|all| all.get(&id).cloned())
    }

    /// Somebody came, went, or may more or less than before.
    pub(crate) fn hear(self, id: TerminalId, company: Company) {
        let _ = self.company.try_update(|all| all.insert(id, company));
    }

    /// Something is about to end a shell, or nothing any more.
    pub(crate) fn warn(self, id: TerminalId, warning: Warning) {
        let _ = self.warning.try_update(|all| match warning {
            Warning::None => all.remove(&id),
            warning => all.insert(id, warning),
        });
    }

    /// Somebody types there.
    pub(crate) fn types(self, id: TerminalId, place: u64) {
        let new = self.typing.try_update(|all| all.insert((id, place))).unwrap_or(false);
        if new {
            let unmark = move || {
                let _ = self.typing.try_update(|all| all.remove(&(id, place)));
            };
            // Without a timer the mark would stay.
            if set_timeout(unmark, TYPING_MARK).is_err() {
                unmark();
            }
        }
    }
}
