//! Nova's own services, and the machine they run on.

use leptos::prelude::*;
use model::service::{Health, ServiceHealth};
use ui::{Card, Status, Tone, format};

use super::page::Board;

fn tone(health: Health) -> (Tone, &'static str) {
    match health {
        Health::Healthy => (Tone::Ok, "healthy"),
        Health::Degraded => (Tone::Warn, "degraded"),
        Health::Down => (Tone::Bad, "down"),
    }
}

#[component]
pub(crate) fn Services(board: Board) -> impl IntoView {
    let note = move || {
        board.services.with(|services| {
            let healthy = services.iter().filter(|service| service.health == Health::Healthy).count();
            format!("{healthy} of {} healthy", services.len())
        })
    };
    view! {
        <Card title="Services" note flush=true>
            <ul class="list list--ruled">
                {move || board.services.get().into_iter().map(|ServiceHealth { name, health, detail }| {
                    let (tone, word) = tone(health);
                    view! {
                        <li class="list__item">
                            <Status tone word dot_only=health == Health::Healthy/>
                            <span class="list__text">{name}</span>
                            <span class="list__end">{detail}</span>
                        </li>
                    }
                }).collect_view()}
            </ul>
        </Card>
        <Machine board/>
    }
}

#[component]
fn Machine(board: Board) -> impl IntoView {
    let host = board.host.get_value();
    let uptime = move || {
        let seconds = board.latest.with(|sample| sample.as_ref().map_or(0, |sample| sample.uptime));
        format::duration(i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX))
    };
    let rows = [
        ("System", host.system),
        ("Kernel", host.kernel),
        ("Processor", host.processor),
        ("Cores", host.cores.to_string()),
    ];
    view! {
        <Card title="Machine" note=host.name>
            <dl class="facts">
                {rows.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| view! {
                    <dt>{name}</dt><dd>{value}</dd>
                }).collect_view()}
                <dt>"Up"</dt><dd>{uptime}</dd>
            </dl>
        </Card>
    }
}
