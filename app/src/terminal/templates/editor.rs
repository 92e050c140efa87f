//! Writing a template.

use leptos::prelude::*;
use model::{
    Permission, TemplateId,
    commands::template::{Form, Project},
};
use ui::{Button, ButtonType, ButtonVariant, Checkbox, Field, FormError, Select, TextArea};

use super::{Shelf, View, api::save_command_template};
use crate::frame::Session;

#[component]
pub(super) fn Editor(shelf: Shelf, id: Option<TemplateId>, form: Form) -> impl IntoView {
    let (name, about) = (RwSignal::new(form.name), RwSignal::new(form.about));
    let (body, shared) = (RwSignal::new(form.body), RwSignal::new(form.shared));
    let project = RwSignal::new(form.project.map(Project::word).unwrap_or_default().to_owned());
    let wrong = RwSignal::new(None::<(Option<String>, String)>);
    let busy = RwSignal::new(false);
    let of = move |field: &'static str| {
        Signal::derive(move || {
            let mine = |wrong: &&(Option<String>, String)| wrong.0.as_deref() == Some(field);
            wrong.with(|wrong| wrong.as_ref().filter(mine).map(|wrong| wrong.1.clone()))
        })
    };
    let other = Signal::derive(move || {
        let known = |field: &Option<String>| matches!(field.as_deref(), Some("name" | "about" | "body"));
        wrong.with(|wrong| wrong.as_ref().filter(|wrong| !known(&wrong.0)).map(|wrong| wrong.1.clone()))
    });
    let may_share = Session::expect().may(Permission::TemplatesShare);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let form = Form {
            name: name.get_untracked(),
            about: about.get_untracked(),
            body: body.get_untracked(),
            project: project.with_untracked(|word| word.parse().ok()),
            shared: shared.get_untracked(),
        };
        if let Err(error) = form.checked() {
            return wrong.set(Some((error.field, error.message)));
        }
        busy.set(true);
        wrong.set(None);
        leptos::task::spawn_local(async move {
            match save_command_template(id, form).await {
                Ok(_) => {
                    shelf.fetch();
                    let _ = shelf.view.try_set(View::List);
                }
                Err(failure) => drop(wrong.try_set(Some((failure.0.field, failure.0.message)))),
            }
            let _ = busy.try_set(false);
        });
    };
    let mut projects = vec![(String::new(), "any".to_owned())];
    projects.extend(Project::ALL.iter().map(|project| (project.word().to_owned(), project.label().to_owned())));
    view! {
        <form class="template-form" on:submit=save>
            <Field name="template-name" label="Name" value=name autocomplete="off" autofocus=true error=of("name")/>
            <TextArea name="template-body" label="Command" value=body error=of("body")
                placeholder="tail -n {{lines:number}} {{file:path}}"
                hint="Places: {{name}}, {{name:number}}, {{name:path}}, {{name:choice(one|another)}}. Values are quoted for the shell, so put no quotes around them."/>
            <Field name="template-about" label="What it is for (optional)" value=about autocomplete="off" error=of("about")/>
            <Select name="template-project" label="Offered first in projects of" options=projects value=project/>
            {may_share.then(|| view! { <Checkbox name="template-shared" checked=shared>"Shared with everybody"</Checkbox> })}
            <FormError error=other/>
            <div class="dialog__actions">
                <Button on:click=move |_| shelf.view.set(View::List)>"Back"</Button>
                <Button variant=ButtonVariant::Primary button_type=ButtonType::Submit busy>"Save"</Button>
            </div>
        </form>
    }
}
