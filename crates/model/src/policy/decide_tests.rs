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
        (with(vec![Condition::Own, network("10.0.0.0/8")]), TerminalOpen, Relation::Own, now("10.1.1.1", false), true),
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
        assert_eq!(decide(&grants, permission, common(relation), &circumstances).is_ok(), expected, "row {row}");
    }
}

#[test]
fn a_refusal_says_which_condition_failed() {
    let grants = [Grant { permission: Permission::TerminalOpen, conditions: vec![Condition::SecondFactor] }];
    let refused = decide(&grants, Permission::TerminalOpen, common(Relation::Own), &now("", false)).unwrap_err();
    assert!(ApiError::from(refused).message.contains("second factor"));
    let refused = decide(&[], Permission::TerminalOpen, common(Relation::Own), &now("", false)).unwrap_err();
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

const fn common(relation: Relation) -> Towards<'static> {
    Towards::common(relation)
}

fn projects(names: &str) -> Condition {
    Condition::Project { projects: Project::parse_list(names).unwrap() }
}

#[test]
fn the_table_of_projects() {
    use Permission::{AuditRead, ChatUse, RoomsManage};
    let under = |permission, conditions: Vec<Condition>| Grant { permission, conditions };
    let web = vec![under(ChatUse, vec![projects("web, ops")]), under(AuditRead, vec![projects("web")])];
    let near = vec![under(ChatUse, vec![projects("web"), network("10.0.0.0/8")])];
    let crossed = vec![under(ChatUse, vec![projects("web, ops"), projects("ops, lab")])];
    let either = vec![under(ChatUse, vec![projects("web")]), under(ChatUse, vec![Condition::SecondFactor])];
    let all = vec![Grant::always(ChatUse)];
    let table = [
        (&web, ChatUse, Some("web"), "10.0.0.1", false, true),
        (&web, ChatUse, Some("ops"), "10.0.0.1", false, true),
        (&web, ChatUse, Some("lab"), "10.0.0.1", false, false),
        (&web, ChatUse, None, "10.0.0.1", true, false),
        (&web, RoomsManage, Some("web"), "10.0.0.1", true, false),
        (&web, AuditRead, None, "10.0.0.1", true, false),
        (&near, ChatUse, Some("web"), "10.0.0.1", false, true),
        (&near, ChatUse, Some("web"), "11.0.0.1", false, false),
        (&crossed, ChatUse, Some("web"), "10.0.0.1", false, false),
        (&crossed, ChatUse, Some("ops"), "10.0.0.1", false, true),
        (&either, ChatUse, Some("ops"), "10.0.0.1", true, true),
        (&either, ChatUse, Some("ops"), "10.0.0.1", false, false),
        (&either, ChatUse, None, "10.0.0.1", true, true),
        (&all, ChatUse, Some("web"), "10.0.0.1", false, true),
        (&all, ChatUse, None, "10.0.0.1", false, true),
    ];
    for (row, (grants, permission, project, address, second_factor, expected)) in table.into_iter().enumerate() {
        let project = project.map(|name| Project::parse(name).unwrap());
        let towards = Towards { relation: Relation::Own, project: project.as_ref() };
        let decided = decide(grants, permission, towards, &now(address, second_factor));
        assert_eq!(decided.is_ok(), expected, "row {row}");
    }
    let anywhere = |grants: &[Grant], permission, address, second_factor| {
        decide_anywhere(grants, permission, Relation::Own, &now(address, second_factor)).is_ok()
    };
    assert!(anywhere(&web, ChatUse, "", false) && anywhere(&all, ChatUse, "", false));
    assert!(anywhere(&crossed, ChatUse, "", false), "ops is in both");
    assert!(anywhere(&near, ChatUse, "10.0.0.1", false) && !anywhere(&near, ChatUse, "11.0.0.1", false));
    assert!(!anywhere(&web, AuditRead, "", true), "the log is part of no project");
    assert!(!anywhere(&web, RoomsManage, "", true));
}

#[test]
fn a_subset_of_projects_is_narrower() {
    let under = |conditions| [Grant { permission: Permission::ChatUse, conditions }];
    let (web, both) = (projects("web"), projects("ops, web"));
    assert!(covers(&under(vec![]), &under(vec![web.clone()])));
    assert!(!covers(&under(vec![web.clone()]), &under(vec![])));
    assert!(covers(&under(vec![both.clone()]), &under(vec![web.clone()])));
    assert!(!covers(&under(vec![web.clone()]), &under(vec![both.clone()])));
    assert!(covers(&under(vec![both]), &under(vec![Condition::Own, web])));
}

#[test]
fn a_grant_that_could_never_hold_is_refused() {
    let grant = |permission, condition| Grant { permission, conditions: vec![condition] }.check();
    assert!(grant(Permission::ChatUse, projects("web")).is_ok());
    assert!(grant(Permission::ChatUse, projects("")).is_err(), "no project at all");
    let many: Vec<_> = (0..=Project::MAX_NAMED).map(|n| format!("p{n}")).collect();
    assert!(grant(Permission::ChatUse, projects(&many.join(","))).is_err());
    assert!(grant(Permission::AuditRead, projects("web")).is_err(), "the log is part of no project");
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    fn a_condition() -> impl Strategy<Value = Condition> {
        prop_oneof![
            Just(Condition::Own),
            Just(Condition::SecondFactor),
            prop::sample::select(vec!["10.0.0.0/8", "10.1.0.0/16", "10.1.0.1"]).prop_map(network),
            prop::sample::subsequence(vec!["web", "ops", "lab"], 1..=3).prop_map(|names| projects(&names.join(","))),
        ]
    }

    fn some_grants() -> impl Strategy<Value = Vec<Grant>> {
        let permission = prop::sample::select(vec![Permission::ChatUse, Permission::AuditRead]);
        let grant = (permission, prop::collection::vec(a_condition(), 0..3))
            .prop_map(|(permission, conditions)| Grant { permission, conditions });
        prop::collection::vec(grant, 0..4)
    }

    fn a_moment() -> impl Strategy<Value = (Relation, Option<&'static str>, Circumstances)> {
        let relation = prop::sample::select(vec![Relation::Own, Relation::Other]);
        let project = prop::option::of(prop::sample::select(vec!["web", "ops", "lab", "new"]));
        let address = prop::sample::select(vec!["10.1.0.1", "10.1.0.2", "10.2.0.1", "11.0.0.1", ""]);
        (relation, project, address, any::<bool>())
            .prop_map(|(relation, project, address, second)| (relation, project, now(address, second)))
    }

    proptest! {
        #[test]
        fn what_is_covered_never_opens_more(
            mine in some_grants(), theirs in some_grants(), (relation, project, moment) in a_moment()
        ) {
            prop_assume!(covers(&mine, &theirs));
            let project = project.map(|name| Project::parse(name).unwrap());
            let towards = Towards { relation, project: project.as_ref() };
            for permission in [Permission::ChatUse, Permission::AuditRead] {
                if decide(&theirs, permission, towards, &moment).is_ok() {
                    prop_assert!(decide(&mine, permission, towards, &moment).is_ok());
                }
            }
        }

        #[test]
        fn the_first_door_refuses_nobody_whom_a_thing_admits(
            grants in some_grants(), (relation, project, moment) in a_moment()
        ) {
            let project = project.map(|name| Project::parse(name).unwrap());
            let towards = Towards { relation, project: project.as_ref() };
            let inside = decide(&grants, Permission::ChatUse, towards, &moment).is_ok();
            let door = decide_anywhere(&grants, Permission::ChatUse, relation, &moment).is_ok();
            prop_assert!(door || !inside);
        }
    }
}
