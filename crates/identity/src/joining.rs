//! Who may join this instance, and as what: kept as settings of the instance.

use audit::Entry;
use model::{
    Caller, Permission,
    audit::Action,
    joining::{Joining, Registration, is_for_strangers},
};

use crate::{Error, Identity};

const REGISTRATION: &str = "setting.registration";
const ROLE: &str = "setting.registration_role";

impl Identity {
    /// Who may join, and as what.
    ///
    /// # Errors
    /// `Forbidden` without `settings.manage`.
    pub async fn joining(&self, caller: &Caller) -> Result<Joining, Error> {
        caller.require(Permission::SettingsManage)?;
        self.joining_now().await
    }

    /// Whether strangers may make an account.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn is_open(&self) -> Result<bool, Error> {
        Ok(self.joining_now().await?.registration == Registration::Open)
    }

    /// Decides who may join from now on.
    ///
    /// # Errors
    /// `Forbidden` without `settings.manage` or for a role that allows more than the caller's; `StepUp`; refused for a
    /// role that manages people or the instance.
    pub async fn set_joining(&self, caller: &Caller, joining: &Joining) -> Result<(), Error> {
        caller.require(Permission::SettingsManage)?;
        caller.require_fresh()?;
        self.check_gives(caller, &joining.role).await?;
        let grants = self.grants_of(&joining.role).await?;
        if !is_for_strangers(&grants) {
            return Err(Error::Refused("Who registers by themselves cannot be given a role that manages Nova."));
        }
        let mut write = self.db.write().await?;
        self.db.set_meta_within(&mut write, REGISTRATION, Some(joining.registration.name())).await?;
        self.db.set_meta_within(&mut write, ROLE, Some(joining.role.name())).await?;
        let detail = format!("{}, as {}", joining.registration, joining.role);
        let entry = Entry::by(caller, Action::SettingsChange).object("setting", "joining", "joining").detail(&detail);
        self.audit.within(&mut write, &entry).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// The settings as they stand; what was never set is as [`Joining::default`] says.
    pub(crate) async fn joining_now(&self) -> Result<Joining, Error> {
        let mut joining = Joining::default();
        if let Some(name) = self.db.meta(REGISTRATION).await? {
            joining.registration = name.parse()?;
        }
        if let Some(name) = self.db.meta(ROLE).await? {
            joining.role = name.parse()?;
        }
        Ok(joining)
    }

    /// Refuses those who come by an invitation while nobody may join.
    pub(crate) async fn check_not_closed(&self) -> Result<(), Error> {
        match self.joining_now().await?.registration {
            Registration::Closed => Err(Error::Refused("Nobody can join this Nova at present. Ask who runs it.")),
            Registration::Invitation | Registration::Open => Ok(()),
        }
    }
}
