use leptos::prelude::*;
use ui::*;

#[component]
pub fn Account() -> impl IntoView {
    view! {
        <div class="page-narrow">
            <section class="settings">
                <div><h2 class="settings__title">"Password"</h2><p class="settings__text">"Changing it ends your other sessions."</p></div>
                <form class="settings__form">
                    <Field name="current" label="Current password" input_type="password"/>
                    <Field name="new" label="New password" input_type="password" hint="At least 10 characters."/>
                    <div class="settings__actions"><Button variant=ButtonVariant::Primary>"Change password"</Button></div>
                </form>
            </section>
            <section class="settings">
                <div><h2 class="settings__title">"Sessions"</h2><p class="settings__text">"Where you are signed in."</p></div>
                <ul class="sessions">
                    {[("Firefox on Linux", true), ("Safari on iPhone", false)].map(|(name, here)| view! {
                        <li class="session">
                            <span class="session__icon"><Icon name=IconName::Monitor/></span>
                            <div><div class="session__name">{name}{here.then(|| view! { <Badge tone=Tone::Ok>"this one"</Badge> })}</div><div class="session__detail">"10.0.0.7 · 4 min"</div></div>
                            {(!here).then(|| view! { <Button size=ButtonSize::Small>"End"</Button> })}
                        </li>
                    })}
                </ul>
            </section>
            <section class="settings">
                <div><h2 class="settings__title">"Invitation"</h2></div>
                <div class="secret"><span class="secret__text">"https://forge.internal/invite/7GzQ0m2r8c1dVJ4k"</span><IconButton icon=IconName::Copy label="Copy"/></div>
            </section>
        </div>
    }
}
