//! Forgotten passwords: asking by mail, the link, and links that admins hand over.

use std::{fs, time::Duration};

use identity::{Authenticated, Client, Entrance, Error};
use model::{ApiError, Caller, ErrorCode, Role, audit::AuditFilter, factors::SecondStep};
use secrecy::{ExposeSecret, SecretString};

use crate::{letters::mails_of, world::*};

const NEW: &str = "copper lantern walks slowly";

fn ended<T: std::fmt::Debug>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::LinkEnded))
}

/// Asks for a reset of alice's password: the token that is mailed as the mail number `mails`.
async fn forgot(world: &World, mails: usize) -> String {
    world.identity.request_reset("alice", &from("192.0.2.1")).await.unwrap();
    world.letters(mails).await.pop().unwrap().token()
}

#[tokio::test]
async fn a_reset_link_chooses_a_password_once_and_ends_everything_but_second_factors() {
    for world in World::each_with_mail().await {
        let (identity, client) = (&world.identity, Client::default());
        let owner = world.verified_owner().await;
        enrol(&world, &owner.tokens).await;
        let half = world.half("alice").await;
        let (first, second) = (forgot(&world, 3).await, forgot(&world, 4).await);
        assert_eq!(identity.check_reset(&second).await.unwrap(), "alice");
        let weak = identity.finish_reset(&second, &"alice@example.org".into(), &client).await.unwrap_err();
        assert_eq!(ApiError::from(weak).field.as_deref(), Some("password"), "it uses nothing up");

        let new: SecretString = NEW.into();
        identity.finish_reset(&second, &new, &client).await.unwrap();
        assert!(matches!(world.authenticate(&owner.tokens).await, Authenticated::Nobody));
        assert!(matches!(identity.second_step(half.token.expose_secret()).await, Err(Error::StepEnded)));
        for used in [&second, &first] {
            assert!(ended(&identity.check_reset(used).await));
            assert!(ended(&identity.finish_reset(used, &new, &client).await));
        }
        assert!(identity.sign_in("alice", &PASSWORD.into(), &client).await.is_err());
        let Entrance::Second(half) = identity.sign_in("alice", &new, &client).await.unwrap() else {
            panic!("the second factor is asked for as before");
        };
        assert!(matches!(half.step, SecondStep::Prove { totp: true, .. }));
        let told = world.letters(5).await.pop().unwrap();
        assert_eq!(told.subject, "The password of your Nova account was changed");
        assert!(world.actions().await.contains(&"password.reset done".to_owned()));
        world.end().await;
    }
}

#[tokio::test]
async fn known_and_unknown_names_are_answered_and_noted_alike() {
    for world in World::each_with_mail().await {
        let identity = &world.identity;
        world.verified_owner().await;
        let bob = world.someone("bob", Role::Viewer).await;
        world.someone("carol", Role::Viewer).await;
        identity.set_active(&system(), bob.caller.user().unwrap(), false).await.unwrap();
        let mut told = Vec::new();
        for name in ["alice", "nobody", "bob", "carol", "carol@example.org", " ALICE@Example.org"] {
            let mut answers = Vec::new();
            for _ in 0..7 {
                let answer = identity.request_reset(name, &from("192.0.2.1")).await.map_err(ApiError::from);
                answers.push(answer.map_err(|error| (error.code, error.message)));
            }
            told.push(answers);
        }
        assert!(told.iter().all(|answers| *answers == told[0]), "{told:?}");
        assert_eq!(told[0].iter().filter(|answer| answer.is_ok()).count(), 5);

        let filter = AuditFilter { action: "password.forgot".into(), ..AuditFilter::default() };
        let page = world.audit.page(&system(), &filter, None, 100).await.unwrap();
        assert_eq!(page.events.len(), 6 * 5);
        assert!(page.events.iter().all(|event| event.outcome.name() == "done" && event.address == "192.0.2.1"));
        assert!(!page.events.iter().any(|event| format!("{event:?}").contains("nobody")), "what was typed is not kept");
        // One to verify, and to the one verified address as many as an hour allows, by all of its names.
        assert!(world.letters(6).await.iter().all(|letter| letter.to == "alice@example.org"));
        world.time.advance(Duration::from_secs(3601));
        forgot(&world, 7).await;
        assert_eq!(world.letters(7).await.len(), 7);
        world.end().await;
    }
}

#[tokio::test]
async fn asking_for_links_slows_no_sign_in_down() {
    for world in World::each_with_mail().await {
        world.verified_owner().await;
        let here = from("192.0.2.1");
        while world.identity.request_reset("alice", &here).await.is_ok() {}
        for n in 0..30 {
            // Whether it is let through does not matter here.
            let _ = world.identity.request_reset(&format!("name{n}"), &here).await;
        }
        let wrong = world.identity.sign_in("alice", &"not the password at all".into(), &here).await;
        assert!(matches!(wrong, Err(Error::WrongCredentials)));
        assert!(world.identity.sign_in("alice", &PASSWORD.into(), &here).await.is_ok());
        world.end().await;
    }
}

#[tokio::test]
async fn a_reset_link_ends_with_time_with_the_address_and_with_the_account() {
    for world in World::each_with_mail().await {
        let (identity, client) = (&world.identity, Client::default());
        let owner = world.verified_owner().await;
        let token = forgot(&world, 2).await;
        for wrong in ["", &token[..42], &format!("{token}A"), &token.to_lowercase()] {
            assert!(ended(&identity.finish_reset(wrong, &NEW.into(), &client).await), "{wrong}");
        }
        assert!(ended(&identity.verify_email(&token, &client).await), "it verifies no address");
        world.time.advance(Duration::from_secs(30 * 60));
        assert!(ended(&identity.check_reset(&token).await), "half an hour is over");

        let token = forgot(&world, 3).await;
        let user = owner.caller.user().unwrap();
        world.someone("olga", Role::Owner).await;
        identity.set_active(&system(), user, false).await.unwrap();
        assert!(ended(&identity.finish_reset(&token, &NEW.into(), &client).await), "the account is disabled");
        identity.set_active(&system(), user, true).await.unwrap();
        let caller = world.caller(&world.sign_in("alice").await.tokens).await;
        identity.set_email(&caller, None).await.unwrap();
        assert!(ended(&identity.finish_reset(&token, &NEW.into(), &client).await), "the mailbox is hers no more");
        world.end().await;
    }
}

#[tokio::test]
async fn of_two_uses_at_once_one_works() {
    for world in World::each_with_mail().await {
        let (identity, client) = (&world.identity, Client::default());
        world.verified_owner().await;
        let token = forgot(&world, 2).await;
        let (left, right) = (NEW.into(), "amber rivers hum at dusk".into());
        let (left, right) = tokio::join!(
            identity.finish_reset(&token, &left, &client),
            identity.finish_reset(&token, &right, &client),
        );
        assert_eq!(u8::from(left.is_ok()) + u8::from(right.is_ok()), 1, "{left:?} {right:?}");
        world.end().await;
    }
}

#[tokio::test]
async fn while_mail_is_down_the_link_waits_and_the_answer_is_the_same() {
    for world in World::each_with_mail().await {
        world.verified_owner().await;
        let folder = mails_of(&world.fresh);
        fs::remove_dir_all(&folder).unwrap();
        let mut changes = world.mail.changes();
        world.identity.request_reset("alice", &from("192.0.2.1")).await.unwrap();
        while world.mail.outbox(&system()).await.unwrap()[0].last_error.is_none() {
            changes.changed().await.unwrap();
        }
        fs::create_dir(&folder).unwrap();
        world.time.advance(Duration::from_secs(3600));
        world.mail.wake();
        assert_eq!(world.letters(1).await[0].subject, "Choose a new password");
        world.end().await;
    }
    for world in World::each().await {
        world.owner().await;
        let refused = world.identity.request_reset("alice", &Client::default()).await;
        assert!(matches!(refused, Err(Error::Mail(_))), "nothing is offered without mail");
        world.end().await;
    }
}

#[tokio::test]
async fn an_admins_link_voids_the_old_password_and_is_good_for_a_day() {
    for world in World::each().await {
        let (identity, client) = (&world.identity, Client::default());
        let owner = world.owner().await;
        let bob = invite(&world, &owner.caller, Role::Developer, "bob").await;
        let user = bob.caller.user().unwrap();
        let replaced = identity.make_reset_link(&owner.caller, user).await.unwrap();
        assert!(matches!(world.authenticate(&bob.tokens).await, Authenticated::Nobody));
        assert!(identity.sign_in("bob", &PASSWORD.into(), &client).await.is_err(), "the old password is void");
        assert!(identity.sign_in("bob", &"".into(), &client).await.is_err());
        let link = identity.make_reset_link(&owner.caller, user).await.unwrap();
        assert!(ended(&identity.check_reset(token_of(&replaced)).await), "replaced");
        world.time.advance(Duration::from_secs(24 * 3600 - 1));
        identity.finish_reset(token_of(&link), &NEW.into(), &client).await.unwrap();
        assert!(identity.sign_in("bob", &NEW.into(), &client).await.is_ok());
        let late = identity.make_reset_link(&system(), user).await.unwrap();
        world.time.advance(Duration::from_secs(24 * 3600));
        assert!(ended(&identity.finish_reset(token_of(&late), &NEW.into(), &client).await));
        world.end().await;
    }
}

#[tokio::test]
async fn reset_links_are_made_only_by_those_who_may_towards_those_who_may_less() {
    for world in World::each().await {
        let identity = &world.identity;
        let owner = world.owner().await;
        let admin = invite(&world, &owner.caller, Role::Admin, "bob").await;
        let viewer = invite(&world, &owner.caller, Role::Viewer, "vera").await;
        let [alice, vera] = [&owner, &viewer].map(|person| person.caller.user().unwrap());
        let code = async |caller: &Caller, user| {
            identity.make_reset_link(caller, user).await.map(|_| ()).map_err(|error| ApiError::from(error).code)
        };
        assert_eq!(code(&viewer.caller, alice).await, Err(ErrorCode::Forbidden));
        assert_eq!(code(&admin.caller, alice).await, Err(ErrorCode::Forbidden), "above them");
        assert_eq!(code(&owner.caller, alice).await, Err(ErrorCode::Conflict), "oneself");
        let late = world.time.now().plus(model::caller::FRESH);
        assert_eq!(code(&admin.caller.clone().at(late), vera).await, Err(ErrorCode::StepUp));
        identity.set_active(&owner.caller, vera, false).await.unwrap();
        assert_eq!(code(&admin.caller, vera).await, Err(ErrorCode::Conflict), "disabled");
        assert!(identity.sign_in("alice", &PASSWORD.into(), &Client::default()).await.is_ok(), "nothing happened");
        world.end().await;
    }
}
