//! The list of themes. Moving through it shows each at once.

use leptos::{ev, html, prelude::*};
use model::{
    ThemeId,
    terminal::{
        settings::Settings,
        theme::{OwnTheme, ThemeRef},
        themes::{self, Ground},
    },
};
use ui::Segmented;

use super::{import::ImportTheme, own::OwnThemes};
use crate::terminal::{
    desk::Desk,
    look::{self, Colours},
};

/// One line of the list.
#[derive(Clone, PartialEq)]
struct Choice {
    theme: ThemeRef,
    name: String,
    note: &'static str,
    colours: Colours,
}

/// One's own first, then Nova's.
fn choices(own: &[OwnTheme]) -> Vec<Choice> {
    let mine = own.iter().map(|theme| Choice {
        theme: ThemeRef::Own(theme.id),
        name: theme.name.as_str().to_owned(),
        note: "yours",
        colours: Colours::Palette(theme.palette),
    });
    let known = themes::all().map(|theme| Choice {
        theme: ThemeRef::BuiltIn(theme),
        name: theme.name.to_owned(),
        note: look::word(theme.ground),
        colours: theme.palette.map_or(Colours::Tokens(theme.ground), Colours::Palette),
    });
    mine.chain(known).collect()
}

/// The theme of a ground.
pub(super) const fn of(settings: &Settings, ground: Ground) -> ThemeRef {
    match ground {
        Ground::Light => settings.light,
        Ground::Dark => settings.dark,
    }
}

/// Chooses it for the ground in question.
pub(super) fn choose(desk: Desk, theme: ThemeRef) {
    let ground = desk.ground.get_untracked();
    desk.draft.update(|draft| match ground {
        Ground::Light => draft.light = theme,
        Ground::Dark => draft.dark = theme,
    });
}

fn option_id(theme: ThemeRef) -> String {
    format!("theme-{theme}")
}

#[component]
pub(super) fn Themes(desk: Desk) -> impl IntoView {
    let ground = RwSignal::new(look::word(desk.ground.get_untracked()).to_owned());
    Effect::new(move |_| {
        desk.ground.set(if ground.with(|word| word == "dark") { Ground::Dark } else { Ground::Light });
    });
    let all = Memo::new(move |_| desk.themes.with(|own| choices(own)));
    let chosen = Memo::new(move |_| desk.draft.with(|draft| of(draft, desk.ground.get())));
    let own = Memo::new(move |_| match chosen.get() {
        ThemeRef::Own(id) => desk.themes.with(|own| own.iter().find(|theme| theme.id == id).cloned()),
        ThemeRef::BuiltIn(_) => None,
    });
    let imported = Callback::new(move |theme: OwnTheme| {
        let id: ThemeId = theme.id;
        desk.themes.update(|own| {
            own.push(theme);
            own.sort_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
        });
        choose(desk, ThemeRef::Own(id));
    });
    view! {
        <fieldset class="terminal-panel__group">
            <legend>"Colours"</legend>
            <Segmented name="terminal-ground" label="Which theme to choose" value=ground
                options=vec![("dark", "While Nova is dark"), ("light", "While Nova is light")]/>
            <List desk all chosen/>
            <div class="row row--wrap">
                <ImportTheme imported/>
                {move || own.get().map(|theme| view! { <OwnThemes desk theme/> })}
            </div>
        </fieldset>
    }
}

#[component]
fn List(desk: Desk, all: Memo<Vec<Choice>>, chosen: Memo<ThemeRef>) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    let on_key = move |event: ev::KeyboardEvent| {
        let at = all.with_untracked(|all| all.iter().position(|each| each.theme == chosen.get_untracked()));
        let last = all.with_untracked(Vec::len).saturating_sub(1);
        let next = match (event.key().as_str(), at) {
            ("ArrowDown", Some(at)) => (at + 1).min(last),
            ("ArrowUp", Some(at)) => at.saturating_sub(1),
            ("PageDown", Some(at)) => (at + 6).min(last),
            ("PageUp", Some(at)) => at.saturating_sub(6),
            ("End", _) => last,
            ("Home", _) | ("ArrowDown" | "ArrowUp", None) => 0,
            _ => return,
        };
        event.prevent_default();
        if let Some(theme) = all.with_untracked(|all| all.get(next).map(|each| each.theme)) {
            choose(desk, theme);
        }
    };
    Effect::new(move |_| {
        let id = option_id(chosen.get());
        all.track();
        // Once the list has what it shows.
        let _ = request_animation_frame(move || {
            if let Some(option) = document().get_element_by_id(&id) {
                let into_view = web_sys::ScrollIntoViewOptions::new();
                into_view.set_block(web_sys::ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&into_view);
            }
        });
    });
    view! {
        <div class="theme-list" role="listbox" tabindex="0" aria-label="Theme" node_ref=list
            aria-activedescendant=move || option_id(chosen.get()) on:keydown=on_key>
            <For each=move || all.get() key=|each| (each.theme.to_string(), each.name.clone()) let(choice)>
                <div class="theme-list__option" role="option" id=option_id(choice.theme)
                    aria-selected=move || if chosen.get() == choice.theme { "true" } else { "false" }
                    on:click=move |_| choose(desk, choice.theme)>
                    <Swatch colours=choice.colours/>
                    <span class="truncate">{choice.name.clone()}</span>
                    <span class="theme-list__note">{choice.note}</span>
                </div>
            </For>
        </div>
    }
}

/// A theme's ground with its text and six of its colours.
#[component]
pub(super) fn Swatch(colours: Colours) -> impl IntoView {
    const NAMES: [&str; 6] = ["red", "yellow", "green", "cyan", "blue", "magenta"];
    const ORDER: [usize; 6] = [1, 3, 2, 6, 4, 5];
    let (ground, background, dots) = match colours {
        Colours::Tokens(ground) => {
            let token = |name: &str| format!("var(--term-{name})");
            (Some(look::word(ground)), token("background"), NAMES.map(token).to_vec())
        }
        Colours::Palette(palette) => {
            let dots = ORDER.iter().filter_map(|at| palette.ansi.get(*at)).map(ToString::to_string).collect();
            (None, palette.background.to_string(), dots)
        }
    };
    view! {
        <svg class="theme-swatch" viewBox="0 0 64 20" aria-hidden="true" data-term=ground>
            <rect width="64" height="20" rx="4" fill=background></rect>
            {dots.into_iter().zip(0_u8..).map(|(fill, at)| view! {
                <circle cx=(9 + at * 9).to_string() cy="10" r="3.2" fill=fill></circle>
            }).collect_view()}
        </svg>
    }
}
