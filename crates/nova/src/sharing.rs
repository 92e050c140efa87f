//! Shared shells: what is kept about them in one area, carried out in another, and told to those it concerns.

use audit::Entry;
use model::{
    ApiError, Caller, ShareId, TerminalId, UserId,
    audit::Action,
    chat::UserEvent,
    live::{Event, Topic},
    terminal::sharing::{GuestRole, ShareInfo, SharedShell, Term},
};
use secrecy::SecretString;

use crate::Nova;

const WORK: &str = "sharing";

impl Nova {
    /// Shares a shell of the caller with a person, by user name.
    ///
    /// # Errors
    /// As [`terminal::Terminals::info`] and [`sharing::Sharing::invite`].
    pub async fn share_terminal(
        &self,
        caller: &Caller,
        id: TerminalId,
        username: &str,
        role: GuestRole,
        term: Term,
    ) -> Result<ShareInfo, ApiError> {
        let shell = self.terminals.info(caller, id)?;
        let invited = self.sharing.invite(caller, id, &shell.title, username, role, term).await?;
        // What they might do they might by the share they had before.
        self.terminals.dismiss(&Caller::system(WORK), id, Some(&invited.replaced))?;
        self.tell_shares([invited.guest]);
        Ok(invited.info)
    }

    /// Makes a link to a shell of the caller.
    ///
    /// # Errors
    /// As [`terminal::Terminals::info`] and [`sharing::Sharing::make_link`].
    pub async fn share_by_link(
        &self,
        caller: &Caller,
        id: TerminalId,
        role: GuestRole,
        term: Term,
    ) -> Result<(ShareInfo, SecretString), ApiError> {
        let shell = self.terminals.info(caller, id)?;
        Ok(self.sharing.make_link(caller, id, &shell.title, role, term).await?)
    }

    /// Ends one share of the caller; whoever it let in is out when this returns.
    ///
    /// # Errors
    /// As [`sharing::Sharing::end_share`].
    pub async fn end_share(&self, caller: &Caller, share: ShareId) -> Result<(), ApiError> {
        let ended = self.sharing.end_share(caller, share).await?;
        self.terminals.dismiss(&Caller::system(WORK), ended.terminal, Some(&ended.shares))?;
        self.tell_shares(ended.guests);
        Ok(())
    }

    /// Ends all sharing of a shell of the caller; all guests are out when this returns.
    ///
    /// # Errors
    /// As [`terminal::Terminals::info`] and [`sharing::Sharing::end_sharing`].
    pub async fn end_sharing(&self, caller: &Caller, id: TerminalId) -> Result<(), ApiError> {
        self.terminals.info(caller, id)?;
        let ended = self.sharing.end_sharing(caller, id).await?;
        self.terminals.dismiss(&Caller::system(WORK), id, None)?;
        self.tell_shares(ended.guests);
        Ok(())
    }

    /// What others share with the caller and is there still.
    ///
    /// # Errors
    /// As [`sharing::Sharing::shared_with`].
    pub async fn shared_terminals(&self, caller: &Caller) -> Result<Vec<SharedShell>, ApiError> {
        let mut shells = self.sharing.shared_with(caller).await?;
        let work = Caller::system(WORK);
        shells.retain(|shell| self.terminals.is_there(&work, shell.terminal).unwrap_or(false));
        Ok(shells)
    }

    /// Lets a peer type in a shell of the caller, or no more.
    ///
    /// # Errors
    /// As [`terminal::Terminals::let_write`]; when the audit log cannot be written, and then nobody may type.
    pub async fn let_write(&self, caller: &Caller, id: TerminalId, guest: UserId, write: bool) -> Result<(), ApiError> {
        self.terminals.let_write(caller, id, guest, write)?;
        let name = self.sharing.name_of(&Caller::system(WORK), guest).await?;
        let detail = if write { format!("{name} may type") } else { format!("{name} may type no more") };
        let entry = Entry::by(caller, Action::TerminalWrite).object("terminal", id, "").detail(&detail);
        if let Err(error) = self.audit.record(entry).await {
            self.terminals.let_write(caller, id, guest, false)?;
            return Err(error.into());
        }
        Ok(())
    }

    /// Gives control of a shell to a peer, back to its owner, or takes it back.
    ///
    /// # Errors
    /// As [`terminal::Terminals::hand_over`]; when the audit log cannot be written, and then the owner has control.
    pub async fn hand_over(&self, caller: &Caller, id: TerminalId, to: Option<UserId>) -> Result<(), ApiError> {
        let before = self.terminals.hand_over(caller, id, to)?;
        let work = Caller::system(WORK);
        let detail = match (before, to) {
            (before, Some(to)) if before == Some(to) => return Ok(()),
            (_, Some(to)) => format!("{} has control", self.sharing.name_of(&work, to).await?),
            (Some(before), None) => {
                format!("the owner has control, {} had", self.sharing.name_of(&work, before).await?)
            }
            (None, None) => return Ok(()),
        };
        let entry = Entry::by(caller, Action::TerminalControl).object("terminal", id, "").detail(&detail);
        if let Err(error) = self.audit.record(entry).await {
            self.terminals.hand_over(caller, id, None)?;
            return Err(error.into());
        }
        Ok(())
    }

    /// A shell is no more, and so is what lets others in.
    pub(crate) async fn forget_shares(&self, id: TerminalId) -> Result<(), ApiError> {
        let guests = self.sharing.forget(&Caller::system(WORK), id).await?;
        self.tell_shares(guests);
        Ok(())
    }

    /// Tells people that what is shared with them has changed.
    fn tell_shares(&self, guests: impl IntoIterator<Item = UserId>) {
        for guest in guests {
            self.live.publish(Topic::User(guest), Event::User(UserEvent::SharesChanged));
        }
    }
}
