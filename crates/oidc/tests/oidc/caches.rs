//! What is remembered of a provider, and for how long.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures_util::future::join_all;
use oidc::{Error, Fault, Kind, Provider};
use serde_json::json;

use crate::{
    hostile::{BACK, Hostile},
    signer::Signer,
};

fn hits(hostile: &Hostile) -> (usize, usize) {
    (hostile.hits.document.load(Ordering::SeqCst), hostile.hits.keys.load(Ordering::SeqCst))
}

/// The provider signs with another key from now on.
fn rotate(hostile: &Hostile, kid: &str) {
    let signer = Signer::ec(kid);
    let mut script = hostile.script();
    script.keys = json!({ "keys": [signer.jwk()] });
    script.signer = signer;
}

#[tokio::test]
async fn document_and_keys_are_fetched_once_an_hour() {
    let hostile = Hostile::start().await;
    for _ in 0..3 {
        hostile.sign_in().await.unwrap();
    }
    assert_eq!(hits(&hostile), (1, 1));
    hostile.wait(Duration::from_secs(3600));
    hostile.sign_in().await.unwrap();
    assert_eq!(hits(&hostile), (2, 2));
}

#[tokio::test]
async fn a_rotated_key_is_believed_at_once_and_the_old_one_no_more() {
    let hostile = Hostile::start().await;
    hostile.sign_in().await.unwrap();
    let old = Arc::clone(&hostile.script().signer);
    rotate(&hostile, "second");
    assert!(hostile.sign_in().await.is_ok());
    assert_eq!(hits(&hostile), (1, 2));
    let fault = hostile
        .refusal(move |token| {
            token.signer = Arc::clone(&old);
            token.header["kid"] = json!("first");
        })
        .await;
    assert_eq!(fault, Fault::UnknownKey);
}

#[tokio::test]
async fn unknown_keys_make_them_be_fetched_once_a_minute_at_most() {
    let hostile = Hostile::start().await;
    hostile.sign_in().await.unwrap();
    for _ in 0..5 {
        assert_eq!(hostile.refusal(|token| token.header["kid"] = json!("unknown")).await, Fault::UnknownKey);
    }
    assert_eq!(hits(&hostile), (1, 2));
    hostile.lie(|_| ());
    rotate(&hostile, "second");
    hostile.wait(Duration::from_secs(59));
    assert_eq!(hostile.sign_in().await.unwrap_err(), Error::Identity(Fault::UnknownKey));
    hostile.wait(Duration::from_secs(1));
    assert!(hostile.sign_in().await.is_ok());
    assert_eq!(hits(&hostile), (1, 3));
}

#[tokio::test]
async fn newer_keys_do_not_lengthen_the_life_of_the_document() {
    let hostile = Hostile::start().await;
    hostile.sign_in().await.unwrap();
    hostile.wait(Duration::from_secs(3000));
    rotate(&hostile, "second");
    hostile.sign_in().await.unwrap();
    hostile.wait(Duration::from_secs(600));
    hostile.sign_in().await.unwrap();
    assert_eq!(hits(&hostile), (2, 3));
}

#[tokio::test]
async fn many_sign_ins_at_once_ask_once() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider();
    let begun = join_all((0..50).map(|_| hostile.party.begin(&provider, BACK))).await;
    assert!(begun.iter().all(Result::is_ok));
    assert_eq!(hits(&hostile), (1, 1));
}

#[tokio::test]
async fn a_failure_stands_for_five_seconds_and_no_longer() {
    let hostile = Hostile::start().await;
    hostile.describe(|document| document["issuer"] = json!("https://evil.example"));
    let failed = join_all((0..20).map(|_| hostile.sign_in())).await;
    assert!(failed.iter().all(|outcome| matches!(outcome, Err(Error::IssuerDiffers { .. }))));
    assert_eq!(hits(&hostile), (1, 0));
    hostile.describe(|_| ());
    assert!(hostile.sign_in().await.is_err());
    hostile.wait(Duration::from_secs(5));
    assert!(hostile.sign_in().await.is_ok());
}

#[tokio::test]
async fn a_check_sees_a_mended_provider_at_once() {
    let hostile = Hostile::start().await;
    hostile.describe(|document| document["issuer"] = json!("https://evil.example"));
    assert!(hostile.sign_in().await.is_err());
    hostile.describe(|_| ());
    assert!(hostile.party.check(&hostile.provider()).await.is_ok());
    assert!(hostile.sign_in().await.is_ok());
}

#[tokio::test]
async fn only_so_many_providers_are_remembered() {
    let hostile = Hostile::start().await;
    hostile.sign_in().await.unwrap();
    // Thirty-two others, each with an issuer of its own, push the first one out.
    for number in 0..32 {
        hostile.wait(Duration::from_secs(1));
        let issuer = format!("{}/{number}", hostile.base);
        let told = issuer.clone();
        hostile.describe(move |document| document["issuer"] = json!(told));
        let provider = Provider { kind: Kind::OpenId { issuer }, ..hostile.provider() };
        hostile.party.begin(&provider, BACK).await.unwrap();
        hostile.party.begin(&provider, BACK).await.unwrap();
    }
    assert_eq!(hits(&hostile).0, 33);
    hostile.describe(|_| ());
    hostile.sign_in().await.unwrap();
    assert_eq!(hits(&hostile).0, 34);
}
