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
        }
        let recordings = self.recordings.of_person(caller).await?;
        account.documents.push(("recordings", serde_json::to_value(recordings).map_err(|_| ApiError::internal())?));
        Ok(account)
    }
}
