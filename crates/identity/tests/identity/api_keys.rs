//! API keys: programs do at most what their owner may, and no longer than they should.

use std::time::Duration;

use identity::{Client, Error, Revoked};
use model::{
    Caller, ErrorCode, Permission, Role,
    factors::Showing,
    identity::{DisplayName, Username},
    keys::{KeyRequest, NewKey},
};
use store::sqlx;

use crate::world::*;

fn request(scopes: &[Permission]) -> KeyRequest {
    KeyRequest { name: "ci".into(), scopes: scopes.to_vec(), networks: Vec::new(), days: Some(1), account: None }
}

async fn used(world: &World, key: &NewKey, address: &str) -> Option<Caller> {
    world.identity.authenticate_key(&key.key, &from(address)).await.unwrap()
}

fn code_of<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorCode {
    model::ApiError::from(result.unwrap_err()).code
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say_and_never_more_than_its_owner() {
    for world in World::each().await {
        let owner = world.owner().await;
        let alice = world.caller(&owner.tokens).await;
        let bob = world.someone("bob", Role::Developer).await;
        let caller = world.caller(&bob.tokens).await;
        let identity = &world.identity;
        let beyond = identity.make_key(&caller, &request(&[Permission::AuditRead])).await;
        assert_eq!(code_of(beyond), ErrorCode::Invalid);
        let key =
            identity.make_key(&caller, &request(&[Permission::MetricsRead, Permission::TerminalOpen])).await.unwrap();
        assert!(key.key.starts_with(&key.info.prefix));
        let program = used(&world, &key, "192.0.2.9").await.unwrap();
        assert_eq!(program.permissions(), [Permission::MetricsRead, Permission::TerminalOpen]);
        assert!(program.require_fresh().is_err() && program.require_person().is_err());
        assert_eq!(
            code_of(identity.make_key(&program, &request(&[Permission::MetricsRead])).await),
            ErrorCode::Forbidden
        );
        let listed = identity.keys(&caller, false).await.unwrap();
        assert_eq!((listed.len(), listed[0].last_used_from.as_str()), (1, "192.0.2.9"));
        identity.set_role(&alice, caller.user().unwrap(), &Role::Viewer).await.unwrap();
        let program = used(&world, &key, "192.0.2.9").await.unwrap();
        assert_eq!(program.permissions(), [Permission::MetricsRead], "what the owner lost the key lost");
        identity.set_active(&alice, caller.user().unwrap(), false).await.unwrap();
        assert!(used(&world, &key, "192.0.2.9").await.is_none());
        world.end().await;
    }
}

#[tokio::test]
async fn a_key_is_good_only_unchanged_in_time_in_its_network_and_until_it_is_ended() {
    for world in World::each().await {
        let owner = world.owner().await;
        let caller = world.caller(&owner.tokens).await;
        let identity = &world.identity;
        let inside = KeyRequest { networks: vec!["10.0.0.0/8".parse().unwrap()], ..request(&[Permission::ChatUse]) };
        let key = identity.make_key(&caller, &inside).await.unwrap();
        assert!(used(&world, &key, "10.1.1.1").await.is_some());
        for outside in ["11.1.1.1", "", "::1"] {
            assert!(used(&world, &key, outside).await.is_none(), "{outside}");
        }
        for wrong in [&key.key[1..], &key.key[..50], &format!("{}a", key.key), &key.key.to_lowercase(), "nova_", ""] {
            assert!(identity.authenticate_key(wrong, &from("10.1.1.1")).await.unwrap().is_none());
        }
        world.time.advance(Duration::from_secs(24 * 3600));
        assert!(used(&world, &key, "10.1.1.1").await.is_none(), "past its day");
        let tokens = world.renew(&owner.tokens).await.unwrap();
        let caller = world.caller(&tokens).await;
        identity.confirm(&caller, &Showing::Password(PASSWORD.into()), &Client::default()).await.unwrap();
        let caller = world.caller(&tokens).await;
        let key = identity.make_key(&caller, &request(&[Permission::ChatUse])).await.unwrap();
        let program = used(&world, &key, "").await.unwrap();
        let mut told = identity.revocations();
        identity.revoke_key(&caller, key.info.id).await.unwrap();
        assert_eq!(told.recv().await.unwrap(), Revoked::Key(key.info.id));
        assert!(used(&world, &key, "").await.is_none());
        assert!(identity.renewed(&program).await.unwrap().is_none());
        assert_eq!(code_of(identity.revoke_key(&caller, key.info.id).await), ErrorCode::NotFound);
        world.end().await;
    }
}

#[tokio::test]
async fn a_replaced_key_works_on_beside_its_successor_for_the_overlap() {
    for world in World::each().await {
        let owner = world.owner().await;
        let caller = world.caller(&owner.tokens).await;
        let old = world.identity.make_key(&caller, &request(&[Permission::ChatUse])).await.unwrap();
        let new = world.identity.rotate_key(&caller, old.info.id, 1).await.unwrap();
        assert!(used(&world, &old, "").await.is_some() && used(&world, &new, "").await.is_some());
        world.time.advance(Duration::from_secs(3600));
        assert!(used(&world, &old, "").await.is_none() && used(&world, &new, "").await.is_some());
        assert_eq!(new.info.scopes, [Permission::ChatUse]);
        world.end().await;
    }
}

#[tokio::test]
async fn keys_are_kept_as_digests_and_seen_only_by_their_owner_and_managers() {
    for world in World::each().await {
        let owner = world.owner().await;
        let alice = world.caller(&owner.tokens).await;
        let bob = world.someone("bob", Role::Developer).await;
        let bob = world.caller(&bob.tokens).await;
        let key = world.identity.make_key(&alice, &request(&[Permission::ChatUse])).await.unwrap();
        assert!(world.identity.keys(&bob, false).await.unwrap().is_empty());
        assert_eq!(code_of(world.identity.keys(&bob, true).await), ErrorCode::Forbidden);
        assert_eq!(code_of(world.identity.revoke_key(&bob, key.info.id).await), ErrorCode::NotFound);
        assert_eq!(code_of(world.identity.rotate_key(&bob, key.info.id, 1).await), ErrorCode::NotFound);
        let bobs = world.identity.make_key(&bob, &request(&[Permission::ChatUse])).await.unwrap();
        assert_eq!(world.identity.keys(&alice, true).await.unwrap().len(), 2);
        let taken_over = world.identity.rotate_key(&alice, bobs.info.id, 1).await;
        assert_eq!(code_of(taken_over), ErrorCode::Conflict, "nobody makes a key that acts as another person");
        world.identity.revoke_key(&alice, bobs.info.id).await.unwrap();
        let db = world.fresh.open().await;
        let rows: Vec<String> = sqlx::query_scalar("SELECT name || prefix || digest || scopes FROM api_keys")
            .fetch_all(db.read())
            .await
            .unwrap();
        assert!(rows.iter().all(|row| !row.contains(&key.key[12..])));
        db.close().await;
        world.end().await;
    }
}

#[tokio::test]
async fn a_service_account_acts_by_keys_only() {
    for world in World::each().await {
        let owner = world.owner().await;
        let caller = world.caller(&owner.tokens).await;
        let (username, name) = (Username::parse("deployer").unwrap(), DisplayName::parse("Deployer").unwrap());
        let account = world.identity.add_service_account(&caller, &username, &name, &Role::Viewer).await.unwrap();
        let again = world.identity.add_service_account(&caller, &username, &name, &Role::Viewer).await;
        assert!(matches!(again, Err(Error::UsernameTaken)));
        for password in ["", PASSWORD] {
            assert!(world.identity.sign_in("deployer", &password.into(), &from("192.0.2.5")).await.is_err());
        }
        let given = world.identity.reset_password(&system(), account).await;
        assert_eq!(code_of(given), ErrorCode::Conflict, "nobody gives it a password");
        let request = KeyRequest { account: Some(account), ..request(&[Permission::MetricsRead]) };
        let key = world.identity.make_key(&caller, &request).await.unwrap();
        assert!(used(&world, &key, "").await.unwrap().is(account));
        let bob = world.someone("bob", Role::Developer).await;
        let bob = world.caller(&bob.tokens).await;
        assert_eq!(code_of(world.identity.make_key(&bob, &request).await), ErrorCode::Forbidden);
        world.end().await;
    }
}

#[tokio::test]
async fn a_key_neither_sees_nor_touches_its_owners_own_account() {
    for world in World::each().await {
        let owner = world.owner().await;
        let caller = world.caller(&owner.tokens).await;
        let key = world.identity.make_key(&caller, &request(&[Permission::MetricsRead])).await.unwrap();
        let program = used(&world, &key, "").await.unwrap();
        let name = DisplayName::parse("Mallory").unwrap();
        assert_eq!(code_of(world.identity.rename(&program, &name).await), ErrorCode::Forbidden);
        assert_eq!(code_of(world.identity.sessions(&program).await), ErrorCode::Forbidden);
        assert_eq!(code_of(world.identity.factors(&program).await), ErrorCode::Forbidden);
        assert_eq!(world.identity.me(&caller).await.unwrap().display_name, "alice");
        world.end().await;
    }
}
