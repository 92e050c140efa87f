//! Whose shells are recorded.

use std::collections::BTreeMap;

use audit::Entry;
use model::{
    Caller, Permission, Role,
    audit::Action,
    recording::{Mode, Policy},
};
use store::sqlx::{self, Row, any::AnyRow};

use crate::{Error, Recordings};

impl Recordings {
    /// How the caller's shells are recorded.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.open`; when the store fails.
    pub async fn policy_of(&self, caller: &Caller) -> Result<Policy, Error> {
        caller.require(Permission::TerminalOpen)?;
        let sql = "SELECT role, mode, input, keep_days FROM recording_policies WHERE role = $1";
        let row = sqlx::query(sql).bind(caller.role().name().to_owned()).fetch_optional(self.0.db.read()).await?;
        Ok(row.as_ref().map(read).transpose()?.map_or(Policy::DEFAULT, |(_, policy)| policy))
    }

    /// What was decided, by the role's name. Roles that are not among them have [`Policy::DEFAULT`].
    ///
    /// # Errors
    /// `Forbidden` without `recordings.manage`; when the store fails.
    pub async fn policies(&self, caller: &Caller) -> Result<BTreeMap<String, Policy>, Error> {
        caller.require(Permission::RecordingsManage)?;
        let sql = "SELECT role, mode, input, keep_days FROM recording_policies";
        sqlx::query(sql).fetch_all(self.0.db.read()).await?.iter().map(read).collect()
    }

    /// Decides for shells that are opened from now on, and recordings that begin from now on.
    ///
    /// # Errors
    /// `Invalid` on `keep_days`; `Forbidden` without `recordings.manage`; `StepUp` without a fresh proof; when the store
    /// fails.
    pub async fn save_policy(&self, caller: &Caller, role: &Role, policy: Policy) -> Result<(), Error> {
        caller.require(Permission::RecordingsManage)?;
        caller.require_fresh()?;
        policy.check()?;
        let kept = policy.keep_days.map_or_else(|| "for ever".to_owned(), |days| format!("for {days} days"));
        let typed = if policy.input { ", with what is typed" } else { "" };
        let detail = format!("{}{typed}, kept {kept}", policy.mode.name());
        let mut write = self.0.db.write().await?;
        sqlx::query(
            "INSERT INTO recording_policies (role, mode, input, keep_days) VALUES ($1, $2, $3, $4)
             ON CONFLICT (role) DO UPDATE SET mode = excluded.mode, input = excluded.input,
                 keep_days = excluded.keep_days",
        )
        .bind(role.name().to_owned())
        .bind(policy.mode.name())
        .bind(i64::from(policy.input))
        .bind(policy.keep_days.map(i64::from))
        .execute(&mut *write)
        .await?;
        let entry = Entry::by(caller, Action::RecordingPolicy).object("role", role.name(), role.name());
        self.0.audit.within(&mut write, &entry.detail(&detail)).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(())
    }
}

fn read(row: &AnyRow) -> Result<(String, Policy), Error> {
    let (role, mode, input): (String, String, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let days: Option<i64> = row.try_get(3)?;
    let mode = Mode::named(&mode).ok_or(store::Error::Unreadable("recording policy"))?;
    Ok((role, Policy { mode, input: input != 0, keep_days: days.and_then(|days| u32::try_from(days).ok()) }))
}
