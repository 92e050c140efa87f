//! Doors to the list of shells; their bytes go over a socket of their own.

use leptos::prelude::*;
use model::{TerminalId, terminal::TerminalInfo};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// One's own shells, oldest first.
#[server(prefix = "/api", endpoint = "terminals", output = Json)]
pub async fn terminals() -> Result<Vec<TerminalInfo>, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.terminals.list(&caller)?)
}

/// Opens a shell.
#[server(prefix = "/api", endpoint = "open_terminal", output = Json)]
pub async fn open_terminal(cols: u16, rows: u16) -> Result<TerminalInfo, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.open_terminal(&caller, model::terminal::Size::new(cols, rows)?).await?)
}

/// Ends a shell and takes it off the list.
#[server(prefix = "/api", endpoint = "close_terminal", output = Json)]
pub async fn close_terminal(id: TerminalId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.close_terminal(&caller, id).await?)
}
