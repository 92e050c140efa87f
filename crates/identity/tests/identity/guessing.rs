//! Guessing passwords is slow, and never locks the right person out.

use std::time::Duration;

use identity::{Error, Identity};
use model::{Caller, Role};

use crate::world::*;

async fn wrong(identity: &Identity, name: &str, address: &str) -> Error {
    identity.sign_in(name, &"not the password at all".into(), &from(address)).await.unwrap_err()
}

#[tokio::test]
async fn guessing_is_slowed_under_every_name_of_the_account_and_the_owner_gets_in_elsewhere() {
    for world in World::each().await {
        let (identity, owner) = (&world.identity, world.owner().await);
        for name in ["alice", "ALICE ", "alice@example.org", "Alice@Example.org", "alice"] {
            assert!(matches!(wrong(identity, name, "192.0.2.1").await, Error::WrongCredentials), "{name}");
        }
        let password = PASSWORD.into();
        for name in ["alice", "alice@EXAMPLE.org"] {
            let early = identity.sign_in(name, &password, &from("192.0.2.1")).await;
            assert!(matches!(early, Err(Error::Wait(_))), "even the right password waits: {early:?}");
        }
        assert!(identity.sign_in("alice", &password, &from("192.0.2.2")).await.is_ok(), "her own desk");
        assert!(identity.people(&owner.caller).await.unwrap().iter().all(|person| person.slowed));

        world.time.advance(Duration::from_secs(16));
        assert!(identity.sign_in("alice", &password, &from("192.0.2.1")).await.is_ok(), "the wait ends by itself");
        assert!(identity.people(&owner.caller).await.unwrap().iter().all(|person| !person.slowed));
        world.end().await;
    }
}

#[tokio::test]
async fn unknown_names_are_slowed_like_known_ones() {
    for world in World::each().await {
        world.owner().await;
        let mut told = Vec::new();
        for name in ["alice", "nobody"] {
            let mut answers = Vec::new();
            for _ in 0..8 {
                let error = model::ApiError::from(wrong(&world.identity, name, "192.0.2.9").await);
                answers.push((error.code, error.message));
            }
            told.push(answers);
        }
        assert_eq!(told[0], told[1]);
        world.end().await;
    }
}

#[tokio::test]
async fn many_guesses_at_once_are_as_few_as_one_after_another() {
    for world in World::each().await {
        world.owner().await;
        let mut guesses = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let identity = world.identity.clone();
            guesses.spawn(async move { wrong(&identity, "alice", "192.0.2.1").await });
        }
        let mut looked_at = 0;
        while let Some(answer) = guesses.join_next().await {
            looked_at += usize::from(matches!(answer.unwrap(), Error::WrongCredentials));
        }
        assert_eq!(looked_at, 5);
        world.end().await;
    }
}

#[tokio::test]
async fn guesses_from_many_addresses_do_not_shut_out_a_place_the_person_was_at() {
    for world in World::each().await {
        let identity = &world.identity;
        world.owner().await;
        let password = PASSWORD.into();
        identity.sign_in("alice", &password, &from("198.51.100.1")).await.unwrap();
        for host in 0..60 {
            wrong(identity, "alice", &format!("203.0.113.{host}")).await;
        }
        assert!(matches!(wrong(identity, "alice", "203.0.113.99").await, Error::Wait(_)), "a new place waits");
        assert!(identity.sign_in("alice", &password, &from("198.51.100.1")).await.is_ok());
        world.time.advance(Duration::from_secs(15 * 60 + 1));
        assert!(
            identity.sign_in("alice", &password, &from("203.0.113.200")).await.is_ok(),
            "and a new place not for good"
        );
        world.end().await;
    }
}

#[tokio::test]
async fn one_address_trying_many_names_is_slowed_and_an_admin_lifts_a_wait() {
    for world in World::each().await {
        let (identity, owner) = (&world.identity, world.owner().await);
        let bob = identity.add_user(&owner.caller, account("bob"), &Role::Developer).await.unwrap();
        for n in 0..30 {
            assert!(matches!(wrong(identity, &format!("name{n}"), "192.0.2.1").await, Error::WrongCredentials), "{n}");
        }
        assert!(matches!(wrong(identity, "name30", "192.0.2.1").await, Error::Wait(_)));
        for _ in 0..5 {
            wrong(identity, "bob", "192.0.2.2").await;
        }
        let password = PASSWORD.into();
        assert!(matches!(identity.sign_in("bob", &password, &from("192.0.2.2")).await, Err(Error::Wait(_))));
        let viewer = Caller::person(model::UserId::new(), model::SessionId::new(), Role::Viewer);
        assert!(identity.lift_wait(&viewer, bob).await.is_err());
        identity.lift_wait(&owner.caller, bob).await.unwrap();
        assert!(identity.sign_in("bob", &password, &from("192.0.2.2")).await.is_ok());
        world.end().await;
    }
}
