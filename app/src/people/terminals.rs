//! `/people/terminals`: everybody's shells, and their limits.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{Permission, TerminalId, UserId, terminal::sharing::RunningShell};
use ui::{
    Banner, Button, ButtonSize, ButtonVariant, Card, ConfirmDialog, Empty, IconName, RelativeTime, Toaster, Tone,
};

use super::{
    people_pages,
    shell_policy::PolicyCard,
    terminals_api::{open_shells_again, running_shells, stop_all_shells, stop_shell, stop_shells_of, watch_terminal},
};
use crate::{
    Failure,
    frame::{Confirm, PageData, Session, shapes},
};

/// Permissions that bring somebody here.
pub(super) const ANY: [Permission; 3] =
    [Permission::TerminalObserveAny, Permission::TerminalManage, Permission::SettingsManage];

/// What is asked about before it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Deed {
    One(TerminalId, String),
    Of(UserId, String),
    All,
}

impl Deed {
    fn title(&self) -> String {
        match self {
            Self::One(_, title) => format!("End “{title}”?"),
            Self::Of(_, name) => format!("End all shells of {name}?"),
            Self::All => "Stop all shells?".to_owned(),
        }
    }

    fn text(&self) -> &'static str {
        match self {
            Self::One(..) | Self::Of(..) => "Programs that run there are hung up. What they had not saved is gone.",
            Self::All => {
                "Everything that runs in any shell is killed at once, and nobody opens a shell until somebody lifts the stop."
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Desk {
    asking: RwSignal<Option<Deed>>,
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    refetch: Callback<()>,
    confirm: Confirm,
    toaster: Toaster,
}

impl Desk {
    fn ask(self, deed: Deed) {
        self.asking.set(Some(deed));
        self.open.set(true);
    }

    fn act<F>(self, action: impl Fn() -> F + 'static)
    where
        F: Future<Output = Result<String, Failure>> + 'static,
    {
        self.busy.set(true);
        self.open.set(false);
        leptos::task::spawn_local(async move {
            match self.confirm.with(action).await {
                Ok(done) => self.toaster.push(Tone::Ok, done),
                Err(failure) => self.toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = self.busy.try_set(false);
            self.refetch.run(());
        });
    }

    fn carry_out(self, deed: Deed) {
        self.act(move || {
            let deed = deed.clone();
            async move {
                let many = |count: usize| match count {
                    1 => "One shell was ended".to_owned(),
                    count => format!("{count} shells were ended"),
                };
                match deed {
                    Deed::One(id, title) => stop_shell(id).await.map(|()| format!("“{title}” was ended")),
                    Deed::Of(user, _) => stop_shells_of(user).await.map(many),
                    Deed::All => stop_all_shells().await.map(many),
                }
            }
        });
    }
}

/// `/people/terminals`
pub(crate) fn terminals_page() -> AnyView {
    let session = Session::expect();
    let oversees = session.may(Permission::TerminalObserveAny) || session.may(Permission::TerminalManage);
    view! {
        <Title text="Terminals · Nova"/>
        <div class="page-narrow people">
            {people_pages()}
            {oversees.then(|| view! { <Shells/> })}
            {session.may(Permission::SettingsManage).then(|| view! { <PolicyCard/> })}
            {(!oversees && !session.may(Permission::SettingsManage)).then(|| view! {
                <Empty icon=IconName::Lock title="Not for you to see"
                    text="This page needs one of the permissions terminal.observe.any, terminal.manage and settings.manage."/>
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Shells() -> impl IntoView {
    let list = PageData::new("running-shells", running_shells);
    let desk = Desk {
        asking: RwSignal::new(None),
        open: RwSignal::new(false),
        busy: RwSignal::new(false),
        refetch: Callback::new(move |()| list.refetch()),
        confirm: Confirm::expect(),
        toaster: expect_context(),
    };
    let title = move || desk.asking.with(|deed| deed.as_ref().map(Deed::title).unwrap_or_default());
    let confirmed = move |()| {
        if let Some(deed) = desk.asking.get_untracked() {
            desk.carry_out(deed);
        }
    };
    view! {
        {list.loaded("The shells could not be loaded", shapes, move |(shells, stopped)| view! { <List shells stopped desk/> }.into_any())}
        <ConfirmDialog id="end-shells" open=desk.open title=title confirm="End" busy=desk.busy
            text=move || desk.asking.with(|deed| deed.as_ref().map(Deed::text).unwrap_or_default()).to_owned()
            on_confirm=Callback::new(confirmed)/>
    }
}

#[component]
fn List(shells: Vec<RunningShell>, stopped: bool, desk: Desk) -> impl IntoView {
    let manages = Session::expect().may(Permission::TerminalManage);
    let empty = shells.is_empty();
    let note = match shells.len() {
        1 => "one runs".to_owned(),
        count => format!("{count} run"),
    };
    let lift =
        move |_| desk.act(|| async { open_shells_again().await.map(|()| "Shells can be opened again".to_owned()) });
    let head = move || {
        view! {
            <span class="push shells__head">
                <Button size=ButtonSize::Small icon=IconName::Refresh on:click=move |_| desk.refetch.run(())>"Look again"</Button>
                {(manages && !stopped).then(|| view! {
                    <Button size=ButtonSize::Small variant=ButtonVariant::Danger icon=IconName::Stop busy=desk.busy
                        on:click=move |_| desk.ask(Deed::All)>"Stop all"</Button>
                })}
            </span>
        }
    };
    view! {
        {stopped.then(|| view! {
            <Banner tone=Tone::Bad title="Shells are stopped" detail="Nobody can open one.">
                {manages.then(|| view! { <Button size=ButtonSize::Small busy=desk.busy on:click=lift>"Let them be opened again"</Button> })}
            </Banner>
        })}
        <Card title="Running shells" note head flush=true>
            {empty.then(|| view! { <Empty icon=IconName::Terminal title="No shell runs" text="Everybody's running shells stand here."/> })}
            <ul class="list list--ruled">
                {shells.into_iter().map(|shell| view! { <Row shell desk/> }).collect_view()}
            </ul>
        </Card>
    }
}

#[component]
fn Row(shell: RunningShell, desk: Desk) -> impl IntoView {
    let session = Session::expect();
    let RunningShell { id, title, owner, owner_name, created_at, typed_at, viewers } = shell;
    let own = session.me().id == owner;
    let viewed = match viewers {
        0 => "nobody looks".to_owned(),
        1 => "one viewer".to_owned(),
        count => format!("{count} viewers"),
    };
    let watch = move |_| {
        desk.act(move || async move {
            watch_terminal(id).await?;
            let _ = window().location().set_href(&format!("/terminal/shared/{id}"));
            Ok("You watch; its owner sees it".to_owned())
        });
    };
    let (watch_label, end_label) = (format!("Watch {title} of {owner_name}"), format!("End {title} of {owner_name}"));
    let all_label = format!("End all of theirs: {owner_name}");
    let (one, of) = (Deed::One(id, title.clone()), Deed::Of(owner, owner_name.clone()));
    view! {
        <li class="list__item shells__item">
            <span class="list__text">
                <span class="person__words">
                    <span class="person__name">{title}</span>
                    <span class="person__detail">
                        {owner_name}" · opened "<RelativeTime at=created_at.0/>" · last typed "<RelativeTime at=typed_at.0/>" · "{viewed}
                    </span>
                </span>
            </span>
            {(session.may(Permission::TerminalObserveAny) && !own).then(|| view! {
                <Button size=ButtonSize::Small icon=IconName::Eye busy=desk.busy on:click=watch attr:aria-label=watch_label>"Watch"</Button>
            })}
            {session.may(Permission::TerminalManage).then(|| view! {
                <Button size=ButtonSize::Small busy=desk.busy on:click=move |_| desk.ask(one.clone()) attr:aria-label=end_label>"End"</Button>
                <Button size=ButtonSize::Small busy=desk.busy on:click=move |_| desk.ask(of.clone()) attr:aria-label=all_label>"End all of theirs"</Button>
            })}
        </li>
    }
}
