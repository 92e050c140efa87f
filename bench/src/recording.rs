//! What recording costs: the same bulk through Nova with and without it.

use std::time::Instant;

use crate::{
    client,
    nova::Server,
    table::Table,
    terminal::{Shell, write_sample},
};

/// Rounds of each kind, in turn.
const ROUNDS: usize = 7;

struct Round {
    rate: f64,
    used: f64,
}

async fn bulk(server: &Server, session: &str, recorded: bool) -> Round {
    let sample = server.dir.path().join("bulk.txt");
    let mut shell = Shell::open(server, session).await;
    shell.input("stty -opost -echo; PS1=; printf 'ready-%s' now\n").await;
    shell.until("ready-now").await;
    let about = format!("terminal={}", shell.id);
    if recorded {
        let (status, _, body) = client::post(&server.url, "/api/start_recording", session, &about).await;
        assert_eq!(status, 200, "{body}");
    }
    let before = server.processor_time();
    let started = Instant::now();
    shell.input(&format!("cat {}; printf 'bulk-%s' done\n", sample.display())).await;
    let total = shell.until("bulk-done").await;
    let rate = total as f64 / started.elapsed().as_secs_f64() / 1e6;
    let used = (server.processor_time() - before).as_secs_f64() * 100e6 / total as f64;
    let (status, _, body) =
        client::post(&server.url, "/api/close_terminal", session, &format!("id={}", shell.id)).await;
    assert_eq!(status, 200, "{body}");
    Round { rate, used }
}

pub(crate) async fn measure(server: &Server, session: &str, table: &mut Table) {
    write_sample(&server.dir.path().join("bulk.txt"));
    let (mut plain, mut recorded) = (Vec::new(), Vec::new());
    // In turn, so that whatever else the machine does hits both.
    for _ in 0..ROUNDS {
        plain.push(bulk(server, session, false).await);
        recorded.push(bulk(server, session, true).await);
    }
    let middle = |rounds: &mut Vec<Round>| {
        rounds.sort_by(|left, right| left.rate.total_cmp(&right.rate));
        let round = rounds.swap_remove(rounds.len() / 2);
        (round.rate, round.used)
    };
    let ((bare, bare_used), (kept, kept_used)) = (middle(&mut plain), middle(&mut recorded));
    table.row("terminal bulk, not recorded", format!("{bare:.0} MB/s, {bare_used:.2} s CPU per 100 MB"), "");
    table.row(
        "terminal bulk, recorded",
        format!("{kept:.0} MB/s ({:+.1} %), {kept_used:.2} s CPU per 100 MB", (kept / bare - 1.0) * 100.0),
        "≥ −3 %",
    );
}
