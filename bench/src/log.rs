//! The audit log: entries a second that are on disk when they are acknowledged.

use std::time::Instant;

use audit::{Audit, Entry};
use model::audit::Action;

use crate::{place::Place, table::Table};

const ALONE: u32 = 1_000;
const RECORDERS: u32 = 1_000;
const EACH: u32 = 20;

async fn record(audit: &Audit, number: u32) {
    let entry =
        Entry::stranger(Action::SessionBegin, "192.0.2.1").object("session", number, "").detail("Firefox on Linux");
    audit.record(entry).await.unwrap();
}

pub(crate) async fn measure(table: &mut Table) {
    let place = Place::make().await;
    let started = Instant::now();
    for number in 0..ALONE {
        record(&place.audit, number).await;
    }
    let rate = f64::from(ALONE) / started.elapsed().as_secs_f64();
    table.row("audit, one after another", format!("{rate:.0} entries/s"), "");
    let before = place.audit.stats();
    let started = Instant::now();
    let recorders: Vec<_> = (0..RECORDERS)
        .map(|_| {
            let audit = place.audit.clone();
            tokio::spawn(async move {
                for number in 0..EACH {
                    record(&audit, number).await;
                }
            })
        })
        .collect();
    for recorder in recorders {
        recorder.await.unwrap();
    }
    let spent = started.elapsed().as_secs_f64();
    let after = place.audit.stats();
    let (entries, syncs) = (after.entries - before.entries, after.transactions - before.transactions);
    table.row("audit, 1,000 at once", format!("{:.0} entries/s", entries as f64 / spent), "≥ 3,000 durable");
    table.row(
        "audit, entries a transaction (one sync each)",
        format!("{:.0} ({entries} in {syncs})", entries as f64 / syncs as f64),
        "",
    );
}
