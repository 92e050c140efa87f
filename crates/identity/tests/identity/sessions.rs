//! Setting up, signing in, tokens and sessions.

use std::time::Duration;

use identity::{Authenticated, Client, Credentials, Error, Tokens};
use model::Role;
use secrecy::ExposeSecret;

use crate::world::*;

#[tokio::test]
async fn the_setup_link_makes_one_owner_once_and_only_for_its_holder() {
    for world in World::each().await {
        let identity = &world.identity;
        let old = identity.new_setup_link(&system()).await.unwrap().unwrap();
        let link = identity.new_setup_link(&system()).await.unwrap().unwrap();
        for wrong in ["", "guess", token_of(&old), &token_of(&link)[1..]] {
            assert!(matches!(identity.check_setup(wrong).await, Err(Error::LinkEnded)), "{wrong}");
        }
        let client = Client::default();
        let both = tokio::join!(
            identity.claim(token_of(&link), account("alice"), &client),
            identity.claim(token_of(&link), account("mallory"), &client),
        );
        assert_eq!(u8::from(both.0.is_ok()) + u8::from(both.1.is_ok()), 1, "exactly one claim succeeds");
        assert!(matches!(identity.check_setup(token_of(&link)).await, Err(Error::LinkEnded)));
        assert!(identity.new_setup_link(&system()).await.unwrap().is_none());
        assert_eq!(identity.people(&system()).await.unwrap().len(), 1);
        world.end().await;
    }
}

#[tokio::test]
async fn the_setup_link_expires_and_stands_nowhere_in_the_clear() {
    for world in World::each().await {
        let link = world.identity.new_setup_link(&system()).await.unwrap().unwrap();
        let db = world.fresh.open().await;
        let values: Vec<String> =
            store::sqlx::query_scalar("SELECT value FROM meta").fetch_all(db.read()).await.unwrap();
        assert!(values.iter().all(|value| !value.contains(token_of(&link))));
        world.time.advance(Duration::from_secs(30 * 60));
        assert!(matches!(world.identity.check_setup(token_of(&link)).await, Err(Error::LinkEnded)));
        db.close().await;
        world.end().await;
    }
}

#[tokio::test]
async fn people_sign_in_by_name_or_mail_in_any_case_and_not_otherwise() {
    for world in World::each().await {
        world.owner().await;
        let client = Client::default();
        for name in ["alice", " Alice", "ALICE@example.ORG"] {
            assert!(world.identity.sign_in(name, &PASSWORD.into(), &client).await.is_ok(), "{name}");
        }
        for (name, password) in
            [("alice", "wrong"), ("alice", ""), ("bob", PASSWORD), ("", PASSWORD), ("alice' OR '1'='1", PASSWORD)]
        {
            let refused = world.identity.sign_in(name, &password.into(), &client).await;
            assert!(matches!(refused, Err(Error::WrongCredentials)), "{name}");
        }
        world.end().await;
    }
}

#[tokio::test]
async fn an_access_token_runs_out_and_is_renewed_with_the_refresh_token() {
    for world in World::each().await {
        let signed_in = world.owner().await;
        assert!(matches!(world.authenticate(&signed_in.tokens).await, Authenticated::Caller(_)));
        world.time.advance(Duration::from_secs(15 * 60));
        let Authenticated::Renewed(renewed) = world.authenticate(&signed_in.tokens).await else {
            panic!("not renewed")
        };
        assert_eq!(renewed.caller.session(), signed_in.caller.session());
        assert!(matches!(world.authenticate(&renewed.tokens).await, Authenticated::Caller(_)));
        world.time.advance(Duration::from_secs(7 * 24 * 3600 + 1));
        assert!(matches!(world.authenticate(&renewed.tokens).await, Authenticated::Nobody));
        world.end().await;
    }
}

#[tokio::test]
async fn two_tabs_refreshing_at_once_get_the_same_successor() {
    for world in World::each().await {
        let tokens = world.owner().await.tokens;
        let mut renewals = Vec::new();
        for _ in 0..8 {
            let (identity, tokens) = (world.identity.clone(), tokens.clone());
            renewals.push(tokio::spawn(async move {
                let credentials = Credentials { access: None, ..credentials(&tokens) };
                match identity.authenticate(credentials, &Client::default()).await.unwrap() {
                    Authenticated::Renewed(signed_in) => signed_in.tokens.refresh.expose_secret().to_owned(),
                    other => panic!("{other:?}"),
                }
            }));
        }
        let mut successors = std::collections::HashSet::new();
        for renewal in renewals {
            successors.insert(renewal.await.unwrap());
        }
        assert_eq!(successors.len(), 1);
        world.time.advance(Duration::from_secs(14));
        assert!(world.renew(&tokens).await.is_some(), "still within the grace");
        world.end().await;
    }
}

#[tokio::test]
async fn a_replaced_refresh_token_used_after_the_grace_ends_the_whole_family() {
    for world in World::each().await {
        let first = world.owner().await.tokens;
        let mut ended = world.identity.revocations();
        let second = world.renew(&first).await.unwrap();
        world.time.advance(Duration::from_secs(16));
        assert!(world.renew(&first).await.is_none());
        assert!(ended.try_recv().is_ok(), "open sockets are told");
        assert!(world.renew(&second).await.is_none());
        assert!(matches!(world.authenticate(&second).await, Authenticated::Nobody));
        world.end().await;
    }
}

#[tokio::test]
async fn a_stolen_token_without_its_fingerprint_is_worthless_and_harmless() {
    for world in World::each().await {
        let tokens = world.owner().await.tokens;
        let stolen = Tokens { fingerprint: "another".to_owned().into(), ..tokens.clone() };
        assert!(matches!(world.authenticate(&stolen).await, Authenticated::Nobody));
        assert!(world.renew(&stolen).await.is_none());
        assert!(matches!(world.authenticate(&tokens).await, Authenticated::Caller(_)), "its owner stays signed in");
        world.end().await;
    }
}

#[tokio::test]
async fn an_ended_session_is_nobody_at_once() {
    for world in World::each().await {
        let owner = world.owner().await;
        let other = world.sign_in("alice").await;
        assert_eq!(world.identity.sessions(&owner.caller).await.unwrap().len(), 2);
        assert!(matches!(world.authenticate(&other.tokens).await, Authenticated::Caller(_)));
        world.identity.end_session(&owner.caller, other.caller.session().unwrap()).await.unwrap();
        assert!(matches!(world.authenticate(&other.tokens).await, Authenticated::Nobody));
        assert!(world.renew(&other.tokens).await.is_none());
        let left = world.identity.sessions(&owner.caller).await.unwrap();
        assert!(left.len() == 1 && left[0].current);
        world.identity.sign_out(&owner.caller).await.unwrap();
        assert!(matches!(world.authenticate(&owner.tokens).await, Authenticated::Nobody));
        world.end().await;
    }
}

#[tokio::test]
async fn nobody_ends_anothers_session() {
    for world in World::each().await {
        let owner = world.owner().await;
        let guest = invite(&world, &owner.caller, Role::Developer, "bob").await;
        let refused = world.identity.end_session(&guest.caller, owner.caller.session().unwrap()).await;
        assert!(matches!(refused, Err(Error::Unknown("session"))));
        assert!(matches!(world.authenticate(&owner.tokens).await, Authenticated::Caller(_)));
        world.end().await;
    }
}
