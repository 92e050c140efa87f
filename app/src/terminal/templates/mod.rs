//! Command templates, in a dialog over the shell: choose one, fill in its places, put it at the prompt or run it; write
//! one's own.

pub(crate) mod api;
mod editor;
mod fill;

use leptos::{ev, prelude::*};
use model::{
    TemplateId, TerminalId,
    commands::template::{Form, Project, Template},
};
use ui::{Badge, Button, ButtonSize, Dialog, Icon, IconName, Toaster, Tone};

use super::tools::Tools;
use api::{command_templates, remove_command_template};
use editor::Editor;
use fill::Fill;

/// What the dialog shows.
#[derive(Clone, PartialEq)]
enum View {
    List,
    Fill(Template),
    Edit(Option<TemplateId>, Form),
}

#[derive(Clone, Copy)]
struct Shelf {
    view: RwSignal<View>,
    templates: RwSignal<Option<Vec<Template>>>,
    projects: RwSignal<Vec<Project>>,
    wrong: RwSignal<Option<String>>,
    wanted: RwSignal<String>,
    current: Memo<Option<TerminalId>>,
}

impl Shelf {
    fn fetch(self) {
        let terminal = self.current.get_untracked();
        leptos::task::spawn_local(async move {
            match command_templates(terminal).await {
                Ok((templates, projects)) => {
                    let _ = self.projects.try_set(projects);
                    let _ = self.templates.try_set(Some(templates));
                    let _ = self.wrong.try_set(None);
                }
                Err(failure) => drop(self.wrong.try_set(Some(failure.0.message))),
            }
        });
    }

    /// Those that fit what is looked for: for the project here first, one's own before Nova's.
    fn fitting(self) -> Vec<Template> {
        let wanted = self.wanted.get().to_lowercase();
        let projects = self.projects.get();
        let fits = |template: &&Template| {
            let form = &template.form;
            [&form.name, &form.about, &form.body].iter().any(|text| text.to_lowercase().contains(&wanted))
        };
        let mut all: Vec<_> = self.templates.with(|all| all.iter().flatten().filter(fits).cloned().collect::<Vec<_>>());
        let rank = |template: &Template| match template.form.project {
            Some(project) if projects.contains(&project) => 0,
            None => 1,
            Some(_) => 2,
        };
        all.sort_by_key(|template| (template.id.is_none(), rank(template)));
        // Of Nova's own for other kinds of projects only what is looked for.
        all.retain(|template| !wanted.is_empty() || template.id.is_some() || rank(template) < 2);
        all
    }
}

#[component]
pub(crate) fn Templates(current: Memo<Option<TerminalId>>) -> impl IntoView {
    let tools = Tools::expect();
    let shelf = Shelf {
        view: RwSignal::new(View::List),
        templates: RwSignal::new(None),
        projects: RwSignal::new(Vec::new()),
        wrong: RwSignal::new(None),
        wanted: RwSignal::new(String::new()),
        current,
    };
    Effect::new(move |_| {
        if tools.templates.get() {
            shelf.view.set(View::List);
            shelf.wanted.set(String::new());
            shelf.fetch();
        }
    });
    let title = move || {
        shelf.view.with(|view| match view {
            View::List => "Command templates".to_owned(),
            View::Fill(template) => template.form.name.clone(),
            View::Edit(None, _) => "New template".to_owned(),
            View::Edit(Some(_), _) => "Change the template".to_owned(),
        })
    };
    let take = Callback::new(move |(line, run): (String, bool)| {
        tools.templates.set(false);
        tools.type_soon(current.get_untracked(), line, run);
    });
    view! {
        <Dialog id="command-templates" open=tools.templates title wide=true>
            {move || match shelf.view.get() {
                View::List => view! { <List shelf/> }.into_any(),
                View::Fill(template) => view! { <Fill shelf template take/> }.into_any(),
                View::Edit(id, form) => view! { <Editor shelf id form/> }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn List(shelf: Shelf) -> impl IntoView {
    let first = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter"
            && let Some(template) = shelf.fitting().into_iter().next()
        {
            event.prevent_default();
            shelf.view.set(View::Fill(template));
        }
    };
    let here = move || {
        let words: Vec<_> = shelf.projects.get().iter().map(|project| project.label()).collect();
        (!words.is_empty()).then(|| format!("Here: {}", words.join(", ")))
    };
    view! {
        <div class="history">
        <div class="history__search">
            <Icon name=IconName::Search/>
            <input type="text" class="history__input" aria-label="Search the templates" placeholder="Search the templates"
                autocomplete="off" autocapitalize="off" spellcheck="false" autofocus="true" prop:value=move || shelf.wanted.get()
                on:input=move |event| shelf.wanted.set(event_target_value(&event)) on:keydown=first/>
        </div>
        <p class="history__said second" role="status">{move || shelf.wrong.get().or_else(here)}</p>
        <ul class="history__list">
            {move || shelf.fitting().into_iter().map(|template| view! { <Line shelf template/> }).collect_view()}
        </ul>
        <footer class="row row--wrap history__foot">
            <Button size=ButtonSize::Small icon=IconName::Plus on:click=move |_| shelf.view.set(View::Edit(None, Form::default()))>"New template"</Button>
        </footer>
        </div>
    }
}

#[component]
fn Line(shelf: Shelf, template: Template) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let Template { id, form, editable } = template.clone();
    let edit = form.clone();
    let remove = move |_| {
        let Some(id) = id else { return };
        leptos::task::spawn_local(async move {
            match remove_command_template(id).await {
                Ok(()) => shelf.fetch(),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    };
    let (name, shared, project) = (form.name.clone(), form.shared, form.project);
    let about = if form.about.is_empty() { form.body.clone() } else { format!("{} · {}", form.about, form.body) };
    let (change, delete) = (format!("Change “{name}”"), format!("Delete “{name}”"));
    view! {
        <li class="template-line">
            <button type="button" class="template-line__use" on:click=move |_| shelf.view.set(View::Fill(template.clone()))>
                <span class="template-line__name truncate">{name}</span>
                <code class="template-line__body truncate">{about}</code>
            </button>
            {project.map(|project| view! { <Badge tone=Tone::Neutral>{project.label()}</Badge> })}
            {shared.then(|| view! { <Badge tone=Tone::Accent>"shared"</Badge> })}
            {editable.then(|| view! {
                <ui::IconButton size=ButtonSize::Small icon=IconName::Edit label=change on:click=move |_| shelf.view.set(View::Edit(id, edit.clone()))/>
                <ui::IconButton size=ButtonSize::Small icon=IconName::Trash label=delete on:click=remove/>
            })}
        </li>
    }
}
