//! Numbers, not rules: `cargo test --release -p terminal --test measure -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::time::Instant;

use common::{Client, developer, holder, script, settings, terminals};
use model::terminal::ServerFrame;
use terminal::Terminals;

const MEGABYTES: usize = 100;

/// Seconds of CPU this process has used.
fn cpu() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Reads up to byte `total`; a viewer that falls behind gets there by a snapshot.
async fn drain(mut client: Client, total: usize) -> (usize, f64) {
    let (began, mut frames) = (Instant::now(), 0);
    while client.seq.is_none_or(|seq| seq < total as u64) && client.step().await {
        client.output.clear();
        frames += 1;
    }
    (frames, began.elapsed().as_secs_f64())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn throughput() {
    let directory = tempfile::tempdir().unwrap();
    let source =
        format!("stty -opost; read go; head -c {}000000 /dev/zero | base64 -w 100; sleep 5", MEGABYTES * 3 / 4);
    let me = developer();
    for (viewers, held) in [(1, false), (1, true), (4, false), (4, true), (1, false), (1, true)] {
        let mut settings = settings(&script(&directory, &source));
        settings.holder = held.then(|| holder(&directory));
        let terminals = Terminals::start(settings);
        let (id, mut first) = Client::open(&terminals, &me).await;
        first.type_in("go\n").await;
        let after = |client: &Client| client.seq;
        let others: Vec<_> = (1..viewers)
            .map(|_| Client::new(terminals.attach(&me, id, after(&first)).unwrap(), after(&first)))
            .collect();
        let total = MEGABYTES * 1_000_000;
        let others: Vec<_> = others.into_iter().map(|client| tokio::spawn(drain(client, total))).collect();
        let before = cpu();
        let (frames, seconds) = drain(first, total).await;
        for other in others {
            other.await.unwrap();
        }
        println!(
            "{viewers} viewers, a {} holds: {:.0} MB/s, {:.1} KB a frame, {:.2} s of this process's CPU per 100 MB",
            if held { "process" } else { "thread" },
            MEGABYTES as f64 / seconds,
            total as f64 / 1000.0 / frames as f64,
            (cpu() - before) * 100.0 / MEGABYTES as f64
        );
        terminals.close(&me, id).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn echo_and_snapshot() {
    let (directory, me) = (tempfile::tempdir().unwrap(), developer());
    for held in [false, true, false, true] {
        let mut settings = settings("/bin/sh");
        settings.holder = held.then(|| holder(&directory));
        let terminals = Terminals::start(settings);
        let (id, mut client) = Client::open(&terminals, &me).await;
        client.type_in("stty raw; exec cat > /dev/null\n").await;
        client.until("null").await;
        let mut times: Vec<_> = Vec::new();
        for _ in 0..2_000 {
            let began = Instant::now();
            client.type_in("x").await;
            client.step().await;
            times.push(began.elapsed().as_micros());
        }
        times.sort_unstable();
        let by = if held { "process" } else { "thread" };
        println!("a {by} holds: echo p50 {} us, p99 {} us", times[1_000], times[1_980]);
        terminals.close(&me, id).unwrap();
    }
    let terminals = terminals("/bin/sh");

    let (id, mut client) = Client::open(&terminals, &me).await;
    client.type_in("for i in $(seq 1 3000); do printf '\\033[3%dmline %d of a log\\033[m\\n' $((i % 8)) $i; done; echo do''ne\n").await;
    client.until("done\r\n").await;
    let began = Instant::now();
    let mut late = terminals.attach(&me, id, None).unwrap();
    let frame = late.next().await.unwrap();
    let Ok(ServerFrame::Snapshot { bytes, .. }) = ServerFrame::decode(&frame) else { panic!("not a snapshot") };
    println!("snapshot with 1500 rows: {} KB in {:?}", bytes.len() / 1000, began.elapsed());
}
