//! Deciding whether commands are entries of the log, and how long people's histories reach back.

use leptos::prelude::*;
use model::commands::Policy;
use ui::{Button, ButtonType, Card, NumberField, Switch, Toaster, Tone};

use crate::{
    frame::Confirm,
    terminal::history::api::{command_policy, set_command_policy},
};

#[component]
pub(super) fn CommandPolicyCard() -> impl IntoView {
    let toaster: Toaster = expect_context();
    // Read by the browser alone: the page is of use before it is there.
    let now = RwSignal::new(None::<Policy>);
    Effect::new(move |_| {
        leptos::task::spawn_local(async move {
            match command_policy().await {
                Ok(found) => drop(now.try_set(Some(found))),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    });
    view! {
        {move || now.get().map(|policy| view! { <Card title="Commands in shells"><PolicyForm policy/></Card> })}
    }
}

#[component]
fn PolicyForm(policy: Policy) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let (audited, days) = (RwSignal::new(policy.audited), RwSignal::new(i64::from(policy.keep_days)));
    let busy = RwSignal::new(false);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let keep_days = u32::try_from(days.get_untracked()).unwrap_or_default();
        let policy = Policy { audited: audited.get_untracked(), keep_days };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match confirm.with(|| set_command_policy(policy)).await {
                Ok(()) => toaster.push(Tone::Ok, "Saved"),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = busy.try_set(false);
        });
    };
    let bounds = i64::from(*Policy::DAYS.start())..=i64::from(*Policy::DAYS.end());
    view! {
        <form class="settings__form" on:submit=save>
            <Switch name="command-audit" on=audited on_change=move |on| audited.set(on)
                hint="As shells report them: their users can forge what is reported, or keep it from being so. Lines that look as if they held a secret are withheld.">
                "Note each command in the audit log"</Switch>
            <NumberField name="command-days" label="People’s own histories reach back" unit="days" bounds value=days on_change=move |value| days.set(value)/>
            <div class="settings__actions">
                <Button button_type=ButtonType::Submit busy>"Save"</Button>
                <a class="button button--ghost" href="/audit?action=command.">"Show commands"</a>
            </div>
        </form>
    }
}
