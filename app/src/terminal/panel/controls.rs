//! Letters, cursor, scrolling, bell, mouse and clipboard.

use std::ops::RangeInclusive;

use leptos::prelude::*;
use model::terminal::settings::{
    Bell, Contrast, Cursor, FONT_SIZE, Font, LETTER_SPACING, LINE_HEIGHT, SCROLLBACK, Settings,
};
use ui::{NumberField, Segmented, Select, Switch};

use crate::terminal::desk::Desk;

/// A text that is always the same as a part of the draft.
pub(super) fn bound(
    draft: RwSignal<Settings>,
    read: fn(&Settings) -> &'static str,
    write: fn(&mut Settings, &str),
) -> RwSignal<String> {
    let text = RwSignal::new(draft.with_untracked(read).to_owned());
    Effect::new(move |_| {
        let now = draft.with(read);
        if text.with_untracked(|text| text != now) {
            text.set(now.to_owned());
        }
    });
    Effect::new(move |_| {
        let text = text.get();
        if draft.with_untracked(read) != text {
            draft.update(|draft| write(draft, &text));
        }
    });
    text
}

fn part<T: Send + Sync + 'static>(desk: Desk, read: fn(&Settings) -> T) -> Signal<T> {
    Signal::derive(move || desk.draft.with(read))
}

fn change<T: 'static>(desk: Desk, write: fn(&mut Settings, T)) -> Callback<T> {
    Callback::new(move |value| desk.draft.update(|draft| write(draft, value)))
}

fn wide<N: Copy + Into<i64>>(bounds: &RangeInclusive<N>) -> RangeInclusive<i64> {
    (*bounds.start()).into()..=(*bounds.end()).into()
}

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str, label: fn(T) -> &'static str) -> Vec<(String, String)> {
    all.iter().map(|each| (word(*each).to_owned(), label(*each).to_owned())).collect()
}

#[component]
pub(super) fn Letters(desk: Desk) -> impl IntoView {
    let font = bound(desk.draft, |all| all.font.word(), |all, word| all.font = Font::named(word).unwrap_or_default());
    let cursor =
        bound(desk.draft, |all| all.cursor.word(), |all, word| all.cursor = Cursor::named(word).unwrap_or_default());
    view! {
        <fieldset class="terminal-panel__group">
            <legend>"Letters"</legend>
            <Select name="terminal-font" label="Font" options=words(Font::ALL, Font::word, Font::label) value=font
                hint="All but Nova’s own are used where this device has them"/>
            <div class="terminal-panel__numbers">
                <NumberField name="terminal-size" label="Size" unit="px" bounds=wide(&FONT_SIZE) value=part(desk, |all| all.font_size.into())
                    on_change=change(desk, |all, value: i64| all.font_size = value.try_into().unwrap_or(all.font_size))/>
                <NumberField name="terminal-line" label="Line" unit="%" step=5 bounds=wide(&LINE_HEIGHT) value=part(desk, |all| all.line_height.into())
                    on_change=change(desk, |all, value: i64| all.line_height = value.try_into().unwrap_or(all.line_height))/>
                <NumberField name="terminal-spacing" label="Spacing" unit="px" bounds=wide(&LETTER_SPACING) value=part(desk, |all| all.letter_spacing.into())
                    on_change=change(desk, |all, value: i64| all.letter_spacing = value.try_into().unwrap_or(all.letter_spacing))/>
            </div>
        </fieldset>
        <fieldset class="terminal-panel__group">
            <legend>"Cursor"</legend>
            <Segmented name="terminal-cursor" label="Shape" value=cursor
                options=Cursor::ALL.iter().map(|each| (each.word(), each.label())).collect()/>
            <Switch name="terminal-blink" on=part(desk, |all| all.cursor_blink) on_change=change(desk, |all, on| all.cursor_blink = on)>"It blinks"</Switch>
        </fieldset>
    }
}

#[component]
pub(super) fn Behaviour(desk: Desk) -> impl IntoView {
    let bell = bound(desk.draft, |all| all.bell.word(), |all, word| all.bell = Bell::named(word).unwrap_or_default());
    let contrast = bound(
        desk.draft,
        |all| all.contrast.word(),
        |all, word| all.contrast = Contrast::named(word).unwrap_or_default(),
    );
    view! {
        <fieldset class="terminal-panel__group">
            <legend>"Mouse and clipboard"</legend>
            <Switch name="terminal-copy" on=part(desk, |all| all.copy_on_select) on_change=change(desk, |all, on| all.copy_on_select = on)>"Selecting copies"</Switch>
            <Switch name="terminal-right" on=part(desk, |all| all.right_click_paste) on_change=change(desk, |all, on| all.right_click_paste = on)
                hint="Instead of the browser’s menu">"The right button pastes"</Switch>
            <Switch name="terminal-warn" on=part(desk, |all| all.warn_multi_line) on_change=change(desk, |all, on| all.warn_multi_line = on)
                hint="Where a program would run each at once">"Ask before several lines are pasted"</Switch>
        </fieldset>
        <fieldset class="terminal-panel__group">
            <legend>"Scrolling and bell"</legend>
            <NumberField name="terminal-scrollback" label="Lines kept above the screen" step=1000 bounds=wide(&SCROLLBACK)
                value=part(desk, |all| all.scrollback.into())
                on_change=change(desk, |all, value: i64| all.scrollback = value.try_into().unwrap_or(all.scrollback))/>
            <Select name="terminal-bell" label="The bell is" options=words(Bell::ALL, Bell::word, Bell::label) value=bell
                hint="It always marks a tab that is not in view"/>
        </fieldset>
        <fieldset class="terminal-panel__group">
            <legend>"Commands"</legend>
            <Switch name="terminal-integration" on=part(desk, |all| all.integration) on_change=change(desk, |all, on| all.integration = on)
                hint="bash, zsh and fish, when they start: marks, history and suggestions need it">"Shells tell of their commands"</Switch>
            <Switch name="terminal-history" on=part(desk, |all| all.history) on_change=change(desk, |all, on| all.history = on)
                hint="Without lines that begin with a blank or look as if they held a secret">"Keep a history"</Switch>
            <Switch name="terminal-suggestions" on=part(desk, |all| all.suggestions) on_change=change(desk, |all, on| all.suggestions = on)
                hint="From your history, behind the cursor; right or End takes it">"Suggest commands"</Switch>
        </fieldset>
        <fieldset class="terminal-panel__group">
            <legend>"Reading"</legend>
            <Select name="terminal-contrast" label="Contrast of text" options=words(Contrast::ALL, Contrast::word, Contrast::label) value=contrast/>
            <Switch name="terminal-reader" on=part(desk, |all| all.screen_reader) on_change=change(desk, |all, on| all.screen_reader = on)
                hint="Output is read out as it comes">"For screen readers"</Switch>
        </fieldset>
    }
}
