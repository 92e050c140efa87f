use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_navigate, use_query_map},
};
use model::{
    Permission,
    chat::UserEvent,
    live::Topic,
    recording::{RecordingFilter, RecordingInfo, RecordingPage},
};
use ui::{
    Badge, Button, ButtonType, Card, Empty, Field, Icon, IconName, LinkButton, RelativeTime, Select, Toaster, Tone,
};

use super::{
    api::recordings,
    policy::Policies,
    words::{clock, size, state},
};
use crate::{
    frame::{PageData, Session, shapes},
    live::{Heard, Live},
};

/// What the address says is asked for.
fn filter_of(get: impl Fn(&str) -> String) -> RecordingFilter {
    RecordingFilter { text: get("text"), everybody: get("whose") == "all" }
}

/// `/recordings`
pub(crate) fn recordings_page() -> AnyView {
    let query = use_query_map();
    let get = move |name: &str| query.with(|query| query.get(name).unwrap_or_default());
    let filter = move || filter_of(|name| untrack(|| get(name)));
    let list = PageData::new("recordings", move || recordings(filter(), None));
    Effect::new(move |last: Option<String>| {
        let now = query.with(|query| query.to_query_string());
        if last.is_some_and(|last| last != now) {
            list.refetch();
        }
        now
    });
    let (live, session) = (Live::expect(), Session::expect());
    Effect::new(move |_| {
        live.listen(Topic::User(session.me().id), move |heard| {
            if matches!(heard, Heard::Event(UserEvent::RecordingsChanged)) {
                list.refetch();
            }
        });
    });
    view! {
        <Title text="Recordings · Nova"/>
        <div class="page recordings">
            <Search/>
            {list.loaded("The recordings could not be loaded", shapes, move |page: RecordingPage| {
                let filter = filter();
                view! { <Card flush=true><List page filter/></Card> }.into_any()
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Search() -> impl IntoView {
    let (query, session) = (use_query_map(), Session::expect());
    let start = move |name: &str| RwSignal::new(query.with_untracked(|query| query.get(name).unwrap_or_default()));
    let (text, whose) = (start("text"), start("whose"));
    let navigate = use_navigate();
    let search = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = crate::encode_component(&text.get_untracked());
        navigate(&format!("/recordings?text={text}&whose={}", whose.get_untracked()), NavigateOptions::default());
    };
    let options = [("", "my own"), ("all", "everybody’s")];
    let options: Vec<_> = options.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect();
    view! {
        <div class="recordings__head">
            <form class="recordings__search" role="search" method="get" action="/recordings" on:submit=search>
                <Field name="text" label="Title, person or day" input_type="search" placeholder="bash ada 2026-11-21" value=text/>
                {session.may(Permission::RecordingsRead).then(|| view! { <Select name="whose" label="Whose" options value=whose/> })}
                <Button button_type=ButtonType::Submit icon=IconName::Search>"Search"</Button>
            </form>
            {session.may(Permission::RecordingsManage).then(|| view! { <Policies/> })}
        </div>
    }
}

#[component]
fn List(page: RecordingPage, filter: RecordingFilter) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let session = Session::expect();
    let searched = !filter.text.is_empty();
    let everybody = filter.everybody;
    let (shown, before) = (RwSignal::new(page.recordings), RwSignal::new(page.before));
    let busy = RwSignal::new(false);
    let more = move |_| {
        let filter = filter.clone();
        busy.set(true);
        leptos::task::spawn_local(async move {
            match recordings(filter, before.get_untracked()).await {
                Ok(page) => {
                    let _ = before.try_set(page.before);
                    let _ = shown.try_update(|shown| shown.extend(page.recordings));
                }
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = busy.try_set(false);
        });
    };
    let opens_shells = session.may(Permission::TerminalOpen);
    let nothing = move || {
        if searched {
            view! { <Empty icon=IconName::Search title="Nothing found" text="No recording has these words in its title, its person’s name or its day."/> }.into_any()
        } else {
            view! {
                <Empty icon=IconName::Record title="No recordings yet"
                    text="A recording keeps what a shell shows, to be played again. Begin one with the record button under a shell.">
                    {opens_shells.then(|| view! { <LinkButton href="/terminal">"Go to the shells"</LinkButton> })}
                </Empty>
            }
            .into_any()
        }
    };
    view! {
        <Show when=move || shown.with(Vec::is_empty)>{nothing}</Show>
        <ul class="list list--ruled">
            <For each=move || shown.get() key=|info| info.id let(info)><Row info everybody/></For>
        </ul>
        <Show when=move || before.get().is_some()>
            <div class="events__more"><Button busy on:click=more.clone()>"Show older ones"</Button></div>
        </Show>
    }
}

#[component]
fn Row(info: RecordingInfo, everybody: bool) -> impl IntoView {
    let (tone, word) = state(info.state);
    let who = if everybody { format!("{} · ", info.owner_name) } else { String::new() };
    let figures = format!("{} · {}", clock(info.length_ms), size(info.bytes));
    view! {
        <li class="list__item recording">
            <span class="recording__icon"><Icon name=IconName::Terminal/></span>
            <span class="list__text">
                <A href=format!("/recordings/{}", info.id) attr:class="recording__title">{info.title}</A>
                <span class="recording__detail">{who}<RelativeTime at=info.started_at.0/>" · "<span class="figures">{figures}</span></span>
            </span>
            {info.required.then(|| view! { <Badge tone=Tone::Neutral>"required"</Badge> })}
            <Badge tone>{word}</Badge>
        </li>
    }
}
