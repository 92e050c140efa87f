//! Where a recording is shown, and what the parts of the page do with it.

use leptos::{html, prelude::*};
use model::{RecordingId, recording::Index};
use send_wrapper::SendWrapper;
use ui::Banner;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;

use crate::interop::{
    self, object,
    player::{PlayerHandle, PlayerModule},
};

/// How playing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Playing {
    /// The player is on its way.
    Loading,
    Paused,
    Runs,
    /// It has come to the end.
    Ended,
}

/// A player and the closures it calls.
struct Mounted {
    handle: PlayerHandle,
    _closures: Vec<Box<dyn std::any::Any>>,
}

/// What the parts of the page share. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Player {
    pub(super) id: RecordingId,
    /// The secret of the link one came by.
    pub(super) share: StoredValue<Option<String>>,
    /// Milliseconds since the beginning, and in all.
    pub(super) now: RwSignal<u64>,
    pub(super) length: RwSignal<u64>,
    pub(super) playing: RwSignal<Playing>,
    pub(super) index: RwSignal<Option<Index>>,
    pub(super) failed: RwSignal<Option<String>>,
    mounted: StoredValue<Option<SendWrapper<Mounted>>>,
}

impl Player {
    pub(super) fn new(id: RecordingId, share: Option<String>, length_ms: u64) -> Self {
        Self {
            id,
            share: StoredValue::new(share),
            now: RwSignal::new(0),
            length: RwSignal::new(length_ms),
            playing: RwSignal::new(Playing::Loading),
            index: RwSignal::new(None),
            failed: RwSignal::new(None),
            mounted: StoredValue::new(None),
        }
    }

    pub(super) fn with(self, act: impl FnOnce(&PlayerHandle)) {
        let _ = self.mounted.try_with_value(|mounted| mounted.as_ref().map(|mounted| act(&mounted.handle)));
    }

    /// Plays, or stands still.
    pub(super) fn toggle(self) {
        match self.playing.get_untracked() {
            Playing::Loading => {}
            Playing::Runs => self.with(PlayerHandle::pause),
            Playing::Paused | Playing::Ended => self.with(PlayerHandle::play),
        }
    }

    /// Goes to a time.
    pub(super) fn seek(self, ms: u64) {
        let ms = ms.min(self.length.get_untracked());
        self.now.set(ms);
        // Milliseconds of a day are far below what a double counts exactly.
        #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
        self.with(|handle| drop(handle.seek(ms as f64)));
    }

    /// Goes on or back.
    pub(super) fn skip(self, by: i64) {
        self.seek(self.now.get_untracked().saturating_add_signed(by));
    }

    /// Goes to the chapter after this moment, or the one before.
    pub(super) fn chapter(self, forward: bool) {
        let now = self.now.get_untracked();
        let to = self.index.with_untracked(|index| {
            let mut times = index.iter().flat_map(|index| &index.chapters).map(|chapter| chapter.at_ms);
            // Back from within a chapter is its beginning; from its beginning, the one before.
            if forward { times.find(|at| *at > now) } else { times.take_while(|at| at + 1_000 < now).last() }
        });
        if let Some(to) = to.or((!forward).then_some(0)) {
            self.seek(to);
        }
    }
}

#[component]
pub(super) fn Stage(player: Player) -> impl IntoView {
    let host = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let Some(element) = host.get() else { return };
        leptos::task::spawn_local(async move {
            let mounted = mount(&element, player).await;
            match mounted {
                Ok(mounted) => {
                    // The reader may have gone on while it was under way.
                    let kept = player.mounted.try_update_value(|place| place.replace(SendWrapper::new(mounted)));
                    if kept.is_some() {
                        let _ = player.playing.try_set(Playing::Paused);
                    }
                }
                Err(error) => {
                    let why = js_sys::Reflect::get(&error, &"message".into()).ok().and_then(|text| text.as_string());
                    let _ = player.failed.try_set(Some(why.unwrap_or_else(|| "Reload the page to try again.".into())));
                }
            }
        });
    });
    on_cleanup(move || {
        if let Some(mounted) = player.mounted.try_update_value(Option::take).flatten() {
            mounted.take().handle.dispose();
        }
    });
    view! {
        <div class="player__stage">
            <div class="player__frame"><div class="player__host" node_ref=host></div></div>
            <Show when=move || player.failed.with(Option::is_some)>
                <Banner tone=ui::Tone::Bad title="The recording cannot be played on"
                    detail=Signal::derive(move || player.failed.get().unwrap_or_default())/>
            </Show>
        </div>
    }
}

async fn mount(element: &web_sys::HtmlElement, player: Player) -> Result<Mounted, JsValue> {
    let module = interop::import::<PlayerModule>("terminal-player").await?;
    let ticked: Closure<dyn Fn(f64, f64)> = Closure::new(move |now: f64, length: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast from f64 saturates")]
        let (now, length) = (now as u64, length as u64);
        let _ = player.now.try_set(now);
        if player.length.try_get_untracked() != Some(length) {
            let _ = player.length.try_set(length);
        }
    });
    let changed: Closure<dyn Fn(String)> = Closure::new(move |state: String| {
        let state = match state.as_str() {
            "playing" => Playing::Runs,
            "ended" => Playing::Ended,
            _ => Playing::Paused,
        };
        let _ = player.playing.try_set(state);
    });
    let indexed: Closure<dyn Fn(String)> = Closure::new(move |json: String| {
        if let Ok(index) = serde_json::from_str(&json) {
            let _ = player.index.try_set(Some(index));
        }
    });
    let failed: Closure<dyn Fn(String)> = Closure::new(move |why: String| drop(player.failed.try_set(Some(why))));
    let share = player.share.try_get_value().flatten();
    let options = object(&[
        ("base", JsValue::from_str(&format!("/api/recordings/{}", player.id))),
        ("share", share.map_or(JsValue::UNDEFINED, |share| JsValue::from_str(&share))),
        ("onTick", ticked.as_ref().clone()),
        ("onState", changed.as_ref().clone()),
        ("onIndex", indexed.as_ref().clone()),
        ("onFail", failed.as_ref().clone()),
    ]);
    let handle = JsFuture::from(module.mount(element, &options)).await?.unchecked_into::<PlayerHandle>();
    let closures: Vec<Box<dyn std::any::Any>> =
        vec![Box::new(ticked), Box::new(changed), Box::new(indexed), Box::new(failed)];
    Ok(Mounted { handle, _closures: closures })
}
