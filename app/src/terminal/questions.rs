//! What a person is asked on behalf of a shell: before several lines are pasted, before a program writes to the
//! clipboard, before a link opens that says another address than it leads to.

use leptos::prelude::*;
use model::TerminalId;
use send_wrapper::SendWrapper;
use ui::{Button, ButtonVariant, Dialog, Switch};

use super::desk::Desk;
use crate::interop::terminal::TerminalHandle;

/// The kind of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Paste,
    Clipboard,
    Link,
}

impl Kind {
    /// The emulator's word for it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Paste => "paste",
            Self::Clipboard => "clipboard",
            Self::Link => "link",
        }
    }

    pub(crate) fn named(word: &str) -> Option<Self> {
        [Self::Paste, Self::Clipboard, Self::Link].into_iter().find(|kind| kind.word() == word)
    }
}

/// A question that waits for its answer.
#[derive(Clone)]
pub(crate) struct Question {
    pub(crate) shell: TerminalId,
    pub(crate) kind: Kind,
    /// A count of lines or characters, or where a link leads.
    pub(crate) first: String,
    /// The first lines, the text, or what a link says.
    pub(crate) second: String,
    pub(crate) handle: SendWrapper<TerminalHandle>,
}

impl Question {
    fn title(&self) -> &'static str {
        match self.kind {
            Kind::Paste => "Paste several lines?",
            Kind::Clipboard => "Let programs write to the clipboard?",
            Kind::Link => "Open this link?",
        }
    }

    fn text(&self) -> String {
        match self.kind {
            Kind::Paste if self.first == "1" => {
                "The text ends its line, and the program may run it at once.".to_owned()
            }
            Kind::Paste => format!("These are {} lines, and the program may run each of them at once.", self.first),
            Kind::Clipboard => format!(
                "A program in this shell wants to put {} characters there. If you allow it, this shell may go on doing so.",
                self.first
            ),
            Kind::Link => format!("It says “{}” and leads to:", self.second),
        }
    }

    fn shown(&self) -> String {
        if self.kind == Kind::Link { self.first.clone() } else { self.second.clone() }
    }

    const fn verbs(&self) -> (&'static str, &'static str) {
        match self.kind {
            Kind::Paste => ("Paste", "Cancel"),
            Kind::Clipboard => ("Allow for this shell", "Refuse"),
            Kind::Link => ("Open the link", "Cancel"),
        }
    }
}

/// The dialog. One question at a time: a newer one takes the place of an older, which is answered with no.
#[component]
pub(crate) fn Questions(desk: Desk, asked: RwSignal<Option<Question>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let quiet = RwSignal::new(false);
    let answer = move |yes: bool| {
        let Some(question) = asked.try_update(Option::take).flatten() else { return };
        if question.kind == Kind::Clipboard {
            desk.clipboard.update_value(|known| {
                known.insert(question.shell, yes);
            });
        }
        if question.kind == Kind::Paste && yes && quiet.get_untracked() {
            desk.stop_warning();
        }
        question.handle.answer(question.kind.word(), yes);
        open.set(false);
        question.handle.focus();
    };
    Effect::new(move |_| {
        if asked.with(Option::is_some) {
            quiet.set(false);
            open.set(true);
        }
    });
    Effect::new(move |_| {
        // Closing is saying no.
        if !open.get() && asked.with_untracked(Option::is_some) {
            answer(false);
        }
    });
    let title = move || asked.with(|asked| asked.as_ref().map(Question::title).unwrap_or_default().to_owned());
    view! {
        <Dialog id="terminal-question" open title>
            {move || asked.get().map(|question| {
                let (yes, no) = question.verbs();
                // Who pastes wants it; the others are a program's wish, and a key that was on its way must not grant it.
                let paste = question.kind == Kind::Paste;
                view! {
                    <p class="second">{question.text()}</p>
                    <pre class="terminal-question__text">{question.shown()}</pre>
                    {paste.then(|| view! {
                        <Switch name="paste-quietly" on=quiet on_change=move |on| quiet.set(on)>"Don’t ask again"</Switch>
                    })}
                    <div class="dialog__actions">
                        <Button attr:autofocus=(!paste).then_some("true") on:click=move |_| answer(false)>{no}</Button>
                        <Button variant=ButtonVariant::Primary attr:autofocus=paste.then_some("true") on:click=move |_| answer(true)>{yes}</Button>
                    </div>
                }
            })}
        </Dialog>
    }
}
