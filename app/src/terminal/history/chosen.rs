//! The chosen command in full, and what can be done with it.

use leptos::prelude::*;
use model::commands::Command;
use ui::{Button, ButtonSize, ButtonVariant, IconName, Toaster, Tone};

use super::{
    api::{delete_command, pin_command},
    finder::Finder,
    list::state,
};
use crate::{Failure, interop::clipboard};

#[component]
pub(super) fn Chosen(finder: Finder, take: Callback<(Command, bool)>) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let busy = RwSignal::new(false);
    let done = move |result: Result<(), Failure>| {
        if let Err(failure) = result {
            toaster.push(Tone::Bad, failure.0.message);
        }
        let _ = busy.try_set(false);
        finder.again();
    };
    move || {
        finder.chosen().map(|command| {
            let (insert, run, copy) = (command.clone(), command.clone(), command.line.clone());
            let (id, pinned) = (command.id, command.pinned);
            let pin = move |_| {
                busy.set(true);
                leptos::task::spawn_local(async move { done(pin_command(id, !pinned).await) });
            };
            let delete = move |_| {
                busy.set(true);
                leptos::task::spawn_local(async move { done(delete_command(id).await) });
            };
            view! {
                <section class="history__chosen" aria-label="The chosen command">
                    <pre class="history__whole">{command.line.clone()}</pre>
                    <p class="second">{about(&command)}</p>
                    <div class="row row--wrap">
                        <Button size=ButtonSize::Small variant=ButtonVariant::Primary on:click=move |_| take.run((insert.clone(), false))>"Insert"</Button>
                        <Button size=ButtonSize::Small icon=IconName::Play on:click=move |_| take.run((run.clone(), true))>"Run"</Button>
                        <Button size=ButtonSize::Small on:click=move |_| clipboard::copy(&copy, toaster)>"Copy"</Button>
                        <Button size=ButtonSize::Small busy on:click=pin>{if pinned { "Unpin" } else { "Pin" }}</Button>
                        <Button size=ButtonSize::Small busy on:click=delete>"Delete"</Button>
                    </div>
                </section>
            }
        })
    }
}

fn about(command: &Command) -> String {
    let (_, _, how) = state(command);
    let took = command.took.map(|took| match took {
        0..1_000 => format!("{took} ms"),
        1_000..60_000 => format!("{}.{} s", took / 1_000, took % 1_000 / 100),
        _ => format!("{} min {} s", took / 60_000, took / 1_000 % 60),
    });
    let place = Some(command.cwd.clone()).filter(|cwd| !cwd.is_empty());
    let parts = [Some(how), took, place, Some(command.host.clone()).filter(|host| !host.is_empty())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
