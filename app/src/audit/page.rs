use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use model::{
    Permission, Timestamp,
    audit::{AuditFilter, AuditPage, Outcome},
};
use ui::{Button, ButtonType, Card, Field, IconName, Select, Toaster, Tone};

use super::{
    api::{audit_events, verify_audit},
    commands::CommandPolicyCard,
    events::{Events, action_options},
};
use crate::frame::{PageData, Session, shapes};

/// What the address says is asked for: a search can be kept as a bookmark and handed on.
fn filter_of(get: impl Fn(&str) -> String) -> AuditFilter {
    AuditFilter {
        person: get("person"),
        action: get("action"),
        object: get("object"),
        from: get("from").parse().ok().map(Timestamp),
        until: get("until").parse().ok().map(Timestamp),
        hours: get("hours").parse().ok(),
        text: get("text"),
        outcome: (get("outcome") == "refused").then_some(Outcome::Refused),
    }
}

/// `/audit`
pub(crate) fn audit_page() -> AnyView {
    let query = use_query_map();
    let get = move |name: &str| query.with(|query| query.get(name).unwrap_or_default());
    let filter = move || filter_of(|name| untrack(|| get(name)));
    let list = PageData::new("audit", move || audit_events(filter(), None));
    Effect::new(move |last: Option<String>| {
        let now = query.with(|query| query.to_query_string());
        if last.is_some_and(|last| last != now) {
            list.refetch();
        }
        now
    });
    let decides = Session::expect().may(Permission::SettingsManage);
    view! {
        <Title text="Audit · Nova"/>
        <div class="page audit">
            <Search/>
            {decides.then(|| view! { <CommandPolicyCard/> })}
            {list.loaded("The audit log could not be loaded", shapes, move |page: AuditPage| {
                let filter = filter();
                view! { <Card flush=true><Events page filter/></Card> }.into_any()
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Search() -> impl IntoView {
    let query = use_query_map();
    let start = move |name: &str| RwSignal::new(query.with_untracked(|query| query.get(name).unwrap_or_default()));
    let (text, person, action) = (start("text"), start("person"), start("action"));
    let (hours, outcome) = (start("hours"), start("outcome"));
    let navigate = use_navigate();
    let fields = move || {
        [("text", text), ("person", person), ("action", action), ("hours", hours), ("outcome", outcome)]
            .into_iter()
            .map(|(name, value)| (name, value.get()))
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", crate::encode_component(&value)))
            .collect::<Vec<_>>()
            .join("&")
    };
    let search = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        navigate(&format!("/audit?{}", untrack(fields)), NavigateOptions::default());
    };
    let toaster: Toaster = expect_context();
    let checking = RwSignal::new(false);
    let verify = move |_| {
        checking.set(true);
        leptos::task::spawn_local(async move {
            match verify_audit().await {
                Ok(check) => match check.broken {
                    None => toaster.push(
                        Tone::Ok,
                        format!("{} entries fit together; the newest is {}", check.entries, short(&check.head)),
                    ),
                    Some((seq, why)) => toaster
                        .push(Tone::Bad, format!("Entry {seq}: {why}. Somebody changed the log outside of Nova.")),
                },
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = checking.try_set(false);
        });
    };
    let spans = [
        ("", "any time"),
        ("1", "the last hour"),
        ("24", "the last day"),
        ("168", "the last week"),
        ("720", "the last 30 days"),
    ];
    let outcomes = [("", "any"), ("refused", "refused only")];
    let owned = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect::<Vec<_>>()
    };
    let export = move |format: &str| format!("/audit/export?format={format}&{}", fields());
    view! {
        <form class="audit__search" role="search" method="get" action="/audit" on:submit=search>
            <Field name="text" label="Words" input_type="search" value=text/>
            <Field name="person" label="Person" placeholder="user name" value=person/>
            <Select name="action" label="Action" options=action_options() value=action/>
            <Select name="hours" label="When" options=owned(&spans) value=hours/>
            <Select name="outcome" label="Outcome" options=owned(&outcomes) value=outcome/>
            <div class="settings__actions">
                <Button button_type=ButtonType::Submit icon=IconName::Search>"Search"</Button>
                <Button icon=IconName::Shield busy=checking on:click=verify>"Check the chain"</Button>
                <a class="button button--secondary" href=move || export("csv") download>"CSV"</a>
                <a class="button button--secondary" href=move || export("ndjson") download>"NDJSON"</a>
            </div>
        </form>
    }
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
