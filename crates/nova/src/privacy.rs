//! What every area keeps about a person.

use model::{ApiError, Caller, Permission};
use serde_json::Value;

use crate::Nova;

impl Nova {
    /// Everything Nova keeps about the caller, as named documents.
    ///
    /// # Errors
    /// `StepUp` without a fresh proof; `Forbidden` for keys and background work.
    pub async fn export_my_data(&self, caller: &Caller) -> Result<Vec<(&'static str, Value)>, ApiError> {
        let mut documents = self.identity.export_account(caller).await?;
        let messages = self.chat.export(caller).await?;
        documents.push(("messages", serde_json::to_value(messages).map_err(|_| ApiError::internal())?));
        // Who may not have shells has no preferences for them.
        if caller.may(Permission::TerminalOpen) {
            let terminal = self.preferences.terminal(caller).await?;
            documents.push(("terminal", serde_json::to_value(terminal).map_err(|_| ApiError::internal())?));
        }
        Ok(documents)
    }
}
