//! Doors to command templates.

use leptos::prelude::*;
use model::{
    TemplateId, TerminalId,
    commands::template::{Form, Project, Template},
};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// The templates one may use, and the kinds of projects where one's shell is.
#[server(prefix = "/api", endpoint = "command_templates", output = Json)]
pub async fn command_templates(terminal: Option<TerminalId>) -> Result<(Vec<Template>, Vec<Project>), Failure> {
    let (nova, caller) = context::signed_in()?;
    let projects = match terminal {
        Some(id) => nova.projects_of_terminal(&caller, id).await?,
        None => Vec::new(),
    };
    Ok((nova.commands.templates(&caller).await?, projects))
}

/// Adds a template or changes one.
#[server(prefix = "/api", endpoint = "save_command_template", input = Json, output = Json)]
pub async fn save_command_template(id: Option<TemplateId>, form: Form) -> Result<TemplateId, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.commands.save_template(&caller, id, &form).await?)
}

/// Deletes a template.
#[server(prefix = "/api", endpoint = "remove_command_template", output = Json)]
pub async fn remove_command_template(id: TemplateId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.commands.remove_template(&caller, id).await?)
}
