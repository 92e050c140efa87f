use leptos::prelude::*;

/// Words beside a target while it is pointed at or focused. They repeat or explain what the target's own accessible
/// name says, so they are for the eye alone.
#[component]
pub fn Tooltip(
    /// The words.
    #[prop(into)]
    text: TextProp,
    /// Keys that do the same, shown after the words.
    #[prop(optional, into)]
    keys: Option<String>,
    /// Above the target instead of under it.
    #[prop(optional)]
    above: bool,
    /// Aligned with the target's end, for targets at the right edge.
    #[prop(optional)]
    end: bool,
    /// The target.
    children: Children,
) -> impl IntoView {
    let class = match (above, end) {
        (false, false) => "tooltip",
        (true, false) => "tooltip tooltip--above",
        (false, true) => "tooltip tooltip--end",
        (true, true) => "tooltip tooltip--above tooltip--end",
    };
    view! {
        <span class=class>
            {children()}
            <span class="tooltip__text" aria-hidden="true">
                {move || text.get()}
                {keys.map(|keys| [" · ", &keys].concat())}
            </span>
        </span>
    }
}
