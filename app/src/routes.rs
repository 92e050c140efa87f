//! The route table.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};
use ui::{ToastRegion, provide_clock, provide_toaster};

use crate::{
    account, audit, auth, chat,
    chunk::chunk,
    frame::{Frame, NotFound, NotFoundInside},
    overview, people, recordings, terminal,
};

chunk!(before_sign_in {
    SignInPage: auth::sign_in_page,
    SecondStepPage: auth::second_step_page,
    SetupPage: auth::setup_page,
    InvitePage: auth::invite_page,
    ForgotPage: auth::forgot_page,
    ResetPage: auth::reset_page,
    VerifyPage: auth::verify_page,
    JoinPage: auth::join_page,
    JoinSentPage: auth::join_sent_page
});
chunk!(overview_chunk { OverviewPage: overview::overview_page });
chunk!(terminal_chunk {
    TerminalPage: terminal::terminal_page,
    SharedShellsPage: terminal::shared_page,
    SharedShellPage: terminal::guest_page,
    JoinShellPage: terminal::join_page
});
chunk!(chat_chunk { ChatPage: chat::chat_page });
chunk!(recordings_chunk { RecordingsPage: recordings::recordings_page, PlayerPage: recordings::player_page });
chunk!(settings {
    PeoplePage: people::people_page,
    RolesPage: people::roles_page,
    ProvidersPage: people::providers_page,
    MailPage: people::mail_page,
    TerminalsPage: people::terminals_page,
    AccountPage: account::account_page,
    SecurityPage: account::security_page,
    KeysPage: account::keys_page,
    AuditPage: audit::audit_page
});

/// The whole app. Every page is drawn completely on the server, so that it reads without scripts and its status is
/// right; their code comes in chunks.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_clock();
    let toaster = provide_toaster();
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view={Lazy::<SignInPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/sign-in/second-step") view={Lazy::<SecondStepPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/setup/:token") view={Lazy::<SetupPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/invite/:token") view={Lazy::<InvitePage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/forgot") view={Lazy::<ForgotPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/reset/:token") view={Lazy::<ResetPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/verify/:token") view={Lazy::<VerifyPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/join") view={Lazy::<JoinPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/join/sent") view={Lazy::<JoinSentPage>::new()} ssr=SsrMode::Async/>
                <ParentRoute path=path!("/") view=Frame ssr=SsrMode::Async>
                    <Route path=path!("") view={Lazy::<OverviewPage>::new()}/>
                    <Route path=path!("terminal") view={Lazy::<TerminalPage>::new()}/>
                    <Route path=path!("terminal/shared") view={Lazy::<SharedShellsPage>::new()}/>
                    <Route path=path!("terminal/shared/:id") view={Lazy::<SharedShellPage>::new()}/>
                    <Route path=path!("terminal/join/:token") view={Lazy::<JoinShellPage>::new()}/>
                    <Route path=path!("terminal/:id") view={Lazy::<TerminalPage>::new()}/>
                    <Route path=path!("chat") view={Lazy::<ChatPage>::new()}/>
                    <Route path=path!("chat/:room") view={Lazy::<ChatPage>::new()}/>
                    <Route path=path!("recordings") view={Lazy::<RecordingsPage>::new()}/>
                    <Route path=path!("recordings/:id") view={Lazy::<PlayerPage>::new()}/>
                    <Route path=path!("people") view={Lazy::<PeoplePage>::new()}/>
                    <Route path=path!("people/roles") view={Lazy::<RolesPage>::new()}/>
                    <Route path=path!("people/sign-on") view={Lazy::<ProvidersPage>::new()}/>
                    <Route path=path!("people/terminals") view={Lazy::<TerminalsPage>::new()}/>
                    <Route path=path!("people/mail") view={Lazy::<MailPage>::new()}/>
                    <Route path=path!("audit") view={Lazy::<AuditPage>::new()}/>
                    <Route path=path!("account/security") view={Lazy::<SecurityPage>::new()}/>
                    <Route path=path!("account/keys") view={Lazy::<KeysPage>::new()}/>
                    <Route path=path!("account") view={Lazy::<AccountPage>::new()}/>
                    <Route path=path!("gallery") view=GalleryPage/>
                    <Route path=path!("*any") view=NotFoundInside/>
                </ParentRoute>
            </Routes>
        </Router>
        <ToastRegion toaster/>
    }
}

/// `/gallery`: every component in every state, in development builds only.
#[component]
fn GalleryPage() -> impl IntoView {
    #[cfg(debug_assertions)]
    return view! { <ui::gallery::Gallery/> };
    #[cfg(not(debug_assertions))]
    view! { <NotFoundInside/> }
}
