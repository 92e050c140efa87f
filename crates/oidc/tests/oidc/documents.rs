//! Discovery documents, keys and endpoints that must not be used.

use std::sync::atomic::Ordering;

use axum::response::{IntoResponse, Redirect};
use oidc::{ClientAuth, Error, Fault, Kind, Provider};
use serde_json::{Value, json};
use url::Url;

use crate::{
    hostile::{BACK, Hostile},
    signer::Signer,
};

/// A real modulus of 1024 bits: half of what is believed.
const SHORT_MODULUS: &str = "2QkLEOpfz8Axqz-njXMoB5Ut8XKwMXrUZVb_1eEdMDXB7S-zwLe8txgrMFfOzq_4wZpmyhVE3ncPflj_EaWY5U2R2L4QonE6Zo4CQMm0si3MfwLkzUAlzapKbHqSvcyMC6na_DHNOtW-5J6X8WJFimcCLFn06CAlP_ttfhFYo6E";

#[tokio::test]
async fn a_document_of_another_issuer_is_refused() {
    let hostile = Hostile::start().await;
    for other in ["https://evil.example".to_owned(), format!("{}/", hostile.base), "{tenantid}".to_owned()] {
        let hostile = Hostile::start().await;
        let told = other.clone();
        hostile.describe(move |document| document["issuer"] = json!(told));
        let error = hostile.sign_in().await.unwrap_err();
        assert_eq!(error, Error::IssuerDiffers { configured: hostile.base.clone(), found: other });
    }
}

#[tokio::test]
async fn a_document_that_lacks_something_or_names_what_may_not_be_called_is_refused() {
    for name in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
        let hostile = Hostile::start().await;
        hostile.describe(move |document| drop(document.as_object_mut().unwrap().remove(name)));
        assert!(matches!(hostile.sign_in().await, Err(Error::Unreachable { .. })), "{name}");
    }
    for name in ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"] {
        for address in ["http://id.example/x", "javascript:alert(1)", "file:///etc/passwd", "/relative"] {
            let hostile = Hostile::start().await;
            hostile.describe(move |document| document[name] = json!(address));
            assert!(matches!(hostile.sign_in().await, Err(Error::Unreachable { .. })), "{name} {address}");
        }
    }
}

#[tokio::test]
async fn redirecting_endpoints_are_not_followed() {
    let hostile = Hostile::start().await;
    hostile.script().token_reply = Some(|| Redirect::temporary("/elsewhere").into_response());
    let error = hostile.sign_in().await.unwrap_err();
    let redirected = |source: &egress::Error| matches!(source, egress::Error::Redirected { status: 307, .. });
    assert!(matches!(&error, Error::Unreachable { what: "token endpoint", source } if redirected(source)), "{error}");
}

#[tokio::test]
async fn a_failing_token_endpoint_is_told_by_its_status() {
    let hostile = Hostile::start().await;
    hostile.script().token_reply = Some(|| (axum::http::StatusCode::BAD_GATEWAY, "<html>").into_response());
    let error = hostile.sign_in().await.unwrap_err();
    let status = |source: &egress::Error| matches!(source, egress::Error::Status { status: 502, .. });
    assert!(matches!(&error, Error::Unreachable { source, .. } if status(source)), "{error}");
}

#[tokio::test]
async fn too_many_keys_or_too_much_of_them_are_refused() {
    let hostile = Hostile::start().await;
    hostile.script().keys = json!({ "keys": vec![Signer::ec("first").jwk(); 65] });
    assert!(matches!(hostile.sign_in().await, Err(Error::Unsupported(_))));
    let hostile = Hostile::start().await;
    hostile.script().keys["filler"] = json!("x".repeat(300 * 1024));
    let error = hostile.sign_in().await.unwrap_err();
    let too_large = |source: &egress::Error| matches!(source, egress::Error::TooLarge { .. });
    assert!(matches!(&error, Error::Unreachable { what: "keys", source } if too_large(source)), "{error}");
}

#[tokio::test]
async fn keys_that_cannot_verify_signatures_are_not_used_and_harm_no_others() {
    let good = Signer::ec("first");
    let with = |name: &str, value: Value| {
        let mut jwk = good.jwk();
        jwk[name] = value;
        jwk
    };
    let unusable = [
        with("use", json!("enc")),
        with("key_ops", json!(["encrypt"])),
        with("alg", json!("HS256")),
        with("alg", json!("ES384")),
        with("alg", json!("RS256")),
        with("crv", json!("secp256k1")),
        with("kty", json!("oct")),
        with("x", json!("AAAA")),
        with("kid", json!(5)),
        json!({ "kty": "RSA", "kid": "first", "alg": "RS256", "use": "sig", "n": SHORT_MODULUS, "e": "AQAB" }),
        json!({ "kty": "oct", "kid": "first", "alg": "HS256", "k": "AAAA" }),
        json!("text"),
        Value::Null,
    ];
    for key in &unusable {
        let hostile = Hostile::start().await;
        hostile.script().keys = json!({ "keys": [key] });
        assert_eq!(hostile.sign_in().await.unwrap_err(), Error::Identity(Fault::UnknownKey), "{key}");
        assert!(matches!(hostile.party.check(&hostile.provider()).await, Err(Error::Unsupported(_))), "{key}");
    }
    let hostile = Hostile::with_key(std::sync::Arc::clone(&good)).await;
    let mut all = unusable.to_vec();
    all.push(good.jwk());
    hostile.script().keys = json!({ "keys": all });
    assert!(hostile.sign_in().await.is_ok());
}

#[tokio::test]
async fn a_client_proves_itself_the_way_the_provider_knows() {
    let hostile = Hostile::start().await;
    let methods = |list: Value| {
        let hostile = hostile.clone();
        async move {
            hostile.describe(move |document| document["token_endpoint_auth_methods_supported"] = list.clone());
            hostile.party.check(&hostile.provider()).await.map(|description| description.client_auth)
        }
    };
    assert_eq!(methods(json!(["client_secret_post", "client_secret_basic"])).await, Ok(ClientAuth::Basic));
    assert_eq!(methods(json!(["client_secret_post"])).await, Ok(ClientAuth::Post));
    assert!(matches!(methods(json!(["private_key_jwt"])).await, Err(Error::Unsupported(_))));
    let public = Provider { client_secret: None, ..hostile.provider() };
    assert_eq!(hostile.party.check(&public).await.unwrap().client_auth, ClientAuth::None);
}

#[tokio::test]
async fn the_address_a_browser_is_sent_to_keeps_the_providers_own_query() {
    let hostile = Hostile::start().await;
    hostile
        .describe(|document| document["authorization_endpoint"] = json!("https://id.example/authorize?tenant=a%20b"));
    let begun = hostile.party.begin(&hostile.provider(), BACK).await.unwrap();
    let url = Url::parse(&begun.url).unwrap();
    let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    assert_eq!(value("tenant").as_deref(), Some("a b"));
    assert_eq!(value("response_type").as_deref(), Some("code"));
    assert_eq!(value("scope").as_deref(), Some("openid email profile"));
    assert_eq!(value("state").as_deref(), Some(begun.flow.state()));
    assert!(!begun.url.contains("word"), "the secret stays here");
    for odd in ["http://nova.example/back", "javascript:alert(1)", "/back"] {
        assert!(matches!(hostile.party.begin(&hostile.provider(), odd).await, Err(Error::Settings { .. })), "{odd}");
    }
}

#[tokio::test]
async fn signing_out_is_offered_where_the_provider_does() {
    let hostile = Hostile::start().await;
    let (provider, hint) = (hostile.provider(), "a.b.c".into());
    assert_eq!(hostile.party.sign_out_url(&provider, Some(&hint), BACK, None).await.unwrap(), None);
    hostile.describe(|document| document["end_session_endpoint"] = json!("https://id.example/end?x=y"));
    hostile.party.check(&provider).await.unwrap();
    let url = hostile.party.sign_out_url(&provider, Some(&hint), BACK, Some("s&t")).await.unwrap().unwrap();
    let pairs =
        "x=y&client_id=nova&post_logout_redirect_uri=https%3A%2F%2Fnova.example%2Fback&id_token_hint=a.b.c&state=s%26t";
    assert_eq!(url, format!("https://id.example/end?{pairs}"));
    // A token too long for an address is left out rather than refused by the provider's server.
    let long = "x".repeat(5000).into();
    let url = hostile.party.sign_out_url(&provider, Some(&long), BACK, None).await.unwrap().unwrap();
    assert!(!url.contains("id_token_hint") && url.contains("client_id=nova"));
}

#[tokio::test]
async fn a_check_asks_anew_and_tells_what_is_offered() {
    let hostile = Hostile::start().await;
    let description = hostile.party.check(&hostile.provider()).await.unwrap();
    assert_eq!(
        (description.issuer.as_str(), description.algorithms.as_slice()),
        (hostile.base.as_str(), ["ES256".to_owned()].as_slice())
    );
    assert!(description.userinfo && !description.sign_out && !description.pkce && !description.answers_with_iss);
    assert_eq!(description.scopes, ["openid", "email"]);
    hostile.describe(|document| document["code_challenge_methods_supported"] = json!(["S256"]));
    assert!(hostile.party.check(&hostile.provider()).await.unwrap().pkce);
    assert_eq!(hostile.hits.document.load(Ordering::SeqCst), 2);
    let nowhere = Provider { kind: Kind::OpenId { issuer: "http://127.0.0.1:1".to_owned() }, ..hostile.provider() };
    assert!(matches!(hostile.party.check(&nowhere).await, Err(Error::Unreachable { .. })));
}
