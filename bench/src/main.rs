//! Measures the release binary from outside: see README.md for what each figure means.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot be made should stop at once")]

mod client;
mod live;
mod nova;
mod sign_in;
mod table;
mod terminal;

use table::Table;

#[tokio::main]
async fn main() {
    let mut table = Table::default();
    let server = nova::Server::first_start();
    let first = server.ready;
    let session = client::claim(&server.url, &server.setup_token).await;
    let server = server.restart();
    table.row("server ready, first start", nova::millis(first), "≤ 150 ms");
    table.row("server ready", nova::millis(server.ready), "≤ 150 ms");
    live::idle(&server, &session, &mut table).await;
    sign_in::measure(&server, &mut table).await;
    terminal::measure(&server, &session, &mut table).await;
    live::fan_out(&server, &session, &mut table).await;
    table.finish();
}
