//! Each core's share, as bars.

use leptos::prelude::*;
use ui::{Card, Meter, format};

use super::page::Board;

#[component]
pub(crate) fn Cores(board: Board) -> impl IntoView {
    let count =
        Memo::new(move |_| board.latest.with(|sample| sample.as_ref().map_or(0, |sample| sample.cpu.cores.len())));
    let limit = move || {
        board
            .latest
            .with(|sample| sample.as_ref().and_then(|sample| sample.limits.as_ref()?.cpu_limit))
            .map(|cores| format!("container limit {} cores", format::fixed(cores.into(), 1)))
    };
    let note = board.host.with_value(|host| host.processor.clone());
    view! {
        <Card title="Cores" note=move || limit().unwrap_or_else(|| note.clone())>
            <div class="cores">
                {move || (0..count.get()).map(|core| {
                    let share = Signal::derive(move || {
                        let cores = |sample: &model::metrics::Sample| sample.cpu.cores.get(core).copied();
                        f64::from(board.latest.with(|sample| sample.as_ref().and_then(cores)).unwrap_or(0.0))
                    });
                    view! {
                        <div class="core">
                            <span class="core__name">{core + 1}</span>
                            <span class="num core__value">{move || format::percent(share.get())}</span>
                            <Meter value=share label=format!("Core {}", core + 1) thick=true/>
                        </div>
                    }
                }).collect_view()}
            </div>
        </Card>
    }
}
