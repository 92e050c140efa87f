//! Taking one's data along, and going for good.

use std::time::Duration;

use identity::{Authenticated, Error};
use model::{ErrorCode, Permission, Role, identity::AccountKind, keys::KeyRequest};
use secrecy::ExposeSecret;
use store::sqlx;

use crate::world::*;

#[tokio::test]
async fn an_export_holds_what_is_kept_and_no_secret() {
    for world in World::each().await {
        world.owner().await;
        let bob = world.someone("bob", Role::Developer).await;
        let caller = world.caller(&bob.tokens).await;
        let request = KeyRequest {
            name: "ci".into(),
            scopes: vec![Permission::ChatUse],
            networks: Vec::new(),
            days: None,
            account: None,
        };
        let key = world.identity.make_key(&caller, &request).await.unwrap();
        let documents = world.identity.export_account(&caller).await.unwrap().documents;
        let text = serde_json::to_string(&documents).unwrap();
        for expected in ["bob@example.org", "key.make", &key.info.prefix, "profile", "sessions"] {
            assert!(text.contains(expected), "{expected}");
        }
        for secret in [&key.key, bob.tokens.refresh.expose_secret(), "$argon2id$", "alice@example.org"] {
            assert!(!text.contains(secret), "{secret}");
        }
        world.time.advance(Duration::from_secs(601));
        let stale = world.caller(&bob.tokens).await;
        let refused = world.identity.export_account(&stale).await.unwrap_err();
        assert_eq!(model::ApiError::from(refused).code, ErrorCode::StepUp);
        world.end().await;
    }
}

#[tokio::test]
async fn a_deleted_account_is_out_everywhere_and_says_nothing_of_who_it_was() {
    for world in World::each().await {
        let owner = world.owner().await;
        let bob = world.someone("bob", Role::Developer).await;
        let caller = world.caller(&bob.tokens).await;
        let link =
            world.identity.make_reset_link(&world.caller(&owner.tokens).await, caller.user().unwrap()).await.unwrap();
        world.identity.delete_own_account(&caller).await.unwrap();
        assert!(matches!(world.identity.check_reset(token_of(&link)).await, Err(Error::LinkEnded)));
        assert!(matches!(world.authenticate(&bob.tokens).await, Authenticated::Nobody));
        assert!(world.renew(&bob.tokens).await.is_none());
        assert!(world.identity.sign_in("bob", &PASSWORD.into(), &from("192.0.2.1")).await.is_err());
        let people = world.identity.people(&system()).await.unwrap();
        let left = people.iter().find(|person| person.id == caller.user().unwrap()).unwrap();
        assert_eq!(
            (left.kind, left.active, left.display_name.as_str()),
            (AccountKind::Deleted, false, "Deleted person")
        );
        let db = world.fresh.open().await;
        let users: Vec<String> =
            sqlx::query_scalar("SELECT username || display_name || COALESCE(email, '') || password_hash FROM users")
                .fetch_all(db.read())
                .await
                .unwrap();
        assert!(users.iter().all(|user| !user.contains("bob")));
        let links: Vec<String> =
            sqlx::query_scalar("SELECT COALESCE(email, '') FROM email_tokens").fetch_all(db.read()).await.unwrap();
        assert!(links.is_empty());
        db.close().await;
        world.someone("bob", Role::Viewer).await;
        let alice = world.caller(&owner.tokens).await;
        let last = world.identity.delete_own_account(&alice).await;
        assert!(matches!(last, Err(Error::Refused(_))), "the last owner stays");
        assert!(world.actions().await.contains(&"account.delete done".to_owned()));
        world.end().await;
    }
}
