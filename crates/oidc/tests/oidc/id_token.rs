//! ID tokens that must not be believed.

use std::{collections::BTreeSet, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use oidc::{Error, Fault};
use serde_json::{Value, json};

use crate::{hostile::Hostile, signer::Signer};

#[tokio::test]
async fn an_honest_token_of_every_algorithm_is_believed() {
    for signer in [Signer::ec("k"), Signer::ec384("k"), Signer::ed("k"), Signer::rsa("k"), Signer::pss("k")] {
        let alg = signer.alg;
        let hostile = Hostile::with_key(signer).await;
        let verified = hostile.sign_in().await.unwrap();
        assert_eq!((verified.issuer, verified.subject.as_str()), (hostile.base.clone(), "ada"), "{alg}");
        assert_eq!((verified.email.as_deref(), verified.email_verified), (Some("ada@example.org"), true));
        assert_eq!(
            (verified.name.as_deref(), verified.roles.as_slice()),
            (Some("Ada Lovelace"), ["staff".to_owned()].as_slice())
        );
        assert!(verified.id_token.is_some());
    }
}

#[tokio::test]
async fn a_token_for_somebody_else_is_refused() {
    let hostile = Hostile::start().await;
    assert_eq!(hostile.refusal(|token| token.claims["aud"] = json!("other")).await, Fault::Audience);
    assert_eq!(hostile.refusal(|token| token.claims["aud"] = json!([])).await, Fault::Audience);
    assert_eq!(hostile.refusal(|token| token.claims["aud"] = json!(["nov", "nova2"])).await, Fault::Audience);
    let several = json!(["nova", "other"]);
    let aud = several.clone();
    assert_eq!(hostile.refusal(move |token| token.claims["aud"] = aud.clone()).await, Fault::AuthorizedParty);
    assert_eq!(hostile.refusal(|token| token.claims["azp"] = json!("other")).await, Fault::AuthorizedParty);
    hostile.lie(move |token| {
        token.claims["aud"] = several.clone();
        token.claims["azp"] = json!("nova");
    });
    assert!(hostile.sign_in().await.is_ok());
    hostile.lie(|token| token.claims["aud"] = json!(["nova"]));
    assert!(hostile.sign_in().await.is_ok());
}

#[tokio::test]
async fn a_token_of_another_issuer_is_refused() {
    let hostile = Hostile::start().await;
    let base = hostile.base.clone();
    for other in ["https://evil.example".to_owned(), format!("{base}/"), base.to_uppercase(), String::new()] {
        let told = other.clone();
        assert_eq!(hostile.refusal(move |token| token.claims["iss"] = json!(told)).await, Fault::Issuer, "{other}");
    }
}

#[tokio::test]
async fn a_token_of_another_sign_in_is_refused() {
    let hostile = Hostile::start().await;
    assert_eq!(hostile.refusal(|token| token.claims["nonce"] = json!("another")).await, Fault::Nonce);
    assert_eq!(hostile.refusal(|token| token.claims["nonce"] = json!("")).await, Fault::Nonce);
    let without = hostile.refusal(|token| drop(token.claims.as_object_mut().unwrap().remove("nonce"))).await;
    assert_eq!(without, Fault::Nonce);
}

#[tokio::test]
async fn times_are_judged_by_our_clock_with_a_minute_of_leeway() {
    let hostile = Hostile::start().await;
    let now = hostile.now();
    assert_eq!(hostile.refusal(move |token| token.claims["exp"] = json!(now - 60)).await, Fault::Expired);
    assert_eq!(hostile.refusal(move |token| token.claims["iat"] = json!(now + 61)).await, Fault::NotYet);
    assert_eq!(hostile.refusal(move |token| token.claims["nbf"] = json!(now + 61)).await, Fault::NotYet);
    hostile.lie(move |token| {
        token.claims["exp"] = json!(now - 59);
        token.claims["iat"] = json!(now + 60);
        token.claims["nbf"] = json!(now + 60);
    });
    assert!(hostile.sign_in().await.is_ok());
}

#[tokio::test]
async fn claims_of_a_wrong_type_or_missing_are_refused() {
    let hostile = Hostile::start().await;
    for name in ["iss", "sub", "aud", "exp", "iat"] {
        let missing = hostile.refusal(move |token| drop(token.claims.as_object_mut().unwrap().remove(name))).await;
        assert_eq!(missing, Fault::Claims, "{name} missing");
    }
    for name in ["iss", "sub", "aud", "azp", "nonce", "exp", "iat", "nbf", "at_hash", "email", "name"] {
        for odd in [json!("9999999999"), json!(1.5), json!(1e30), json!([1]), json!({}), json!(true)] {
            if odd.is_string() && !matches!(name, "exp" | "iat" | "nbf") {
                continue;
            }
            let value = odd.clone();
            let fault = hostile.refusal(move |token| token.claims[name] = value.clone()).await;
            assert_eq!(fault, Fault::Claims, "{name} = {odd}");
        }
    }
    for name in ["iss", "sub", "aud", "exp", "iat", "nbf", "azp", "at_hash"] {
        assert_eq!(hostile.refusal(move |token| token.claims[name] = Value::Null).await, Fault::Claims, "{name} null");
    }
}

#[tokio::test]
async fn unsigned_and_symmetric_tokens_are_refused() {
    let hostile = Hostile::with_key(Signer::rsa("first")).await;
    for alg in ["none", "None", "NONE", "HS256", "HS384", "RS1", ""] {
        let fault = hostile.refusal(move |token| token.header["alg"] = json!(alg)).await;
        assert_eq!(fault, Fault::Algorithm, "{alg}");
    }
    let unsigned = hostile
        .refusal(|token| {
            token.header["alg"] = json!("none");
            token.rewrite = |token| format!("{}.", token.rsplit_once('.').unwrap().0);
        })
        .await;
    assert_eq!(unsigned, Fault::Algorithm);
    // The public key as the secret, in every form somebody may have meant.
    let jwk = Signer::rsa("first").jwk();
    let modulus = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    for secret in [jwk.to_string().into_bytes(), jwk["n"].as_str().unwrap().as_bytes().to_vec(), modulus] {
        let fault = hostile
            .refusal(move |token| {
                token.signer = Signer::mac("first", &secret);
                token.header["alg"] = json!("HS256");
            })
            .await;
        assert_eq!(fault, Fault::Algorithm);
    }
}

#[tokio::test]
async fn a_key_is_good_for_one_algorithm() {
    // The same RSA key pair, published for RS256: its PSS signatures are right, and refused.
    let hostile = Hostile::with_key(Signer::rsa("first")).await;
    let fault = hostile
        .refusal(|token| {
            token.signer = Signer::pss("first");
            token.header["alg"] = json!("PS256");
        })
        .await;
    assert_eq!(fault, Fault::Algorithm);
    // Published without an algorithm it stands for RS256, or for the one the document lists.
    let silent = |hostile: &Hostile| {
        let mut jwk = Signer::rsa("first").jwk();
        jwk.as_object_mut().unwrap().remove("alg");
        hostile.script().keys = json!({ "keys": [jwk] });
    };
    let hostile = Hostile::with_key(Signer::pss("first")).await;
    silent(&hostile);
    assert_eq!(hostile.refusal(|_| ()).await, Fault::Algorithm);
    let hostile = Hostile::with_key(Signer::pss("first")).await;
    silent(&hostile);
    hostile.describe(|document| document["id_token_signing_alg_values_supported"] = json!(["PS256", "ES256"]));
    assert!(hostile.sign_in().await.is_ok());
}

#[tokio::test]
async fn a_key_under_the_name_of_another_is_refused() {
    let hostile = Hostile::start().await;
    let other = Signer::ec("second");
    hostile.script().keys = json!({ "keys": [Signer::ec("first").jwk(), other.jwk()] });
    // Signed by the second, naming the first: whose public half is another one here.
    let signer = Arc::clone(&other);
    assert_eq!(hostile.refusal(move |token| token.signer = Arc::clone(&signer)).await, Fault::Signature);
    // Naming none while there are two.
    let unnamed = hostile
        .refusal(move |token| {
            token.signer = Arc::clone(&other);
            token.header.as_object_mut().unwrap().remove("kid");
        })
        .await;
    assert_eq!(unnamed, Fault::UnknownKey);
    assert_eq!(hostile.refusal(|token| token.header["kid"] = json!("third")).await, Fault::UnknownKey);
}

#[tokio::test]
async fn a_key_inside_the_token_counts_for_nothing() {
    let hostile = Hostile::start().await;
    let own = Signer::ec("first");
    let fault = hostile
        .refusal(move |token| {
            token.signer = Arc::clone(&own);
            token.header["jwk"] = own.jwk();
            token.header["jku"] = json!("https://evil.example/keys");
        })
        .await;
    assert_eq!(fault, Fault::Signature);
}

#[tokio::test]
async fn a_token_that_was_cut_or_changed_anywhere_is_refused() {
    let hostile = Hostile::start().await;
    let mut faults = BTreeSet::new();
    let changes: [fn(String) -> String; 8] = [
        |token| token[..token.len() - 1].to_owned(),
        |token| token[..token.len() / 2].to_owned(),
        |token| flipped(&token, 5),
        |token| flipped(&token, token.find('.').unwrap() + 20),
        |token| flipped(&token, token.rfind('.').unwrap() + 20),
        |token| flipped(&token, token.len() - 1),
        |token| format!("{token}.{token}"),
        |_| String::new(),
    ];
    for change in changes {
        let fault = hostile.refusal(move |token| token.rewrite = change).await;
        faults.insert(format!("{fault:?}"));
        assert!(matches!(fault, Fault::Malformed | Fault::Signature | Fault::UnknownKey | Fault::Algorithm), "{fault}");
    }
    assert!(faults.contains("Signature") && faults.contains("Malformed"), "{faults:?}");
}

#[tokio::test]
async fn a_token_beyond_sixteen_kibibytes_is_refused_unread() {
    let hostile = Hostile::start().await;
    let fault = hostile.refusal(|token| token.claims["filler"] = json!("x".repeat(16 * 1024))).await;
    assert_eq!(fault, Fault::TooLong);
}

#[tokio::test]
async fn an_access_token_of_another_sign_in_is_noticed() {
    let hostile = Hostile::start().await;
    assert_eq!(
        hostile.refusal(|token| token.claims["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA")).await,
        Fault::AccessToken
    );
    hostile.lie(|token| drop(token.claims.as_object_mut().unwrap().remove("at_hash")));
    assert!(hostile.sign_in().await.is_ok());
}

#[tokio::test]
async fn an_answer_without_an_id_token_signs_nobody_in() {
    use axum::response::IntoResponse;
    let hostile = Hostile::start().await;
    for reply in [
        (|| r#"{"access_token":"a","token_type":"Bearer"}"#.into_response()) as fn() -> axum::response::Response,
        || r#"{"access_token":"a","token_type":"mac","id_token":"a.b.c"}"#.into_response(),
        || r#"{"id_token":"a.b.c","token_type":"Bearer"}"#.into_response(),
    ] {
        hostile.script().token_reply = Some(reply);
        assert_eq!(hostile.sign_in().await.unwrap_err(), Error::Malformed("token answer"));
    }
}

/// `token` with one letter changed. Q also differs from A where only the upper two bits of the last letter count.
fn flipped(token: &str, at: usize) -> String {
    let letter = if token.as_bytes()[at] == b'A' { "Q" } else { "A" };
    format!("{}{letter}{}", &token[..at], &token[at + 1..])
}
