use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    live::Topic,
    metrics::{Host, Sample},
    service::ServiceHealth,
};
use ui::RelativeTime;

use super::{
    api::{Machine, overview},
    charts::Charts,
    cores::Cores,
    disks::{Disks, Networks, Sensors},
    processes::ProcessTable,
    services::Services,
    tiles::Tiles,
};
use crate::{
    frame::{PageData, shapes},
    live::{Heard, Live},
};

/// `/`
pub(crate) fn overview_page() -> AnyView {
    let machine = PageData::new("overview", overview);
    view! {
        // Plain text: leptos_meta reads it where no signal can be read any more.
        <Title text="Overview · Nova"/>
        {machine.loaded("The overview could not be loaded", shapes, |machine| view! { <Panels machine/> }.into_any())}
    }
    .into_any()
}

fn is_lost(state: ui::ConnectionState) -> bool {
    matches!(state, ui::ConnectionState::Connecting | ui::ConnectionState::Offline)
}

/// Says how old the figures are while nothing new arrives.
#[component]
fn Stale(board: Board) -> impl IntoView {
    let live = Live::expect();
    let at = Signal::derive(move || board.latest.with(|sample| sample.as_ref().map_or(0, |sample| sample.at.0)));
    view! {
        <Show when=move || is_lost(live.state.get())>
            <p class="second" role="status">"The connection is lost. These figures are from "<RelativeTime at/>"."</p>
        </Show>
    }
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub(crate) struct Board {
    /// What does not change.
    pub(crate) host: StoredValue<Host>,
    /// The newest sample.
    pub(crate) latest: RwSignal<Option<Sample>>,
    /// Nova's own services.
    pub(crate) services: RwSignal<Vec<ServiceHealth>>,
    /// Raised when events are gone: charts read their history again.
    pub(crate) gaps: RwSignal<u32>,
}

#[component]
fn Panels(machine: Machine) -> impl IntoView {
    let live = Live::expect();
    let board = Board {
        host: StoredValue::new(machine.host),
        latest: RwSignal::new(machine.latest),
        services: RwSignal::new(machine.services),
        gaps: RwSignal::new(0),
    };
    Effect::new(move |_| {
        live.listen(Topic::Metrics, move |heard| match heard {
            Heard::Event(sample) => drop(board.latest.try_set(Some(sample))),
            Heard::CatchUp => drop(board.gaps.try_update(|gaps| *gaps += 1)),
        });
        live.listen(Topic::Services, move |heard| match heard {
            Heard::Event(services) => drop(board.services.try_set(services)),
            Heard::CatchUp => leptos::task::spawn_local(async move {
                if let Ok(fresh) = overview().await {
                    let _ = board.services.try_set(fresh.services);
                }
            }),
        });
    });
    let stale = move || is_lost(live.state.get());
    view! {
        <Stale board/>
        <div class:stale=stale><Tiles board/></div>
        <div class="overview" class:stale=stale>
            <div class="overview__main">
                <Charts board/>
                <ProcessTable board/>
            </div>
            <div class="overview__side">
                <Services board/>
                <Cores board/>
                <Disks board/>
                <Networks board/>
                <Sensors board/>
            </div>
        </div>
    }
}
