//! Numbers, not rules: `cargo test --release -p recording --test measure -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::time::{Duration, Instant};

use common::{Fake, World, until};
use model::Role;

/// Eight hours with a screenful every two seconds.
const HOURS: u64 = 8;

#[tokio::test]
#[ignore = "measures"]
async fn going_to_any_moment_of_eight_hours() {
    let world = World::small(|_| {}).await;
    let ada = world.person("ada", Role::Developer).await;
    let (mut shell, source) = Fake::new();
    let id = world.recordings.begin(&ada, shell.shell(), |_| Ok(source)).await.unwrap();
    let steps = HOURS * 1_800;
    for step in 0..steps {
        let screen: String =
            (0..24).map(|row| format!("\x1b[{};1H\x1b[3{}mprocess {row} of {step}", row + 1, row % 8)).collect();
        shell.write(screen.as_bytes());
        until("it is written", || async {
            world.recordings.get(&ada, id, None).await.unwrap().length_ms == step * 2_000
        })
        .await;
        world.time.advance(Duration::from_secs(2));
    }
    let mut changes = world.recordings.changes();
    shell.exit(0);
    changes.recv().await.unwrap();
    let info = world.recordings.get(&ada, id, None).await.unwrap();
    until("keyframes", || async { world.recordings.index(&ada, id, None).await.unwrap().keyframes.len() > 2_800 })
        .await;
    let mut times = Vec::new();
    for step in 0..200_u64 {
        let target = info.length_ms * ((step * 7_919) % 1_000) / 1_000;
        let began = Instant::now();
        let index = world.recordings.index(&ada, id, None).await.unwrap();
        let key = index.keyframes.iter().rfind(|key| key.at_ms <= target);
        let from = match key {
            Some(key) => {
                world.recordings.frame(&ada, id, None, key.frame, key.length).await.unwrap();
                key.offset
            }
            None => index.begin,
        };
        world.recordings.events(&ada, id, None, from).await.unwrap();
        times.push(began.elapsed());
    }
    times.sort_unstable();
    println!(
        "{HOURS} h, {} MB: index, frame and events: p50 {:?}, p99 {:?}",
        info.bytes / 1_000_000,
        times[100],
        times[197]
    );
    let began = Instant::now();
    let found = world.recordings.search(&ada, id, None, "process 23 of 14399").await.unwrap();
    println!("search to the end: {:?}, {} places", began.elapsed(), found.hits.len());
}
