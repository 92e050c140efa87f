//! What is said about a person, and that nobody becomes another.

use std::{collections::BTreeSet, sync::atomic::Ordering};

use futures_util::future::join_all;
use oidc::{Error, Fault, Provider};
use serde_json::json;

use crate::hostile::{BACK, Hostile, Minted};

/// A token that names no address.
fn without_email(token: &mut Minted) {
    let claims = token.claims.as_object_mut().unwrap();
    claims.remove("email");
    claims.remove("email_verified");
}

#[tokio::test]
async fn an_address_is_verified_by_the_boolean_true_and_nothing_else() {
    let hostile = Hostile::start().await;
    for odd in [json!("true"), json!("1"), json!(1), json!(null), json!(["true"]), json!(false)] {
        let told = odd.clone();
        hostile.lie(move |token| token.claims["email_verified"] = told.clone());
        let verified = hostile.sign_in().await.unwrap();
        assert_eq!((verified.email.as_deref(), verified.email_verified), (Some("ada@example.org"), false), "{odd}");
    }
    assert_eq!(hostile.hits.userinfo.load(Ordering::SeqCst), 0, "not asked where the token names an address");
}

#[tokio::test]
async fn an_address_missing_in_the_token_is_asked_for() {
    let hostile = Hostile::start().await;
    hostile.lie(without_email);
    hostile.script().userinfo =
        json!({ "sub": "ada", "email": "Ada@Example.org", "email_verified": true, "preferred_username": "ada" });
    let verified = hostile.sign_in().await.unwrap();
    assert_eq!((verified.email.as_deref(), verified.email_verified), (Some("ada@example.org"), true));
    assert_eq!((verified.name.as_deref(), verified.preferred_username.as_deref()), (Some("Ada Lovelace"), Some("ada")));
}

#[tokio::test]
async fn verification_is_never_joined_to_an_address_from_elsewhere() {
    let hostile = Hostile::start().await;
    // The token verifies nothing in particular; the address comes without verification.
    hostile.lie(|token| drop(token.claims.as_object_mut().unwrap().remove("email")));
    hostile.script().userinfo = json!({ "sub": "ada", "email": "victim@example.org" });
    let verified = hostile.sign_in().await.unwrap();
    assert_eq!((verified.email.as_deref(), verified.email_verified), (Some("victim@example.org"), false));
}

#[tokio::test]
async fn userinfo_about_somebody_else_is_refused() {
    let hostile = Hostile::start().await;
    hostile.lie(without_email);
    for other in
        [json!({ "sub": "bob", "email": "ada@example.org" }), json!({ "sub": "Ada" }), json!({ "sub": "ada " })]
    {
        hostile.script().userinfo = other;
        assert_eq!(hostile.sign_in().await.unwrap_err(), Error::Identity(Fault::Subject));
    }
    for odd in [json!({ "email": "ada@example.org" }), json!(["ada"]), json!({ "sub": 1 })] {
        hostile.script().userinfo = odd;
        assert_eq!(hostile.sign_in().await.unwrap_err(), Error::Identity(Fault::Claims));
    }
}

#[tokio::test]
async fn roles_are_read_where_the_settings_say_and_nowhere_else() {
    let hostile = Hostile::start().await;
    hostile.lie(|token| {
        token.claims["realm_access"] = json!({ "roles": ["admin", 7, "x".repeat(257)] });
        token.claims["role"] = json!("owner");
    });
    let roles = |claim: Option<&str>| {
        let provider = Provider { roles_claim: claim.map(str::to_owned), ..hostile.provider() };
        let hostile = hostile.clone();
        async move { hostile.sign_in_with(&provider).await.unwrap().roles }
    };
    assert_eq!(roles(Some("realm_access.roles")).await, ["admin"]);
    assert_eq!(roles(Some("role")).await, ["owner"]);
    assert!(roles(Some("absent")).await.is_empty());
    assert!(roles(None).await.is_empty());
}

#[tokio::test]
async fn two_hundred_people_at_once_stay_themselves() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider();
    let one = async |number: usize| {
        let person = format!("person-{number}");
        let begun = hostile.party.begin(&provider, BACK).await.unwrap();
        let answer = hostile.consent(&begun, &person);
        let verified = hostile.party.finish(&provider, begun.flow, &answer).await.unwrap();
        assert_eq!(verified.subject, person);
        assert_eq!(verified.email.as_deref(), Some(format!("{person}@example.org").as_str()));
        verified.subject
    };
    let people = join_all((0..200).map(one)).await.into_iter().collect::<BTreeSet<_>>();
    assert_eq!(people.len(), 200);
}
