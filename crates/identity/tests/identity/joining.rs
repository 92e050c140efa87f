//! Who may join: by invitation, by themselves, not at all.

use std::time::Duration;

use identity::{Client, Entrance, Error, NewAccount};
use model::{
    ApiError, Caller, ErrorCode, Permission, Role,
    joining::{Joining, Registration},
    policy::Grant,
};

use crate::{letters::Letter, world::*};

async fn allow(world: &World, registration: Registration) {
    world.identity.set_joining(&system(), &Joining { registration, role: Role::Viewer }).await.unwrap();
}

fn code<T>(result: Result<T, Error>) -> Option<ErrorCode> {
    result.err().map(|error| ApiError::from(error).code)
}

/// Registers from an address of their own.
async fn register(world: &World, account: NewAccount, address: &str) -> Result<Entrance, Error> {
    world.identity.register(account, &from(address)).await
}

fn to<'a>(letters: &'a [Letter], address: &str) -> Vec<&'a Letter> {
    letters.iter().filter(|letter| letter.to == address).collect()
}

#[tokio::test]
async fn who_may_join_is_by_invitation_at_first_and_as_set_from_then_on() {
    for world in World::each().await {
        let (identity, client) = (&world.identity, Client::default());
        let owner = world.owner().await;
        let waiting = identity.invite(&owner.caller, &Role::Viewer).await.unwrap();
        let token = waiting.url.rsplit('/').next().unwrap();
        assert_eq!(identity.joining(&owner.caller).await.unwrap(), Joining::default());
        for (registration, invited, by_themselves) in [
            (Registration::Invitation, true, false),
            (Registration::Open, true, true),
            (Registration::Closed, false, false),
        ] {
            if registration != Registration::Invitation {
                allow(&world, registration).await;
            }
            assert_eq!(identity.joining(&system()).await.unwrap().registration, registration);
            assert_eq!(identity.invite(&owner.caller, &Role::Viewer).await.is_ok(), invited, "{registration}");
            assert_eq!(identity.check_invitation(token).await.is_ok(), invited, "{registration}");
            assert_eq!(identity.check_registration().await.is_ok(), by_themselves, "{registration}");
            let joined = register(&world, account(&format!("by-{registration}")), "192.0.2.1").await;
            assert_eq!(joined.is_ok(), by_themselves, "{registration}");
        }
        let refused = identity.accept_invitation(token, account("bob"), &client).await;
        assert_eq!(code(refused), Some(ErrorCode::Conflict));
        allow(&world, Registration::Invitation).await;
        assert!(identity.accept_invitation(token, account("bob"), &client).await.is_ok(), "it was not used up");
        world.end().await;
    }
}

#[tokio::test]
async fn without_mail_who_registers_is_in_with_the_role_that_was_set() {
    for world in World::each().await {
        let identity = &world.identity;
        world.owner().await;
        let joining = Joining { registration: Registration::Open, role: Role::Developer };
        identity.set_joining(&system(), &joining).await.unwrap();
        let joined = register(&world, account("bob"), "192.0.2.1").await.unwrap().signed_in().unwrap();
        assert_eq!(*joined.caller.role(), Role::Developer);
        assert!(matches!(
            register(&world, account("bob"), "192.0.2.2").await,
            Err(Error::EmailTaken | Error::UsernameTaken)
        ));
        let actions = world.actions().await;
        assert!(
            actions.contains(&"account.create done".to_owned()) && actions.contains(&"settings.change done".to_owned())
        );
        world.end().await;
    }
}

#[tokio::test]
async fn with_mail_the_address_is_verified_before_the_first_sign_in() {
    for world in World::each_with_mail().await {
        let (identity, client) = (&world.identity, Client::default());
        world.verified_owner().await;
        allow(&world, Registration::Open).await;
        let without = NewAccount { email: None, ..account("bob") };
        let refused = ApiError::from(register(&world, without, "192.0.2.1").await.unwrap_err());
        assert_eq!(refused.field.as_deref(), Some("email"));

        let joined = register(&world, account("bob"), "192.0.2.1").await.unwrap();
        assert!(matches!(joined, Entrance::Verify(name) if name == "bob"));
        let entrance = identity.sign_in("bob", &PASSWORD.into(), &client).await.unwrap();
        assert!(matches!(entrance, Entrance::Verify(_)), "not yet: {entrance:?}");
        assert!(identity.sign_in("bob@example.org", &PASSWORD.into(), &client).await.is_err(), "it is not theirs yet");
        assert_eq!(identity.people(&system()).await.unwrap().len(), 1, "nor are they among the people");
        identity.request_reset("bob", &client).await.unwrap();

        for name in ["bob", "nobody", "alice"] {
            identity.resend_verification(name, &client).await.unwrap();
        }
        let letters = world.letters(3).await;
        assert_eq!(letters.len(), 3, "{letters:?}");
        let [first, again] = to(&letters, "bob@example.org")[..] else { panic!("{letters:?}") };
        identity.verify_email(&again.token(), &client).await.unwrap();
        assert!(matches!(identity.verify_email(&first.token(), &client).await, Err(Error::LinkEnded)));
        let entrance = identity.sign_in("bob@example.org", &PASSWORD.into(), &client).await.unwrap();
        assert_eq!(*entrance.signed_in().unwrap().caller.role(), Role::Viewer);
        assert_eq!(identity.people(&system()).await.unwrap().len(), 2);
        world.end().await;
    }
}

#[tokio::test]
async fn registering_with_anothers_address_looks_the_same_and_takes_nothing_from_them() {
    for world in World::each_with_mail().await {
        let (identity, client) = (&world.identity, Client::default());
        world.verified_owner().await;
        allow(&world, Registration::Open).await;
        let eve = NewAccount { email: account("alice").email, ..account("eve") };
        for name in ["eve", "eve"] {
            let answer =
                register(&world, NewAccount { username: account(name).username, ..eve.clone() }, "192.0.2.1").await;
            assert!(matches!(answer, Ok(Entrance::Verify(_)) | Err(Error::UsernameTaken)), "as with any address");
        }
        assert!(matches!(identity.sign_in("eve", &PASSWORD.into(), &client).await, Ok(Entrance::Verify(_))));
        let letters = world.letters(2).await;
        assert_eq!((letters.len(), letters[1].subject.as_str()), (2, "You have a Nova account already"));
        assert!(identity.sign_in("alice@example.org", &PASSWORD.into(), &client).await.unwrap().signed_in().is_some());

        world.time.advance(Duration::from_secs(24 * 3600));
        let mallory = NewAccount { email: account("mallory").email, ..account("eve") };
        assert!(register(&world, mallory, "192.0.2.1").await.is_ok(), "the user name of who never came is free again");
        world.end().await;
    }
}

#[tokio::test]
async fn registering_is_slowed_by_address_and_weak_passwords_do_not_count() {
    for world in World::each().await {
        world.owner().await;
        allow(&world, Registration::Open).await;
        for _ in 0..6 {
            let weak = NewAccount { password: "passwordpassword".to_owned().into(), ..account("bob") };
            assert!(matches!(register(&world, weak, "192.0.2.1").await, Err(Error::WeakPassword(_))));
        }
        for n in 0..5 {
            register(&world, account(&format!("bot{n}")), "192.0.2.1").await.unwrap();
        }
        assert!(matches!(register(&world, account("bot5"), "192.0.2.1").await, Err(Error::TooSoon(_))));
        assert!(register(&world, account("bob"), "192.0.2.2").await.is_ok(), "from elsewhere");
        assert!(
            world.identity.sign_in("alice", &PASSWORD.into(), &from("192.0.2.1")).await.is_ok(),
            "signing in goes on"
        );
        world.end().await;
    }
}

#[tokio::test]
async fn who_may_join_is_set_by_those_who_may_and_never_above_themselves() {
    for world in World::each().await {
        let identity = &world.identity;
        let owner = world.owner().await;
        let caller = world.caller(&owner.tokens).await;
        let doorkeeper: Role = "doorkeeper".parse().unwrap();
        let grants = [Grant::always(Permission::SettingsManage), Grant::always(Permission::ChatUse)];
        identity.save_role(&caller, &doorkeeper, &grants, false).await.unwrap();
        let chatter: Role = "chatter".parse().unwrap();
        identity.save_role(&caller, &chatter, &grants[1..], false).await.unwrap();
        let keeper = world.caller(&world.someone("bob", doorkeeper.clone()).await.tokens).await;
        let viewer = world.caller(&world.someone("vera", Role::Viewer).await.tokens).await;
        let set = async |caller: &Caller, role: &Role| {
            let joining = Joining { registration: Registration::Open, role: role.clone() };
            code(identity.set_joining(caller, &joining).await)
        };
        assert_eq!(code(identity.joining(&viewer).await), Some(ErrorCode::Forbidden));
        assert_eq!(set(&viewer, &chatter).await, Some(ErrorCode::Forbidden));
        assert_eq!(set(&keeper, &Role::Developer).await, Some(ErrorCode::Forbidden), "above themselves");
        for role in [&Role::Owner, &Role::Admin, &doorkeeper] {
            assert_eq!(set(&caller, role).await, Some(ErrorCode::Conflict), "{role} is not for strangers");
        }
        let late = keeper.clone().at(world.time.now().plus(model::caller::FRESH));
        assert_eq!(set(&late, &chatter).await, Some(ErrorCode::StepUp));
        assert_eq!(identity.joining(&keeper).await.unwrap(), Joining::default(), "nothing happened");
        assert_eq!(set(&keeper, &chatter).await, None);
        assert!(matches!(identity.remove_role(&caller, &chatter).await, Err(Error::Refused(_))), "it is needed");
        world.end().await;
    }
}
