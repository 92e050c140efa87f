use leptos::prelude::*;
use model::identity::MIN_PASSWORD;
use ui::{Field, StrengthMeter};

use crate::interop::strength;

/// The field for a password that is being chosen, with how easy it is to guess.
#[component]
pub(crate) fn NewPassword(
    /// What is typed.
    password: RwSignal<String>,
    /// The words above it.
    #[prop(default = "Password")]
    label: &'static str,
    /// What a guesser would try first: the person's names.
    #[prop(into)]
    about: Callback<(), Vec<String>>,
    /// What the server says of it.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let judged = RwSignal::new((None::<u8>, String::new()));
    Effect::new(move |_| {
        let text = password.get();
        if text.is_empty() {
            return judged.set((None, String::new()));
        }
        let about = about.run(());
        leptos::task::spawn_local(async move {
            // Without the meter the server's own judgement still stands.
            if let Ok((score, advice)) = strength::judge(&text, about).await
                && password.try_get_untracked().as_ref() == Some(&text)
            {
                let _ = judged.try_set((Some(score), advice));
            }
        });
    });
    view! {
        <Field name="password" label input_type="password" autocomplete="new-password" required=true value=password
            hint=format!("At least {MIN_PASSWORD} characters. A few unrelated words do well.") error/>
        <StrengthMeter score=Signal::derive(move || judged.with(|judged| judged.0)) advice=Signal::derive(move || judged.with(|judged| judged.1.clone()))/>
    }
}
