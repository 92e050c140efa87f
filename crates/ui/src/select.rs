use leptos::prelude::*;

use crate::field::{Notes, describer};
use crate::{Icon, IconName, IconSize};

/// One of many choices, in the browser's own list.
#[component]
pub fn Select(
    /// The form's name for it; also makes its id, `field-{name}`.
    name: &'static str,
    /// The words above it.
    #[prop(into)]
    label: TextProp,
    /// Value and words of each choice.
    options: Vec<(String, String)>,
    /// The value that holds.
    value: RwSignal<String>,
    /// One line of help under it.
    #[prop(optional, into)]
    hint: Option<TextProp>,
    /// What is wrong and how to mend it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let id = ["field-", name].concat();
    let describe = describer(&id, hint.is_some(), error);
    let options = options
        .into_iter()
        .map(|(choice, words)| {
            let selected = value.with_untracked(|value| *value == choice);
            view! { <option value=choice selected=selected>{words}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{move || label.get()}</label>
            <div class="field__control">
                <select
                    id=id.clone()
                    class="field__input"
                    name=name
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=describe
                    prop:value=move || value.get()
                    on:change=move |event| value.set(event_target_value(&event))
                >
                    {options}
                </select>
                <span class="field__chevron"><Icon name=IconName::ChevronDown size=IconSize::Small/></span>
            </div>
            <Notes id hint error/>
        </div>
    }
}
