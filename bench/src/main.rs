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
mod sign_in;
mod table;
mod terminal;
mod tokens;

use table::Table;

#[tokio::main]
async fn main() {
    let mut inside = Table::default();
    log::measure(&mut inside).await;
    decisions::measure(&mut inside);
    tokens::measure(&mut inside).await;
    guesses::measure(&mut inside).await;
    inside.finish("inside");
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
    live::idle(&server, &session, &mut table).await;
    sign_in::measure(&server, &mut table).await;
    crowd::measure(&server, &session, &mut table).await;
    terminal::measure(&server, &session, &mut table).await;
    live::fan_out(&server, &session, &mut table).await;
    table.finish("latest");
}
