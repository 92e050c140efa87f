//! The palette, the list of keys and the box that asks who one is: their code is loaded when one is first asked for.

use leptos::{prelude::*, wasm_split::SplitLoaderError};
use ui::{Palette, ShortcutsOverlay, Toaster, Tone};

use super::{
    Commands,
    confirm::{Confirm, ConfirmBox},
};

/// Which of them is open.
#[derive(Clone, Copy)]
pub(crate) struct Overlays {
    /// Ctrl-K.
    pub(crate) palette: RwSignal<bool>,
    /// `?`.
    pub(crate) help: RwSignal<bool>,
    /// Confirming who one is.
    pub(crate) confirm: Confirm,
}

type Draw = fn(Overlays, Commands) -> AnyView;

#[lazy(fallible)]
fn overlays() -> Result<Draw, SplitLoaderError> {
    Ok(draw)
}

fn draw(overlays: Overlays, commands: Commands) -> AnyView {
    view! {
        <Palette open=overlays.palette entries=commands.entries()/>
        <ShortcutsOverlay open=overlays.help shortcuts=commands.shortcuts()/>
        <ConfirmBox confirm=overlays.confirm/>
    }
    .into_any()
}

/// Draws nothing until one is opened.
#[component]
pub(crate) fn LazyOverlays(overlays: Overlays, commands: Commands) -> impl IntoView {
    let code = RwSignal::new(None::<Draw>);
    let toaster: Toaster = expect_context();
    Effect::new(move |asked: Option<bool>| {
        let open = overlays.palette.get() || overlays.help.get() || overlays.confirm.open.get();
        let asked = asked.unwrap_or(false);
        if open && !asked {
            leptos::task::spawn_local(async move {
                match self::overlays().await {
                    Ok(draw) => drop(code.try_set(Some(draw))),
                    Err(_) => toaster.push(Tone::Bad, "This part could not be loaded. Reload the page and try again."),
                }
            });
        }
        asked || open
    });
    move || code.get().map(|draw| draw(overlays, commands))
}
