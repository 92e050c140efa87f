//! The owner's dialog: whom the shell in view is shared with, and what they may.

use leptos::prelude::*;
use model::{
    TerminalId, UserId,
    terminal::sharing::{Company, GuestRole, ShareInfo, SharedWith, Term},
};
use ui::{
    Badge, Button, ButtonSize, ButtonType, ButtonVariant, Dialog, Field, FormError, IconButton, IconName, RelativeTime,
    Select, Toaster, Tone,
};

use super::{
    api::{end_share, end_sharing, hand_over, let_write, share_by_link, share_terminal, terminal_shares},
    state::Sharing,
};
use crate::{Failure, frame::Confirm, interop::clipboard};

/// Opens the dialog for the shell in view.
#[component]
pub(crate) fn ShareButton(
    /// The shell in view.
    #[prop(into)]
    current: Signal<Option<TerminalId>>,
) -> impl IntoView {
    let sharing = Sharing::expect();
    let none = Signal::derive(move || current.get().is_none());
    view! { <IconButton icon=IconName::Users label="Share this shell" disabled=none on:click=move |_| sharing.dialog.set(true)/> }
}

/// What the parts of the dialog share.
#[derive(Clone, Copy)]
struct Desk {
    id: TerminalId,
    shares: RwSignal<Option<Vec<ShareInfo>>>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    confirm: Confirm,
    toaster: Toaster,
}

impl Desk {
    fn read(self) {
        leptos::task::spawn_local(async move {
            match terminal_shares(self.id).await {
                Ok(found) => drop(self.shares.try_set(Some(found))),
                Err(failure) => drop(self.error.try_set(Some(failure.0.message))),
            }
        });
    }

    /// Does it, after a confirmation where the server asks for one, and reads the list again.
    fn act<F>(self, done: &'static str, action: impl Fn() -> F + 'static)
    where
        F: Future<Output = Result<(), Failure>> + 'static,
    {
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            match self.confirm.with(action).await {
                Ok(()) => self.toaster.push(Tone::Ok, done),
                Err(failure) => self.toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = self.busy.try_set(false);
            self.read();
        });
    }
}

#[component]
pub(crate) fn ShareDialog(
    /// The shell in view.
    #[prop(into)]
    current: Signal<Option<TerminalId>>,
) -> impl IntoView {
    let sharing = Sharing::expect();
    view! {
        <Dialog id="share-shell" open=sharing.dialog title="Share this shell" wide=true>
            {move || current.get().map(|id| view! { <Content id/> })}
        </Dialog>
    }
}

#[component]
fn Content(id: TerminalId) -> impl IntoView {
    let sharing = Sharing::expect();
    let desk = Desk {
        id,
        shares: RwSignal::new(None),
        busy: RwSignal::new(false),
        error: RwSignal::new(None),
        confirm: Confirm::expect(),
        toaster: expect_context(),
    };
    let company = Memo::new(move |_| sharing.of(id));
    Effect::new(move |_| {
        // Who came by a link is in the list from then on.
        company.track();
        desk.read();
    });
    let rows = move || desk.shares.get().unwrap_or_default();
    let some = move || desk.shares.with(|shares| shares.as_ref().is_some_and(|shares| !shares.is_empty()));
    let end = move |_| desk.act("Nobody else is here now", move || end_sharing(id));
    view! {
        <Invite desk/>
        <LinkForm desk/>
        <FormError error=desk.error/>
        <Show when=some>
            <h3 class="share__heading">"Shared with"</h3>
            <ul class="list list--ruled share__list">
                {move || {
                    let company = company.get().unwrap_or_default();
                    rows().into_iter().map(|share| view! { <Row desk share company=company.clone()/> }).collect_view()
                }}
            </ul>
            <div class="dialog__actions">
                <Button variant=ButtonVariant::Danger icon=IconName::Stop busy=desk.busy on:click=end>"End all sharing"</Button>
            </div>
        </Show>
    }
}

fn roles() -> Vec<(String, String)> {
    let words = |role: GuestRole| (role.to_string(), format!("{role}: {}", role.about()));
    GuestRole::GIVEN.into_iter().map(words).collect()
}

fn terms() -> Vec<(String, String)> {
    Term::OFFERED.iter().map(|(minutes, words)| (minutes.to_string(), (*words).to_owned())).collect()
}

#[component]
fn Invite(desk: Desk) -> impl IntoView {
    let (name, error) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let (role, term) = (RwSignal::new(GuestRole::Observer.to_string()), RwSignal::new("60".to_owned()));
    let invite = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        error.set(None);
        desk.busy.set(true);
        let Ok(minutes) = term.get_untracked().parse() else { return };
        leptos::task::spawn_local(async move {
            let wanted = name.get_untracked();
            match share_terminal(desk.id, wanted, role.get_untracked(), minutes).await {
                Ok(info) => {
                    let who = if let SharedWith::Person { name, .. } = info.with { name } else { String::new() };
                    desk.toaster.push(Tone::Ok, format!("{who} finds it under “Shared with you”"));
                    let _ = name.try_set(String::new());
                }
                Err(failure) => drop(error.try_set(Some(failure.0.message))),
            }
            let _ = desk.busy.try_set(false);
            desk.read();
        });
    };
    view! {
        <form class="share__form" on:submit=invite>
            <Field name="share-name" label="With whom, by user name" value=name error required=true autocomplete="off" autofocus=true/>
            <Select name="share-role" label="As" options=roles() value=role/>
            <Select name="share-term" label="For" options=terms() value=term/>
            <Button variant=ButtonVariant::Primary button_type=ButtonType::Submit busy=desk.busy>"Share"</Button>
        </form>
    }
}

#[component]
fn LinkForm(desk: Desk) -> impl IntoView {
    let (role, term) = (RwSignal::new(GuestRole::Observer.to_string()), RwSignal::new("60".to_owned()));
    let link = RwSignal::new(None::<String>);
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(minutes) = term.get_untracked().parse() else { return };
        desk.error.set(None);
        desk.busy.set(true);
        leptos::task::spawn_local(async move {
            match share_by_link(desk.id, role.get_untracked(), minutes).await {
                Ok(path) => {
                    let origin = window().location().origin().unwrap_or_default();
                    let _ = link.try_set(Some(format!("{origin}{path}")));
                }
                Err(failure) => drop(desk.error.try_set(Some(failure.0.message))),
            }
            let _ = desk.busy.try_set(false);
            desk.read();
        });
    };
    view! {
        <details class="share__link">
            <summary>"Or by a link, for anybody who is signed in here"</summary>
            <form class="share__form" on:submit=make>
                <Select name="link-role" label="As" options=roles() value=role/>
                <Select name="link-term" label="For" options=terms() value=term/>
                <Button button_type=ButtonType::Submit icon=IconName::Link busy=desk.busy>"Make a link"</Button>
            </form>
            {move || link.get().map(|url| {
                let text = url.clone();
                let copy = move |_| clipboard::copy(&text, desk.toaster);
                view! {
                    <label class="field__label" for="share-url">"Hand this link over; it is not shown again."</label>
                    <div class="share__row">
                        <input class="field__input field__input--mono" id="share-url" readonly value=url/>
                        <Button icon=IconName::Copy on:click=copy>"Copy"</Button>
                    </div>
                }
            })}
        </details>
    }
}

#[component]
fn Row(desk: Desk, share: ShareInfo, company: Company) -> impl IntoView {
    let ShareInfo { id: share_id, with, role, expires_at } = share;
    let (name, user, note) = match with {
        SharedWith::Person { name, user, by_link: false } => (name, Some(user), ""),
        SharedWith::Person { name, user, by_link: true } => (name, Some(user), " · by a link"),
        SharedWith::Link => ("A link".to_owned(), None, ""),
    };
    let here = user.is_some_and(|user| company.here.iter().any(|present| present.user == user));
    let writes = user.is_some_and(|user| company.writers.contains(&user));
    let controls = user.is_some() && company.controller == user;
    let word = match (controls, writes, here) {
        (true, ..) => Some((Tone::Accent, "has control")),
        (_, true, _) => Some((Tone::Warn, "may type")),
        (.., true) => Some((Tone::Ok, "here")),
        _ => None,
    };
    let end_label = format!("End the share with {name}");
    let end = move |_| desk.act("Ended", move || end_share(share_id));
    view! {
        <li class="list__item share__item">
            <span class="list__text">
                <span class="person__words">
                    <span class="person__name">{name.clone()}</span>
                    <span class="person__detail">{role.name()}{note}" · ends "<RelativeTime at=expires_at.0/></span>
                </span>
            </span>
            {word.map(|(tone, word)| view! { <Badge tone>{word}</Badge> })}
            {user.filter(|_| role == GuestRole::Peer && (here || writes)).map(|user| view! {
                <Rights desk user name writes controls/>
            })}
            <Button size=ButtonSize::Small busy=desk.busy on:click=end attr:aria-label=end_label>"End"</Button>
        </li>
    }
}

/// Letting a peer type and giving them control is asked about; taking it back is not.
#[component]
fn Rights(desk: Desk, user: UserId, name: String, writes: bool, controls: bool) -> impl IntoView {
    let id = desk.id;
    let write = move |_| {
        let done = if writes { "They only read now" } else { "They may type now" };
        desk.act(done, move || let_write(id, user, !writes));
    };
    let control = move |_| {
        let (done, to) = if controls { ("You have control", None) } else { ("They have control now", Some(user)) };
        desk.act(done, move || hand_over(id, to));
    };
    let (write_words, control_words) =
        (if writes { "Only read" } else { "Let type" }, if controls { "Take control back" } else { "Give control" });
    let (write_label, control_label) = (format!("{write_words}: {name}"), format!("{control_words}: {name}"));
    view! {
        <Button size=ButtonSize::Small busy=desk.busy on:click=write attr:aria-label=write_label>{write_words}</Button>
        <Button size=ButtonSize::Small busy=desk.busy on:click=control attr:aria-label=control_label>{control_words}</Button>
    }
}
