//! Shells, noted in the audit log: the terminal area knows no log.

use audit::Entry;
use model::{
    ApiError, Caller, TerminalId,
    audit::Action,
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
        let info = self.terminals.open_program(caller, size, program).await?;
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
