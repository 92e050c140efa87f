//! The last ten minutes, drawn with uPlot and moving with each sample.

use leptos::{html, prelude::*};
use model::metrics::{History, Sample, SeriesKey};
use send_wrapper::SendWrapper;
use ui::{Chart, format};

use super::{api::recent_history, page::Board};
use crate::interop::{
    self,
    chart::{ChartHandle, ChartModule, Line, options},
};

/// What one chart shows.
#[derive(Clone, Copy)]
struct Plan {
    title: &'static str,
    unit: &'static str,
    stacked: bool,
    lines: &'static [(SeriesKey, Line)],
}

const fn line(label: &'static str, color: &'static str, fill: bool) -> Line {
    Line { label, color, fill }
}

const CPU: Plan = Plan {
    title: "CPU by kind",
    unit: "percent",
    stacked: true,
    lines: &[
        (SeriesKey::CpuUser, line("user", "--c-1", true)),
        (SeriesKey::CpuSystem, line("system", "--c-2", true)),
        (SeriesKey::CpuIowait, line("I/O wait", "--c-3", true)),
    ],
};
const MEMORY: Plan = Plan {
    title: "Memory",
    unit: "bytes",
    stacked: false,
    lines: &[(SeriesKey::MemoryUsed, line("used", "--c-2", true)), (SeriesKey::SwapUsed, line("swap", "--c-4", false))],
};
const NETWORK: Plan = Plan {
    title: "Network",
    unit: "rate",
    stacked: false,
    lines: &[
        (SeriesKey::NetworkReceive, line("in", "--c-5", true)),
        (SeriesKey::NetworkSend, line("out", "--c-6", false)),
    ],
};
const DISK: Plan = Plan {
    title: "Disk",
    unit: "rate",
    stacked: false,
    lines: &[(SeriesKey::DiskRead, line("read", "--c-3", true)), (SeriesKey::DiskWrite, line("write", "--c-4", false))],
};

#[component]
pub(crate) fn Charts(board: Board) -> impl IntoView {
    let kept = StoredValue::new(History::default());
    let loaded = RwSignal::new(0_u32);
    Effect::new(move |_| {
        board.gaps.track();
        leptos::task::spawn_local(async move {
            if let Ok(fresh) = recent_history().await {
                let _ = kept.try_set_value(fresh);
                let _ = loaded.try_update(|count| *count += 1);
            }
        });
    });
    view! {
        <div class="charts">
            <Plot plan=CPU kept loaded board/>
            <Plot plan=MEMORY kept loaded board/>
            <Plot plan=NETWORK kept loaded board/>
            <Plot plan=DISK kept loaded board/>
        </div>
    }
}

#[component]
fn Plot(plan: Plan, kept: StoredValue<History>, loaded: RwSignal<u32>, board: Board) -> impl IntoView {
    let plot = NodeRef::<html::Div>::new();
    let chart = StoredValue::<Option<SendWrapper<ChartHandle>>>::new(None);
    let ready = RwSignal::new(false);
    let failed = RwSignal::new(false);
    Effect::new(move |_| {
        let Some(element) = plot.get() else { return };
        leptos::task::spawn_local(async move {
            match interop::import::<ChartModule>("chart").await {
                Ok(module) => {
                    let lines: Vec<Line> = plan.lines.iter().map(|(_, line)| *line).collect();
                    let handle = module.mount(&element, &options(&lines, plan.unit, plan.stacked));
                    let _ = chart.try_update_value(|chart| *chart = Some(SendWrapper::new(handle)));
                    let _ = ready.try_set(true);
                }
                Err(_) => drop(failed.try_set(true)),
            }
        });
    });
    Effect::new(move |_| {
        loaded.track();
        if !ready.get() {
            return;
        }
        if let Some(Some(chart)) = chart.try_get_value() {
            let (times, columns) = kept.with_value(|history| columns(history, plan));
            chart.set_data(&times, &columns);
        }
    });
    Effect::new(move |_| {
        let row = board.latest.with(|sample| sample.as_ref().map(|sample| row(sample, plan)));
        if let (Some((time, values)), Some(Some(chart)), true) = (row, chart.try_get_value(), ready.get_untracked()) {
            chart.push(time, &values);
        }
    });
    on_cleanup(move || {
        if let Some(chart) = chart.try_update_value(Option::take).flatten() {
            chart.dispose();
        }
    });
    view! {
        <Chart title=plan.title label=format!("{}, the last ten minutes", plan.title) plot table=move || table(board, plan)/>
        <Show when=move || failed.get()>
            <p class="second" role="alert">"The chart could not be loaded. Check the connection and reload the page; the figures above still hold."</p>
        </Show>
    }
}

#[expect(clippy::cast_precision_loss, reason = "a time in seconds fits 53 bits for ages")]
fn seconds(at: model::Timestamp) -> f64 {
    at.0 as f64 / 1000.0
}

fn columns(history: &History, plan: Plan) -> (Vec<f64>, Vec<Vec<Option<f32>>>) {
    let of = |key| {
        history.series.iter().find(|series| series.key == key).map(|series| series.values.clone()).unwrap_or_default()
    };
    (history.at.iter().copied().map(seconds).collect(), plan.lines.iter().map(|(key, _)| of(*key)).collect())
}

fn row(sample: &Sample, plan: Plan) -> (f64, Vec<Option<f32>>) {
    (seconds(sample.at), plan.lines.iter().map(|(key, _)| key.of(sample)).collect())
}

/// The newest figures for those who do not see the drawing.
fn table(board: Board, plan: Plan) -> impl IntoView {
    let show = move |value: f32| match plan.unit {
        "percent" => format::percent(value.into()),
        "bytes" => format::bytes(value.into()),
        _ => format::rate(value.into()),
    };
    view! {
        <table class="table">
            <caption class="visually-hidden">{plan.title}", now"</caption>
            <thead><tr><th>"Series"</th><th class="table__number">"Now"</th></tr></thead>
            <tbody>
                {plan.lines.iter().map(|(key, line)| {
                    let key = *key;
                    let now = move || board.latest.with(|sample| sample.as_ref().and_then(|sample| key.of(sample)).map(show));
                    view! { <tr><td>{line.label}</td><td class="table__number">{move || now().unwrap_or_else(|| "–".to_owned())}</td></tr> }
                }).collect_view()}
            </tbody>
        </table>
    }
}
