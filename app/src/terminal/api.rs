//! Doors to the list of shells; their bytes go over a socket of their own.

use leptos::prelude::*;
use model::{
    TerminalId, ThemeId,
    terminal::{
        TerminalInfo,
        settings::{Preferences, Settings},
        theme::OwnTheme,
    },
};

#[cfg(feature = "ssr")]
use model::terminal::theme::ThemeName;

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// One's own shells, oldest first.
#[server(prefix = "/api", endpoint = "terminals", output = Json)]
pub async fn terminals() -> Result<Vec<TerminalInfo>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.terminals.list(&caller)?)
}

/// Opens a shell, or a program of the caller's role.
#[server(prefix = "/api", endpoint = "open_terminal", output = Json)]
pub async fn open_terminal(cols: u16, rows: u16, program: Option<String>) -> Result<TerminalInfo, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.open_terminal(&caller, model::terminal::Size::new(cols, rows)?, program.as_deref()).await?)
}

/// What the caller's role runs instead of a shell; nothing for who may have one.
#[server(prefix = "/api", endpoint = "terminal_programs", output = Json)]
pub async fn terminal_programs() -> Result<Vec<String>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.terminals.programs(&caller)?)
}

/// Ends a shell and takes it off the list.
#[server(prefix = "/api", endpoint = "close_terminal", output = Json)]
pub async fn close_terminal(id: TerminalId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.close_terminal(&caller, id).await?)
}

/// How one wants one's terminals, and one's own themes.
#[server(prefix = "/api", endpoint = "terminal_preferences", output = Json)]
pub async fn terminal_preferences() -> Result<Preferences, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.preferences.terminal(&caller).await?)
}

/// Keeps how one wants one's terminals.
#[server(prefix = "/api", endpoint = "save_terminal_settings", input = Json, output = Json)]
pub async fn save_terminal_settings(settings: Settings) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.preferences.save_terminal(&caller, &settings).await?)
}

/// Reads another program's theme and keeps it.
#[server(prefix = "/api", endpoint = "import_terminal_theme", input = Json, output = Json)]
pub async fn import_terminal_theme(name: String, text: String) -> Result<OwnTheme, Failure> {
    let (nova, caller) = context::signed_in()?;
    let name = ThemeName::parse(&name)?;
    Ok(nova.preferences.import_theme(&caller, &name, &text).await?)
}

/// Gives one's theme another name.
#[server(prefix = "/api", endpoint = "rename_terminal_theme", output = Json)]
pub async fn rename_terminal_theme(id: ThemeId, name: String) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    let name = ThemeName::parse(&name)?;
    Ok(nova.preferences.rename_theme(&caller, id, &name).await?)
}

/// Deletes one's theme.
#[server(prefix = "/api", endpoint = "remove_terminal_theme", output = Json)]
pub async fn remove_terminal_theme(id: ThemeId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.preferences.remove_theme(&caller, id).await?)
}
