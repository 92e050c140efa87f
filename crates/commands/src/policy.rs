//! What an owner decides for everybody, kept as settings of the instance.

use audit::Entry;
use model::{Caller, Permission, audit::Action, commands::Policy};

use crate::{Commands, Error};

const AUDITED: &str = "setting.command_audit";
const KEEP_DAYS: &str = "setting.command_keep_days";

impl Commands {
    /// What is decided.
    ///
    /// # Errors
    /// `Forbidden` without `settings.manage`; when the store fails.
    pub async fn policy(&self, caller: &Caller) -> Result<Policy, Error> {
        caller.require(Permission::SettingsManage)?;
        self.policy_now().await
    }

    /// Decides it.
    ///
    /// # Errors
    /// `Invalid` on `keep_days`; `Forbidden` without `settings.manage`; `StepUp`; when the store fails.
    pub async fn set_policy(&self, caller: &Caller, policy: Policy) -> Result<(), Error> {
        caller.require(Permission::SettingsManage)?;
        caller.require_fresh()?;
        policy.check()?;
        let mut write = self.db.write().await?;
        self.db.set_meta_within(&mut write, AUDITED, policy.audited.then_some("on")).await?;
        self.db.set_meta_within(&mut write, KEEP_DAYS, Some(&policy.keep_days.to_string())).await?;
        let on = if policy.audited { "in the audit log" } else { "not in the audit log" };
        let detail = format!("{on}, kept for {} days", policy.keep_days);
        let entry = Entry::by(caller, Action::SettingsChange).object("setting", "commands", "commands").detail(&detail);
        self.audit.within(&mut write, &entry).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// As it stands; what was never decided is as [`Policy::default`] says.
    pub(crate) async fn policy_now(&self) -> Result<Policy, Error> {
        let kept = self.db.meta(KEEP_DAYS).await?.and_then(|days| days.parse().ok());
        let policy = Policy { audited: self.db.meta(AUDITED).await?.is_some(), ..Policy::default() };
        Ok(Policy { keep_days: kept.unwrap_or(policy.keep_days), ..policy })
    }
}
