//! What admins do to waiting mail: the mail crate knows no audit log, so both are brought together here.

use audit::Entry;
use model::{ApiError, Caller, MailId, audit::Action};

use crate::Nova;

impl Nova {
    /// Tries a mail that waits at once.
    ///
    /// # Errors
    /// Those of [`mail::Mail::retry`].
    pub async fn retry_mail(&self, caller: &Caller, id: MailId) -> Result<(), ApiError> {
        let mut write = self.db.write().await?;
        self.mail.retry_within(&mut write, caller, id).await?;
        let entry = Entry::by(caller, Action::MailRetry).object("mail", id, "");
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.try_now();
        Ok(())
    }

    /// Removes a mail that waits or has failed.
    ///
    /// # Errors
    /// Those of [`mail::Mail::discard`].
    pub async fn discard_mail(&self, caller: &Caller, id: MailId) -> Result<(), ApiError> {
        let mut write = self.db.write().await?;
        self.mail.discard_within(&mut write, caller, id).await?;
        let entry = Entry::by(caller, Action::MailDiscard).object("mail", id, "");
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        Ok(())
    }
}
