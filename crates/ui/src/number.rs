use std::ops::RangeInclusive;

use leptos::{ev, prelude::*};

use crate::field::{Notes, describer};

/// A labelled whole number within bounds. While what is typed is out of them it says so and changes nothing; when it is
/// left, the nearest that is allowed takes its place.
#[component]
pub fn NumberField(
    /// The form's name for it; also makes its id, `field-{name}`.
    name: &'static str,
    /// The words above it.
    #[prop(into)]
    label: TextProp,
    /// Least and most.
    bounds: RangeInclusive<i64>,
    /// What the arrows add or take away.
    #[prop(default = 1)]
    step: i64,
    /// The unit, quietly beside the words: `px`.
    #[prop(optional, into)]
    unit: Option<&'static str>,
    /// The number that holds.
    #[prop(into)]
    value: Signal<i64>,
    /// Another was chosen.
    #[prop(into)]
    on_change: Callback<i64>,
) -> impl IntoView {
    let id = ["field-", name].concat();
    let error = RwSignal::new(None::<String>);
    let describe = describer(&id, false, error.into());
    let (least, most) = (*bounds.start(), *bounds.end());
    let typed = move |event: ev::Event| match event_target_value(&event).trim().parse::<i64>() {
        Ok(number) if (least..=most).contains(&number) => {
            error.set(None);
            on_change.run(number);
        }
        _ => error.set(Some(format!("From {least} to {most}."))),
    };
    let left = move |event: ev::Event| {
        let number = event_target_value(&event).trim().parse::<f64>().ok().filter(|number| number.is_finite());
        #[expect(clippy::cast_possible_truncation, reason = "what is too large becomes the most there is")]
        let nearest = number.map_or(value.get_untracked(), |number| number.round() as i64).clamp(least, most);
        error.set(None);
        on_change.run(nearest);
        let input: web_sys::HtmlInputElement = event_target(&event);
        input.set_value(&nearest.to_string());
    };
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>
                {move || label.get()}
                {unit.map(|unit| view! { <span class="field__optional">{unit}</span> })}
            </label>
            <div class="field__control">
                <input
                    id=id.clone()
                    class="field__input"
                    name=name
                    type="number"
                    min=least
                    max=most
                    step=step
                    inputmode="numeric"
                    autocomplete="off"
                    prop:value=move || value.get().to_string()
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=describe
                    on:input=typed
                    on:change=left
                />
            </div>
            <Notes id hint=None error=error.into()/>
        </div>
    }
}
