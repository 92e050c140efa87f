//! `/people/roles`: what each role allows.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{Permission, policy::RoleInfo};
use ui::{Badge, Button, ButtonSize, ButtonVariant, Card, Dialog, IconName, Toaster, Tone};

use super::{
    api::{remove_role, roles, save_role},
    people_pages,
    role_editor::RoleEditor,
};
use crate::frame::{Confirm, PageData, Session, shapes};

/// `/people/roles`
pub(crate) fn roles_page() -> AnyView {
    let list = PageData::new("roles", roles);
    let refetch = Callback::new(move |()| list.refetch());
    let manages = Session::expect().may(Permission::RolesManage);
    let editing = RwSignal::new(None::<RoleInfo>);
    let open = RwSignal::new(false);
    let edit = Callback::new(move |role: Option<RoleInfo>| {
        editing.set(role);
        open.set(true);
    });
    let saved = Callback::new(move |()| {
        open.set(false);
        refetch.run(());
    });
    view! {
        <Title text="Roles · Nova"/>
        <div class="page-narrow roles">
            {people_pages()}
            {manages.then(|| view! {
                <div class="settings__actions">
                    <Button variant=ButtonVariant::Primary icon=IconName::Plus on:click=move |_| edit.run(None)>"Make a role"</Button>
                </div>
            })}
            {list.loaded("The roles could not be loaded", shapes, move |roles| {
                roles.into_iter().map(|role| view! { <RoleCard role manages edit refetch/> }).collect_view().into_any()
            })}
        </div>
        {manages.then(|| view! {
            <Dialog id="role" open wide=true title=move || if editing.with(Option::is_some) { "Change the role" } else { "Make a role" }>
                {move || view! { <RoleEditor role=editing.get() saved/> }}
            </Dialog>
        })}
    }
    .into_any()
}

#[component]
fn RoleCard(role: RoleInfo, manages: bool, edit: Callback<Option<RoleInfo>>, refetch: Callback<()>) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let (name, built_in) = (role.role.clone(), role.role.is_built_in());
    let note = format!("{} {}", role.holders, if role.holders == 1 { "person" } else { "people" });
    let (needs, holders) = (role.needs_second_factor, role.holders);
    let toggle = {
        let name = name.clone();
        move |_| {
            let name = name.clone();
            leptos::task::spawn_local(async move {
                match confirm.with(|| save_role(name.clone(), Vec::new(), !needs)).await {
                    Ok(()) if needs => toaster.push(Tone::Ok, "A second factor is not asked for any more"),
                    Ok(()) => toaster.push(Tone::Ok, "Whoever signs in with this role needs a second factor now"),
                    Err(failure) => toaster.push(Tone::Bad, failure.0.message),
                }
                refetch.run(());
            });
        }
    };
    let remove = {
        let name = name.clone();
        move |_| {
            let name = name.clone();
            leptos::task::spawn_local(async move {
                match confirm.with(|| remove_role(name.clone())).await {
                    Ok(()) => toaster.push(Tone::Ok, "The role is removed"),
                    Err(failure) => toaster.push(Tone::Bad, failure.0.message),
                }
                refetch.run(());
            });
        }
    };
    let grants = role.grants.clone();
    let whole = role.clone();
    view! {
        <Card title=name.to_string() note>
            <p class="roles__marks">
                <Badge>{if built_in { "built in" } else { "made here" }}</Badge>
                {needs.then(|| view! { " "<Badge tone=Tone::Ok>"needs a second factor"</Badge> })}
            </p>
            <ul class="permissions">
                {grants.into_iter().map(|grant| {
                    let conditions = grant.conditions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                    view! {
                        <li title=grant.permission.about()>
                            <code>{grant.permission.name()}</code>
                            {(!conditions.is_empty()).then(|| view! { " "<span class="second">{conditions}</span> })}
                        </li>
                    }
                }).collect_view()}
            </ul>
            {manages.then(|| view! {
                <div class="settings__actions">
                    {if built_in {
                        view! {
                            <Button size=ButtonSize::Small on:click=toggle>
                                {if needs { "Ask for no second factor" } else { "Ask for a second factor" }}
                            </Button>
                        }.into_any()
                    } else {
                        view! {
                            <Button size=ButtonSize::Small icon=IconName::Edit on:click=move |_| edit.run(Some(whole.clone()))>"Change"</Button>
                            {(holders == 0).then(|| view! { <Button size=ButtonSize::Small icon=IconName::Trash on:click=remove>"Remove"</Button> })}
                        }.into_any()
                    }}
                </div>
            })}
        </Card>
    }
}
