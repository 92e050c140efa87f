use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};
use model::{
    live::{Event, Topic},
    metrics::{Host, Sample},
    service::ServiceHealth,
};
use ui::{ErrorState, RelativeTime, Skeleton, SkeletonShape};

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
    Failure,
    live::{Heard, Live},
};

/// `/`
pub(crate) struct OverviewPage {
    start: Resource<Result<Machine, Failure>>,
}

#[lazy_route]
impl LazyRoute for OverviewPage {
    fn data() -> Self {
        Self { start: Resource::new_blocking(|| (), |()| overview()) }
    }

    fn view(this: Self) -> AnyView {
        let start = this.start;
        view! {
            // Plain text: leptos_meta reads it where no signal can be read any more.
            <Title text="Overview · Nova"/>
            <Suspense fallback=|| view! { <Skeleton shape=SkeletonShape::Block count=3/> }>
                {move || Suspend::new(async move {
                    match start.await {
                        Ok(machine) => view! { <Panels machine/> }.into_any(),
                        Err(failure) => view! {
                            <ErrorState title="The overview could not be loaded" why=failure.0.message
                                request_id=failure.0.request_id.unwrap_or_default()
                                on_retry=Callback::new(move |()| start.refetch())/>
                        }
                        .into_any(),
                    }
                })}
            </Suspense>
        }
        .into_any()
    }
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
            Heard::Event(Event::Sample(sample)) => drop(board.latest.try_set(Some(sample))),
            Heard::Event(_) => {}
            Heard::CatchUp => drop(board.gaps.try_update(|gaps| *gaps += 1)),
        });
        live.listen(Topic::Services, move |heard| match heard {
            Heard::Event(Event::Services(services)) => drop(board.services.try_set(services)),
            Heard::Event(_) => {}
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
