use leptos::prelude::*;
use ui::*;

#[component]
pub fn Chat() -> impl IntoView {
    view! {
        <div class="chat" data-view="room">
            <nav class="chat__rooms" aria-label="Rooms">
                <div class="rooms__heading">"Rooms"<IconButton icon=IconName::Plus label="New room" size=ButtonSize::Small/></div>
                {[("general", 0, ""), ("deploys", 0, "page"), ("incidents", 2, ""), ("terminal-2", 0, "")].map(|(name, count, on)| view! {
                    <a href="#" class={if count > 0 { "room-link room-link--unread" } else { "room-link" }} aria-current=(!on.is_empty()).then_some(on)>
                        <Icon name=IconName::Hash size=IconSize::Small/><span class="room-link__name">{name}</span><Count value=count what="unread"/>
                    </a>
                })}
                <div class="rooms__heading">"People"</div>
                {[("alice", Tone::Ok), ("bob", Tone::Ok), ("carol", Tone::Warn), ("dave", Tone::Neutral)].map(|(name, tone)| view! {
                    <a href="#" class="room-link"><Status tone word="online" dot_only=true/><span class="room-link__name">{name}</span></a>
                })}
            </nav>
            <section class="chat__room" aria-label="deploys">
                <header class="chat__head">
                    <span class="chat__back"><IconButton icon=IconName::ArrowLeft label="Rooms"/></span>
                    <h2 class="chat__name">"# deploys"</h2><span class="chat__topic">"What goes out, and what comes back"</span>
                    <span class="row push"><IconButton icon=IconName::Users label="Members"/></span>
                </header>
                <div class="messages">
                    <div class="day-line">"Today"</div>
                    <Message who="bob" at="11:52">"Rolling " <code>"web@4f2c1"</code> " to staging. Migration is additive, safe to roll back."</Message>
                    <Message who="alice" at="11:54">"Reading it now. One thing in the relay:" <pre><code>"while let Some(chunk) = ring.next(cursor).await {\n    viewer.send(chunk).await?;   // never blocks the pty\n}"</code></pre></Message>
                    <div class="message message--continued"><div class="message__body">"Otherwise fine."</div></div>
                    <Message who="carol" at="11:58">"p99 looks flat since the deploy. " <Badge tone=Tone::Ok>"resolved"</Badge> " alert “api latency”."</Message>
                    <div class="new-line">"New"</div>
                    <Message who="bob" at="12:03">"Shared terminal 2 with the room, read-only. " <a class="link" href="#">"Open"</a></Message>
                </div>
                <div class="typing">"alice is typing…"</div>
                <form class="composer"><textarea class="composer__input" rows="1" aria-label="Message #deploys" placeholder="Message #deploys"></textarea><span class="composer__hint"><Kbd keys="↵"/></span><IconButton icon=IconName::Send label="Send"/></form>
            </section>
        </div>
    }
}

#[component]
fn Message(who: &'static str, at: &'static str, children: Children) -> impl IntoView {
    view! {
        <article class="message">
            <span class="message__avatar"><Avatar name=who/></span>
            <header class="message__head"><span class="message__author">{who}</span><span class="message__time">{at}</span></header>
            <div class="message__body">{children()}</div>
        </article>
    }
}
