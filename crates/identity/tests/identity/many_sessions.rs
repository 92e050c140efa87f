//! One person with very many sign-ins, and one whose tokens were stolen.

use std::time::{Duration, Instant};

use identity::Authenticated;
use model::{Role, SessionId};
use store::sqlx;

use crate::world::*;

/// As many as a person may have (crates/identity/src/sessions.rs).
const BOUND: i64 = 50;
const MANY: usize = 10_000;

#[tokio::test]
async fn ten_thousand_sessions_of_one_person_are_bounded_and_the_oldest_end() {
    for world in World::each().await {
        let owner = world.owner().await;
        let user = owner.caller.user().unwrap();
        let db = world.fresh.open().await;
        let now = world.time.now();
        let mut write = db.write().await.unwrap();
        for number in 0..MANY {
            // All older than the owner's own sign-in, the first one the oldest.
            let seen = now.0 - i64::try_from(MANY - number).unwrap();
            sqlx::query(
                "INSERT INTO sessions (id, user_id, fingerprint, generation, refresh_hash, rotated_at, device, address,
                                       created_at, last_seen_at, expires_at, factor, second_factor, proven_at)
                 VALUES ($1, $2, '', 1, $1, $3, 'phone', '', $3, $3, $4, 'password', 0, $3)",
            )
            .bind(SessionId::new().to_string())
            .bind(user.to_string())
            .bind(seen)
            .bind(now.0 + 7 * 24 * 3_600_000)
            .execute(&mut *write)
            .await
            .unwrap();
        }
        write.commit().await.unwrap();
        let live = async || -> (i64, i64) {
            let sql = "SELECT COUNT(*), MIN(last_seen_at) FROM sessions WHERE user_id = $1 AND ended_at IS NULL";
            sqlx::query_as(sql).bind(user.to_string()).fetch_one(db.read()).await.unwrap()
        };
        assert_eq!(live().await.0, i64::try_from(MANY).unwrap() + 1);
        let mut slowest = Duration::ZERO;
        // Each sign-in ends a bounded number of them.
        for _ in 0..11 {
            world.time.advance(Duration::from_secs(1));
            let started = Instant::now();
            world.sign_in("alice").await;
            slowest = slowest.max(started.elapsed());
        }
        let (left, oldest) = live().await;
        assert_eq!(left, BOUND);
        assert!(oldest > now.0 - BOUND, "the ones used longest ago have ended");
        assert!(matches!(world.authenticate(&owner.tokens).await, Authenticated::Caller(_)));
        let started = Instant::now();
        world.sign_in("alice").await;
        println!("sign-in over {MANY} sessions: {slowest:?} at most, then {:?}", started.elapsed());
        assert!(slowest < Duration::from_secs(5), "{slowest:?}");
        assert_eq!(world.identity.sessions(&owner.caller).await.unwrap().len(), usize::try_from(BOUND).unwrap());
        db.close().await;
        world.end().await;
    }
}

#[tokio::test]
async fn the_fifty_first_sign_in_ends_the_one_used_longest_ago_and_tells_so() {
    for world in World::each().await {
        let first = world.owner().await;
        let mut second = None;
        for _ in 1..BOUND {
            world.time.advance(Duration::from_secs(1));
            second = second.or(Some(world.sign_in("alice").await));
        }
        world.time.advance(Duration::from_secs(61));
        assert!(matches!(world.authenticate(&first.tokens).await, Authenticated::Caller(_)), "used just now");
        let mut told = world.identity.revocations();
        world.sign_in("alice").await;
        let ended = second.unwrap().caller;
        assert!(told.recv().await.unwrap().concerns(&ended), "its sockets are told");
        assert!(world.identity.renewed(&ended).await.unwrap().is_none());
        assert!(matches!(world.authenticate(&first.tokens).await, Authenticated::Caller(_)));
        world.end().await;
    }
}

/// Whoever of the two comes second shows that there are two; neither keeps the session.
#[tokio::test]
async fn a_stolen_refresh_token_is_noticed_when_its_owner_comes_back() {
    for world in World::each().await {
        let owner = world.owner().await;
        let elsewhere = world.sign_in("alice").await;
        let stolen = owner.tokens.clone();
        world.time.advance(Duration::from_secs(15 * 60));
        let thief = world.renew(&stolen).await.expect("the thief is first");
        let thief = world.renew(&thief).await.expect("and goes on");
        world.time.advance(Duration::from_secs(60));
        assert!(world.renew(&owner.tokens).await.is_none());
        assert!(matches!(world.authenticate(&thief).await, Authenticated::Nobody), "access token and all");
        assert!(world.renew(&thief).await.is_none());
        assert!(world.renew(&elsewhere.tokens).await.is_some(), "other sign-ins go on");
        assert_eq!(world.actions().await[0], "session.reuse refused");
        world.end().await;
    }
}

/// Knowing the old password is worth nothing once it is another, not even half a sign-in that began with it.
#[tokio::test]
async fn a_half_done_sign_in_ends_with_the_password_or_the_factors_it_began_with() {
    for world in World::each().await {
        let owner = world.owner().await;
        let bob = world.someone("bob", Role::Developer).await;
        let (phone, _) = enrol(&world, &bob.tokens).await;
        let user = bob.caller.user().unwrap();
        let alice = world.caller(&owner.tokens).await;
        for event in ["changed", "reset", "factors"] {
            let half = world.half("bob").await;
            let token = secrecy::ExposeSecret::expose_secret(&half.token).to_owned();
            let new = "amber ladder hums at noon";
            match event {
                "changed" => {
                    let client = identity::Client::default();
                    let caller = world.caller(&bob.tokens).await;
                    world.identity.change_password(&caller, &PASSWORD.into(), &new.into(), &client).await.unwrap();
                    world.identity.change_password(&caller, &new.into(), &PASSWORD.into(), &client).await.unwrap();
                }
                "reset" => {
                    let password = world.identity.reset_password(&alice, user).await.unwrap();
                    let client = identity::Client::default();
                    let entrance = world.identity.sign_in("bob", &password, &client).await.unwrap();
                    let identity::Entrance::Second(half) = entrance else { panic!("no second step") };
                    let code = model::factors::Showing::Totp(phone.code(&world));
                    let token = secrecy::ExposeSecret::expose_secret(&half.token).to_owned();
                    let back = world.identity.prove(&token, &code, &client).await.unwrap();
                    world.time.advance(Duration::from_secs(30));
                    let caller = world.caller(&back.tokens).await;
                    world.identity.change_password(&caller, &password, &PASSWORD.into(), &client).await.unwrap();
                }
                _ => world.identity.reset_factors(&alice, user).await.unwrap(),
            }
            let step = world.identity.second_step(&token).await;
            assert!(matches!(step, Err(identity::Error::StepEnded)), "{event}: {step:?}");
        }
        world.end().await;
    }
}
