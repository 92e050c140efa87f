//! Whose shells are recorded: a dialog for who decides.

use leptos::prelude::*;
use model::{
    Role,
    recording::{Mode, Policy, RolePolicy},
};
use ui::{Button, ButtonType, ButtonVariant, Dialog, Field, FormError, IconName, Select, Switch, Toaster, Tone};

use super::api::{recording_policies, save_recording_policy};
use crate::frame::Confirm;

type Answer = Option<Result<Vec<RolePolicy>, String>>;

#[component]
pub(super) fn Policies() -> impl IntoView {
    let open = RwSignal::new(false);
    let policies = RwSignal::new(None as Answer);
    let show = move |_| {
        open.set(true);
        policies.set(None);
        leptos::task::spawn_local(async move {
            let answer = recording_policies().await.map_err(|failure| failure.0.message);
            let _ = policies.try_set(Some(answer));
        });
    };
    view! {
        <Button icon=IconName::Gear on:click=show>"Whose shells are recorded"</Button>
        <Dialog id="recording-policies" open title="Whose shells are recorded">
            <p class="second">
                "Holds for shells that are opened, and recordings that begin, from now on. A person whose shells are always recorded sees that and cannot end it; when there is no room for a recording they get no shell."
            </p>
            {move || match policies.get() {
                None => view! { <ui::Skeleton count=3/> }.into_any(),
                Some(Err(why)) => view! { <p class="second">{why}</p> }.into_any(),
                Some(Ok(list)) => view! { <PolicyForm list/> }.into_any(),
            }}
        </Dialog>
    }
}

/// One role at a time.
#[component]
fn PolicyForm(list: Vec<RolePolicy>) -> impl IntoView {
    let first = list.first().map(|first| first.role.name().to_owned()).unwrap_or_default();
    let roles: Vec<_> = list.iter().map(|each| (each.role.name().to_owned(), each.role.name().to_owned())).collect();
    let list = RwSignal::new(list);
    let role = RwSignal::new(first);
    let (mode, input, days) = (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(String::new()));
    let (busy, failed, days_wrong) =
        (RwSignal::new(false), RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    Effect::new(move |_| {
        let name = role.get();
        let policy = list.with(|list| list.iter().find(|each| each.role.name() == name).map(|each| each.policy));
        if let Some(policy) = policy {
            mode.set(policy.mode.name().to_owned());
            input.set(policy.input);
            days.set(policy.keep_days.map(|days| days.to_string()).unwrap_or_default());
        }
    });
    let (confirm, toaster) = (Confirm::expect(), expect_context::<Toaster>());
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        failed.set(None);
        days_wrong.set(None);
        let text = days.get_untracked();
        let keep_days = match text.trim() {
            "" => None,
            // What is no number is out of bounds, too.
            text => Some(text.parse().unwrap_or(0)),
        };
        let mode = Mode::named(&mode.get_untracked()).unwrap_or_default();
        let policy = Policy { mode, input: input.get_untracked(), keep_days };
        if let Err(error) = policy.check() {
            return days_wrong.set(Some(error.message));
        }
        let Ok(whose) = role.get_untracked().parse::<Role>() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match confirm.with(|| save_recording_policy(whose.clone(), policy)).await {
                Ok(()) => {
                    let _ = list.try_update(|list| {
                        list.iter_mut().find(|each| each.role == whose).map(|each| each.policy = policy)
                    });
                    toaster.push(Tone::Ok, format!("Saved for the role {whose}"));
                }
                Err(failure) => drop(failed.try_set(Some(failure.0.message))),
            }
            let _ = busy.try_set(false);
        });
    };
    let modes = [
        ("never", "never, and nobody can begin"),
        ("ask", "when its person begins it"),
        ("always", "always, from the first byte to the last"),
    ];
    let modes: Vec<_> = modes.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect();
    view! {
        <form class="settings__form" on:submit=save>
            <Select name="role" label="Role" options=roles value=role/>
            <Select name="mode" label="Its shells are recorded" options=modes value=mode/>
            <Switch name="input" on=input on_change=Callback::new(move |on| input.set(on))
                hint="Never while the terminal hides it, as passwords are.">"Keep what is typed as well"</Switch>
            <Field name="keep_days" label="Days a recording is kept" value=days error=days_wrong
                hint="After its end. Empty: until somebody deletes it."/>
            <FormError error=failed/>
            <div class="dialog__actions">
                <Button variant=ButtonVariant::Primary button_type=ButtonType::Submit busy>"Save"</Button>
            </div>
        </form>
    }
}
