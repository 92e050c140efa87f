use leptos::prelude::*;

use crate::Tone;

/// A share of something as a bar; the number stands beside it.
#[component]
pub fn Meter(
    /// 0 to 100.
    #[prop(into)]
    value: Signal<f64>,
    /// What is measured: `Memory`.
    #[prop(into)]
    label: TextProp,
    /// Its colour; accent unless given.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// 8 px tall instead of 4.
    #[prop(optional)]
    thick: bool,
) -> impl IntoView {
    let whole = move || value.get().clamp(0.0, 100.0).round().to_string();
    let class = move || {
        let thick = if thick { " meter--thick" } else { "" };
        ["meter meter--", tone.get().suffix(), thick].concat()
    };
    view! {
        <span
            class=class
            role="meter"
            aria-label=move || label.get()
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=whole
            style=move || ["--value:", &whole(), "%"].concat()
        >
            <span class="meter__bar"></span>
        </span>
    }
}

/// How hard a new password is to guess: four steps, a word, and what would help.
#[component]
pub fn StrengthMeter(
    /// 0 to 4, `None` before anything was typed.
    #[prop(into)]
    score: Signal<Option<u8>>,
    /// What would help, or what is wrong; may be empty.
    #[prop(optional, into)]
    advice: Signal<String>,
) -> impl IntoView {
    let word = move || match score.get() {
        None => "",
        Some(0 | 1) => "Easy to guess",
        Some(2) => "Could be stronger",
        Some(3) => "Strong",
        Some(_) => "Very strong",
    };
    view! {
        <div class="strength" data-score=move || score.get().map(|score| score.to_string())>
            <span class="strength__bar" aria-hidden="true">
                <span class="strength__step"></span>
                <span class="strength__step"></span>
                <span class="strength__step"></span>
                <span class="strength__step"></span>
            </span>
            <span role="status">
                <span class="strength__word">{word}</span>
                " "
                {move || advice.get()}
            </span>
        </div>
    }
}
