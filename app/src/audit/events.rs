//! The entries, and more of them on demand.

use leptos::prelude::*;
use model::audit::{Action, AuditEvent, AuditFilter, AuditPage, Outcome, escaped};
use ui::{Badge, Button, Empty, IconName, RelativeTime, Toaster, Tone};

use super::api::audit_events;

/// Actions to choose from: all, each kind of object's, each single one.
pub(super) fn action_options() -> Vec<(String, String)> {
    let mut options = vec![(String::new(), "any".to_owned())];
    let mut last = "";
    for action in Action::ALL {
        let object = action.name().split('.').next().unwrap_or_default();
        if object != last {
            options.push((format!("{object}."), format!("{object}: all")));
            last = object;
        }
        options.push((action.name().to_owned(), action.name().to_owned()));
    }
    options
}

#[component]
pub(super) fn Events(page: AuditPage, filter: AuditFilter) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let (events, before) = (RwSignal::new(page.events), RwSignal::new(page.before));
    let busy = RwSignal::new(false);
    let more = move |_| {
        let filter = filter.clone();
        busy.set(true);
        leptos::task::spawn_local(async move {
            match audit_events(filter, before.get_untracked()).await {
                Ok(page) => {
                    let _ = before.try_set(page.before);
                    let _ = events.try_update(|events| events.extend(page.events));
                }
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = busy.try_set(false);
        });
    };
    view! {
        <Show when=move || events.with(Vec::is_empty)>
            <Empty icon=IconName::Shield title="Nothing found" text="No entry fits. Search for less, or for a longer time."/>
        </Show>
        <ol class="events">
            <For each=move || events.get() key=|event| event.seq let(event)><Event event/></For>
        </ol>
        <Show when=move || before.get().is_some()>
            <div class="events__more"><Button busy on:click=more.clone()>"Show older ones"</Button></div>
        </Show>
    }
}

#[component]
fn Event(event: AuditEvent) -> impl IntoView {
    let action = Action::ALL.iter().find(|action| action.name() == event.action);
    let words = action.map_or(event.action.clone(), |action| action.about().to_owned());
    let who = match (event.actor_name.as_str(), event.behalf.as_str()) {
        ("", "") if event.actor.is_empty() => "someone".to_owned(),
        ("", "") => "a person who is gone".to_owned(),
        ("", behalf) => format!("Nova ({behalf})"),
        (name, _) => name.to_owned(),
    };
    // What people wrote must not look like more than it is.
    let object = if event.object_name == event.actor_name { String::new() } else { escaped(&event.object_name) };
    let detail = escaped(&event.detail);
    let reported = event.action == Action::CommandRun.name();
    let place = [event.address.as_str(), event.factor.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <li class="event">
            <span class="event__when"><RelativeTime at=event.at.0/></span>
            <div class="event__what">
                <p>
                    <b>{who}</b>" "{words}
                    {(!object.is_empty()).then(|| view! { ": "<b>{object}</b> })}
                    {reported.then(|| view! { " "<Badge tone=Tone::Neutral>"the shell’s account"</Badge> })}
                    {(event.outcome == Outcome::Refused).then(|| view! { " "<Badge tone=Tone::Bad>"refused"</Badge> })}
                </p>
                <p class="event__detail">
                    <code>{event.action}</code>
                    {(!detail.is_empty()).then(|| format!(" · {detail}"))}
                    {(!place.is_empty()).then(|| format!(" · {place}"))}
                </p>
            </div>
            <code class="event__seq" title=event.hash>{event.seq}</code>
        </li>
    }
}
