//! What can be done now: places, and what the page in view adds. The palette and the `?` overlay show the same list.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use ui::{IconName, PaletteEntry, Shortcut, ThemeChoice, set_theme};

use super::{Session, overlays::Overlays, places::places};

/// One thing that can be done.
#[derive(Clone)]
pub(crate) struct Command {
    /// Unique and lasting.
    pub(crate) id: String,
    /// What it does.
    pub(crate) label: String,
    /// The heading it stands under.
    pub(crate) group: &'static str,
    /// A drawing.
    pub(crate) icon: IconName,
    /// Keys that do the same, in the notation of [`Shortcut`].
    pub(crate) keys: Option<(&'static str, &'static str)>,
    /// Does it.
    pub(crate) action: ui::Command,
}

/// The commands of the surrounding frame.
#[derive(Clone, Copy)]
pub(crate) struct Commands {
    all: RwSignal<Vec<Command>>,
}

impl Commands {
    pub(crate) fn provide() -> Self {
        let commands = Self { all: RwSignal::new(Vec::new()) };
        provide_context(commands);
        commands
    }

    #[track_caller]
    pub(crate) fn expect() -> Self {
        expect_context()
    }

    /// Offers commands while the surrounding page is in view.
    pub(crate) fn offer(self, commands: Vec<Command>) {
        let ids: Vec<String> = commands.iter().map(|command| command.id.clone()).collect();
        self.all.update(|all| {
            all.retain(|command| !ids.contains(&command.id));
            all.extend(commands);
        });
        on_cleanup(move || {
            let _ = self.all.try_update(|all| all.retain(|command| !ids.contains(&command.id)));
        });
    }

    /// The places, the palette itself, the help and the themes.
    pub(crate) fn add_places(self, overlays: Overlays) {
        let Overlays { palette, help, .. } = overlays;
        let navigate = use_navigate();
        let mut commands: Vec<Command> = places(Session::expect())
            .into_iter()
            .map(|place| {
                let navigate = navigate.clone();
                Command {
                    id: format!("go{}", place.path),
                    label: place.name.to_owned(),
                    group: "Go to",
                    icon: place.icon,
                    keys: Some((place.keys, place.name)),
                    action: ui::Command::new(move || navigate(place.path, leptos_router::NavigateOptions::default())),
                }
            })
            .collect();
        let simple = |id: &str, label: &str, group, icon, keys, action| Command {
            id: id.to_owned(),
            label: label.to_owned(),
            group,
            icon,
            keys,
            action,
        };
        commands.push(simple(
            "palette",
            "Search or run a command",
            "Nova",
            IconName::Search,
            Some(("Ctrl+k", "Search or run a command")),
            ui::Command::new(move || palette.set(true)),
        ));
        commands.push(simple(
            "help",
            "Keyboard shortcuts",
            "Nova",
            IconName::Keyboard,
            Some(("?", "Show this list")),
            ui::Command::new(move || help.set(true)),
        ));
        for (id, label, icon, choice) in [
            ("theme-light", "Light theme", IconName::Sun, ThemeChoice::Light),
            ("theme-dark", "Dark theme", IconName::Moon, ThemeChoice::Dark),
            ("theme-system", "Theme as the device", IconName::Monitor, ThemeChoice::System),
        ] {
            commands.push(simple(id, label, "Look", icon, None, ui::Command::new(move || set_theme(choice))));
        }
        self.offer(commands);
    }

    /// For the palette.
    pub(crate) fn entries(self) -> Signal<Vec<PaletteEntry>> {
        Signal::derive(move || {
            self.all.with(|all| {
                // The palette does not offer to open itself.
                all.iter()
                    .filter(|command| command.id != "palette")
                    .map(|command| PaletteEntry {
                        id: command.id.clone(),
                        label: command.label.clone(),
                        group: command.group,
                        icon: command.icon,
                        hint: None,
                        keys: command.keys.map(|(keys, _)| keys),
                        action: command.action.clone(),
                    })
                    .collect()
            })
        })
    }

    /// For the keyboard and its overlay.
    pub(crate) fn shortcuts(self) -> Signal<Vec<Shortcut>> {
        Signal::derive(move || {
            self.all.with(|all| {
                all.iter()
                    .filter_map(|command| {
                        let (keys, label) = command.keys?;
                        Some(Shortcut { keys, label, group: command.group, action: command.action.clone() })
                    })
                    .collect()
            })
        })
    }
}
