use std::net::IpAddr;

use super::{Condition, Grant, Permission, condition::within};
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
    relation: Relation,
    circumstances: &Circumstances,
) -> Result<(), Refusal> {
    let mut refusal = Refusal::Missing(permission);
    for grant in grants.iter().filter(|grant| grant.permission == permission) {
        match grant.conditions.iter().find(|condition| !holds(condition, relation, circumstances)) {
            None => return Ok(()),
            Some(unmet) => refusal = Refusal::Unmet(permission, unmet.clone()),
        }
    }
    Err(refusal)
}

fn holds(condition: &Condition, relation: Relation, circumstances: &Circumstances) -> bool {
    match condition {
        Condition::Own => relation == Relation::Own,
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
mod tests {
    use super::*;
    use crate::policy::{Days, Role};

    const NOON_MONDAY: Timestamp = Timestamp((4 * 1440 + 720) * 60_000);

    fn network(text: &str) -> Condition {
        Condition::Network { network: text.parse().unwrap() }
    }

    fn now(address: &str, second_factor: bool) -> Circumstances {
        Circumstances { at: NOON_MONDAY, address: address.parse().ok(), second_factor }
    }

    #[test]
    fn the_table_of_decisions() {
        use Permission::{ChatUse, TerminalOpen};
        let hours = |from, until| Condition::Hours { days: Days(0x1f), from, until };
        let with = |conditions: Vec<Condition>| vec![Grant { permission: TerminalOpen, conditions }];
        let table: [(Vec<Grant>, Permission, Relation, Circumstances, bool); 16] = [
            (vec![], TerminalOpen, Relation::Own, now("10.0.0.1", true), false),
            (with(vec![]), TerminalOpen, Relation::Other, now("10.0.0.1", false), true),
            (with(vec![]), ChatUse, Relation::Own, now("10.0.0.1", true), false),
            (with(vec![Condition::Own]), TerminalOpen, Relation::Own, now("", false), true),
            (with(vec![Condition::Own]), TerminalOpen, Relation::Other, now("", false), false),
            (with(vec![Condition::SecondFactor]), TerminalOpen, Relation::Own, now("", true), true),
            (with(vec![Condition::SecondFactor]), TerminalOpen, Relation::Own, now("", false), false),
            (with(vec![network("10.0.0.0/8")]), TerminalOpen, Relation::Own, now("10.9.9.9", false), true),
            (with(vec![network("10.0.0.0/8")]), TerminalOpen, Relation::Own, now("11.9.9.9", false), false),
            (with(vec![network("10.0.0.0/8")]), TerminalOpen, Relation::Own, now("", false), false),
            (with(vec![network("2001:db8::/32")]), TerminalOpen, Relation::Own, now("2001:db8:1::1", false), true),
            (with(vec![hours(540, 1020)]), TerminalOpen, Relation::Own, now("", false), true),
            (with(vec![hours(780, 1020)]), TerminalOpen, Relation::Own, now("", false), false),
            (
                with(vec![Condition::Own, network("10.0.0.0/8")]),
                TerminalOpen,
                Relation::Own,
                now("10.1.1.1", false),
                true,
            ),
            (
                with(vec![Condition::Own, network("10.0.0.0/8")]),
                TerminalOpen,
                Relation::Other,
                now("10.1.1.1", false),
                false,
            ),
            (
                [with(vec![network("11.0.0.0/8")]), with(vec![Condition::SecondFactor])].concat(),
                TerminalOpen,
                Relation::Own,
                now("10.1.1.1", true),
                true,
            ),
        ];
        for (row, (grants, permission, relation, circumstances, expected)) in table.into_iter().enumerate() {
            assert_eq!(decide(&grants, permission, relation, &circumstances).is_ok(), expected, "row {row}");
        }
    }

    #[test]
    fn a_refusal_says_which_condition_failed() {
        let grants = [Grant { permission: Permission::TerminalOpen, conditions: vec![Condition::SecondFactor] }];
        let refused = decide(&grants, Permission::TerminalOpen, Relation::Own, &now("", false)).unwrap_err();
        assert!(ApiError::from(refused).message.contains("second factor"));
        let refused = decide(&[], Permission::TerminalOpen, Relation::Own, &now("", false)).unwrap_err();
        assert!(ApiError::from(refused).message.contains("terminal.open"));
    }

    #[test]
    fn nobody_gives_what_they_do_not_hold() {
        let grants = |role: &Role| role.grants();
        for (at, mine) in Role::ALL.iter().enumerate() {
            for (other, theirs) in Role::ALL.iter().enumerate() {
                assert_eq!(covers(&grants(mine), &grants(theirs)), at <= other, "{mine} {theirs}");
            }
        }
        let under = |conditions| [Grant { permission: Permission::ChatUse, conditions }];
        let (lan, host) = (network("10.0.0.0/8"), network("10.0.0.1"));
        assert!(covers(&under(vec![]), &under(vec![lan.clone()])));
        assert!(!covers(&under(vec![lan.clone()]), &under(vec![])));
        assert!(covers(&under(vec![lan.clone()]), &under(vec![host.clone()])));
        assert!(!covers(&under(vec![host]), &under(vec![lan.clone()])));
        assert!(covers(&under(vec![lan.clone()]), &under(vec![Condition::Own, lan])));
    }
}
