//! The busiest and the largest processes.

use leptos::prelude::*;
use model::metrics::Process;
use ui::{Badge, Card, Segmented, format};

use super::page::Board;

#[component]
#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
pub(crate) fn ProcessTable(board: Board) -> impl IntoView {
    let by = RwSignal::new("cpu".to_owned());
    let rows = Memo::new(move |_| {
        board.latest.with(|sample| {
            let processes = sample.as_ref().map(|sample| &sample.processes);
            let list = processes.map(|list| if by.with(|by| by == "memory") { &list.by_memory } else { &list.by_cpu });
            list.cloned().unwrap_or_default()
        })
    });
    let count = move || board.latest.with(|sample| sample.as_ref().map_or(0, |sample| sample.processes.count));
    let head = move || {
        view! {
            <Badge>{count}</Badge>
            <Segmented name="process-order" label="Order of processes" options=vec![("cpu", "CPU"), ("memory", "Memory")] value=by/>
        }
    };
    view! {
        <Card title="Processes" head flush=true>
            <div class="table-scroll processes" tabindex="0" role="region" aria-label="Processes">
                <table class="table">
                    <thead>
                        <tr>
                            <th>"Name"</th>
                            <th class="table__wide">"User"</th>
                            <th class="table__number table__wide">"PID"</th>
                            <th class="table__number">"CPU"</th>
                            <th class="table__number">"Memory"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || rows.get().into_iter().map(|Process { pid, name, user, cpu, memory }| view! {
                            <tr>
                                <td>{name}</td>
                                <td class="table__quiet table__wide">{user}</td>
                                <td class="table__number table__quiet table__wide">{pid}</td>
                                <td class="table__number">{format::percent(cpu.into())}</td>
                                <td class="table__number">{format::bytes(memory as f64)}</td>
                            </tr>
                        }).collect_view()}
                    </tbody>
                </table>
            </div>
        </Card>
    }
}
