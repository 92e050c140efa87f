use std::time::Duration;

use leptos::prelude::*;

use crate::{format, times::Times};

/// How often relative times are told anew.
const TICK: Duration = Duration::from_secs(20);

/// The page's idea of now, in UTC milliseconds; `None` on the server and until the page is hydrated.
#[derive(Clone, Copy, Debug)]
pub struct Clock(RwSignal<Option<i64>>);

impl Clock {
    /// Now, to the last tick. Reading it follows it.
    #[must_use]
    pub fn now(self) -> Option<i64> {
        self.0.get()
    }
}

/// Puts one ticking [`Clock`] into context; call it once in the app's root.
pub fn provide_clock() -> Clock {
    let now = RwSignal::new(None);
    Effect::new(move |_| {
        now.set(Some(wall_clock()));
        if let Ok(interval) = set_interval(move || now.set(Some(wall_clock())), TICK) {
            on_cleanup(move || interval.clear());
        }
    });
    let clock = Clock(now);
    provide_context(clock);
    clock
}

/// A moment: relative for the eye, exact in the tooltip, in the reader's zone and way of writing. The server writes the
/// exact time in UTC, so that both sides agree on the first paint; after hydration it becomes relative and stays so by the
/// [`Clock`] in context.
#[component]
pub fn RelativeTime(
    /// The moment in UTC milliseconds.
    #[prop(into)]
    at: Signal<i64>,
) -> impl IntoView {
    let (clock, times) = (use_context::<Clock>(), Times::here());
    let hydrated = RwSignal::new(false);
    Effect::new(move |_| hydrated.set(true));
    let words = move || {
        let now = if hydrated.get() { clock.and_then(Clock::now) } else { None };
        now.map_or_else(|| format::date_time(at.get()), |now| times.relative(now, at.get()))
    };
    let exact = move || if hydrated.get() { times.exact(at.get()) } else { format::date_time(at.get()) };
    view! { <time class="time" datetime=move || format::iso(at.get()) title=exact>{words}</time> }
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds of this era fit 53 bits")]
fn wall_clock() -> i64 {
    js_sys::Date::now() as i64
}
