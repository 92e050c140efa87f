use leptos::prelude::*;

use super::Shortcut;
use crate::{Dialog, Kbd};

/// The keys of this page, by group; opened with `?`.
#[component]
pub fn ShortcutsOverlay(
    /// Open while true.
    open: RwSignal<bool>,
    /// What to list.
    #[prop(into)]
    shortcuts: Signal<Vec<Shortcut>>,
) -> impl IntoView {
    view! {
        <Dialog id="shortcuts" open title="Keyboard shortcuts" wide=true>
            <div class="shortcuts">
                {move || shortcuts.with(|all| groups(all)).into_iter().map(|(title, rows)| view! {
                    <section class="shortcuts__group">
                        <h3 class="shortcuts__title">{title}</h3>
                        {rows.into_iter().map(|(label, keys)| view! {
                            <div class="shortcuts__row"><span>{label}</span><Kbd keys=keys.replace('+', " ")/></div>
                        }).collect_view()}
                    </section>
                }).collect_view()}
            </div>
        </Dialog>
    }
}

type Group = (&'static str, Vec<(&'static str, &'static str)>);

/// In the order in which groups first appear.
fn groups(all: &[Shortcut]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for shortcut in all {
        let row = (shortcut.label, shortcut.keys);
        match groups.iter_mut().find(|(title, _)| *title == shortcut.group) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((shortcut.group, vec![row])),
        }
    }
    groups
}
