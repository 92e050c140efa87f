use std::net::IpAddr;

use super::{Condition, Grant, Permission, Project, condition::within};
use crate::{ApiError, ErrorCode, Timestamp};

/// What is so while something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// The time.
    pub at: Timestamp,
    /// Where the request comes from; unknown for background work.
    pub address: Option<IpAddr>,
    /// Whether the sign-in showed a second factor or a passkey.
    pub second_factor: bool,
}

/// How what is asked for stands to who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// It belongs to them, or to nobody.
    Own,
    /// It belongs to someone else.
    Other,
}

/// What is asked for, as the conditions see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Towards<'a> {
    /// How it stands to who asks.
    pub relation: Relation,
    /// What it is part of; `None` for what is common to all.
    pub project: Option<&'a Project>,
}

impl Towards<'_> {
    /// Something that is part of no project.
    #[must_use]
    pub const fn common(relation: Relation) -> Self {
        Self { relation, project: None }
    }
}

/// Why it is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing grants the permission.
    Missing(Permission),
    /// It is granted, but this condition does not hold.
    Unmet(Permission, Condition),
}

/// Decides: allowed when any grant of the permission has all its conditions met. Pure; a refusal names the condition
/// that was nearest to being met.
///
/// # Errors
/// The refusal.
pub fn decide(
    grants: &[Grant],
    permission: Permission,
    towards: Towards<'_>,
    circumstances: &Circumstances,
) -> Result<(), Refusal> {
    let mut refusal = Refusal::Missing(permission);
    for grant in grants.iter().filter(|grant| grant.permission == permission) {
        match grant.conditions.iter().find(|condition| !holds(condition, towards, circumstances)) {
            None => return Ok(()),
            Some(unmet) => refusal = Refusal::Unmet(permission, unmet.clone()),
        }
    }
    Err(refusal)
}

/// Whether there is anything at all towards which `permission` is held: what the door in front of things of many
/// projects asks, before it is known which thing is meant. Each thing asks again for itself.
///
/// # Errors
/// The refusal.
pub fn decide_anywhere(
    grants: &[Grant],
    permission: Permission,
    relation: Relation,
    circumstances: &Circumstances,
) -> Result<(), Refusal> {
    let refusal = match decide(grants, permission, Towards::common(relation), circumstances) {
        Err(refusal) if permission.knows_projects() => refusal,
        decided => return decided,
    };
    // Only a project that a grant names can meet a condition that was not met without one.
    let conditions = grants.iter().filter(|grant| grant.permission == permission).flat_map(|grant| &grant.conditions);
    let mut named = conditions.flat_map(|condition| match condition {
        Condition::Project { projects } => projects.as_slice(),
        _ => &[],
    });
    let held = named
        .any(|project| decide(grants, permission, Towards { relation, project: Some(project) }, circumstances).is_ok());
    if held { Ok(()) } else { Err(refusal) }
}

fn holds(condition: &Condition, towards: Towards<'_>, circumstances: &Circumstances) -> bool {
    match condition {
        Condition::Own => towards.relation == Relation::Own,
        Condition::Project { projects } => towards.project.is_some_and(|project| projects.contains(project)),
        Condition::SecondFactor => circumstances.second_factor,
        Condition::Network { network } => circumstances.address.is_some_and(|address| network.contains(address)),
        Condition::Hours { days, from, until } => within(*days, *from, *until, circumstances.at),
    }
}

/// Whether someone with `mine` may hand out `theirs`: everything in it is held by themselves, under no narrower
/// conditions. Nobody gives what they do not hold.
#[must_use]
pub fn covers(mine: &[Grant], theirs: &[Grant]) -> bool {
    theirs.iter().all(|given| {
        mine.iter().filter(|held| held.permission == given.permission).any(|held| {
            held.conditions.iter().all(|condition| given.conditions.iter().any(|other| narrows(other, condition)))
        })
    })
}

/// Whether `narrow` holds only where `wide` holds too.
fn narrows(narrow: &Condition, wide: &Condition) -> bool {
    match (narrow, wide) {
        (Condition::Network { network: narrow }, Condition::Network { network: wide }) => wide.covers(narrow),
        (Condition::Project { projects: narrow }, Condition::Project { projects: wide }) => {
            narrow.iter().all(|project| wide.contains(project))
        }
        _ => narrow == wide,
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let (permission, why) = match refusal {
            Refusal::Missing(permission) => return Self::forbidden(permission),
            Refusal::Unmet(permission, condition) => (permission, condition),
        };
        let message = match why {
            Condition::Own => format!("You may do this (“{permission}”) only with what is yours."),
            Condition::SecondFactor => {
                format!("This needs “{permission}”, which you have only when signed in with a second factor.")
            }
            other => format!("You have the permission “{permission}” only {other}."),
        };
        Self::new(ErrorCode::Forbidden, message)
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
