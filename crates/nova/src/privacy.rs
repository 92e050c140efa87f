//! What every area keeps about a person.

use identity::AccountExport;
use model::{ApiError, Caller, Permission};

use crate::Nova;

impl Nova {
    /// Everything Nova keeps about the caller.
    ///
    /// # Errors
    /// `StepUp` without a fresh proof; `Forbidden` for keys and background work.
    pub async fn export_my_data(&self, caller: &Caller) -> Result<AccountExport, ApiError> {
        let mut account = self.identity.export_account(caller).await?;
        let messages = self.chat.export(caller).await?;
        account.documents.push(("messages", serde_json::to_value(messages).map_err(|_| ApiError::internal())?));
        // Who may not have shells has no preferences for them.
        if caller.may(Permission::TerminalOpen) {
            let terminal = self.preferences.terminal(caller).await?;
            account.documents.push(("terminal", serde_json::to_value(terminal).map_err(|_| ApiError::internal())?));
            let commands = self.commands.all(caller).await?;
            account.documents.push(("commands", serde_json::to_value(commands).map_err(|_| ApiError::internal())?));
            let templates = self.commands.templates(caller).await?.into_iter().filter(|each| each.editable);
            let templates: Vec<_> = templates.map(|each| each.form).collect();
            let templates = serde_json::to_value(templates).map_err(|_| ApiError::internal())?;
            account.documents.push(("command_templates", templates));
        }
        let recordings = self.recordings.of_person(caller).await?;
        account.documents.push(("recordings", serde_json::to_value(recordings).map_err(|_| ApiError::internal())?));
        Ok(account)
    }
}
