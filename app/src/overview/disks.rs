//! Disks, interfaces and sensors, as they are plugged now.

use leptos::prelude::*;
use model::metrics::{Disk, Network, Temperature};
use ui::{Card, Meter, Tone, format};

use super::page::Board;

#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
fn share(disk: &Disk) -> f64 {
    if disk.total == 0 { 0.0 } else { disk.used as f64 * 100.0 / disk.total as f64 }
}

fn tone(percent: f64) -> Tone {
    match percent {
        percent if percent >= 95.0 => Tone::Bad,
        percent if percent >= 85.0 => Tone::Warn,
        _ => Tone::Accent,
    }
}

fn rate(value: Option<f32>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format::rate(value.into()))
}

#[component]
pub(crate) fn Disks(board: Board) -> impl IntoView {
    let disks = Memo::new(move |_| {
        board.latest.with(|sample| sample.as_ref().map(|sample| sample.disks.clone()).unwrap_or_default())
    });
    view! {
        <Card title="Disks" flush=true>
            <ul>
                <For each=move || disks.get() key=|disk| disk.mount.clone() let(disk)>
                    {
                        let mount = disk.mount.clone();
                        let now = Memo::new(move |_| disks.with(|disks| disks.iter().find(|each| each.mount == mount).cloned().unwrap_or_default()));
                        view! { <DiskRow disk=now/> }
                    }
                </For>
            </ul>
        </Card>
    }
}

#[component]
#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
fn DiskRow(disk: Memo<Disk>) -> impl IntoView {
    let percent = Signal::derive(move || disk.with(share));
    let space = move || {
        disk.with(|disk| format!("{} of {}", format::bytes(disk.used as f64), format::bytes(disk.total as f64)))
    };
    let io = move || disk.with(|disk| format!("read {} · write {}", rate(disk.read), rate(disk.write)));
    let device = move || disk.with(|disk| format!("{} · {}", disk.device, disk.filesystem));
    view! {
        <li class="disk">
            <span class="mono" title=device>{move || disk.with(|disk| disk.mount.clone())}</span>
            <span class="num">{space}</span>
            <Meter value=percent label=move || disk.with(|disk| format!("Space in use on {}", disk.mount)) tone=Signal::derive(move || tone(percent.get()))/>
            <span class="quiet">{io}</span>
        </li>
    }
}

#[component]
pub(crate) fn Networks(board: Board) -> impl IntoView {
    let networks = Memo::new(move |_| {
        board.latest.with(|sample| sample.as_ref().map(|sample| sample.networks.clone()).unwrap_or_default())
    });
    let none = move || networks.with(Vec::is_empty);
    view! {
        <Card title="Network" flush=true>
            <Show when=none><p class="second">"No interface but the loopback."</p></Show>
            <ul class="list list--ruled">
                {move || networks.get().into_iter().map(|Network { name, receive, send }| view! {
                    <li class="list__item">
                        <span class="list__text mono">{name}</span>
                        <span class="list__end">{format!("in {} · out {}", rate(receive), rate(send))}</span>
                    </li>
                }).collect_view()}
            </ul>
        </Card>
    }
}

/// Nothing at all where the kernel has no sensor: a virtual machine need not explain itself.
#[component]
pub(crate) fn Sensors(board: Board) -> impl IntoView {
    let sensors = Memo::new(move |_| {
        board.latest.with(|sample| sample.as_ref().map(|sample| sample.temperatures.clone()).unwrap_or_default())
    });
    view! {
        <Show when=move || !sensors.with(Vec::is_empty)>
            <Card title="Temperatures" flush=true>
                <ul class="list list--ruled">
                    {move || sensors.get().into_iter().map(|Temperature { label, celsius }| view! {
                        <li class="list__item">
                            <span class="list__text">{label}</span>
                            <span class="list__end">{format!("{} °C", format::fixed(celsius.into(), 0))}</span>
                        </li>
                    }).collect_view()}
                </ul>
            </Card>
        </Show>
    }
}
