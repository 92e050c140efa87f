//! Play, the seek bar, speed and silence.

use leptos::prelude::*;
use ui::{IconButton, IconName, Select, Switch};

use super::{
    stage::{Player, Playing},
    words::clock,
};

/// Speeds there are, as the list shows them.
const SPEEDS: [&str; 6] = ["0.5", "1", "1.5", "2", "4", "8"];
/// Chapters marked on the bar; further ones are in the list alone.
const MAX_TICKS: usize = 200;

#[component]
pub(super) fn Controls(player: Player) -> impl IntoView {
    let playing = move || player.playing.get() == Playing::Runs;
    let loading = Signal::derive(move || player.playing.get() == Playing::Loading);
    let label = Signal::derive(move || if playing() { "Pause" } else { "Play" }.to_owned());
    let told = move || format!("{} of {}", clock(player.now.get()), clock(player.length.get()));
    let ticks = move || {
        let length = player.length.get().max(1);
        player.index.with(|index| {
            let chapters = index.iter().flat_map(|index| &index.chapters);
            chapters.take(MAX_TICKS).map(|chapter| chapter.at_ms.saturating_mul(1000) / length).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="player__controls">
            {move || {
                let icon = if playing() { IconName::Pause } else { IconName::Play };
                view! { <IconButton icon label disabled=loading on:click=move |_| player.toggle()/> }
            }}
            <span class="player__time figures">{move || clock(player.now.get())}" / "{move || clock(player.length.get())}</span>
            <div class="player__bar">
                <input type="range" class="player__range" min="0" step="100" aria-label="Position"
                    max=move || player.length.get().to_string()
                    prop:value=move || player.now.get().to_string()
                    aria-valuetext=told
                    disabled=loading
                    on:input=move |event| {
                        if let Ok(ms) = event_target_value(&event).parse() {
                            player.seek(ms);
                        }
                    }/>
                <div class="player__ticks" aria-hidden="true">
                    {move || ticks().into_iter().map(|at| view! { <i style:inset-inline-start=format!("{}.{}%", at / 10, at % 10)></i> }).collect_view()}
                </div>
            </div>
            <Manner player/>
        </div>
    }
}

/// How it is played.
#[component]
fn Manner(player: Player) -> impl IntoView {
    let (speed, skipping) = (RwSignal::new("1".to_owned()), RwSignal::new(true));
    // Also once the player is there.
    Effect::new(move |_| {
        let factor = speed.get().parse().unwrap_or(1.0);
        let skipping = skipping.get();
        if player.playing.get() != Playing::Loading {
            player.with(|handle| {
                handle.set_speed(factor);
                handle.set_skipping(skipping);
            });
        }
    });
    let speeds = SPEEDS.iter().map(|speed| ((*speed).to_owned(), format!("{speed}×"))).collect();
    view! {
        <div class="player__manner">
            <Select name="speed" label="Speed" options=speeds value=speed/>
            <Switch name="skip" on=skipping on_change=Callback::new(move |on| skipping.set(on))>"Skip silence"</Switch>
        </div>
    }
}
