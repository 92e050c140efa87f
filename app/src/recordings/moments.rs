//! Commands, marks and what a search found: moments to jump to.

use leptos::{html, prelude::*};
use model::recording::{Chapter, Found};
use ui::{Badge, Button, ButtonType, Field, IconName, TabPanel, Tabs, Tone};

use super::{api::search_recording, stage::Player, words::clock};

#[component]
pub(super) fn Moments(player: Player, field: NodeRef<html::Input>, tab: RwSignal<String>) -> impl IntoView {
    view! {
        <aside class="player__moments" aria-label="Moments">
            <Tabs id="moments" label="Moments" tabs=vec![("chapters", "Commands"), ("search", "Search")] value=tab/>
            <TabPanel tabs="moments" tab="chapters" value=tab><Chapters player/></TabPanel>
            <TabPanel tabs="moments" tab="search" value=tab><Search player field/></TabPanel>
        </aside>
    }
}

#[component]
fn Moment(player: Player, at_ms: u64, children: Children) -> impl IntoView {
    view! {
        <li>
            <button type="button" class="moment" on:click=move |_| player.seek(at_ms)>
                <span class="moment__at figures">{clock(at_ms)}</span>
                {children()}
            </button>
        </li>
    }
}

#[component]
fn Chapters(player: Player) -> impl IntoView {
    let row = move |chapter: Chapter| {
        let exit = chapter.exit.filter(|exit| *exit != 0);
        let class = if chapter.mark { "moment__mark" } else { "moment__line" };
        view! {
            <Moment player at_ms=chapter.at_ms>
                <span class=class>{chapter.label}</span>
                {exit.map(|exit| view! { <Badge tone=Tone::Bad>{format!("status {exit}")}</Badge> })}
            </Moment>
        }
    };
    move || {
        let chapters = player.index.with(|index| index.as_ref().map(|index| index.chapters.clone()));
        match chapters {
            None => view! { <ui::Skeleton count=3/> }.into_any(),
            Some(chapters) if chapters.is_empty() => view! {
                <p class="second moments__none">
                    "No commands are marked. A shell marks them with OSC 133, as fish does by itself, bash and zsh with a line of set-up."
                </p>
            }
            .into_any(),
            Some(chapters) => view! { <ol class="moments">{chapters.into_iter().map(row).collect_view()}</ol> }.into_any(),
        }
    }
}

#[component]
fn Search(player: Player, field: NodeRef<html::Input>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let (busy, wrong) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let found = RwSignal::new(None::<Found>);
    let search = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        wrong.set(None);
        leptos::task::spawn_local(async move {
            let share = player.share.try_get_value().flatten();
            match search_recording(player.id, share, text.get_untracked()).await {
                Ok(answer) => {
                    if let Some(first) = answer.hits.first() {
                        player.seek(first.at_ms);
                    }
                    let _ = found.try_set(Some(answer));
                }
                Err(failure) => drop(wrong.try_set(Some(failure.0.message))),
            }
            let _ = busy.try_set(false);
        });
    };
    let said = move || {
        found.get().map(|found| match (found.hits.len(), found.more) {
            (0, _) => "Nothing found".to_owned(),
            (1, _) => "1 place".to_owned(),
            (count, false) => format!("{count} places"),
            (count, true) => format!("The first {count} places; search for more words to see others"),
        })
    };
    view! {
        <form class="moments__search" role="search" on:submit=search>
            <Field name="needle" label="Text it showed" input_type="search" mono=true value=text error=wrong node_ref=field/>
            <Button button_type=ButtonType::Submit icon=IconName::Search busy>"Search"</Button>
        </form>
        <p class="second moments__said" role="status">{said}</p>
        <ol class="moments">
            {move || found.get().into_iter().flat_map(|found| found.hits).map(|hit| view! {
                <Moment player at_ms=hit.at_ms><span class="moment__line">{hit.line}</span></Moment>
            }).collect_view()}
        </ol>
    }
}
