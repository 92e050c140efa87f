use leptos::{ev, html, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    components::A,
    hooks::{use_params_map, use_query_map},
};
use model::{ApiError, RecordingId, recording::RecordingInfo};
use ui::{Badge, Icon, IconName, RelativeTime, Tone};
use wasm_bindgen::JsCast;

use super::{
    api::recording,
    controls::Controls,
    deeds::{Asked, DeedDialogs, Deeds},
    moments::Moments,
    stage::{Player, Stage},
    words::{clock, size, state},
};
use crate::{
    Failure,
    frame::{PageData, shapes},
};

/// `/recordings/{id}`, by a link with `?share=`
pub(crate) fn player_page() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.with_untracked(|params| params.get("id").and_then(|id| id.parse::<RecordingId>().ok()));
    let share = move || query.with_untracked(|query| query.get("share"));
    let start = PageData::new("recording", move || {
        let (id, share) = (id(), share());
        async move {
            let id = id.ok_or_else(|| Failure(ApiError::not_found("recording")))?;
            recording(id, share).await
        }
    });
    view! {
        <Title text="Recording · Nova"/>
        {start.loaded("The recording cannot be shown", shapes, move |info| view! { <Page info share=share()/> }.into_any())}
    }
    .into_any()
}

#[component]
fn Page(info: RecordingInfo, share: Option<String>) -> impl IntoView {
    let by_link = share.is_some();
    let asked = Asked::new();
    let player = Player::new(info.id, share, info.length_ms);
    let (tab, field) = (RwSignal::new("chapters".to_owned()), NodeRef::<html::Input>::new());
    let keys = move |event: ev::KeyboardEvent| {
        let typing = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let typing = typing.is_some_and(|target| {
            target.closest("input:not([type=range]), select, textarea, dialog").ok().flatten().is_some()
        });
        let on_button = matches!(event.key().as_str(), " " | "Enter")
            && event.target().is_some_and(|target| target.dyn_ref::<web_sys::HtmlButtonElement>().is_some());
        if typing || on_button || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match event.key().as_str() {
            " " | "k" => player.toggle(),
            "ArrowLeft" => player.skip(-5_000),
            "ArrowRight" => player.skip(5_000),
            "Home" => player.seek(0),
            "End" => player.seek(u64::MAX),
            "[" => player.chapter(false),
            "]" => player.chapter(true),
            "/" => {
                tab.set("search".to_owned());
                // Once its panel is there.
                let _ = request_animation_frame(move || {
                    if let Some(field) = field.try_get_untracked().flatten() {
                        let _ = field.focus();
                    }
                });
            }
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <section class="player" aria-label="Player" on:keydown=keys>
            <Head info=info.clone()/>
            <Deeds info=info.clone() by_link asked/>
            <div class="player__work">
                <div class="player__main" tabindex="0" role="group" aria-label="Screen. Space plays, arrows skip five seconds, brackets go from command to command, slash searches.">
                    <Stage player/>
                    <Controls player/>
                </div>
                <Moments player field tab/>
            </div>
            <DeedDialogs info asked/>
        </section>
    }
}

#[component]
fn Head(info: RecordingInfo) -> impl IntoView {
    let (tone, word) = state(info.state);
    let RecordingInfo { title, owner_name, started_at, length_ms, bytes, required, input, parts, missed_bytes, .. } =
        info;
    view! {
        <header class="player__head">
            <A href="/recordings" attr:class="player__back" attr:aria-label="All recordings"><Icon name=IconName::ChevronLeft/></A>
            <h2 class="player__title">{title}</h2>
            <Badge tone>{word}</Badge>
            {required.then(|| view! { <Badge>"required"</Badge> })}
            {input.then(|| view! { <Badge>"with what was typed"</Badge> })}
            {(parts > 1).then(|| view! { <Badge>{format!("{parts} parts")}</Badge> })}
            {(missed_bytes > 0).then(|| view! { <Badge tone=Tone::Warn>{format!("{} missed", size(missed_bytes))}</Badge> })}
            <span class="player__facts">
                {owner_name}" · "<RelativeTime at=started_at.0/>" · "<span class="figures">{format!("{} · {}", clock(length_ms), size(bytes))}</span>
            </span>
        </header>
    }
}
