//! `/people/mail`: how outgoing mail fares, what waits, and a test.

use std::future::Future;

use leptos::prelude::*;
use leptos_meta::Title;
use model::mail::{MailServer, MailState, MailStatus, OutboxEntry};
use ui::{Badge, Banner, Button, ButtonSize, ButtonType, Card, Empty, Field, IconName, RelativeTime, Toaster, Tone};

use super::{
    mail_api::{Outbox, discard_mail, read_outbox, retry_mail, send_test_mail},
    people_pages,
};
use crate::{
    Failure,
    frame::{PageData, shapes},
};

/// `/people/mail`
pub(crate) fn mail_page() -> AnyView {
    let found = PageData::new("outbox", read_outbox);
    let refetch = Callback::new(move |()| found.refetch());
    view! {
        <Title text="Mail · Nova"/>
        <div class="page-narrow people">
            {people_pages()}
            {found.loaded("The outbox could not be loaded", shapes, move |Outbox { state, mails }| {
                let configured = state.configured;
                view! {
                    <Server state/>
                    {configured.then(|| view! { <Test refetch/> })}
                    <Mails mails refetch/>
                }
                .into_any()
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Server(state: MailState) -> impl IntoView {
    if !state.configured {
        let detail = "Addresses cannot be verified and forgotten passwords not be replaced by mail. Set smtp_url to change that.";
        return view! { <Banner tone=Tone::Neutral title="This Nova sends no mail" detail/> }.into_any();
    }
    let waiting = match state.queued {
        0 => "Nothing waits.".to_owned(),
        1 => "One mail waits.".to_owned(),
        queued => format!("{queued} mails wait."),
    };
    match state.server {
        MailServer::Untried => {
            view! { <Banner tone=Tone::Neutral title="Nothing was sent since the start" detail=waiting/> }.into_any()
        }
        MailServer::Reachable { since } => view! {
            <Banner tone=Tone::Ok title="The mail server takes mail" detail=waiting>
                <span class="second">"since "<RelativeTime at=since.0/></span>
            </Banner>
        }
        .into_any(),
        MailServer::Failing { since, why } => view! {
            <Banner tone=Tone::Bad title="The mail server does not take mail" detail=format!("{why} {waiting}")>
                <span class="second">"since "<RelativeTime at=since.0/></span>
            </Banner>
        }
        .into_any(),
    }
}

#[component]
fn Test(refetch: Callback<()>) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let email = RwSignal::new(String::new());
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match send_test_mail(email.get_untracked()).await {
                Ok(()) => toaster.push(Tone::Ok, "On its way: what became of it stands below"),
                Err(failure) => drop(error.try_set(Some(failure.0.message))),
            }
            let _ = busy.try_set(false);
            refetch.run(());
        });
    };
    view! {
        <Card title="Send a test">
            <form class="invite" method="post" action="/api/send_test_mail" on:submit=send>
                <Field name="email" label="To" input_type="email" autocomplete="email" required=true value=email error/>
                <Button button_type=ButtonType::Submit busy>"Send"</Button>
            </form>
        </Card>
    }
}

#[component]
fn Mails(mails: Vec<OutboxEntry>, refetch: Callback<()>) -> impl IntoView {
    let head = move || {
        view! { <span class="push"><Button size=ButtonSize::Small on:click=move |_| refetch.run(())>"Look again"</Button></span> }
    };
    let empty = mails.is_empty();
    view! {
        <Card title="Outbox" note="the newest 200, kept for 30 days" head flush=true>
            {empty.then(|| view! { <Empty icon=IconName::File title="No mail yet" text="Mails stand here while they wait and after they were sent."/> })}
            <ul class="list list--ruled">
                {mails.into_iter().map(|mail| view! { <Mail mail refetch/> }).collect_view()}
            </ul>
        </Card>
    }
}

#[component]
fn Mail(mail: OutboxEntry, refetch: Callback<()>) -> impl IntoView {
    let OutboxEntry { id, recipient, subject, status, attempts, created_at, next_try_at, sent_at, last_error } = mail;
    let (tone, word) = match status {
        MailStatus::Queued => (Tone::Warn, "waits"),
        MailStatus::Sent => (Tone::Ok, "sent"),
        MailStatus::Failed => (Tone::Bad, "failed"),
    };
    let toaster: Toaster = expect_context();
    let retry = move |_| act(toaster, refetch, "Tried at once", move || retry_mail(id));
    let discard = move |_| act(toaster, refetch, "Discarded", move || discard_mail(id));
    let what = format!("“{subject}” to {recipient}");
    let (retry_label, discard_label) = (format!("Send {what} now"), format!("Discard {what}"));
    view! {
        <li class="list__item">
            <span class="list__text">
                <span class="person__words">
                    <span class="person__name">{subject}</span>
                    <span class="person__detail">
                        {recipient}" · "<RelativeTime at=created_at.0/>
                        {(attempts > 1).then(|| format!(" · tried {attempts} times"))}
                        {sent_at.map(|at| view! { " · sent "<RelativeTime at=at.0/> })}
                        {next_try_at.map(|at| view! { " · next try "<RelativeTime at=at.0/> })}
                    </span>
                    {last_error.map(|error| view! { <span class="person__detail">{error}</span> })}
                </span>
            </span>
            <Badge tone>{word}</Badge>
            {(status == MailStatus::Queued).then(|| view! {
                <Button size=ButtonSize::Small on:click=retry attr:aria-label=retry_label>"Send now"</Button>
            })}
            {(status != MailStatus::Sent).then(|| view! {
                <Button size=ButtonSize::Small on:click=discard attr:aria-label=discard_label>"Discard"</Button>
            })}
        </li>
    }
}

/// Does it, tells how it went, and reads the outbox again.
fn act<F>(toaster: Toaster, refetch: Callback<()>, done: &'static str, action: impl FnOnce() -> F + 'static)
where
    F: Future<Output = Result<(), Failure>> + 'static,
{
    leptos::task::spawn_local(async move {
        match action().await {
            Ok(()) => toaster.push(Tone::Ok, done),
            Err(failure) => toaster.push(Tone::Bad, failure.0.message),
        }
        refetch.run(());
    });
}
