//! Everybody's shells: seen, ended and limited by those who may.

use audit::Entry;
use model::{
    ApiError, Caller, Permission, TerminalId, UserId,
    audit::Action,
    terminal::{
        policy::{Means, Policy},
        sharing::RunningShell,
    },
};
use terminal::{Ended, Which};

use crate::Nova;

impl Nova {
    /// Every running shell with its owner's name, oldest first.
    ///
    /// # Errors
    /// As [`terminal::Terminals::running`].
    pub async fn running_shells(&self, caller: &Caller) -> Result<Vec<RunningShell>, ApiError> {
        let mut shells = self.terminals.running(caller)?;
        let work = Caller::system("names");
        for shell in &mut shells {
            shell.owner_name = self.sharing.name_of(&work, shell.owner).await?;
        }
        Ok(shells)
    }

    /// Ends one shell, whosever it is.
    ///
    /// # Errors
    /// As [`terminal::Terminals::stop`]; when the audit log cannot be written, though the shell has ended.
    pub async fn stop_shell(&self, caller: &Caller, id: TerminalId) -> Result<(), ApiError> {
        let ended = self.terminals.stop(caller, Which::One(id))?;
        self.note_stop(caller, &ended, "one").await
    }

    /// Ends all shells of a person; how many.
    ///
    /// # Errors
    /// As [`Nova::stop_shell`].
    pub async fn stop_shells_of(&self, caller: &Caller, user: UserId) -> Result<usize, ApiError> {
        let ended = self.terminals.stop(caller, Which::Of(user))?;
        self.note_stop(caller, &ended, "all of a person").await?;
        Ok(ended.len())
    }

    /// The emergency stop: no shell is opened from now on, and every one is ended at once; how many. Who may begins again
    /// by [`Nova::open_shells_again`].
    ///
    /// # Errors
    /// As [`Nova::stop_shell`]. When the stop cannot be kept, the shells are ended all the same.
    pub async fn stop_all_shells(&self, caller: &Caller) -> Result<usize, ApiError> {
        caller.require(Permission::TerminalManage)?;
        caller.require_fresh()?;
        let kept = self.sharing.stop_opening(caller).await;
        let work = Caller::system("emergency stop");
        let policy = match &kept {
            Ok(policy) => policy.clone(),
            Err(_) => Policy { stopped: true, ..Policy::default() },
        };
        self.terminals.set_policy(&work, policy)?;
        let ended = self.terminals.stop(caller, Which::All)?;
        self.note_stop(caller, &ended, "all").await?;
        kept?;
        Ok(ended.len())
    }

    /// Lifts an emergency stop.
    ///
    /// # Errors
    /// As [`sharing::Sharing::open_again`].
    pub async fn open_shells_again(&self, caller: &Caller) -> Result<(), ApiError> {
        let policy = self.sharing.open_again(caller).await?;
        Ok(self.terminals.set_policy(&Caller::system("limits"), policy)?)
    }

    /// The limits of shells, and what this machine can enforce of them.
    ///
    /// # Errors
    /// As [`sharing::Sharing::policy`].
    pub async fn shell_policy(&self, caller: &Caller) -> Result<(Policy, Means), ApiError> {
        Ok((self.sharing.policy(caller).await?, terminal::means()))
    }

    /// Sets the limits of shells; whether all are stopped stays as it is.
    ///
    /// # Errors
    /// As [`sharing::Sharing::set_policy`].
    pub async fn set_shell_policy(&self, caller: &Caller, policy: Policy) -> Result<(), ApiError> {
        let stopped = self.sharing.policy(caller).await?.stopped;
        let policy = Policy { stopped, ..policy };
        self.sharing.set_policy(caller, &policy).await?;
        Ok(self.terminals.set_policy(&Caller::system("limits"), policy)?)
    }

    /// Hands the kept limits to the shells. Where they cannot be read none is opened.
    pub(crate) async fn take_policy(&self, caller: &Caller) {
        let policy = self.sharing.policy(caller).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the limits of shells cannot be read; none is opened until they are set again");
            Policy { stopped: true, ..Policy::default() }
        });
        if let Err(error) = self.terminals.set_policy(caller, policy) {
            tracing::error!(%error, "the limits of shells could not be set");
        }
    }

    /// Ends shells whose time is over, and notes it.
    pub(crate) async fn look_after_shells(&self, caller: &Caller) {
        for overdue in self.terminals.look_after(caller).unwrap_or_default() {
            let detail = format!("{}, of {}", overdue.why, overdue.owner);
            let entry = Entry::by(caller, Action::TerminalLimit).object("terminal", overdue.id, &overdue.title);
            if let Err(error) = self.audit.record(entry.detail(&detail)).await {
                tracing::error!(%error, "the end of a shell at its limit could not be noted");
            }
            if let Err(error) = self.forget_shares(overdue.id).await {
                tracing::error!(%error, "the shares of an ended shell could not be forgotten");
            }
        }
    }

    async fn note_stop(&self, caller: &Caller, ended: &[Ended], which: &str) -> Result<(), ApiError> {
        for shell in ended {
            let entry = Entry::by(caller, Action::TerminalStop).object("terminal", shell.id, &shell.title);
            self.audit.record(entry.detail(&format!("{which}; of {}", shell.owner))).await?;
            self.forget_shares(shell.id).await?;
        }
        if ended.is_empty() {
            self.audit.record(Entry::by(caller, Action::TerminalStop).detail(&format!("{which}; none ran"))).await?;
        }
        Ok(())
    }
}
