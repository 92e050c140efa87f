//! What every area keeps about a person.

use identity::AccountExport;
use model::{ApiError, Caller};

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
        Ok(account)
    }
}
