//! The limits of shells, kept as a setting of the instance.

use audit::Entry;
use model::{ApiError, Caller, Permission, audit::Action, terminal::policy::Policy};

use crate::{Error, Sharing};

const POLICY: &str = "setting.terminal_policy";

impl Sharing {
    /// The limits as they stand; the defaults while nobody set any.
    ///
    /// # Errors
    /// `Forbidden` without `settings.manage`; when what is kept cannot be read: then no shell is to be opened.
    pub async fn policy(&self, caller: &Caller) -> Result<Policy, Error> {
        caller.require(Permission::SettingsManage)?;
        let Some(kept) = self.db.meta(POLICY).await? else { return Ok(Policy::default()) };
        Ok(serde_json::from_str(&kept).map_err(|_| store::Error::Unreadable("terminal policy"))?)
    }

    /// Sets the limits. They are to be handed to the terminal area then.
    ///
    /// # Errors
    /// `Forbidden` without `settings.manage`; `StepUp` without a fresh proof; `Invalid`, naming the field.
    pub async fn set_policy(&self, caller: &Caller, policy: &Policy) -> Result<(), Error> {
        caller.require(Permission::SettingsManage)?;
        caller.require_fresh()?;
        policy.check()?;
        let json = serde_json::to_string(policy).map_err(|_| ApiError::internal())?;
        self.keep(caller, policy, &json).await
    }

    /// Opens no shell any more, until the limits are set anew.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.manage`; `StepUp` without a fresh proof.
    pub async fn stop_opening(&self, caller: &Caller) -> Result<Policy, Error> {
        caller.require(Permission::TerminalManage)?;
        caller.require_fresh()?;
        let policy = Policy { stopped: true, ..self.policy(&Caller::system("emergency stop")).await? };
        let json = serde_json::to_string(&policy).map_err(|_| ApiError::internal())?;
        self.keep(caller, &policy, &json).await?;
        Ok(policy)
    }

    /// Opens shells again.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.manage`; `StepUp` without a fresh proof.
    pub async fn open_again(&self, caller: &Caller) -> Result<Policy, Error> {
        caller.require(Permission::TerminalManage)?;
        caller.require_fresh()?;
        let policy = Policy { stopped: false, ..self.policy(&Caller::system("emergency stop")).await? };
        let json = serde_json::to_string(&policy).map_err(|_| ApiError::internal())?;
        self.keep(caller, &policy, &json).await?;
        Ok(policy)
    }

    async fn keep(&self, caller: &Caller, policy: &Policy, json: &str) -> Result<(), Error> {
        let mut write = self.db.write().await?;
        self.db.set_meta_within(&mut write, POLICY, Some(json)).await?;
        let detail = if policy.stopped { format!("no shell is opened; {json}") } else { json.to_owned() };
        let entry = Entry::by(caller, Action::TerminalPolicy).object("setting", "terminal", "shells").detail(&detail);
        self.audit.within(&mut write, &entry).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }
}
