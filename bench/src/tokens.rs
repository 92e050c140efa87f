//! What knowing a caller again costs.

use std::{hint::black_box, time::Instant};

use hdrhistogram::Histogram;
use identity::{Authenticated, Client, Credentials};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::JwkSet};
use secrecy::ExposeSecret;

use crate::{place::Place, table::Table};

const ROUNDS: u32 = 10_000;

pub(crate) async fn measure(table: &mut Table) {
    let place = Place::make().await;
    place.add("alice").await;
    let tokens = place.sign_in("alice").await.tokens;
    let (access, fingerprint) = (tokens.access.expose_secret(), tokens.fingerprint.expose_secret());

    let keys: JwkSet = serde_json::from_value(place.identity.public_keys()).unwrap();
    let key = DecodingKey::from_jwk(&keys.keys[0]).unwrap();
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_audience(&["nova"]);
    let started = Instant::now();
    for _ in 0..ROUNDS {
        let claims = decode::<serde_json::Value>(black_box(access), &key, &rules);
        black_box(claims.unwrap());
    }
    let signature = started.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS);
    table.row("access token, signature and claims alone", format!("{signature:.1} µs"), "");

    let credentials = Credentials { access: Some(access), refresh: None, fingerprint: Some(fingerprint) };
    let client = Client::default();
    let mut times = Histogram::<u64>::new(3).unwrap();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let found = place.identity.authenticate(credentials, &client).await.unwrap();
        times.record(u64::try_from(started.elapsed().as_nanos()).unwrap()).unwrap();
        assert!(matches!(found, Authenticated::Caller(_)));
    }
    let at = |quantile| times.value_at_quantile(quantile) as f64 / 1e3;
    table.row("access token to caller, p50", format!("{:.1} µs", at(0.5)), "");
    table.row("access token to caller, p99", format!("{:.1} µs", at(0.99)), "≤ 1 ms");
}
