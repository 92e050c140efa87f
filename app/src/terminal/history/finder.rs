//! What is looked for, and what was found. One request at a time: what changes meanwhile is asked for when its answer is there.

use leptos::prelude::*;
use model::commands::{Command, Found, Matching, Search};

use super::{api::search_commands, list::option_id};

#[derive(Clone, Copy)]
pub(super) struct Finder {
    search: RwSignal<Search>,
    pub(super) found: RwSignal<Option<Found>>,
    /// What is wrong with the search.
    pub(super) wrong: RwSignal<Option<String>>,
    pub(super) at: RwSignal<usize>,
    asking: StoredValue<bool>,
    stale: StoredValue<bool>,
}

impl Finder {
    pub(super) fn new() -> Self {
        Self {
            search: RwSignal::new(Search::default()),
            found: RwSignal::new(None),
            wrong: RwSignal::new(None),
            at: RwSignal::new(0),
            asking: StoredValue::new(false),
            stale: StoredValue::new(false),
        }
    }

    /// The dialog opens: without filters, the way to match stays.
    pub(super) fn begin(self) {
        self.search.update(|search| *search = Search { matching: search.matching, ..Search::default() });
        self.found.set(None);
        self.at.set(0);
        self.again();
    }

    /// Looks for something else.
    pub(super) fn change(self, change: impl Fn(&mut Search)) {
        let before = self.search.get_untracked();
        self.search.update(change);
        if self.search.with_untracked(|now| *now != before) {
            self.at.set(0);
            self.again();
        }
    }

    /// Looks again.
    pub(super) fn again(self) {
        if self.asking.get_value() {
            return self.stale.set_value(true);
        }
        self.asking.set_value(true);
        leptos::task::spawn_local(async move {
            loop {
                let Some(search) = self.search.try_get_untracked() else { return };
                let answer = search_commands(search).await;
                match answer {
                    Ok(found) => {
                        let _ = self.at.try_update(|at| *at = (*at).min(found.commands.len().saturating_sub(1)));
                        let _ = self.found.try_set(Some(found));
                        let _ = self.wrong.try_set(None);
                    }
                    Err(failure) => drop(self.wrong.try_set(Some(failure.0.message))),
                }
                if self.stale.try_update_value(std::mem::take) != Some(true) {
                    break;
                }
            }
            let _ = self.asking.try_set_value(false);
        });
    }

    pub(super) fn text(self) -> String {
        self.search.with(|search| search.text.clone())
    }

    pub(super) fn way_word(self) -> &'static str {
        match self.search.with_untracked(|search| search.matching) {
            Matching::Fuzzy => "fuzzy",
            Matching::Plain => "plain",
            Matching::Regex => "regex",
        }
    }

    /// The name of this machine.
    pub(super) fn machine(self) -> String {
        self.found.with_untracked(|found| found.as_ref().map(|found| found.host.clone()).unwrap_or_default())
    }

    pub(super) fn chosen(self) -> Option<Command> {
        let at = self.at.try_get()?;
        self.found.with(|found| found.as_ref().and_then(|found| found.commands.get(at).cloned()))
    }

    /// The option that is active, for who hears it.
    pub(super) fn active(self) -> Option<String> {
        let any = self.found.with(|found| found.as_ref().is_some_and(|found| !found.commands.is_empty()));
        any.then(|| option_id(self.at.get()))
    }

    /// Goes up or down the list, and returns where that is.
    pub(super) fn step(self, by: isize) -> usize {
        let last =
            self.found.with_untracked(|found| found.as_ref().map_or(0, |found| found.commands.len().saturating_sub(1)));
        let at = self.at.get_untracked().saturating_add_signed(by).min(last);
        self.at.set(at);
        at
    }

    pub(super) fn said(self) -> String {
        if let Some(wrong) = self.wrong.get() {
            return wrong;
        }
        self.found.with(|found| match found {
            None => String::new(),
            Some(Found { commands, .. }) if commands.is_empty() => {
                let nothing =
                    self.search.with(|search| *search == Search { matching: search.matching, ..Search::default() });
                if nothing {
                    "No commands yet. What you run in a shell comes here.".to_owned()
                } else {
                    "Nothing fits.".to_owned()
                }
            }
            Some(Found { commands, more: true, .. }) => {
                format!("The first {}; search for more of it to see others", commands.len())
            }
            Some(Found { commands, .. }) if commands.len() == 1 => "1 command".to_owned(),
            Some(Found { commands, .. }) => format!("{} commands", commands.len()),
        })
    }
}
