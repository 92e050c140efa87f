use leptos::prelude::*;

/// A surface with a heading, a quiet note or controls at its end, and a body.
#[component]
pub fn Card(
    /// The heading (an `h2`); without one the card has no head.
    #[prop(optional, into)]
    title: Option<TextProp>,
    /// A few quiet words at the end of the head.
    #[prop(optional, into)]
    note: Option<TextProp>,
    /// Anything between the title and the end of the head: a badge, a segmented control.
    #[prop(optional, into)]
    head: Option<ViewFnOnce>,
    /// No padding around the body: tables and lists bring their own.
    #[prop(optional)]
    flush: bool,
    /// The body.
    children: Children,
) -> impl IntoView {
    let has_head = title.is_some() || note.is_some() || head.is_some();
    view! {
        <section class="card">
            {has_head.then(|| view! {
                <header class="card__head">
                    {title.map(|title| view! { <h2 class="card__title">{move || title.get()}</h2> })}
                    {head.map(|head| head.run())}
                    {note.map(|note| view! { <span class="card__note">{move || note.get()}</span> })}
                </header>
            })}
            <div class=if flush { "card__body card__body--flush" } else { "card__body" }>{children()}</div>
        </section>
    }
}
