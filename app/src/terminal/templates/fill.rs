//! Filling in the places of a template.

use leptos::prelude::*;
use model::commands::template::{Kind, Parsed, Place, Template, parse};
use ui::{Button, ButtonType, ButtonVariant, FormError, Icon, IconName, IconSize};

use super::{Shelf, View};

#[component]
pub(super) fn Fill(shelf: Shelf, template: Template, take: Callback<(String, bool)>) -> impl IntoView {
    // What was saved was checked; what no longer reads can still be looked at.
    let parsed = parse(&template.form.body).unwrap_or_default();
    let start = |place: &Place| match &place.kind {
        Kind::Choice(choices) => choices.first().cloned().unwrap_or_default(),
        _ => String::new(),
    };
    let values = RwSignal::new(parsed.places.iter().map(start).collect::<Vec<String>>());
    // The place that is wrong, and why. Nothing is said before the first try.
    let wrong = RwSignal::new(None::<(String, String)>);
    let places = parsed.places.clone();
    let parsed = StoredValue::new(parsed);
    let about = template.form.about.clone();
    let use_it =
        move |run: bool| match parsed.with_value(|parsed| values.with_untracked(|values| parsed.filled(values))) {
            Ok(line) => take.run((line, run)),
            Err(error) => {
                let field = error.field.unwrap_or_default();
                let at = parsed.with_value(|parsed| parsed.places.iter().position(|place| place.name == field));
                wrong.set(Some((field, error.message)));
                if let Some(at) = at
                    && let Some(input) = document().get_element_by_id(&place_id(at))
                {
                    focus(&input);
                }
            }
        };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        use_it(false);
    };
    let preview = move || parsed.with_value(|parsed| values.with(|values| shown(parsed, values)));
    view! {
        <form class="template-form" on:submit=submit>
            {(!about.is_empty()).then(|| view! { <p class="second">{about}</p> })}
            {places.into_iter().enumerate().map(|(at, place)| view! { <PlaceField at place values wrong/> }).collect_view()}
            <pre class="history__whole" aria-label="The command">{preview}</pre>
            <div class="dialog__actions">
                <Button on:click=move |_| shelf.view.set(View::List)>"Back"</Button>
                <Button icon=IconName::Play on:click=move |_| use_it(true)>"Run"</Button>
                <Button variant=ButtonVariant::Primary button_type=ButtonType::Submit>"Insert"</Button>
            </div>
        </form>
    }
}

fn place_id(at: usize) -> String {
    format!("field-place-{at}")
}

fn focus(element: &web_sys::Element) {
    use wasm_bindgen::JsCast;
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        let _ = element.focus();
    }
}

/// The line as it would be, with the names of places that do not fit yet.
fn shown(parsed: &Parsed, values: &[String]) -> String {
    use model::commands::template::Part;
    let value = |at: usize| {
        let place = parsed.places.get(at)?;
        let quoted = values.get(at).and_then(|value| place.quoted(value).ok());
        Some(quoted.unwrap_or_else(|| format!("‹{}›", place.name)))
    };
    parsed
        .parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Place(at) => value(*at).unwrap_or_default(),
        })
        .collect()
}

#[component]
fn PlaceField(
    at: usize,
    place: Place,
    values: RwSignal<Vec<String>>,
    wrong: RwSignal<Option<(String, String)>>,
) -> impl IntoView {
    let id = place_id(at);
    let error_id = format!("{id}-error");
    let name = place.name.clone();
    let mine = Signal::derive(move || {
        wrong.with(|wrong| wrong.as_ref().filter(|(field, _)| *field == name).map(|(_, why)| why.clone()))
    });
    let set = move |value: String| {
        values.update(|values| {
            if let Some(slot) = values.get_mut(at) {
                *slot = value;
            }
        });
        wrong.set(None);
    };
    let described = error_id.clone();
    let described = move || mine.with(Option::is_some).then(|| described.clone());
    let control = match place.kind {
        Kind::Choice(choices) => view! {
            <select id=id.clone() class="field__input" aria-describedby=described on:change=move |event| set(event_target_value(&event))>
                {choices.into_iter().map(|choice| view! { <option value=choice.clone()>{choice.clone()}</option> }).collect_view()}
            </select>
            <span class="field__chevron"><Icon name=IconName::ChevronDown size=IconSize::Small/></span>
        }
        .into_any(),
        kind => {
            let mode = if kind == Kind::Number { "decimal" } else { "text" };
            let hint = if kind == Kind::Path { "~/file or /directory" } else { "" };
            view! {
                <input id=id.clone() type="text" class="field__input field__input--mono" inputmode=mode placeholder=hint autocomplete="off"
                    autocapitalize="off" spellcheck="false" autofocus=(at == 0).then_some("true")
                    aria-invalid=move || mine.with(Option::is_some).then_some("true") aria-describedby=described
                    on:input=move |event| set(event_target_value(&event))/>
            }
            .into_any()
        }
    };
    let error = Signal::derive(move || mine.get());
    view! {
        <div class="field">
            <label class="field__label" for=id>{place.name}</label>
            <div class="field__control">{control}</div>
            <div id=error_id><FormError error/></div>
        </div>
    }
}
