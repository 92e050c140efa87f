//! Shells, noted in the audit log: the terminal area knows no log.

use std::path::Path;

use audit::Entry;
use model::{
    ApiError, Caller, TerminalId,
    audit::Action,
    commands::template::Project,
    terminal::{Size, TerminalInfo},
};

use crate::Nova;

impl Nova {
    /// Starts a shell for the caller, or a program of their role. Without its entry in the audit log, or a recording where
    /// one is required, it is ended again.
    ///
    /// # Errors
    /// As [`terminal::Terminals::open_program`]; when the audit log cannot be written.
    pub async fn open_terminal(
        &self,
        caller: &Caller,
        size: Size,
        program: Option<&str>,
    ) -> Result<TerminalInfo, ApiError> {
        let wanted = self.preferences.terminal(caller).await?.settings;
        let info = self.terminals.open_program(caller, size, program, wanted.integration).await?;
        let entry = Entry::by(caller, Action::TerminalOpen).object("terminal", info.id, &info.title);
        if let Err(error) = self.audit.record(entry).await {
            self.terminals.close(caller, info.id)?;
            return Err(error.into());
        }
        if let Err(error) = self.record_if_required(caller, &info).await {
            self.terminals.close(caller, info.id)?;
            return Err(error);
        }
        Ok(info)
    }

    /// The kinds of projects that the directory of one of the caller's shells belongs to; none where the shell does not
    /// say where it is.
    ///
    /// # Errors
    /// As [`terminal::Terminals::list`]; `NotFound` when there is no such terminal of the caller.
    pub async fn projects_of_terminal(&self, caller: &Caller, id: TerminalId) -> Result<Vec<Project>, ApiError> {
        let mine = self.terminals.list(caller)?.into_iter().find(|info| info.id == id);
        let Some(cwd) = mine.ok_or_else(|| ApiError::not_found("terminal"))?.cwd else { return Ok(Vec::new()) };
        let looking = tokio::task::spawn_blocking(move || commands::projects_at(Path::new(&cwd)));
        looking.await.map_err(|_| ApiError::internal())
    }

    /// Ends a shell of the caller.
    ///
    /// # Errors
    /// As [`terminal::Terminals::close`]; when the audit log cannot be written, though the shell has ended.
    pub async fn close_terminal(&self, caller: &Caller, id: TerminalId) -> Result<(), ApiError> {
        self.terminals.close(caller, id)?;
        self.audit.record(Entry::by(caller, Action::TerminalEnd).object("terminal", id, "")).await?;
        self.forget_shares(id).await
    }
}
