//! Bringing a theme along from another program.

use leptos::{ev, prelude::*};
use model::{
    ApiError,
    terminal::{
        import::{self, MAX_THEME},
        theme::{OwnTheme, ThemeName},
    },
};
use ui::{Button, ButtonSize, ButtonType, ButtonVariant, Dialog, Field, IconName, TextArea};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlInputElement;

use super::themes::Swatch;
use crate::terminal::{api::import_terminal_theme, look::Colours};

#[component]
pub(super) fn ImportTheme(imported: Callback<OwnTheme>) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <Button size=ButtonSize::Small icon=IconName::Upload on:click=move |_| open.set(true)>"Import a theme"</Button>
        <Dialog id="import-theme" open title="Import a theme" wide=true>
            <ImportForm open imported/>
        </Dialog>
    }
}

#[component]
fn ImportForm(open: RwSignal<bool>, imported: Callback<OwnTheme>) -> impl IntoView {
    let (text, name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let named_by_hand = StoredValue::new(false);
    let (busy, text_error, name_error) =
        (RwSignal::new(false), RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    // Read here already, for the eye; the server reads it again.
    let read = Memo::new(move |_| text.with(|text| (!text.trim().is_empty()).then(|| import::read(text))));
    Effect::new(move |_| {
        text_error.set(read.with(|read| read.as_ref().and_then(|read| read.as_ref().err().map(ToString::to_string))));
        let found = read.with(|read| read.as_ref().and_then(|read| read.as_ref().ok()?.name.clone()));
        if let Some(found) = found.filter(|_| !named_by_hand.get_value()) {
            name.set(found.as_str().to_owned());
        }
    });
    let from_file = move |event: ev::Event| {
        let input: HtmlInputElement = event_target(&event);
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        let stem = file.name().rsplit_once('.').map_or_else(|| file.name(), |(stem, _)| stem.to_owned());
        #[expect(clippy::cast_precision_loss, reason = "the bound is small")]
        if file.size() > MAX_THEME as f64 {
            return text_error.set(Some(import::ImportError::TooLarge.to_string()));
        }
        leptos::task::spawn_local(async move {
            match JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
                Some(content) => {
                    if !named_by_hand.get_value() {
                        let _ = name.try_set(stem);
                    }
                    let _ = text.try_set(content);
                }
                None => drop(text_error.try_set(Some("The file could not be read.".to_owned()))),
            }
        });
    };
    let add = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let name = match ThemeName::parse(&name.get_untracked()) {
            Ok(name) => name,
            Err(wrong) => return name_error.set(Some(wrong.message)),
        };
        name_error.set(None);
        busy.set(true);
        leptos::task::spawn_local(async move {
            match import_terminal_theme(name.as_str().to_owned(), text.get_untracked()).await {
                Ok(theme) => {
                    let _ = open.try_set(false);
                    imported.try_run(theme);
                }
                Err(failure) => {
                    let ApiError { field, message, .. } = failure.0;
                    let place = if field.as_deref() == Some("name") { name_error } else { text_error };
                    let _ = place.try_set(Some(message));
                }
            }
            let _ = busy.try_set(false);
        });
    };
    let palette = move || read.with(|read| read.as_ref().and_then(|read| read.as_ref().ok().map(|read| read.palette)));
    let unread = Signal::derive(move || palette().is_none());
    view! {
        <form class="stack" on:submit=add>
        <p class="second">"From iTerm2 (.itermcolors), Windows Terminal (a scheme as JSON), or base16 and base24 (YAML)."</p>
        <div class="field">
            <label class="field__label" for="field-theme-file">"File"</label>
            <input id="field-theme-file" class="field__input" type="file" accept=".itermcolors,.json,.yaml,.yml,text/*,application/json" on:change=from_file/>
        </div>
        <TextArea name="theme-text" label="Or its text" value=text error=text_error/>
        <Field name="theme-name" label="Name" value=name error=name_error autocomplete="off" on_blur=Callback::new(move |()| named_by_hand.set_value(!name.with_untracked(String::is_empty)))/>
        {move || palette().map(|palette| view! {
            <p class="row" role="status"><Swatch colours=Colours::Palette(palette)/>"This reads."</p>
        })}
        <div class="dialog__actions">
            <Button on:click=move |_| open.set(false)>"Cancel"</Button>
            <Button variant=ButtonVariant::Primary busy button_type=ButtonType::Submit disabled=unread>"Add the theme"</Button>
        </div>
        </form>
    }
}
