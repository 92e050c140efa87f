//! How dates and times are written for one.

use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use model::profile::{Locale, Preferences};
use ui::{Button, ButtonType, Card, Field, TimeStyle, Times, Toaster, Tone};
use wasm_bindgen::{JsCast, JsValue};

use super::api::set_preferences;

/// The style of `preferences`.
fn style(preferences: &Preferences) -> TimeStyle {
    TimeStyle {
        zone: preferences.time_zone.as_ref().map(|zone| zone.as_str().to_owned()),
        locale: preferences.locale.as_ref().map(|locale| locale.as_str().to_owned()),
    }
}

#[component]
pub(super) fn DatesAndTimes() -> impl IntoView {
    let (toaster, times): (Toaster, Times) = (expect_context(), expect_context());
    let start = times.get_untracked();
    let zone = RwSignal::new(start.zone.clone().unwrap_or_default());
    let locale = RwSignal::new(start.locale.clone().unwrap_or_default());
    let saved = RwSignal::new(start);
    let (busy, wrong_zone, wrong_locale) = (RwSignal::new(false), RwSignal::new(None), RwSignal::new(None));
    let wished = move || {
        let given = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        TimeStyle { zone: given(zone.get()), locale: given(locale.get()) }
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        wrong_zone.set(None);
        wrong_locale.set(None);
        leptos::task::spawn_local(async move {
            match set_preferences(zone.get_untracked(), locale.get_untracked()).await {
                Ok(preferences) => {
                    let style = style(&preferences);
                    // As the lists spell them.
                    let _ = zone.try_set(style.zone.clone().unwrap_or_default());
                    let _ = locale.try_set(style.locale.clone().unwrap_or_default());
                    let _ = saved.try_set(style.clone());
                    times.set(style);
                    toaster.push(Tone::Ok, "Saved");
                }
                Err(failure) => {
                    let field = if failure.0.field.as_deref() == Some("locale") { wrong_locale } else { wrong_zone };
                    let _ = field.try_set(Some(failure.0.message));
                }
            }
            let _ = busy.try_set(false);
        });
    };
    let unchanged = Signal::derive(move || saved.with(|saved| *saved == wished()));
    view! {
        <Card title="Times and dates">
            <form class="settings__form" method="post" action="/api/set_preferences" on:submit=save>
                <Field name="time_zone" label="Time zone" autocomplete="off" list="zones" value=zone error=wrong_zone
                    hint="Such as Europe/Berlin. Left empty, it is as your browser says."/>
                <Field name="locale" label="Way of writing" autocomplete="off" list="locales" value=locale error=wrong_locale
                    hint="Such as en-GB or de-CH: how dates and times are written. Left empty, it is as your browser says."/>
                <Choices/>
                <Sample wished=Signal::derive(wished)/>
                <div class="settings__actions">
                    <Button button_type=ButtonType::Submit busy disabled=unchanged>"Save"</Button>
                </div>
            </form>
        </Card>
    }
}

/// A moment as it would be written: now, to the last tick of the clock.
#[component]
fn Sample(wished: Signal<TimeStyle>) -> impl IntoView {
    let clock: ui::Clock = expect_context();
    let hydrated = RwSignal::new(false);
    Effect::new(move |_| hydrated.set(true));
    let now = move || clock.now().filter(|_| hydrated.get());
    view! {
        <p class="settings__text preferences__sample">
            {move || now().map(|now| format!("For example: {}", Times::exact_in(&wished.get(), now)))}
        </p>
    }
}

/// What the two fields offer: the zones this browser knows, and the ways of writing by name. Only the browser has them.
#[component]
fn Choices() -> impl IntoView {
    let (zones, locales) = (RwSignal::new(Vec::new()), RwSignal::new(Vec::new()));
    Effect::new(move |_| {
        zones.set(known_zones().unwrap_or_default());
        let names = names_of_locales();
        let named = |tag: &&'static str| {
            let name = names.as_ref().and_then(|of| of.call1(&JsValue::UNDEFINED, &(*tag).into()).ok()?.as_string());
            ((*tag).to_owned(), name.unwrap_or_default())
        };
        locales.set(Locale::ALL.iter().map(named).collect::<Vec<_>>());
    });
    view! {
        <datalist id="zones">
            {move || zones.get().into_iter().map(|zone| view! { <option value=zone></option> }).collect_view()}
        </datalist>
        <datalist id="locales">
            {move || locales.get().into_iter().map(|(tag, name)| view! { <option value=tag>{name}</option> }).collect_view()}
        </datalist>
    }
}

fn intl(name: &str) -> Result<Function, JsValue> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
    Reflect::get(&intl, &name.into())?.dyn_into()
}

/// `Intl.supportedValuesOf("timeZone")` (ECMA-402 §8.3.2).
fn known_zones() -> Option<Vec<String>> {
    let zones: Array =
        intl("supportedValuesOf").ok()?.call1(&JsValue::UNDEFINED, &"timeZone".into()).ok()?.dyn_into().ok()?;
    Some(zones.iter().filter_map(|zone| zone.as_string()).chain(["UTC".to_owned()]).collect())
}

/// `Intl.DisplayNames` of languages in English (ECMA-402 §12): its `of`.
fn names_of_locales() -> Option<Function> {
    let options = Object::new();
    Reflect::set(&options, &"type".into(), &"language".into()).ok()?;
    let names = Reflect::construct(&intl("DisplayNames").ok()?, &Array::of2(&"en".into(), &options)).ok()?;
    let of: Function = Reflect::get(&names, &"of".into()).ok()?.dyn_into().ok()?;
    Some(of.bind0(&names))
}
