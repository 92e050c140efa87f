use leptos::{html, prelude::*};

use crate::{ButtonSize, ButtonVariant, Icon, IconName, button::classes};

/// The figure around a chart: an empty element for `vendor/chart.js` to draw into, and the same numbers as a table
/// behind a toggle.
#[component]
pub fn Chart(
    /// The chart's accessible name: `CPU by kind, last 10 minutes`.
    #[prop(into)]
    label: TextProp,
    /// The heading drawn above it; without one only the toggle is drawn.
    #[prop(optional, into)]
    title: Option<TextProp>,
    /// Controls in the head: a segmented time range.
    #[prop(optional, into)]
    head: Option<ViewFnOnce>,
    /// The empty element: mount the chart here in an effect, dispose of it in `on_cleanup`.
    plot: NodeRef<html::Div>,
    /// The numbers as a `<table class="table">`, made when asked for.
    #[prop(into)]
    table: ViewFn,
) -> impl IntoView {
    let as_table = RwSignal::new(false);
    let name = label.clone();
    view! {
        <section class="card chart-card">
            <header class="card__head">
                {title.map(|title| view! { <h2 class="card__title">{move || title.get()}</h2> })}
                <span class="row push">
                    {head.map(|head| head.run())}
                    <button
                        type="button"
                        class=classes(ButtonVariant::Ghost, ButtonSize::Small, true)
                        aria-label="Show as table"
                        title="Show as table"
                        aria-pressed=move || if as_table.get() { "true" } else { "false" }
                        on:click=move |_| as_table.update(|on| *on = !*on)
                    >
                        {move || view! { <Icon name=if as_table.get() { IconName::Chart } else { IconName::Lines }/> }}
                    </button>
                </span>
            </header>
            <figure class="chart" aria-label=move || label.get()>
                <div class="chart__plot" node_ref=plot role="group" aria-label=move || name.get() hidden=move || as_table.get()></div>
                <Show when=move || as_table.get() fallback=|| ()>
                    <div class="chart__table table-scroll" tabindex="0" role="group" aria-label="Table">{table.run()}</div>
                </Show>
            </figure>
        </section>
    }
}
