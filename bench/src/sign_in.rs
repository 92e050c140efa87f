//! Sign-in beside the cost of the hash itself.

use std::time::Instant;

use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher};

use crate::{client, nova::Server, table::Table};

const ROUNDS: usize = 30;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

pub(crate) async fn measure(server: &Server, table: &mut Table) {
    // The server's own parameters (crates/identity/src/passwords.rs).
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19 * 1024, 2, 1, None).unwrap());
    let hash = (0..ROUNDS).map(|_| {
        let started = Instant::now();
        hasher.hash_password(client::PASSWORD.as_bytes()).unwrap();
        started.elapsed().as_secs_f64() * 1e3
    });
    let alone = median(hash.collect());
    let body = format!("identifier=alice&password={}", client::PASSWORD.replace(' ', "+"));
    let mut whole = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let (status, _, _) = client::post(&server.url, "/api/public/sign_in", "", &body).await;
        assert_eq!(status, 200);
        whole.push(started.elapsed().as_secs_f64() * 1e3);
    }
    let whole = median(whole);
    table.row("argon2id alone, p50", format!("{alone:.1} ms"), "");
    table.row("sign-in, p50", format!("{whole:.1} ms ({:.2}×)", whole / alone), "near the hash");
}
