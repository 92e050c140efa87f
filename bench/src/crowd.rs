//! Two hundred people signing in at once, and what everybody else notices of it.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use tokio::{task::JoinSet, time::interval};

use crate::{client, nova::Server, table::Table};

const CROWD: usize = 200;
/// Memory of one hash (crates/identity/src/passwords.rs), in MiB.
const HASH: f64 = 19.0;

async fn invite(server: &Server, owner: &str, number: usize) {
    let (_, _, made) = client::post(&server.url, "/api/invite", owner, "role=viewer").await;
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let token = made["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let body = format!("token={token}&username=crowd{number:03}&password={}", client::PASSWORD.replace(' ', "+"));
    let (status, _, answer) = client::post(&server.url, "/api/public/accept_invitation", "", &body).await;
    assert_eq!(status, 200, "{answer}");
}

/// Asks for one's own sessions over and over; how long each answer took, in µs.
async fn others(url: String, owner: String, until: Arc<AtomicBool>) -> Histogram<u64> {
    let mut times = Histogram::new(3).unwrap();
    let mut pace = interval(Duration::from_millis(5));
    while !until.load(Ordering::Relaxed) {
        pace.tick().await;
        let started = Instant::now();
        let (status, _, answer) = client::post(&url, "/api/sessions", &owner, "").await;
        assert_eq!(status, 200, "{answer}");
        times.record(u64::try_from(started.elapsed().as_micros()).unwrap()).unwrap();
    }
    times
}

pub(crate) async fn measure(server: &Server, owner: &str, table: &mut Table) {
    for number in 0..CROWD {
        invite(server, owner, number).await;
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (stop, quiet) = (Arc::new(AtomicBool::new(false)), Duration::from_secs(2));
    let alone = tokio::spawn(others(server.url.clone(), owner.to_owned(), Arc::clone(&stop)));
    tokio::time::sleep(quiet).await;
    stop.store(true, Ordering::Relaxed);
    let alone = alone.await.unwrap();

    let before = server.resident();
    let stop = Arc::new(AtomicBool::new(false));
    let meanwhile = tokio::spawn(others(server.url.clone(), owner.to_owned(), Arc::clone(&stop)));
    let started = Instant::now();
    let mut crowd = JoinSet::new();
    for number in 0..CROWD {
        let url = server.url.clone();
        crowd.spawn(async move {
            // Each from a place of their own, so that none is taken for a guesser.
            let from = Ipv4Addr::new(127, 0, 1, u8::try_from(number + 1).unwrap());
            let body = format!("identifier=crowd{number:03}&password={}", client::PASSWORD.replace(' ', "+"));
            client::post_from(from, &url, "/api/public/sign_in", "", &body).await.0
        });
    }
    let (mut peak, mut look, mut done) = (before, interval(Duration::from_millis(5)), 0);
    while done < CROWD {
        tokio::select! {
            Some(status) = crowd.join_next() => {
                assert_eq!(status.unwrap(), 200);
                done += 1;
            }
            _ = look.tick() => peak = peak.max(server.resident()),
        }
    }
    let spent = started.elapsed().as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    let meanwhile = meanwhile.await.unwrap();
    let millis = |times: &Histogram<u64>, quantile| times.value_at_quantile(quantile) as f64 / 1e3;
    table.row("200 sign-ins at once", format!("{:.0} /s on {cores} cores", CROWD as f64 / spent), "near cores ÷ hash");
    let bound = HASH * cores as f64;
    table.row(
        "200 sign-ins at once, memory over before",
        format!("{:.0} MiB", peak - before),
        &format!("≤ {bound:.0} MiB of hashes and a little"),
    );
    table.row("others' requests alone, p99", format!("{:.1} ms", millis(&alone, 0.99)), "");
    table.row("others' requests meanwhile, p50", format!("{:.1} ms", millis(&meanwhile, 0.5)), "");
    table.row("others' requests meanwhile, p99", format!("{:.1} ms", millis(&meanwhile, 0.99)), "≤ 50 ms");
}
