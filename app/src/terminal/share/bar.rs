//! Above a shell: who is here, who watches, and what is about to end it.

use leptos::prelude::*;
use model::{
    TerminalId, UserId,
    terminal::{
        Warning,
        sharing::{Company, GuestRole, Present},
    },
};
use ui::{Avatar, Badge, Banner, Button, ButtonSize, Icon, IconName, IconSize, Toaster, Tone};

use super::{api::hand_over, state::Sharing};

/// Who is at a shell besides its owner. Watchers stand in a banner that nobody can take away.
#[component]
pub(crate) fn CompanyBar(
    /// Which shell.
    id: TerminalId,
    /// What the owner is called, where that is somebody else.
    #[prop(optional)]
    owner: Option<String>,
) -> impl IntoView {
    let sharing = Sharing::expect();
    let company = Memo::new(move |_| sharing.of(id));
    tell_changes(company, owner.is_some());
    let watchers = move || {
        let names = company.with(|company| named(company.as_ref(), |role| role == GuestRole::Watcher));
        (!names.is_empty()).then(|| {
            let verb = if names.len() == 1 { "is" } else { "are" };
            format!("{} {verb} watching", names.join(" and "))
        })
    };
    let guest = owner.is_some();
    let others = move || {
        let found = company.get()?;
        let shown = people(&found, guest);
        (!shown.is_empty()).then_some((found, shown))
    };
    let owner = StoredValue::new(owner);
    view! {
        {move || watchers().map(|title| view! {
            <div class="terminal-company__watched">
                <Banner tone=Tone::Warn title detail="They read along by a permission and cannot type. This is in the audit log."/>
            </div>
        })}
        {move || others().map(|(found, shown)| view! {
            <div class="terminal-company" role="group" aria-label="Who is here">
                <ul class="terminal-company__people">
                    {shown.into_iter().map(|present| view! { <Somebody id present owner=owner.get_value() you=found.you/> }).collect_view()}
                </ul>
                <Control id company=found guest/>
            </div>
        })}
    }
}

/// One entry for each person: the place where they may most.
fn people(company: &Company, guest: bool) -> Vec<Present> {
    let mut shown: Vec<Present> = Vec::new();
    let wanted = |present: &&Present| guest || present.role.is_some();
    for present in company.here.iter().filter(wanted) {
        match shown.iter_mut().find(|other| other.user == present.user && other.role == present.role) {
            Some(other) if present.place == company.you => *other = present.clone(),
            Some(_) => {}
            None => shown.push(present.clone()),
        }
    }
    shown
}

fn named(company: Option<&Company>, wanted: impl Fn(GuestRole) -> bool) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for present in company.into_iter().flat_map(|company| &company.here) {
        if present.role.is_some_and(&wanted) && !names.contains(&present.name) {
            names.push(present.name.clone());
        }
    }
    names
}

#[component]
fn Somebody(id: TerminalId, present: Present, owner: Option<String>, you: u64) -> impl IntoView {
    let sharing = Sharing::expect();
    let place = present.place;
    let types = move || sharing.typing.with(|typing| typing.contains(&(id, place)));
    let name = match (present.role, owner) {
        (None, Some(owner)) => owner,
        (None, None) => "you".to_owned(),
        (Some(_), _) => present.name.clone(),
    };
    let shown = if place == you { format!("{name} (you)") } else { name.clone() };
    let (tone, word) = match (present.role, present.controls, present.writes) {
        (None, true, _) => (Tone::Accent, "owner, has control"),
        (None, false, _) => (Tone::Neutral, "owner"),
        (Some(_), true, _) => (Tone::Accent, "has control"),
        (Some(_), false, true) => (Tone::Warn, "may type"),
        (Some(GuestRole::Watcher), ..) => (Tone::Neutral, "watches"),
        (Some(_), false, false) => (Tone::Neutral, "reads"),
    };
    view! {
        <li class="terminal-company__person">
            <Avatar name=name/>
            <span class="truncate">{shown}</span>
            <Badge tone>{word}</Badge>
            <Show when=types>
                <span class="terminal-company__types" title="types"><Icon name=IconName::Edit size=IconSize::Small/><span class="visually-hidden">"types"</span></span>
            </Show>
        </li>
    }
}

/// Who has control can be changed here at once: the owner takes it back, the guest gives it back.
#[component]
fn Control(id: TerminalId, company: Company, guest: bool) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let busy = RwSignal::new(false);
    let back = move |_| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            if let Err(failure) = hand_over(id, None).await {
                toaster.push(Tone::Bad, failure.0.message);
            }
            let _ = busy.try_set(false);
        });
    };
    let away = company.controller.is_some_and(|user: UserId| !company.here.iter().any(|present| present.user == user));
    let words = match (guest, company.controls, company.controller) {
        (true, true, _) => Some("Give control back"),
        (false, false, Some(_)) => Some("Take control back"),
        _ => None,
    };
    view! {
        {(away && !guest).then(|| view! { <span class="terminal-company__note">"Who has control is away."</span> })}
        {words.map(|words| view! { <Button size=ButtonSize::Small busy on:click=back>{words}</Button> })}
    }
}

/// Says who came and went.
fn tell_changes(company: Memo<Option<Company>>, guest: bool) {
    let toaster: Toaster = expect_context();
    Effect::new(move |before: Option<Option<Vec<(UserId, String)>>>| {
        let now = company.with(|company| company.as_ref().map(|company| others(company, guest)))?;
        // Who was there before oneself did not come now; to an owner everybody came.
        if let Some(before) = before.flatten().or_else(|| (!guest).then(Vec::new)) {
            let missing = |from: &[(UserId, String)], user: UserId| !from.iter().any(|(other, _)| *other == user);
            for (_, name) in now.iter().filter(|(user, _)| missing(&before, *user)) {
                toaster.push(Tone::Neutral, format!("{name} is here"));
            }
            for (_, name) in before.iter().filter(|(user, _)| missing(&now, *user)) {
                toaster.push(Tone::Neutral, format!("{name} has left"));
            }
        }
        Some(now)
    });
}

/// Everybody else but the owner, each once.
fn others(company: &Company, guest: bool) -> Vec<(UserId, String)> {
    let mut found: Vec<(UserId, String)> = Vec::new();
    for present in company.here.iter().filter(|present| present.role.is_some()) {
        let oneself = guest && present.place == company.you;
        if !oneself && !found.iter().any(|(user, _)| *user == present.user) {
            found.push((present.user, present.name.clone()));
        }
    }
    found
}

/// What is about to end the shell.
#[component]
pub(crate) fn WarningBar(
    /// Which shell.
    id: TerminalId,
) -> impl IntoView {
    let sharing = Sharing::expect();
    move || {
        let (title, detail) = match sharing.warning.with(|all| all.get(&id).copied())? {
            Warning::None => return None,
            Warning::Idle(seconds) => (
                format!("This shell is ended {} because nobody types", within(seconds)),
                "Press any key in it to keep it.",
            ),
            Warning::Lifetime(seconds) => (
                format!("This shell is ended {}: it has run as long as a shell may here", within(seconds)),
                "Save what you need.",
            ),
        };
        Some(view! { <div class="terminal-company__watched"><Banner tone=Tone::Warn title detail/></div> })
    }
}

fn within(seconds: u32) -> String {
    match seconds.div_ceil(60) {
        0 | 1 => "within a minute".to_owned(),
        minutes => format!("in {minutes} minutes"),
    }
}
