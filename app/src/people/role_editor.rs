//! The form of a role: its name, what it allows, and when.

use leptos::prelude::*;
use model::{
    ApiError, Permission, Role,
    policy::{Condition, Days, Grant, Project, RoleInfo},
};
use ui::{Button, ButtonType, ButtonVariant, Checkbox, Field, FormError};

use super::api::save_role;
use crate::{
    Failure,
    frame::{Confirm, Session},
};

const FIELDS: &[&str] = &["role", "network", "conditions", "projects"];

/// One permission in the form. The conditions of the form are set for all of a role's grants that are marked.
#[derive(Clone, Copy)]
struct Line {
    permission: Permission,
    granted: RwSignal<bool>,
    conditional: RwSignal<bool>,
}

/// The conditions that are common to the conditional grants of `role`: those of the first.
fn conditions_of(role: Option<&RoleInfo>) -> Vec<Condition> {
    let grants = role.map(|role| role.grants.as_slice()).unwrap_or_default();
    grants.iter().map(|grant| grant.conditions.clone()).find(|conditions| !conditions.is_empty()).unwrap_or_default()
}

fn minutes(clock: &str) -> Option<u16> {
    let (hours, minutes) = clock.trim().split_once(':')?;
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    (hours <= 24 && minutes < 60).then_some(hours * 60 + minutes).filter(|minutes| *minutes <= 1440)
}

#[component]
pub(super) fn RoleEditor(role: Option<RoleInfo>, saved: Callback<()>) -> impl IntoView {
    let (session, confirm) = (Session::expect(), Confirm::expect());
    let fixed = role.is_some();
    let name = RwSignal::new(role.as_ref().map_or_else(String::new, |role| role.role.to_string()));
    let needs = RwSignal::new(role.as_ref().is_some_and(|role| role.needs_second_factor));
    let lines: Vec<Line> = Permission::ALL
        .iter()
        .filter(|permission| session.may(**permission))
        .map(|permission| {
            let grant = role.as_ref().and_then(|role| role.grants.iter().find(|grant| grant.permission == *permission));
            Line {
                permission: *permission,
                granted: RwSignal::new(grant.is_some()),
                conditional: RwSignal::new(grant.is_some_and(|grant| !grant.conditions.is_empty())),
            }
        })
        .collect();
    let (mut network, mut second, mut own) = (String::new(), false, false);
    let (mut from, mut until, mut days) = (String::new(), String::new(), 0x1f);
    let mut projects = String::new();
    for condition in conditions_of(role.as_ref()) {
        match condition {
            Condition::Own => own = true,
            Condition::SecondFactor => second = true,
            Condition::Network { network: range } => network = range.to_string(),
            Condition::Project { projects: named } => {
                projects = named.iter().map(Project::as_str).collect::<Vec<_>>().join(", ");
            }
            Condition::Hours { days: on, from: begin, until: end } => {
                let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
                (from, until, days) = (clock(begin), clock(end), on.0);
            }
        }
    }
    let (network, second, own) = (RwSignal::new(network), RwSignal::new(second), RwSignal::new(own));
    let (from, until, projects) = (RwSignal::new(from), RwSignal::new(until), RwSignal::new(projects));
    let days: Vec<RwSignal<bool>> = (0..7).map(|day| RwSignal::new(Days(days).has(day))).collect();
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let chosen_days = days.clone();
    let conditions = move || -> Result<Vec<Condition>, ApiError> {
        let mut all = Vec::new();
        if own.get_untracked() {
            all.push(Condition::Own);
        }
        if second.get_untracked() {
            all.push(Condition::SecondFactor);
        }
        if !network.get_untracked().trim().is_empty() {
            all.push(Condition::Network { network: network.get_untracked().parse()? });
        }
        let named = Project::parse_list(&projects.get_untracked())?;
        if !named.is_empty() {
            let condition = Condition::Project { projects: named };
            condition.check()?;
            all.push(condition);
        }
        let (from, until) = (from.get_untracked(), until.get_untracked());
        if !from.trim().is_empty() || !until.trim().is_empty() {
            let wrong = || ApiError::invalid("conditions", "Write the hours as 08:00 and 18:00.");
            let bits = chosen_days.iter().enumerate().filter(|(_, on)| on.get_untracked());
            let hours = Condition::Hours {
                days: Days(bits.fold(0, |bits, (day, _)| bits | 1 << day)),
                from: minutes(&from).ok_or_else(wrong)?,
                until: minutes(&until).ok_or_else(wrong)?,
            };
            hours.check()?;
            all.push(hours);
        }
        Ok(all)
    };
    let drawn = lines.clone();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        failed.set(None);
        let prepared = name.get_untracked().parse::<Role>().and_then(|role| Ok((role, conditions()?)));
        let (role, conditions) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return failed.set(Some(Failure(error))),
        };
        let grants: Vec<Grant> = lines
            .iter()
            .filter(|line| line.granted.get_untracked())
            .map(|line| Grant {
                permission: line.permission,
                conditions: if line.conditional.get_untracked() { conditions.clone() } else { Vec::new() },
            })
            .collect();
        busy.set(true);
        leptos::task::spawn_local(async move {
            match confirm.with(|| save_role(role.clone(), grants.clone(), needs.get_untracked())).await {
                Ok(()) => saved.run(()),
                Err(failure) => drop(failed.try_set(Some(failure))),
            }
            let _ = busy.try_set(false);
        });
    };
    let at = move |field: &'static str| Signal::derive(move || failed.with(|failed| failed.as_ref()?.at(field)));
    view! {
        <form class="settings__form settings__form--wide" on:submit=send>
            <Field name="role-name" label="Name" required=true disabled=Signal::derive(move || fixed) value=name error=at("role")/>
            <fieldset class="scopes">
                <legend class="field__label">"It allows"</legend>
                {drawn.into_iter().map(|line| view! {
                    <div class="scopes__line">
                        <Checkbox name="grant" checked=line.granted><code>{line.permission.name()}</code>" — "{line.permission.about()}</Checkbox>
                        <Show when=move || line.granted.get()>
                            <Checkbox name="conditional" checked=line.conditional>"only under the conditions below"</Checkbox>
                        </Show>
                    </div>
                }).collect_view()}
            </fieldset>
            <fieldset class="scopes">
                <legend class="field__label">"Conditions, all of which must hold"</legend>
                <Checkbox name="second" checked=second>"signed in with a second factor"</Checkbox>
                <Checkbox name="own" checked=own>"towards one's own things only"</Checkbox>
                <Field name="network" label="From this network" placeholder="10.0.0.0/8" mono=true value=network error=at("network")/>
                <Field name="projects" label="Only for these projects" placeholder="web, ops" mono=true value=projects error=at("projects")
                    hint="Separated by commas. Opens chat rooms of these projects and nothing else."/>
                <div class="scopes__hours">
                    <Field name="from" label="From (UTC)" placeholder="08:00" mono=true value=from error=at("conditions")/>
                    <Field name="until" label="Until (UTC)" placeholder="18:00" mono=true value=until/>
                </div>
                <div class="scopes__days">
                    {days.into_iter().zip(Days::NAMES).map(|(on, name)| view! { <Checkbox name="day" checked=on>{name}</Checkbox> }).collect_view()}
                </div>
            </fieldset>
            <Checkbox name="needs" checked=needs>"Whoever has this role must have a second factor"</Checkbox>
            <FormError error=Signal::derive(move || failed.with(|failed| failed.as_ref()?.beside(FIELDS)))/>
            <div class="dialog__actions">
                <Button variant=ButtonVariant::Primary button_type=ButtonType::Submit busy>"Save the role"</Button>
            </div>
        </form>
    }
}
