use leptos::prelude::*;
use ui::*;

#[component]
pub fn Auth() -> impl IntoView {
    view! {
        <main class="auth">
            <div class="auth__brand"><span class="brand-mark">"✦"</span>"Nova"</div>
            <div class="auth__card">
                <div class="auth__head">
                    <h1 class="auth__title">"Set up Nova"</h1>
                    <p class="auth__text">"You are the first one here. Your account can do everything."</p>
                </div>
                <form class="auth__form">
                    <Field name="username" label="Username" autocomplete="username" required=true initial="alice"/>
                    <div class="stack">
                        <Field name="password" label="Password" input_type="password" autocomplete="new-password" required=true initial="correcthorsebattery"/>
                        <StrengthMeter score=Some(3) advice=String::from("Centuries to guess.")/>
                    </div>
                    <Field name="again" label="Password again" input_type="password" error=Some(String::from("The two passwords differ."))/>
                    <Button variant=ButtonVariant::Primary size=ButtonSize::Large button_type=ButtonType::Submit>"Create account"</Button>
                </form>
            </div>
            <p class="auth__foot">"forge.internal · Nova 0.1.0"</p>
        </main>
    }
}
