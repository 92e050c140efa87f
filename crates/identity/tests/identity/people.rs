//! Accounts, invitations and what admins do.

use std::time::Duration;

use identity::{Authenticated, Client, Error, NewAccount, Revoked};
use model::{Role, Timestamp};
use secrecy::SecretString;
use store::Clock;

use crate::world::*;

#[tokio::test]
async fn a_disabled_account_is_out_everywhere_within_a_second_even_from_another_process() {
    for world in World::each().await {
        let owner = world.owner().await;
        let guest = invite(&world, &owner.caller, Role::Developer, "bob").await;
        assert!(matches!(world.authenticate(&guest.tokens).await, Authenticated::Caller(_)));
        let mut ended = world.identity.revocations();
        let (clock, _) = Clock::manual(Timestamp(1_800_000_000_000));
        let (other, _) = engine(&world.fresh, clock).await;
        other.set_active(&system(), guest.caller.user().unwrap(), false).await.unwrap();
        let told = tokio::time::timeout(Duration::from_secs(10), ended.recv()).await.expect("told").unwrap();
        assert_eq!(told, Revoked::Session(guest.caller.session().unwrap()));
        assert!(matches!(world.authenticate(&guest.tokens).await, Authenticated::Nobody));
        assert!(world.renew(&guest.tokens).await.is_none());
        assert!(world.identity.sign_in("bob", &PASSWORD.into(), &Client::default()).await.is_err());
        drop(other);
        world.end().await;
    }
}

#[tokio::test]
async fn a_reset_password_ends_all_sessions_and_the_old_password() {
    for world in World::each().await {
        let owner = world.owner().await;
        let guest = invite(&world, &owner.caller, Role::Developer, "bob").await;
        let fresh = world.identity.reset_password(&owner.caller, guest.caller.user().unwrap()).await.unwrap();
        assert!(matches!(world.authenticate(&guest.tokens).await, Authenticated::Nobody));
        assert!(world.identity.sign_in("bob", &PASSWORD.into(), &Client::default()).await.is_err());
        assert!(world.identity.sign_in("bob", &fresh, &Client::default()).await.is_ok());
        world.end().await;
    }
}

#[tokio::test]
async fn an_invitation_works_once_with_its_role_until_withdrawn_or_expired() {
    for world in World::each().await {
        let owner = world.owner().await;
        let identity = &world.identity;
        let invitation = identity.invite(&owner.caller, &Role::Viewer).await.unwrap();
        let token = invitation.url.rsplit('/').next().unwrap().to_owned();
        assert_eq!(identity.check_invitation(&token).await.unwrap().role, Role::Viewer);
        let client = Client::default();
        let taken = identity.accept_invitation(&token, account("alice"), &client).await;
        assert!(matches!(taken, Err(Error::EmailTaken | Error::UsernameTaken)));
        let (left, right) = tokio::join!(
            identity.accept_invitation(&token, account("bob"), &client),
            identity.accept_invitation(&token, account("carol"), &client),
        );
        assert_eq!(
            u8::from(left.is_ok()) + u8::from(right.is_ok()),
            1,
            "a refused form uses nothing up, a good one all"
        );
        assert!(matches!(identity.check_invitation(&token).await, Err(Error::LinkEnded)));

        let withdrawn = identity.invite(&owner.caller, &Role::Viewer).await.unwrap();
        identity.withdraw_invitation(&owner.caller, withdrawn.invitation.id).await.unwrap();
        let old = identity.invite(&owner.caller, &Role::Viewer).await.unwrap();
        world.time.advance(Duration::from_secs(7 * 24 * 3600));
        for url in [withdrawn.url, old.url] {
            let token = url.rsplit('/').next().unwrap();
            assert!(matches!(identity.accept_invitation(token, account("dave"), &client).await, Err(Error::LinkEnded)));
        }
        world.end().await;
    }
}

#[tokio::test]
async fn only_admins_invite_and_nobody_above_themselves() {
    for world in World::each().await {
        let owner = world.owner().await;
        let admin = invite(&world, &owner.caller, Role::Admin, "bob").await;
        let developer = invite(&world, &admin.caller, Role::Developer, "carol").await;
        assert!(world.identity.invite(&admin.caller, &Role::Owner).await.is_err());
        assert!(world.identity.invite(&developer.caller, &Role::Viewer).await.is_err());
        assert!(world.identity.invitations(&developer.caller).await.is_err());
        let alice = owner.caller.user().unwrap();
        assert!(world.identity.set_active(&admin.caller, alice, false).await.is_err());
        assert!(world.identity.reset_password(&developer.caller, alice).await.is_err());
        assert!(world.identity.set_active(&system(), alice, false).await.is_err(), "the last owner stays");
        world.end().await;
    }
}

#[tokio::test]
async fn sessions_of_one_person_are_bounded() {
    for world in World::each().await {
        let owner = world.owner().await;
        let client = Client::default();
        let mut signing = tokio::task::JoinSet::new();
        for _ in 0..55 {
            let (identity, client) = (world.identity.clone(), client.clone());
            signing.spawn(async move { identity.sign_in("alice", &PASSWORD.into(), &client).await.map(|_| ()) });
        }
        while let Some(result) = signing.join_next().await {
            result.unwrap().unwrap();
        }
        assert!(world.identity.sessions(&owner.caller).await.unwrap().len() <= 50);
        world.end().await;
    }
}

#[tokio::test]
async fn key_rotation_signs_nobody_out() {
    for world in World::each().await {
        let owner = world.owner().await;
        world.identity.rotate_keys(&owner.caller).await.unwrap();
        assert!(matches!(world.authenticate(&owner.tokens).await, Authenticated::Caller(_)));
        assert_eq!(world.identity.public_keys()["keys"].as_array().unwrap().len(), 2);
        world.end().await;
    }
}

#[tokio::test]
async fn weak_passwords_and_taken_names_are_told_at_their_field() {
    for world in World::each().await {
        let owner = world.owner().await;
        for (password, field) in
            [("short", "password"), ("passwordpassword", "password"), ("bob@example.org-bob", "password")]
        {
            let account = NewAccount { password: password.to_owned().into(), ..account("bob") };
            let refused = world.identity.add_user(&owner.caller, account, &Role::Viewer).await.unwrap_err();
            assert_eq!(model::ApiError::from(refused).field.as_deref(), Some(field), "{password}");
        }
        let refused = world.identity.add_user(&owner.caller, account("alice"), &Role::Viewer).await.unwrap_err();
        assert_eq!(model::ApiError::from(refused).code, model::ErrorCode::Conflict);
        world.end().await;
    }
}

#[tokio::test]
async fn changing_the_password_needs_the_old_one_and_ends_the_other_sessions() {
    for world in World::each().await {
        let (identity, owner, client) = (&world.identity, world.owner().await, Client::default());
        let elsewhere = world.sign_in("alice").await;
        let new: SecretString = "copper lantern walks slowly".into();
        let change = async |current: &str, password: &SecretString| {
            let changed = identity.change_password(&owner.caller, &current.into(), password, &client).await;
            changed.map_err(|error| model::ApiError::from(error).field.unwrap_or_default())
        };
        assert_eq!(change("violet kettle runs uphilL", &new).await, Err("current".into()));
        assert_eq!(change(PASSWORD, &PASSWORD.into()).await, Err("password".into()), "the same again");
        assert_eq!(change(PASSWORD, &"short".into()).await, Err("password".into()));
        assert_eq!(change(PASSWORD, &"alice@example.org".into()).await, Err("password".into()), "her own names");
        assert!(
            matches!(world.authenticate(&elsewhere.tokens).await, Authenticated::Caller(_)),
            "nothing happened yet"
        );

        assert_eq!(change(PASSWORD, &new).await, Ok(1));
        assert!(matches!(world.authenticate(&elsewhere.tokens).await, Authenticated::Nobody));
        assert!(matches!(world.authenticate(&owner.tokens).await, Authenticated::Caller(_)), "this one goes on");
        assert!(identity.sign_in("alice", &PASSWORD.into(), &client).await.is_err());
        assert!(identity.sign_in("alice", &new, &client).await.is_ok());
        world.end().await;
    }
}

#[tokio::test]
async fn a_new_name_is_seen_by_all() {
    for world in World::each().await {
        let owner = world.owner().await;
        let mut changes = world.identity.changed_people();
        let name = model::identity::DisplayName::parse("Alice L.").unwrap();
        world.identity.rename(&owner.caller, &name).await.unwrap();
        assert_eq!(world.identity.me(&owner.caller).await.unwrap().display_name, "Alice L.");
        assert_eq!(changes.recv().await.unwrap(), owner.caller.user().unwrap());
        world.end().await;
    }
}

/// A stolen sign-in would otherwise be worth the account.
#[tokio::test]
async fn nobody_resets_their_own_password_without_knowing_it() {
    for world in World::each().await {
        let owner = world.owner().await;
        let refused = world.identity.reset_password(&owner.caller, owner.caller.user().unwrap()).await;
        assert!(matches!(refused, Err(Error::Refused(_))));
        world.sign_in("alice").await;
        world.end().await;
    }
}

/// Whoever knows the old password may have begun before it was changed; nothing of that may be left afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_sign_in_with_the_old_password_outlives_its_change() {
    for world in World::each().await {
        let owner = world.owner().await;
        let caller = world.caller(&owner.tokens).await;
        let (old, new) = (PASSWORD, "amber ladder hums at noon");
        for round in 0..4 {
            let mut signing_in = tokio::task::JoinSet::new();
            for number in 0..24 {
                let (identity, client) = (world.identity.clone(), from(&format!("10.{round}.{number}.1")));
                signing_in.spawn(async move { identity.sign_in("alice", &old.into(), &client).await });
            }
            world.identity.change_password(&caller, &old.into(), &new.into(), &Client::default()).await.unwrap();
            signing_in.join_all().await;
            let left = world.identity.sessions(&caller).await.unwrap();
            assert!(left.iter().all(|session| session.current), "round {round}: {} survived", left.len() - 1);
            world.identity.change_password(&caller, &new.into(), &old.into(), &Client::default()).await.unwrap();
        }
        world.end().await;
    }
}
