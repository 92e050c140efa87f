//! Measures the services in this process, and the release binary from outside where `NOVA_TEST_BINARY` names one: see
//! README.md for what each figure means.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot be made should stop at once")]

mod client;
mod crowd;
mod decisions;
mod guesses;
mod live;
mod log;
mod nova;
mod place;
mod recording;
mod sign_in;
mod table;
mod terminal;
mod tokens;

use table::Table;

/// Which parts to measure: those named on the command line, or all. Only a whole run is stored.
struct Wanted(Vec<String>);

impl Wanted {
    fn has(&self, part: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|wanted| wanted == part)
    }

    fn finish(&self, table: Table, name: &str) {
        if self.0.is_empty() {
            table.finish(name);
        }
    }
}

#[tokio::main]
async fn main() {
    let wanted = Wanted(std::env::args().skip(1).collect());
    let mut inside = Table::default();
    if wanted.has("log") {
        log::measure(&mut inside).await;
    }
    if wanted.has("decisions") {
        decisions::measure(&mut inside);
    }
    if wanted.has("tokens") {
        tokens::measure(&mut inside).await;
    }
    if wanted.has("guesses") {
        guesses::measure(&mut inside).await;
    }
    wanted.finish(inside, "inside");
    if std::env::var_os("NOVA_TEST_BINARY").is_none() {
        return println!("NOVA_TEST_BINARY names no binary: nothing is measured from outside");
    }
    let mut table = Table::default();
    let server = nova::Server::first_start();
    let first = server.ready;
    let session = client::claim(&server.url, &server.setup_token).await;
    let server = server.restart();
    table.row("server ready, first start", nova::millis(first), "≤ 150 ms");
    table.row("server ready", nova::millis(server.ready), "≤ 150 ms");
    if wanted.has("idle") {
        live::idle(&server, &session, &mut table).await;
    }
    if wanted.has("sign-in") {
        sign_in::measure(&server, &mut table).await;
    }
    if wanted.has("crowd") {
        crowd::measure(&server, &session, &mut table).await;
    }
    if wanted.has("terminal") {
        terminal::measure(&server, &session, &mut table).await;
    }
    if wanted.has("recording") {
        recording::measure(&server, &session, &mut table).await;
    }
    if wanted.has("live") {
        live::fan_out(&server, &session, &mut table).await;
    }
    wanted.finish(table, "latest");
}
