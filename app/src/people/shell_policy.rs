//! The limits of shells, for who decides about the instance.

use std::collections::HashMap;

use leptos::prelude::*;
use model::{
    ApiError,
    terminal::{
        policy::{Limits, Means, Policy},
        restrictions,
    },
};
use ui::{Banner, Button, ButtonType, Card, Checkbox, Field, FormError, TextArea, Toaster, Tone};

use super::terminals_api::{set_shell_policy, shell_policy};
use crate::frame::Confirm;

#[component]
pub(super) fn PolicyCard() -> impl IntoView {
    let toaster: Toaster = expect_context();
    // Read by the browser alone: the page is of use before it is there.
    let now = RwSignal::new(None::<(Policy, Means)>);
    Effect::new(move |_| {
        leptos::task::spawn_local(async move {
            match shell_policy().await {
                Ok(found) => drop(now.try_set(Some(found))),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    });
    view! {
        <Card title="Limits of shells">
            {move || now.get().map(|(policy, means)| view! { <What means/> <PolicyForm policy/> })}
        </Card>
    }
}

/// What this machine cannot enforce, where it cannot.
#[component]
fn What(means: Means) -> impl IntoView {
    let Means { no_cgroups, landlock, root } = means;
    view! {
        <div class="settings__form">
            <Banner tone=Tone::Warn title="All shells run as one Unix account, the server's"
                detail="People who have a shell can reach each other's files and processes, and Nova's data. Give shells to those you would give that account, or restrict their role to programs."/>
            {no_cgroups.map(|why| view! {
                <Banner tone=Tone::Neutral title="Memory is bounded for each process, not for a shell; processor time is not bounded"
                    detail=format!("Control groups cannot be used: {why}.")/>
            })}
            {root.then(|| view! {
                <Banner tone=Tone::Warn title="The server runs as root" detail="A bound of processes does not hold for root without control groups. Run Nova as a user of its own."/>
            })}
            {(landlock == 0).then(|| view! {
                <Banner tone=Tone::Neutral title="Files cannot be restricted" detail="This kernel has no Landlock: a role with “read” or “write” lines cannot start its programs."/>
            })}
        </div>
    }
}

/// A number in a field; empty is none.
fn text(value: Option<u32>) -> RwSignal<String> {
    RwSignal::new(value.map(|value| value.to_string()).unwrap_or_default())
}

#[component]
fn PolicyForm(policy: Policy) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let errors = RwSignal::new(HashMap::<String, String>::new());
    let error = move |field: &'static str| Signal::derive(move || errors.with(|errors| errors.get(field).cloned()));
    let limits = policy.limits;
    let per_person = text(Some(policy.per_person));
    let (idle, lifetime) = (text(policy.idle_minutes), text(policy.lifetime_minutes));
    let (processes, files) = (text(limits.processes), text(limits.files));
    let (memory, cpu) = (text(limits.memory_mib), text(limits.cpu_percent));
    let no_new = RwSignal::new(policy.no_new_privileges);
    let lines = RwSignal::new(restrictions::write(&policy.restrictions));
    let busy = RwSignal::new(false);
    let wanted = move || -> Result<Policy, ApiError> {
        let number = |field: &'static str, value: RwSignal<String>| match value.get_untracked().trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| ApiError::invalid(field, "Give a whole number, or nothing.")),
        };
        let wanted = Policy {
            stopped: false,
            per_person: number("per_person", per_person)?.unwrap_or_default(),
            idle_minutes: number("idle_minutes", idle)?,
            lifetime_minutes: number("lifetime_minutes", lifetime)?,
            limits: Limits {
                processes: number("processes", processes)?,
                files: number("files", files)?,
                memory_mib: number("memory_mib", memory)?,
                cpu_percent: number("cpu_percent", cpu)?,
            },
            no_new_privileges: no_new.get_untracked(),
            restrictions: restrictions::read(&lines.get_untracked())?,
        };
        wanted.check().map(|()| wanted)
    };
    let refuse = move |error: ApiError| {
        let field = error.field.clone().unwrap_or_else(|| "form".to_owned());
        let _ = errors.try_update(|errors| errors.insert(field, error.message));
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        errors.update(HashMap::clear);
        let policy = match wanted() {
            Ok(policy) => policy,
            Err(error) => return refuse(error),
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match confirm.with(|| set_shell_policy(policy.clone())).await {
                Ok(()) => {
                    toaster.push(Tone::Ok, "Saved: it holds for shells that are opened from now on, times for all")
                }
                Err(failure) => refuse(failure.0),
            }
            let _ = busy.try_set(false);
        });
    };
    view! {
        <form class="settings__form shell-limits" on:submit=save>
            <div class="shell-limits__numbers">
                <Field name="per_person" label="Shells of one person" input_type="number" value=per_person error=error("per_person") required=true/>
                <Field name="idle_minutes" label="Ended when nobody types for, in minutes" input_type="number" value=idle error=error("idle_minutes") hint="Empty: never. A day is 1440. The page warns before."/>
                <Field name="lifetime_minutes" label="Ended in any case after, in minutes" input_type="number" value=lifetime error=error("lifetime_minutes") hint="Empty: never."/>
                <Field name="processes" label="Processes" input_type="number" value=processes error=error("processes") hint="Without control groups: of the account together, Nova included."/>
                <Field name="files" label="Open files of a process" input_type="number" value=files error=error("files")/>
                <Field name="memory_mib" label="Memory in MiB" input_type="number" value=memory error=error("memory_mib") hint="Without control groups: of each process."/>
                <Field name="cpu_percent" label="Per cent of a core" input_type="number" value=cpu error=error("cpu_percent") hint="Only with control groups."/>
            </div>
            <Checkbox name="no_new" checked=no_new>"Programs gain no new rights (no sudo)"</Checkbox>
            <TextArea name="restrictions" label="Roles that run programs instead of a shell" value=lines error=error("restrictions")
                placeholder="role developer\nprogram Load: /usr/bin/top -d 1\nread /var/log"
                hint="Lines: role NAME, then program NAME: /path words, read /folder, write /folder. No shell reads them. A program that can start others, such as an editor, gives what a shell gives."/>
            <FormError error=error("form")/>
            <div class="settings__actions">
                <Button button_type=ButtonType::Submit busy>"Save"</Button>
            </div>
        </form>
    }
}
