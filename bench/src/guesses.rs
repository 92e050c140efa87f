//! Whether the time a refused sign-in takes tells if there is such an account.

use std::time::Instant;

use identity::{Client, Error};

use crate::{place::Place, table::Table};

const TRIES: usize = 4_000;
/// So few tries at each that nobody has to wait.
const NAMES: usize = 80;

/// The chance that a known name takes longer than an unknown one (the area under the ROC curve, by ranks), and half of
/// its 95 % interval (Hanley and McNeil 1982).
fn separation(known: &[f64], unknown: &[f64]) -> (f64, f64) {
    let mut all: Vec<(f64, bool)> =
        known.iter().map(|time| (*time, true)).chain(unknown.iter().map(|time| (*time, false))).collect();
    all.sort_by(|left, right| left.0.total_cmp(&right.0));
    let ranks: f64 = all.iter().zip(1..).filter(|((_, known), _)| *known).map(|(_, rank)| f64::from(rank)).sum();
    let (n, m) = (known.len() as f64, unknown.len() as f64);
    let area = (ranks - n * (n + 1.0) / 2.0) / (n * m);
    let (q1, q2) = (area / (2.0 - area), 2.0 * area * area / (1.0 + area));
    let variance = (area * (1.0 - area) + (n - 1.0) * (q1 - area * area) + (m - 1.0) * (q2 - area * area)) / (n * m);
    (area, 1.96 * variance.sqrt())
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

pub(crate) async fn measure(table: &mut Table) {
    let place = Place::make().await;
    for number in 0..NAMES {
        place.add(&format!("known{number:03}")).await;
    }
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    // In an order without a pattern, so that whatever else the machine does hits both.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for number in 0..TRIES {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let is_known = state & 1 == 0;
        let times = if is_known { &mut known } else { &mut unknown };
        let name = format!("{}{:03}", if is_known { "known" } else { "nobody" }, times.len() % NAMES);
        let client = Client { address: format!("10.1.{}.{}", number / 250, number % 250), ..Client::default() };
        let started = Instant::now();
        let refused = place.identity.sign_in(&name, &"a wrong password of some length".into(), &client).await;
        times.push(started.elapsed().as_secs_f64() * 1e3);
        assert!(matches!(refused, Err(Error::WrongCredentials)), "{refused:?}");
    }
    let (area, half) = separation(&known, &unknown);
    table.row("refused sign-in, known name, p50", format!("{:.2} ms", median(&known)), "");
    table.row("refused sign-in, unknown name, p50", format!("{:.2} ms", median(&unknown)), "");
    table.row(
        "known told from unknown by time, AUC (95 %)",
        format!("{area:.3} ({:.3}–{:.3})", area - half, area + half),
        "0.45–0.55",
    );
}
