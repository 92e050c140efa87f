//! E-mail addresses: asked for, verified, changed.

use std::time::Duration;

use identity::{Client, Error};
use model::{ErrorCode, Role, identity::Email};

use crate::world::*;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

fn ended<T: std::fmt::Debug>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::LinkEnded))
}

#[tokio::test]
async fn a_new_address_is_in_force_once_its_link_is_opened_and_the_old_one_is_told() {
    for world in World::each_with_mail().await {
        let (identity, client) = (&world.identity, Client::default());
        let owner = world.verified_owner().await;
        let caller = world.caller(&owner.tokens).await;
        let new = email("alice@new.example");
        identity.set_email(&caller, Some(&new)).await.unwrap();
        let own = identity.email(&caller).await.unwrap();
        assert_eq!(own.address.as_deref(), Some("alice@example.org"), "not yet");
        assert_eq!(own.waiting.as_deref(), Some(new.as_str()));

        let asked = world.letters(2).await.pop().unwrap();
        assert_eq!((asked.to.as_str(), asked.subject.as_str()), (new.as_str(), "Confirm your e-mail address"));
        assert_eq!(identity.check_verification(&asked.token()).await.unwrap(), new.as_str());
        identity.verify_email(&asked.token(), &client).await.unwrap();
        let own = identity.email(&caller).await.unwrap();
        assert_eq!((own.address.as_deref(), own.waiting), (Some(new.as_str()), None));
        assert!(own.verified_at.is_some());
        let told = world.letters(3).await.pop().unwrap();
        assert_eq!(told.to, "alice@example.org");
        assert!(told.text.contains(new.as_str()), "{told:?}");
        assert!(ended(&identity.verify_email(&asked.token(), &client).await), "it works once");
        assert!(ended(&identity.check_verification(&asked.token()).await));
        let actions = world.actions().await;
        assert_eq!(actions.iter().filter(|action| *action == "account.email done").count(), 3, "{actions:?}");
        world.end().await;
    }
}

#[tokio::test]
async fn a_link_ends_with_time_with_another_wish_and_when_it_is_not_whole() {
    for world in World::each_with_mail().await {
        let (identity, client) = (&world.identity, Client::default());
        let owner = world.owner().await;
        let ask = async |address: &str, mails: usize| {
            let caller = world.caller(&owner.tokens).await;
            identity.set_email(&caller, Some(&email(address))).await.unwrap();
            world.letters(mails).await.pop().unwrap().token()
        };
        let first = ask("one@example.org", 2).await;
        let second = ask("two@example.org", 3).await;
        assert!(ended(&identity.verify_email(&first, &client).await), "another address was asked for");
        for wrong in ["", &second[..42], &format!("{second}A"), &second.to_uppercase()] {
            assert!(ended(&identity.verify_email(wrong, &client).await), "{wrong}");
        }
        assert!(ended(&identity.check_reset(&second).await), "it chooses no password");
        assert!(ended(&identity.finish_reset(&second, &PASSWORD.into(), &client).await));
        world.time.advance(DAY);
        assert!(ended(&identity.verify_email(&second, &client).await), "a day is over");
        let caller = world.caller(&world.sign_in("alice").await.tokens).await;
        assert_eq!(identity.email(&caller).await.unwrap().waiting, None);
        world.end().await;
    }
}

#[tokio::test]
async fn changing_the_address_needs_a_fresh_proof_and_links_are_few() {
    for world in World::each_with_mail().await {
        let identity = &world.identity;
        let owner = world.owner().await;
        world.time.advance(model::caller::FRESH);
        let stale = world.caller(&owner.tokens).await;
        let refused = identity.set_email(&stale, Some(&email("x@example.org"))).await.unwrap_err();
        assert_eq!(model::ApiError::from(refused).code, ErrorCode::StepUp);
        // With the link that was sent when the instance was claimed, five an hour.
        for _ in 0..4 {
            identity.send_verification(&stale).await.unwrap();
        }
        let refused = identity.send_verification(&stale).await.unwrap_err();
        assert_eq!(model::ApiError::from(refused).code, ErrorCode::TooMany);
        assert_eq!(world.letters(5).await.len(), 5);
        world.time.advance(Duration::from_secs(3600));
        identity.send_verification(&stale).await.unwrap();
        world.end().await;
    }
}

#[tokio::test]
async fn who_verifies_an_address_has_it_and_nobody_learns_who_does() {
    for world in World::each_with_mail().await {
        let (identity, client) = (&world.identity, Client::default());
        let owner = world.owner().await;
        let bob = world.someone("bob", Role::Viewer).await;
        // Bob reads the mailbox that the owner merely claimed.
        let address = email("alice@example.org");
        identity.set_email(&world.caller(&bob.tokens).await, Some(&address)).await.unwrap();
        identity.verify_email(&world.letters(2).await.pop().unwrap().token(), &client).await.unwrap();
        let caller = world.caller(&owner.tokens).await;
        assert_eq!(identity.email(&caller).await.unwrap().address, None);

        identity.set_email(&caller, Some(&address)).await.unwrap();
        assert_eq!(
            identity.email(&caller).await.unwrap().waiting.as_deref(),
            Some(address.as_str()),
            "as for any other"
        );
        let told = world.letters(3).await.pop().unwrap();
        assert_eq!((told.to.as_str(), told.subject.as_str()), (address.as_str(), "You have a Nova account already"));
        assert!(!told.text.contains("/verify/"), "{told:?}");
        world.end().await;
    }
}

#[tokio::test]
async fn removing_the_address_tells_it_and_without_mail_it_is_claimed_only() {
    for world in World::each_with_mail().await {
        let owner = world.verified_owner().await;
        let caller = world.caller(&owner.tokens).await;
        world.identity.set_email(&caller, None).await.unwrap();
        assert_eq!(world.identity.email(&caller).await.unwrap().address, None);
        assert!(world.letters(2).await.pop().unwrap().text.contains("removed"));
        world.end().await;
    }
    for world in World::each().await {
        let owner = world.owner().await;
        world.someone("bob", Role::Viewer).await;
        let caller = world.caller(&owner.tokens).await;
        world.identity.set_email(&caller, Some(&email("alice@new.example"))).await.unwrap();
        let own = world.identity.email(&caller).await.unwrap();
        assert_eq!((own.address.as_deref(), own.verified_at, own.mail), (Some("alice@new.example"), None, false));
        let taken = world.identity.set_email(&caller, Some(&email("bob@example.org"))).await;
        assert!(matches!(taken, Err(Error::EmailTaken)));
        assert!(matches!(world.identity.send_verification(&caller).await, Err(Error::Mail(_))));
        world.end().await;
    }
}
