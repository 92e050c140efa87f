use leptos::prelude::*;
use ui::*;

use crate::shell::Shell;

/// The gallery with everything that needs a browser: palette, shortcuts, clock. Hydrated, not only drawn.
#[component]
pub fn Live() -> impl IntoView {
    provide_clock();
    let palette = RwSignal::new(false);
    let keys = RwSignal::new(false);
    let done = RwSignal::new(String::new());
    let entry = move |id: &str, label: &str, group, icon, keys| {
        let said = id.to_owned();
        PaletteEntry {
            id: id.to_owned(),
            label: label.to_owned(),
            group,
            icon,
            hint: Some(format!("/{id}")),
            keys,
            action: Command::new(move || done.set(said.clone())),
        }
    };
    let entries = Signal::derive(move || {
        vec![
            entry("overview", "Overview", "Go to", IconName::Grid, Some("g d")),
            entry("terminal", "Terminal", "Go to", IconName::Terminal, Some("g t")),
            entry("chat", "Chat", "Go to", IconName::Chat, Some("g c")),
            entry("new", "Open terminal", "This page", IconName::Plus, None),
            entry("theme", "Switch theme", "Settings", IconName::Moon, None),
        ]
    });
    let shortcut = move |keys, label, group, action: Command| Shortcut { keys, label, group, action };
    let shortcuts = Signal::derive(move || {
        vec![
            shortcut("Ctrl+k", "Command palette", "Everywhere", Command::new(move || palette.set(true))),
            shortcut("?", "These shortcuts", "Everywhere", Command::new(move || keys.set(true))),
            shortcut("g d", "Go to Overview", "Go", Command::new(move || done.set("g d".into()))),
            shortcut("g t", "Go to Terminal", "Go", Command::new(move || done.set("g t".into()))),
        ]
    });
    view! {
        <Shell title="Gallery">
            <p id="done">{move || done.get()}</p>
            <ui::gallery::Gallery/>
            <Palette open=palette entries/>
            <ShortcutsOverlay open=keys shortcuts/>
            <KeyboardShortcuts shortcuts/>
        </Shell>
    }
}
