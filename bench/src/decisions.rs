//! What asking the policy costs.

use std::{hint::black_box, time::Instant};

use model::{
    Permission, Role, Timestamp,
    policy::{Circumstances, Condition, Grant, Relation, Towards, decide},
};

use crate::table::Table;

const ROUNDS: u32 = 2_000_000;

fn nanoseconds(grants: &[Grant], permission: Permission, circumstances: &Circumstances) -> f64 {
    let started = Instant::now();
    for _ in 0..ROUNDS {
        let towards = black_box(Towards::common(Relation::Own));
        let decision = decide(black_box(grants), black_box(permission), towards, black_box(circumstances));
        let _ = black_box(decision);
    }
    started.elapsed().as_secs_f64() * 1e9 / f64::from(ROUNDS)
}

pub(crate) fn measure(table: &mut Table) {
    let circumstances =
        Circumstances { at: Timestamp(1_800_000_000_000), address: "10.1.2.3".parse().ok(), second_factor: true };
    let owner = Role::Owner.grants();
    let last = owner.last().map_or(Permission::ChatUse, |grant| grant.permission);
    let allowed = nanoseconds(&owner, last, &circumstances);
    let refused = nanoseconds(&Role::Admin.grants(), Permission::SettingsManage, &circumstances);
    let conditions = vec![Condition::SecondFactor, Condition::Network { network: "10.0.0.0/8".parse().unwrap() }];
    let bound: Vec<Grant> = owner.into_iter().map(|grant| Grant { conditions: conditions.clone(), ..grant }).collect();
    let conditional = nanoseconds(&bound, last, &circumstances);
    table.row("policy, the last of an owner's permissions", format!("{allowed:.0} ns"), "");
    table.row("policy, refused", format!("{refused:.0} ns"), "");
    table.row("policy, under two conditions", format!("{conditional:.0} ns"), "≤ 1 µs");
}
