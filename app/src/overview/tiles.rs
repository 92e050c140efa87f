//! The four figures at the top, each with its last minutes.

use leptos::{html, prelude::*};
use model::metrics::{Sample, SeriesKey};
use send_wrapper::SendWrapper;
use ui::{Badge, Tone, format};
use wasm_bindgen::JsValue;

use super::{api::recent_history, page::Board};
use crate::interop::{
    self,
    chart::{ChartModule, SparkHandle, value},
    object,
};

/// Below these a figure is quiet; above the first it warns, above the second it alarms. Percent.
const WARN: f64 = 85.0;
const ALARM: f64 = 95.0;

#[component]
pub(crate) fn Tiles(board: Board) -> impl IntoView {
    let of = move |read: fn(&Sample) -> Figure| {
        Signal::derive(move || board.latest.with(|sample| sample.as_ref().map(read)))
    };
    view! {
        <div class="tiles">
            <Tile name="CPU" color="--c-1" percent_scale=true figure=of(cpu) series=&[SeriesKey::CpuUser, SeriesKey::CpuSystem] board/>
            <Tile name="Memory" color="--c-2" figure=of(memory) series=&[SeriesKey::MemoryUsed] board/>
            <Tile name="Disk" color="--c-3" figure=of(disk) series=&[SeriesKey::DiskRead, SeriesKey::DiskWrite] board/>
            <Tile name="Network" color="--c-5" figure=of(network) series=&[SeriesKey::NetworkReceive] board/>
        </div>
    }
}

/// What a tile says.
#[derive(Debug, Clone, PartialEq)]
struct Figure {
    value: String,
    unit: String,
    detail: String,
    /// Share in use, in percent, where there is a limit.
    share: Option<f64>,
}

fn split(text: &str) -> (String, String) {
    text.split_once(' ')
        .map_or_else(|| (text.to_owned(), String::new()), |(value, unit)| (value.to_owned(), unit.to_owned()))
}

#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
fn share(used: u64, total: u64) -> f64 {
    if total == 0 { 0.0 } else { used as f64 * 100.0 / total as f64 }
}

#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
fn bytes(count: u64) -> String {
    format::bytes(count as f64)
}

fn cpu(sample: &Sample) -> Figure {
    let [one, five, fifteen] = sample.load.map(|load| format::fixed(load.into(), 2));
    Figure {
        value: format::fixed(sample.cpu.total.into(), 1),
        unit: "%".to_owned(),
        detail: format!("load {one} {five} {fifteen}"),
        share: Some(sample.cpu.total.into()),
    }
}

fn memory(sample: &Sample) -> Figure {
    let memory = &sample.memory;
    let (value, unit) = split(&bytes(memory.used));
    let limit = sample.limits.as_ref().and_then(|limits| limits.memory_limit);
    let swap = if memory.swap_total == 0 { "no swap".to_owned() } else { format!("swap {}", bytes(memory.swap_used)) };
    let detail = match limit {
        Some(limit) => format!("container limit {}", bytes(limit)),
        None => swap,
    };
    Figure {
        value,
        unit: format!("{unit} / {}", bytes(memory.total)),
        detail,
        share: Some(share(memory.used, memory.total)),
    }
}

fn disk(sample: &Sample) -> Figure {
    let fullest = sample
        .disks
        .iter()
        .max_by(|left, right| share(left.used, left.total).total_cmp(&share(right.used, right.total)));
    match fullest {
        Some(disk) => Figure {
            value: format::fixed(share(disk.used, disk.total), 0),
            unit: format!("% of {}", disk.mount),
            detail: format!("{} free", bytes(disk.available)),
            share: Some(share(disk.used, disk.total)),
        },
        None => {
            Figure {
                value: "–".to_owned(), unit: String::new(), detail: "no disk to measure".to_owned(), share: None
            }
        }
    }
}

fn network(sample: &Sample) -> Figure {
    let received = SeriesKey::NetworkReceive.of(sample).unwrap_or(0.0);
    let sent = SeriesKey::NetworkSend.of(sample).unwrap_or(0.0);
    let (value, unit) = split(&format::rate(received.into()));
    Figure { value, unit: format!("{unit} in"), detail: format!("{} out", format::rate(sent.into())), share: None }
}

fn sum(keys: &[SeriesKey], sample: &Sample) -> Option<f32> {
    keys.iter().filter_map(|key| key.of(sample)).fold(None, |sum, value| Some(sum.unwrap_or(0.0) + value))
}

#[component]
fn Tile(
    name: &'static str,
    color: &'static str,
    #[prop(optional)] percent_scale: bool,
    figure: Signal<Option<Figure>>,
    series: &'static [SeriesKey],
    board: Board,
) -> impl IntoView {
    let plot = NodeRef::<html::Div>::new();
    let spark = StoredValue::<Option<SendWrapper<SparkHandle>>>::new(None);
    let reload = move || async move {
        let Ok(history) = recent_history().await else { return };
        let columns: Vec<&Vec<Option<f32>>> = series
            .iter()
            .filter_map(|key| history.series.iter().find(|each| each.key == *key).map(|each| &each.values))
            .collect();
        let values: Vec<Option<f32>> = (0..history.at.len())
            .map(|row| {
                columns
                    .iter()
                    .filter_map(|column| column.get(row).copied().flatten())
                    .reduce(|left, right| left + right)
            })
            .collect();
        if let Some(Some(spark)) = spark.try_get_value() {
            spark.set_data(&values);
        }
    };
    Effect::new(move |_| {
        let Some(element) = plot.get() else { return };
        leptos::task::spawn_local(async move {
            // Without the bundle the figures still stand; the charts below say what is wrong.
            let Ok(module) = interop::import::<ChartModule>("chart").await else { return };
            let mut members = vec![("color", JsValue::from_str(color)), ("min", JsValue::from_f64(0.0))];
            if percent_scale {
                members.push(("max", JsValue::from_f64(100.0)));
            }
            let _ = spark
                .try_update_value(|spark| *spark = Some(SendWrapper::new(module.spark(&element, &object(&members)))));
            reload().await;
        });
    });
    Effect::new(move |before: Option<()>| {
        board.gaps.track();
        if before.is_some() {
            leptos::task::spawn_local(reload());
        }
    });
    Effect::new(move |_| {
        let newest = board.latest.with(|sample| sample.as_ref().map(|sample| sum(series, sample)));
        if let (Some(newest), Some(Some(spark))) = (newest, spark.try_get_value()) {
            spark.push(value(newest));
        }
    });
    on_cleanup(move || {
        if let Some(spark) = spark.try_update_value(Option::take).flatten() {
            spark.dispose();
        }
    });
    let share = move || figure.with(|figure| figure.as_ref().and_then(|figure| figure.share)).unwrap_or(0.0);
    let alarm = move || share() >= ALARM;
    let warn = move || share() >= WARN && !alarm();
    let text = move |read: fn(&Figure) -> &String| move || figure.with(|figure| figure.as_ref().map(read).cloned());
    view! {
        <section class="tile" aria-label=name>
            <h2 class="tile__label">
                {name}
                <Show when=warn><Badge tone=Tone::Warn>"warning"</Badge></Show>
                <Show when=alarm><Badge tone=Tone::Bad>"critical"</Badge></Show>
            </h2>
            <p class="tile__value">
                {move || text(|figure| &figure.value)().unwrap_or_else(|| "–".to_owned())}
                " "
                <span class="tile__unit">{text(|figure| &figure.unit)}</span>
            </p>
            <p class="tile__note">{text(|figure| &figure.detail)}</p>
            <div class="spark" node_ref=plot aria-hidden="true"></div>
        </section>
    }
}
