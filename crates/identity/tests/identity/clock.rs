//! A clock that is an hour off, in either direction: nobody is signed out, shut out or let in by it.

use std::time::Duration;

use identity::{Authenticated, Client, Credentials, Error};
use model::{ErrorCode, Role, factors::Showing};

use crate::world::*;

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_clock_that_jumps_an_hour_signs_nobody_out() {
    for world in World::each().await {
        let first = world.owner().await.tokens;
        world.time.advance(HOUR);
        let ahead = world.renew(&first).await.expect("renewed an hour later");
        world.time.turn_back(HOUR);
        // The access token is from the future now, and renewed like one that has run out.
        let Authenticated::Renewed(back) = world.authenticate(&ahead).await else { panic!("signed out") };
        assert!(matches!(world.authenticate(&back.tokens).await, Authenticated::Caller(_)));
        world.time.turn_back(HOUR);
        assert!(world.renew(&back.tokens).await.is_some(), "an hour before the sign-in");
        world.end().await;
    }
}

#[tokio::test]
async fn a_token_from_the_future_is_no_token_yet() {
    for world in World::each().await {
        let tokens = world.owner().await.tokens;
        world.time.turn_back(HOUR);
        let credentials = Credentials { refresh: None, ..credentials(&tokens) };
        let found = world.identity.authenticate(credentials, &Client::default()).await.unwrap();
        assert!(matches!(found, Authenticated::Nobody));
        world.end().await;
    }
}

#[tokio::test]
async fn a_clock_set_back_does_not_stretch_the_grace_of_a_replaced_token() {
    for world in World::each().await {
        let first = world.owner().await.tokens;
        let second = world.renew(&first).await.unwrap();
        world.time.turn_back(HOUR);
        assert!(world.renew(&first).await.is_none(), "a replaced token works an hour longer");
        assert!(world.renew(&second).await.is_none(), "its use ends the session, as it always does");
        world.end().await;
    }
}

#[tokio::test]
async fn a_clock_set_back_does_not_stretch_a_confirmation() {
    for world in World::each().await {
        let owner = world.owner().await;
        let bob = world.someone("bob", Role::Viewer).await.caller.user().unwrap();
        world.time.turn_back(HOUR);
        let tokens = world.renew(&owner.tokens).await.unwrap();
        let caller = world.caller(&tokens).await;
        let refused = world.identity.reset_factors(&caller, bob).await.unwrap_err();
        assert_eq!(model::ApiError::from(refused).code, ErrorCode::StepUp);
        world.identity.confirm(&caller, &Showing::Password(PASSWORD.into()), &Client::default()).await.unwrap();
        world.identity.reset_factors(&world.caller(&tokens).await, bob).await.unwrap();
        world.end().await;
    }
}

#[tokio::test]
async fn a_clock_set_back_shuts_nobody_out_for_longer_than_their_wait() {
    for world in World::each().await {
        world.owner().await;
        let client = from("192.0.2.40");
        let stopped = loop {
            match world.identity.sign_in("alice", &"wrong".into(), &client).await {
                Err(Error::WrongCredentials) => {}
                other => break other,
            }
        };
        assert!(matches!(stopped, Err(Error::Wait(_))));
        world.time.turn_back(HOUR);
        let right = world.identity.sign_in("alice", &PASSWORD.into(), &client).await;
        assert!(right.is_ok(), "{right:?}");
        world.end().await;
    }
}
