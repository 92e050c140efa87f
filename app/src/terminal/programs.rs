//! What a restricted role runs instead of a shell.

use leptos::prelude::*;
use ui::{Button, Dialog, IconName};

use super::api::terminal_programs;

/// The programs of one's role, and which of them is to be started. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Programs {
    list: RwSignal<Vec<String>>,
    chosen: RwSignal<Option<String>>,
    asking: RwSignal<bool>,
}

impl Programs {
    /// Asks the server which there are; until it has answered one gets the first.
    pub(crate) fn new() -> Self {
        let programs =
            Self { list: RwSignal::new(Vec::new()), chosen: RwSignal::new(None), asking: RwSignal::new(false) };
        Effect::new(move |_| {
            leptos::task::spawn_local(async move {
                if let Ok(list) = terminal_programs().await {
                    let _ = programs.list.try_set(list);
                }
            });
        });
        programs
    }

    /// Whether it is to be asked first which one.
    pub(crate) fn must_ask(self) -> bool {
        let ask = self.chosen.with_untracked(Option::is_none) && self.list.with_untracked(|list| list.len() > 1);
        self.asking.set(ask);
        ask
    }

    /// The one that was chosen, once.
    pub(crate) fn take(self) -> Option<String> {
        self.chosen.try_update(Option::take).flatten()
    }
}

#[component]
pub(crate) fn ChooseProgram(programs: Programs, open: Callback<()>) -> impl IntoView {
    let choose = move |name: String| {
        programs.chosen.set(Some(name));
        programs.asking.set(false);
        open.run(());
    };
    view! {
        <Dialog id="choose-program" open=programs.asking title="Which program?">
            <p class="second">"Your role runs these instead of a shell."</p>
            <ul class="list list--ruled">
                {move || programs.list.get().into_iter().map(|name| {
                    let chosen = name.clone();
                    view! {
                        <li class="list__item">
                            <span class="list__text">{name.clone()}</span>
                            <Button icon=IconName::Play on:click=move |_| choose(chosen.clone()) attr:aria-label=format!("Start {name}")>"Start"</Button>
                        </li>
                    }
                }).collect_view()}
            </ul>
        </Dialog>
    }
}
