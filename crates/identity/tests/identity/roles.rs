//! Roles made here, conditions on grants, and who may give what.

use identity::{Authenticated, Error, Revoked};
use model::{
    Caller, ErrorCode, Permission, Role,
    policy::{Condition, Grant},
};

use crate::world::*;

fn role(name: &str) -> Role {
    name.parse().unwrap()
}

fn code_of<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorCode {
    model::ApiError::from(result.unwrap_err()).code
}

#[tokio::test]
async fn a_made_role_allows_exactly_what_it_says() {
    for world in World::each().await {
        let owner = world.owner().await;
        let caller = world.caller(&owner.tokens).await;
        let network = Condition::Network { network: "10.0.0.0/8".parse().unwrap() };
        let grants = [
            Grant::always(Permission::ChatUse),
            Grant { permission: Permission::TerminalOpen, conditions: vec![network] },
        ];
        world.identity.save_role(&caller, &role("night-watch"), &grants, false).await.unwrap();
        let bob = world.someone("bob", role("night-watch")).await;
        let outside = world.caller(&bob.tokens).await;
        assert_eq!(outside.permissions(), [Permission::ChatUse]);
        let credentials = credentials(&bob.tokens);
        let inside = world.identity.authenticate(credentials, &from("10.1.2.3")).await.unwrap();
        let Authenticated::Caller(inside) = inside else { panic!("signed in") };
        assert_eq!(inside.permissions(), [Permission::ChatUse, Permission::TerminalOpen]);
        assert!(matches!(world.identity.remove_role(&caller, &role("night-watch")).await, Err(Error::Refused(_))));
        world.identity.save_role(&caller, &role("night-watch"), &grants[..1], false).await.unwrap();
        let now = world.identity.renewed(&inside).await.unwrap().unwrap();
        assert_eq!(now.permissions(), [Permission::ChatUse], "a changed role is in force at once");
        world.end().await;
    }
}

#[tokio::test]
async fn a_changed_role_is_told_and_in_force_at_once() {
    for world in World::each().await {
        let owner = world.owner().await;
        let bob = world.someone("bob", Role::Developer).await;
        let before = world.caller(&bob.tokens).await;
        assert!(before.may(Permission::TerminalOpen));
        let mut told = world.identity.revocations();
        let caller = world.caller(&owner.tokens).await;
        world.identity.set_role(&caller, before.user().unwrap(), &Role::Viewer).await.unwrap();
        assert_eq!(told.recv().await.unwrap(), Revoked::Rights(before.user().unwrap()));
        assert!(!world.caller(&bob.tokens).await.may(Permission::TerminalOpen));
        world.end().await;
    }
}

#[tokio::test]
async fn nobody_gives_what_they_do_not_hold() {
    for world in World::each().await {
        let owner = world.owner().await;
        let caller = world.caller(&owner.tokens).await;
        let identity = &world.identity;
        let admin = world.someone("adam", Role::Admin).await;
        let admin = world.caller(&admin.tokens).await;
        let bob = world.someone("bob", Role::Viewer).await.caller.user().unwrap();
        let owner_id = caller.user().unwrap();
        assert_eq!(code_of(identity.set_role(&admin, bob, &Role::Owner).await), ErrorCode::Forbidden);
        assert_eq!(code_of(identity.set_role(&admin, owner_id, &Role::Viewer).await), ErrorCode::Forbidden);
        assert_eq!(code_of(identity.invite(&admin, &Role::Owner).await), ErrorCode::Forbidden);
        assert_eq!(code_of(identity.save_role(&admin, &role("mine"), &[], false).await), ErrorCode::Forbidden);
        assert_eq!(code_of(identity.reset_password(&admin, owner_id).await), ErrorCode::Forbidden);
        assert_eq!(code_of(identity.reset_factors(&admin, owner_id).await), ErrorCode::Forbidden);
        identity.set_role(&admin, bob, &Role::Admin).await.unwrap();
        assert_eq!(code_of(identity.set_role(&caller, owner_id, &Role::Admin).await), ErrorCode::Conflict, "oneself");
        assert_eq!(code_of(identity.set_role(&caller, bob, &role("nobody-made-this")).await), ErrorCode::NotFound);
        let manager = [Grant::always(Permission::PeopleManage), Grant::always(Permission::PeopleRead)];
        identity.save_role(&caller, &role("manager"), &manager, false).await.unwrap();
        let mia = world.someone("mia", role("manager")).await;
        let mia: Caller = world.caller(&mia.tokens).await;
        assert_eq!(
            code_of(identity.set_role(&mia, bob, &Role::Viewer).await),
            ErrorCode::Forbidden,
            "an admin holds more"
        );
        world.end().await;
    }
}

#[tokio::test]
async fn the_last_owner_stays() {
    for world in World::each().await {
        let owner = world.owner().await;
        let second = world.someone("bea", Role::Owner).await;
        let bea = world.caller(&second.tokens).await;
        let alice = owner.caller.user().unwrap();
        world.identity.set_role(&bea, alice, &Role::Viewer).await.unwrap();
        let last = bea.user().unwrap();
        assert_eq!(code_of(world.identity.set_role(&system(), last, &Role::Viewer).await), ErrorCode::Conflict);
        assert_eq!(code_of(world.identity.set_active(&system(), last, false).await), ErrorCode::Conflict);
        world.end().await;
    }
}
