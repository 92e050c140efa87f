//! Second factors: codes from an app, backup codes, half-done sign-ins, and confirming again.

use std::time::Duration;

use identity::{Authenticated, Client, Credentials, Error};
use model::{
    Caller, ErrorCode, Role,
    factors::{SecondStep, Showing},
};
use secrecy::ExposeSecret;
use store::sqlx;

use crate::world::*;

fn code_of(error: Error) -> ErrorCode {
    model::ApiError::from(error).code
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_each_code_is_good_once() {
    for world in World::each().await {
        let (identity, client) = (&world.identity, Client::default());
        let owner = world.owner().await;
        let (phone, backup) = enrol(&world, &owner.tokens).await;
        assert_eq!(backup.len(), 10);
        let half = world.half("alice").await;
        assert_eq!(half.step, SecondStep::Prove { totp: true, backup_codes: true, passkey: false });
        let token = half.token.expose_secret();
        let code = phone.code(&world);
        for wrong in ["000000", "", "abcdef", "12345"] {
            let refused = identity.prove(token, &Showing::Totp(wrong.into()), &client).await;
            assert!(matches!(refused, Err(Error::WrongCode)), "{wrong}");
        }
        let signed_in = identity.prove(token, &Showing::Totp(code.clone()), &client).await.unwrap();
        assert!(signed_in.caller.circumstances().second_factor);
        let again = identity.prove(token, &Showing::Totp(code.clone()), &client).await;
        assert!(matches!(again, Err(Error::StepEnded)), "the half-done sign-in is used up");
        let other = world.half("alice").await;
        let reused = identity.prove(other.token.expose_secret(), &Showing::Totp(code.clone()), &client).await;
        assert!(matches!(reused, Err(Error::WrongCode)), "the code is used up");
        let caller = world.caller(&signed_in.tokens).await;
        let reused = identity.confirm(&caller, &Showing::Totp(code), &client).await;
        assert!(matches!(reused, Err(Error::WrongCode)), "on every surface");
        world.end().await;
    }
}

#[tokio::test]
async fn the_same_code_a_thousand_times_at_once_succeeds_exactly_once() {
    for world in World::each().await {
        let owner = world.owner().await;
        let (phone, _) = enrol(&world, &owner.tokens).await;
        let code = phone.code(&world);
        // From many places, so that it is not the limit on guesses that holds them back.
        let mut halves = Vec::new();
        for _ in 0..20 {
            halves.push(world.half("alice").await.token.expose_secret().to_owned());
        }
        let mut attempts = tokio::task::JoinSet::new();
        for number in 0..1000u32 {
            let (identity, token, code) =
                (world.identity.clone(), halves[number as usize % halves.len()].clone(), code.clone());
            let client = from(&format!("10.{}.{}.1", number / 250, number % 250));
            attempts.spawn(async move { identity.prove(&token, &Showing::Totp(code), &client).await.is_ok() });
        }
        let successes = attempts.join_all().await.into_iter().filter(|success| *success).count();
        assert_eq!(successes, 1);
        world.end().await;
    }
}

#[tokio::test]
async fn who_knows_the_password_cannot_guess_codes_for_ever() {
    for world in World::each().await {
        let owner = world.owner().await;
        enrol(&world, &owner.tokens).await;
        let client = from("192.0.2.66");
        let mut wrong = 0;
        let stopped = loop {
            let entrance = world.identity.sign_in("alice", &PASSWORD.into(), &client).await;
            let Ok(identity::Entrance::Second(half)) = entrance else { break true };
            match world.identity.prove(half.token.expose_secret(), &Showing::Totp("000000".into()), &client).await {
                Err(Error::WrongCode) => wrong += 1,
                Err(Error::Wait(_)) => break true,
                other => panic!("{other:?}"),
            }
            if wrong > 20 {
                break false;
            }
        };
        assert!(stopped && wrong <= 5, "{wrong} guesses");
        world.end().await;
    }
}

#[tokio::test]
async fn a_backup_code_works_once_in_any_spelling_and_new_ones_replace_it() {
    for world in World::each().await {
        let (identity, client) = (&world.identity, Client::default());
        let owner = world.owner().await;
        let (_, backup) = enrol(&world, &owner.tokens).await;
        let half = world.half("alice").await;
        let spelled = backup[0].to_uppercase().replace('-', " ");
        let showing = Showing::BackupCode(spelled);
        let signed_in = identity.prove(half.token.expose_secret(), &showing, &client).await.unwrap();
        let half = world.half("alice").await;
        let again = identity.prove(half.token.expose_secret(), &showing, &client).await;
        assert!(matches!(again, Err(Error::WrongCode)));
        let caller = world.caller(&signed_in.tokens).await;
        assert_eq!(identity.factors(&caller).await.unwrap().backup_codes_left, 9);
        let fresh = identity.new_backup_codes(&caller).await.unwrap();
        let old = identity.prove(half.token.expose_secret(), &Showing::BackupCode(backup[1].clone()), &client).await;
        assert!(matches!(old, Err(Error::WrongCode)));
        assert!(
            identity.prove(half.token.expose_secret(), &Showing::BackupCode(fresh[0].clone()), &client).await.is_ok()
        );
        world.end().await;
    }
}

#[tokio::test]
async fn being_half_signed_in_is_worth_nothing_elsewhere_and_ends() {
    for world in World::each().await {
        let owner = world.owner().await;
        let (phone, _) = enrol(&world, &owner.tokens).await;
        let half = world.half("alice").await;
        let token = half.token.expose_secret();
        let credentials = Credentials { access: Some(token), refresh: Some(token), fingerprint: Some(token) };
        let found = world.identity.authenticate(credentials, &Client::default()).await.unwrap();
        assert!(matches!(found, Authenticated::Nobody));
        assert!(world.identity.authenticate_key(token, &Client::default()).await.unwrap().is_none());
        let password = Showing::Password(PASSWORD.into());
        assert!(world.identity.prove(token, &password, &Client::default()).await.is_err(), "not a second factor");
        assert!(world.identity.begin_enrolment(token).await.is_err(), "no second app beside the first");
        for wrong in [&token[1..], &format!("{token}A"), &token.to_lowercase(), ""] {
            assert!(matches!(world.identity.second_step(wrong).await, Err(Error::StepEnded)));
        }
        world.time.advance(Duration::from_secs(600));
        let late = world.identity.prove(token, &Showing::Totp(phone.code(&world)), &Client::default()).await;
        assert!(matches!(late, Err(Error::StepEnded)));
        world.end().await;
    }
}

#[tokio::test]
async fn a_role_that_needs_a_second_factor_lets_nobody_in_without() {
    for world in World::each().await {
        let (identity, client) = (&world.identity, Client::default());
        let owner = world.owner().await;
        let caller = world.caller(&owner.tokens).await;
        world.someone("dora", Role::Developer).await;
        identity.save_role(&caller, &Role::Developer, &[], true).await.unwrap();
        let half = world.half("dora").await;
        assert!(matches!(half.step, SecondStep::Enrol { .. }));
        let token = half.token.expose_secret();
        let phone = Phone::scan(&identity.begin_enrolment(token).await.unwrap());
        assert!(matches!(identity.finish_enrolment(token, "000000", &client).await, Err(Error::WrongCode)));
        let (signed_in, codes) = identity.finish_enrolment(token, &phone.code(&world), &client).await.unwrap();
        assert_eq!(codes.len(), 10);
        let dora = world.caller(&signed_in.tokens).await;
        assert_eq!(code_of(identity.remove_totp(&dora).await.unwrap_err()), ErrorCode::Conflict, "the role needs it");
        assert!(world.actions().await.contains(&"totp.enrol done".to_owned()));
        world.end().await;
    }
}

#[tokio::test]
async fn sensitive_actions_ask_again_after_ten_minutes() {
    for world in World::each().await {
        let (identity, client) = (&world.identity, Client::default());
        let owner = world.owner().await;
        let bob = world.someone("bob", Role::Viewer).await.caller.user().unwrap();
        world.time.advance(Duration::from_secs(601));
        let stale: Caller = world.caller(&owner.tokens).await;
        assert_eq!(code_of(identity.set_role(&stale, bob, &Role::Developer).await.unwrap_err()), ErrorCode::StepUp);
        // An invitation is a role given to whoever holds the link.
        assert_eq!(code_of(identity.invite(&stale, &Role::Owner).await.unwrap_err()), ErrorCode::StepUp);
        assert_eq!(code_of(identity.begin_totp(&stale).await.unwrap_err()), ErrorCode::StepUp);
        let wrong = identity.confirm(&stale, &Showing::Password("not my password".into()), &client).await;
        assert!(matches!(wrong, Err(Error::WrongPassword)));
        identity.confirm(&stale, &Showing::Password(PASSWORD.into()), &client).await.unwrap();
        let fresh = world.caller(&owner.tokens).await;
        identity.set_role(&fresh, bob, &Role::Developer).await.unwrap();
        let (phone, _) = enrol(&world, &owner.tokens).await;
        world.time.advance(Duration::from_secs(601));
        let tokens = world.renew(&owner.tokens).await.unwrap();
        let stale = world.caller(&tokens).await;
        let password = identity.confirm(&stale, &Showing::Password(PASSWORD.into()), &client).await;
        assert_eq!(code_of(password.unwrap_err()), ErrorCode::Conflict, "the password alone is not enough any more");
        identity.confirm(&stale, &Showing::Totp(phone.code(&world)), &client).await.unwrap();
        assert!(world.caller(&tokens).await.require_fresh().is_ok());
        world.end().await;
    }
}

#[tokio::test]
async fn an_admin_resets_lost_factors_which_ends_the_sessions() {
    for world in World::each().await {
        let owner = world.owner().await;
        let bob = world.someone("bob", Role::Developer).await;
        enrol(&world, &bob.tokens).await;
        let admin = world.caller(&owner.tokens).await;
        world.identity.reset_factors(&admin, bob.caller.user().unwrap()).await.unwrap();
        assert!(matches!(world.authenticate(&bob.tokens).await, Authenticated::Nobody));
        world.sign_in("bob").await;
        assert!(world.identity.reset_factors(&admin, admin.user().unwrap()).await.is_err());
        assert_eq!(world.actions().await[1], "factors.reset done");
        world.end().await;
    }
}

#[tokio::test]
async fn seeds_and_codes_stand_nowhere_in_the_clear() {
    for world in World::each().await {
        let owner = world.owner().await;
        let caller = world.caller(&owner.tokens).await;
        let offer = world.identity.begin_totp(&caller).await.unwrap();
        let phone = Phone::scan(&offer);
        let codes = world.identity.confirm_totp(&caller, &phone.code(&world), &Client::default()).await.unwrap();
        let secret = phone.0.secret();
        let db = world.fresh.open().await;
        let mut stored: Vec<String> = sqlx::query_scalar("SELECT seed FROM totp").fetch_all(db.read()).await.unwrap();
        let digests: Vec<String> =
            sqlx::query_scalar("SELECT digest FROM backup_codes").fetch_all(db.read()).await.unwrap();
        let details: Vec<String> =
            sqlx::query_scalar("SELECT detail FROM audit_events").fetch_all(db.read()).await.unwrap();
        stored.extend(digests);
        stored.extend(details);
        let plain = [secret.to_base32(), codes[0].clone(), codes[0].replace('-', "")];
        assert!(stored.iter().all(|text| plain.iter().all(|secret| !text.contains(secret.as_str()))));
        db.close().await;
        world.end().await;
    }
}

#[tokio::test]
async fn a_lost_seal_key_is_told_and_backup_codes_still_work() {
    for world in World::each().await {
        let owner = world.owner().await;
        let (phone, backup) = enrol(&world, &owner.tokens).await;
        std::fs::remove_file(world.fresh.dir.path().join("seal.key")).unwrap();
        let (clock, _) = store::Clock::manual(world.time.now());
        let (other, _) = engine(&world.fresh, clock).await;
        let client = Client::default();
        let Ok(identity::Entrance::Second(half)) = other.sign_in("alice", &PASSWORD.into(), &client).await else {
            panic!("the password works, a second factor is asked for")
        };
        let token = half.token.expose_secret();
        assert!(other.prove(token, &Showing::Totp(phone.code(&world)), &client).await.is_err());
        assert!(other.prove(token, &Showing::BackupCode(backup[0].clone()), &client).await.is_ok());
        world.end().await;
    }
}
