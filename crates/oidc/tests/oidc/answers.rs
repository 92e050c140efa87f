//! Answers that belong to somebody else, or to nobody.

use std::{sync::atomic::Ordering, time::Duration};

use oidc::{Answer, Error, Provider};
use serde_json::json;

use crate::hostile::Hostile;

#[tokio::test]
async fn an_answer_with_another_state_or_none_is_refused_before_the_code_goes_anywhere() {
    let hostile = Hostile::start().await;
    for state in [None, Some(String::new()), Some("another".to_owned())] {
        let (flow, answer) = hostile.begun().await;
        let told = hostile.party.finish(&hostile.provider(), flow, &Answer { state, ..answer }).await;
        assert!(matches!(told, Err(Error::Foreign(_))), "{told:?}");
    }
    // The answer of one's own other sign-in is another's too.
    let (flow, _) = hostile.begun().await;
    let (_, other) = hostile.begun().await;
    assert!(matches!(hostile.party.finish(&hostile.provider(), flow, &other).await, Err(Error::Foreign(_))));
    assert_eq!(hostile.hits.token.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_flow_of_one_provider_is_not_finished_with_another() {
    let hostile = Hostile::start().await;
    let (flow, answer) = hostile.begun().await;
    let other = Provider { id: "home".to_owned(), ..hostile.provider() };
    assert!(matches!(hostile.party.finish(&other, flow, &answer).await, Err(Error::Foreign(_))));
    // Nor with the same one after its settings point elsewhere.
    let (flow, answer) = hostile.begun().await;
    let moved = Provider { kind: Hostile::start().await.provider().kind, ..hostile.provider() };
    assert!(matches!(hostile.party.finish(&moved, flow, &answer).await, Err(Error::Foreign(_))));
    assert_eq!(hostile.hits.token.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_a_mix_up() {
    let hostile = Hostile::start().await;
    for iss in ["https://evil.example".to_owned(), format!("{}/", hostile.base), String::new()] {
        let (flow, answer) = hostile.begun().await;
        let answer = Answer { iss: Some(iss), ..answer };
        assert!(matches!(hostile.party.finish(&hostile.provider(), flow, &answer).await, Err(Error::Foreign(_))));
    }
    assert_eq!(hostile.hits.token.load(Ordering::SeqCst), 0);
    let (flow, answer) = hostile.begun().await;
    let answer = Answer { iss: Some(hostile.base.clone()), ..answer };
    assert!(hostile.party.finish(&hostile.provider(), flow, &answer).await.is_ok());
}

#[tokio::test]
async fn a_provider_that_says_who_answers_must_do_so() {
    let hostile = Hostile::start().await;
    hostile.describe(|document| document["authorization_response_iss_parameter_supported"] = json!(true));
    let (flow, answer) = hostile.begun().await;
    assert!(matches!(hostile.party.finish(&hostile.provider(), flow, &answer).await, Err(Error::Foreign(_))));
    let (flow, answer) = hostile.begun().await;
    let answer = Answer { iss: Some(hostile.base.clone()), ..answer };
    assert!(hostile.party.finish(&hostile.provider(), flow, &answer).await.is_ok());
}

#[tokio::test]
async fn a_code_counts_once() {
    let hostile = Hostile::start().await;
    let (flow, answer) = hostile.begun().await;
    // Somebody kept a copy of the sealed flow.
    let copy = serde_json::from_str(&serde_json::to_string(&flow).unwrap()).unwrap();
    assert!(hostile.party.finish(&hostile.provider(), flow, &answer).await.is_ok());
    let again = hostile.party.finish(&hostile.provider(), copy, &answer).await;
    assert!(matches!(again, Err(Error::Provider { code, .. }) if code == "invalid_grant"));
}

#[tokio::test]
async fn a_stolen_code_is_worth_nothing_in_another_flow() {
    let hostile = Hostile::start().await;
    let (_, stolen) = hostile.begun().await;
    let (flow, own) = hostile.begun().await;
    // The attacker's own state, the victim's code: the verifier does not belong to it.
    let answer = Answer { code: stolen.code, ..own };
    let told = hostile.party.finish(&hostile.provider(), flow, &answer).await;
    assert!(matches!(told, Err(Error::Provider { code, .. }) if code == "invalid_grant"));
}

#[tokio::test]
async fn an_answer_after_ten_minutes_is_too_late() {
    let hostile = Hostile::start().await;
    let (flow, answer) = hostile.begun().await;
    hostile.wait(Duration::from_secs(601));
    assert_eq!(hostile.party.finish(&hostile.provider(), flow, &answer).await.unwrap_err(), Error::Late);
}

#[tokio::test]
async fn what_the_provider_reports_instead_of_a_code_is_told() {
    let hostile = Hostile::start().await;
    let reported = |error: &str| {
        let error = Some(error.to_owned());
        let hostile = hostile.clone();
        async move {
            let (flow, answer) = hostile.begun().await;
            hostile.party.finish(&hostile.provider(), flow, &Answer { error, ..answer }).await.unwrap_err()
        }
    };
    assert_eq!(reported("access_denied").await, Error::Declined);
    assert!(matches!(reported("server_error").await, Error::Provider { code, .. } if code == "server_error"));
    // An error that carries another's state is nobody's.
    let (flow, answer) = hostile.begun().await;
    let answer = Answer { error: Some("access_denied".to_owned()), state: None, ..answer };
    assert!(matches!(hostile.party.finish(&hostile.provider(), flow, &answer).await, Err(Error::Foreign(_))));
    let (flow, answer) = hostile.begun().await;
    let answer = Answer { code: None, ..answer };
    assert_eq!(hostile.party.finish(&hostile.provider(), flow, &answer).await.unwrap_err(), Error::Malformed("answer"));
}
