//! Who asks, and what they may do.

use std::{net::IpAddr, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    ApiError, ErrorCode, KeyId, SessionId, Timestamp, UserId,
    policy::{Circumstances, Grant, Permission, Project, Relation, Role, Towards, decide, decide_anywhere},
};

/// How long a sign-in or a confirmation counts as fresh: sensitive actions ask for one within this time.
pub const FRESH: Duration = Duration::from_secs(10 * 60);

/// How someone showed who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    /// A password alone.
    Password,
    /// A password and a time-based code.
    Totp,
    /// A password and a backup code.
    BackupCode,
    /// A passkey, alone or after a password.
    Passkey,
    /// Single sign-on.
    Sso,
    /// A link that was handed over: set-up, invitation, recovery.
    Link,
    /// An API key.
    Key,
}

impl Factor {
    /// Every one.
    pub const ALL: [Self; 7] =
        [Self::Password, Self::Totp, Self::BackupCode, Self::Passkey, Self::Sso, Self::Link, Self::Key];

    /// The name as stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::BackupCode => "backup_code",
            Self::Passkey => "passkey",
            Self::Sso => "sso",
            Self::Link => "link",
            Self::Key => "key",
        }
    }

    /// The factor of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.name() == name)
    }

    /// Whether it counts as a second factor: something one has, beside or instead of something one knows.
    #[must_use]
    pub const fn is_second(self) -> bool {
        matches!(self, Self::Totp | Self::BackupCode | Self::Passkey)
    }
}

/// Who asks. Every public service method takes one and checks it; there is no unchecked path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    kind: Kind,
    role: Role,
    grants: Arc<[Grant]>,
    circumstances: Circumstances,
    proof: Option<Proof>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Person { user: UserId, session: SessionId },
    Key { user: UserId, key: KeyId },
    System { why: &'static str },
}

/// The last time someone showed who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// How.
    pub factor: Factor,
    /// When.
    pub at: Timestamp,
}

impl Caller {
    /// A signed-in person with the permissions of a built-in `role`.
    #[must_use]
    pub fn person(user: UserId, session: SessionId, role: Role) -> Self {
        let grants = role.grants().into();
        Self::of(Kind::Person { user, session }, role, grants)
    }

    /// A program with an API key of `user`, for which `grants` is what the key's scopes leave of the owner's.
    #[must_use]
    pub fn key(user: UserId, key: KeyId, role: Role, grants: Arc<[Grant]>) -> Self {
        Self::of(Kind::Key { user, key }, role, grants)
    }

    /// Nova itself, doing background work; `why` appears in logs.
    #[must_use]
    pub fn system(why: &'static str) -> Self {
        Self::of(Kind::System { why }, Role::Owner, Role::Owner.grants().into())
    }

    fn of(kind: Kind, role: Role, grants: Arc<[Grant]>) -> Self {
        let circumstances = Circumstances { at: Timestamp(0), address: None, second_factor: false };
        Self { kind, role, grants, circumstances, proof: None }
    }

    /// The same with these grants instead of the role's own.
    #[must_use]
    pub fn with_grants(self, grants: Arc<[Grant]>) -> Self {
        Self { grants, ..self }
    }

    /// The same at this time, from this address, after this proof.
    #[must_use]
    pub fn under(self, at: Timestamp, address: Option<IpAddr>, second_factor: bool, proof: Option<Proof>) -> Self {
        Self { circumstances: Circumstances { at, address, second_factor }, proof, ..self }
    }

    /// The same at a later time.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.circumstances.at = at;
        self
    }

    /// The person's id; for a key, its owner's.
    ///
    /// # Errors
    /// `Forbidden` for system work, which owns nothing.
    pub fn user(&self) -> Result<UserId, ApiError> {
        match self.kind {
            Kind::Person { user, .. } | Kind::Key { user, .. } => Ok(user),
            Kind::System { why } => Err(ApiError::new(
                ErrorCode::Forbidden,
                format!("This is for a person, not for background work ({why})."),
            )),
        }
    }

    /// The sign-in this request came with; `None` for keys and system work.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        match self.kind {
            Kind::Person { session, .. } => Some(session),
            Kind::Key { .. } | Kind::System { .. } => None,
        }
    }

    /// The API key this request came with.
    #[must_use]
    pub fn api_key(&self) -> Option<KeyId> {
        match self.kind {
            Kind::Key { key, .. } => Some(key),
            Kind::Person { .. } | Kind::System { .. } => None,
        }
    }

    /// Why background work is done; `None` for people and keys.
    #[must_use]
    pub fn purpose(&self) -> Option<&'static str> {
        match self.kind {
            Kind::System { why } => Some(why),
            Kind::Person { .. } | Kind::Key { .. } => None,
        }
    }

    /// The person's role; system work counts as owner.
    #[must_use]
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// What they may do, and when.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// When and from where they ask.
    #[must_use]
    pub fn circumstances(&self) -> &Circumstances {
        &self.circumstances
    }

    /// When and how they last showed who they are.
    #[must_use]
    pub fn proof(&self) -> Option<Proof> {
        self.proof
    }

    /// Whether `permission` is held, towards nobody in particular.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.require(permission).is_ok()
    }

    /// Whether `permission` is held towards what is part of `project`, or common to all without one.
    #[must_use]
    pub fn may_in(&self, permission: Permission, project: Option<&Project>) -> bool {
        self.require_in(permission, project).is_ok()
    }

    /// Every permission held now, towards nobody in particular; those held for some projects only are among them.
    #[must_use]
    pub fn permissions(&self) -> Vec<Permission> {
        let held = |permission: &Permission| self.require_anywhere(*permission).is_ok();
        Permission::ALL.iter().copied().filter(held).collect()
    }

    /// Whether this is the person `user` (or a key of theirs).
    #[must_use]
    pub fn is(&self, user: UserId) -> bool {
        self.user() == Ok(user)
    }

    /// Refuses unless `permission` is held towards what is common to all. Things that can be part of a project are
    /// asked for with [`require_in`](Self::require_in).
    ///
    /// # Errors
    /// `Forbidden`, naming the permission or the condition that is not met.
    pub fn require(&self, permission: Permission) -> Result<(), ApiError> {
        self.decide(permission, Towards::common(relation(permission)))
    }

    /// Refuses unless `permission` is held towards what is part of `project`, or common to all without one.
    ///
    /// # Errors
    /// `Forbidden`, naming the permission or the condition that is not met.
    pub fn require_in(&self, permission: Permission, project: Option<&Project>) -> Result<(), ApiError> {
        self.decide(permission, Towards { relation: relation(permission), project })
    }

    /// Refuses unless `permission` is held towards anything at all: the first door, where it is not known yet which
    /// thing is meant. Never the only one.
    ///
    /// # Errors
    /// `Forbidden`, naming the permission or the condition that is not met.
    pub fn require_anywhere(&self, permission: Permission) -> Result<(), ApiError> {
        if self.purpose().is_some() {
            return Ok(());
        }
        decide_anywhere(&self.grants, permission, relation(permission), &self.circumstances).map_err(Into::into)
    }

    /// Refuses unless `permission` is held towards what belongs to `owner`.
    ///
    /// # Errors
    /// `Forbidden`, naming the permission or the condition that is not met.
    pub fn require_towards(&self, permission: Permission, owner: UserId) -> Result<(), ApiError> {
        self.decide(permission, Towards::common(if self.is(owner) { Relation::Own } else { Relation::Other }))
    }

    fn decide(&self, permission: Permission, towards: Towards<'_>) -> Result<(), ApiError> {
        if self.purpose().is_some() {
            return Ok(());
        }
        decide(&self.grants, permission, towards, &self.circumstances).map_err(Into::into)
    }

    /// Refuses unless who asks has shown within [`FRESH`] who they are: for what a stolen session must not do.
    ///
    /// # Errors
    /// `StepUp` for people, who can confirm and try again; `Forbidden` for keys, which cannot.
    pub fn require_fresh(&self) -> Result<(), ApiError> {
        match self.kind {
            Kind::System { .. } => Ok(()),
            Kind::Key { .. } => {
                Err(ApiError::new(ErrorCode::Forbidden, "An API key cannot do this. Sign in and do it yourself."))
            }
            Kind::Person { .. } if self.is_fresh() => Ok(()),
            Kind::Person { .. } => Err(ApiError::new(ErrorCode::StepUp, "Confirm that it is you, then this goes on.")),
        }
    }

    /// Refuses programs: for what concerns a person's own sign-in.
    ///
    /// # Errors
    /// `Forbidden` for keys and system work.
    pub fn require_person(&self) -> Result<(UserId, SessionId), ApiError> {
        match self.kind {
            Kind::Person { user, session } => Ok((user, session)),
            Kind::Key { .. } | Kind::System { .. } => {
                Err(ApiError::new(ErrorCode::Forbidden, "Only a signed-in person can do this."))
            }
        }
    }

    fn is_fresh(&self) -> bool {
        // A proof from the future is one from before the clock was set back.
        self.proof.is_some_and(|proof| self.circumstances.at.apart(proof.at) < FRESH)
    }
}

/// How what belongs to nobody in particular stands to who asks.
const fn relation(permission: Permission) -> Relation {
    if permission.is_personal() { Relation::Own } else { Relation::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: Role) -> Caller {
        Caller::person(UserId::new(), SessionId::new(), role)
    }

    #[test]
    fn a_missing_permission_is_named() {
        let refused = person(Role::Viewer).require(Permission::TerminalOpen);
        assert!(refused.is_err_and(|error| error.message.contains("terminal.open")));
    }

    #[test]
    fn background_work_may_everything_and_owns_nothing() {
        let system = Caller::system("test");
        assert!(Permission::ALL.iter().all(|permission| system.may(*permission)));
        assert!(system.require_fresh().is_ok());
        assert!(system.user().is_err() && system.require_person().is_err());
    }

    #[test]
    fn own_only_opens_nothing_that_is_everybodys() {
        use crate::policy::Condition;
        let own = |permission| Grant { permission, conditions: vec![Condition::Own] };
        let grants = [own(Permission::TerminalOpen), own(Permission::AuditRead), own(Permission::PeopleManage)];
        let caller = person(Role::Viewer).with_grants(grants.into());
        assert!(caller.may(Permission::TerminalOpen));
        assert!(!caller.may(Permission::AuditRead) && !caller.may(Permission::PeopleManage));
        assert!(caller.user().is_ok_and(|own| caller.require_towards(Permission::PeopleManage, own).is_ok()));
    }

    #[test]
    fn for_projects_only_opens_these_and_nothing_that_is_everybodys() {
        use crate::policy::Condition;
        let [web, ops] = ["web", "ops"].map(|name| Project::parse(name).unwrap());
        let only = |permission| {
            let projects = vec![web.clone()];
            Grant { permission, conditions: vec![Condition::Project { projects }] }
        };
        let grants = [only(Permission::ChatUse), only(Permission::AuditRead), only(Permission::TerminalOpen)];
        let caller = person(Role::Viewer).with_grants(grants.into());
        assert!(caller.may_in(Permission::ChatUse, Some(&web)));
        assert!(!caller.may_in(Permission::ChatUse, Some(&ops)) && !caller.may_in(Permission::ChatUse, None));
        assert!(!caller.may(Permission::ChatUse), "without a project it is common to all");
        assert_eq!(caller.permissions(), [Permission::ChatUse], "no audit log and no shell is part of a project");
        let refused = caller.require_in(Permission::ChatUse, Some(&ops)).unwrap_err();
        assert_eq!(refused.message, "You have the permission “chat.use” only for the project web.");
    }

    #[test]
    fn freshness_ends_and_keys_never_have_it() {
        let proof = Some(Proof { factor: Factor::Totp, at: Timestamp(1_000) });
        let at = |at| person(Role::Owner).under(Timestamp(at), None, true, proof);
        assert!(at(1_000).require_fresh().is_ok());
        let late = 1_000 + i64::try_from(FRESH.as_millis()).unwrap();
        assert_eq!(at(late).require_fresh().map_err(|error| error.code), Err(ErrorCode::StepUp));
        assert!(person(Role::Owner).require_fresh().is_err(), "nothing was shown");
        let key = Caller::key(UserId::new(), KeyId::new(), Role::Owner, Role::Owner.grants().into());
        assert_eq!(
            key.under(Timestamp(1_000), None, true, proof).require_fresh().map_err(|error| error.code),
            Err(ErrorCode::Forbidden)
        );
    }
}
