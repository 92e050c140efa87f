use std::time::Duration;

use leptos::prelude::*;

use crate::{Button, ButtonSize, ButtonVariant, Command, Icon, IconButton, IconName, Tone};

/// How long a toast stays; one that can be undone stays twice as long.
const SHOWN: Duration = Duration::from_secs(5);
/// More than this many are not read: the oldest leaves.
const AT_MOST: usize = 4;

/// A line about what was just done.
#[derive(Clone, Debug)]
pub struct Toast {
    id: u32,
    tone: Tone,
    text: String,
    undo: Option<Command>,
}

/// Pushes toasts from anywhere below [`provide_toaster`]: `expect_context::<Toaster>().push(Tone::Ok, "Saved")`.
#[derive(Clone, Copy, Debug)]
pub struct Toaster {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toaster {
    /// Says it for five seconds.
    pub fn push(self, tone: Tone, text: impl Into<String>) {
        self.add(tone, text.into(), None);
    }

    /// Says it for ten seconds with an Undo beside it.
    pub fn push_undo(self, text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.add(Tone::Ok, text.into(), Some(Command::new(undo)));
    }

    fn add(self, tone: Tone, text: String, undo: Option<Command>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.shown.update(|shown| {
            if shown.len() >= AT_MOST {
                shown.remove(0);
            }
            shown.push(Toast { id, tone, text, undo });
        });
    }

    fn dismiss(self, id: u32) {
        // The page may be gone when the timer rings.
        let _ = self.shown.try_update(|shown| shown.retain(|toast| toast.id != id));
    }
}

/// Puts a [`Toaster`] into context; call it once in the app's root and place one [`ToastRegion`].
pub fn provide_toaster() -> Toaster {
    let toaster = Toaster { shown: RwSignal::new(Vec::new()), next: StoredValue::new(0) };
    provide_context(toaster);
    toaster
}

/// Where toasts appear: a polite live region in the corner. Pointing at one, or focusing it, keeps it.
#[component]
pub fn ToastRegion(
    /// The toaster whose toasts it shows.
    toaster: Toaster,
) -> impl IntoView {
    let region = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        // A dialog opened since lies above: entering the top layer again puts what is new above that.
        if let (false, Some(region)) = (toaster.shown.with(Vec::is_empty), region.get_untracked()) {
            // The one fails where it is not shown, the other where it is; without either it lies where CSS puts it.
            let _ = region.hide_popover();
            let _ = region.show_popover();
        }
    });
    view! {
        <div class="toasts" popover="manual" role="status" aria-live="polite" aria-label="Notifications" node_ref=region>
            <For each=move || toaster.shown.get() key=|toast| toast.id let:toast>
                <ToastLine toast toaster/>
            </For>
        </div>
    }
}

#[component]
fn ToastLine(toast: Toast, toaster: Toaster) -> impl IntoView {
    let Toast { id, tone, text, undo } = toast;
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let hold = move || {
        if let Some(running) = timer.try_update_value(Option::take).flatten() {
            running.clear();
        }
    };
    let shown = if undo.is_some() { SHOWN * 2 } else { SHOWN };
    let start = move || {
        hold();
        timer.set_value(set_timeout(move || toaster.dismiss(id), shown).ok());
    };
    Effect::new(move |_| start());
    on_cleanup(hold);
    view! {
        <div
            class=["toast toast--", tone.suffix()].concat()
            on:mouseenter=move |_| hold()
            on:mouseleave=move |_| start()
            on:focusin=move |_| hold()
            on:focusout=move |_| start()
        >
            <span class="toast__icon"><Icon name=tone.icon()/></span>
            <span class="toast__text">{text}</span>
            {undo.map(|undo| view! {
                <Button
                    size=ButtonSize::Small
                    variant=ButtonVariant::Ghost
                    on:click=move |_| {
                        undo.run();
                        toaster.dismiss(id);
                    }
                >
                    "Undo"
                </Button>
            })}
            <IconButton icon=IconName::X label="Dismiss" size=ButtonSize::Small on:click=move |_| toaster.dismiss(id)/>
        </div>
    }
}
