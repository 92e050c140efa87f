//! Every kind of token in every way it can be nearly right.

use identity::{Authenticated, Client, Credentials, Error};
use model::{Permission, Role, keys::KeyRequest};
use secrecy::ExposeSecret;

use crate::world::*;

/// Cut, extended, re-cased and with each single bit that keeps it text turned over.
fn spoiled(token: &str) -> Vec<String> {
    let mut all: Vec<String> = (0..token.len()).map(|length| token[..length].to_owned()).collect();
    all.extend((1..4).map(|from| token[from..].to_owned()));
    all.extend(
        ["A", "=", " ", "\n", "\0", "."].iter().flat_map(|more| [format!("{token}{more}"), format!("{more}{token}")]),
    );
    all.extend([format!("{token}{token}"), token.to_lowercase(), token.to_uppercase()]);
    for at in 0..token.len() {
        for bit in 0..7 {
            let mut bytes = token.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            all.extend(String::from_utf8(bytes));
        }
        let mut bytes = token.as_bytes().to_vec();
        bytes[at] = if bytes[at].is_ascii_lowercase() {
            bytes[at].to_ascii_uppercase()
        } else {
            bytes[at].to_ascii_lowercase()
        };
        all.extend(String::from_utf8(bytes));
    }
    all.retain(|each| each != token);
    all
}

async fn ask(world: &World, credentials: Credentials<'_>) -> Authenticated {
    world.identity.authenticate(credentials, &Client::default()).await.unwrap()
}

#[tokio::test]
async fn a_nearly_right_access_token_refresh_token_or_fingerprint_is_nobodys() {
    for world in World::each().await {
        let tokens = world.owner().await.tokens;
        let whole = credentials(&tokens);
        for access in spoiled(tokens.access.expose_secret()) {
            let found = ask(&world, Credentials { access: Some(&access), refresh: None, ..whole }).await;
            assert!(matches!(found, Authenticated::Nobody), "access token {access}");
        }
        for refresh in spoiled(tokens.refresh.expose_secret()) {
            let found = ask(&world, Credentials { access: None, refresh: Some(&refresh), ..whole }).await;
            assert!(matches!(found, Authenticated::Nobody), "refresh token {refresh}");
        }
        for fingerprint in spoiled(tokens.fingerprint.expose_secret()) {
            let found = ask(&world, Credentials { fingerprint: Some(&fingerprint), ..whole }).await;
            assert!(matches!(found, Authenticated::Nobody), "fingerprint {fingerprint}");
        }
        let swapped = Credentials { access: whole.refresh, refresh: whole.access, fingerprint: whole.fingerprint };
        assert!(matches!(ask(&world, swapped).await, Authenticated::Nobody), "no token stands in for another");
        assert!(
            matches!(ask(&world, whole).await, Authenticated::Caller(_)),
            "and none of this has harmed the right ones"
        );
        world.end().await;
    }
}

#[tokio::test]
async fn a_nearly_right_link_is_no_link() {
    for world in World::each().await {
        let link = world.identity.new_setup_link(&system()).await.unwrap().unwrap();
        for token in spoiled(token_of(&link)) {
            assert!(matches!(world.identity.check_setup(&token).await, Err(Error::LinkEnded)), "{token}");
        }
        let claim = &spoiled(token_of(&link))[42];
        let claimed = world.identity.claim(claim, account("mallory"), &Client::default()).await;
        assert!(matches!(claimed, Err(Error::LinkEnded)));
        let owner = world.owner().await;
        let invitation = world.identity.invite(&owner.caller, &Role::Viewer).await.unwrap();
        let token = invitation.url.rsplit('/').next().unwrap();
        for token in spoiled(token) {
            assert!(matches!(world.identity.check_invitation(&token).await, Err(Error::LinkEnded)), "{token}");
        }
        let accepted =
            world.identity.accept_invitation(&spoiled(token)[42], account("mallory"), &Client::default()).await;
        assert!(matches!(accepted, Err(Error::LinkEnded)));
        assert!(world.identity.check_invitation(token).await.is_ok());
        world.end().await;
    }
}

#[tokio::test]
async fn a_nearly_right_token_of_a_half_done_sign_in_is_none() {
    for world in World::each().await {
        world.owner().await;
        let careful: Role = "careful".parse().unwrap();
        world.identity.save_role(&system(), &careful, &[], true).await.unwrap();
        world.identity.add_user(&system(), account("bob"), &careful).await.unwrap();
        let half = world.half("bob").await;
        for token in spoiled(half.token.expose_secret()) {
            assert!(matches!(world.identity.second_step(&token).await, Err(Error::StepEnded)), "{token}");
        }
        assert!(world.identity.second_step(half.token.expose_secret()).await.is_ok());
        world.end().await;
    }
}

#[tokio::test]
async fn a_nearly_right_key_opens_nothing() {
    for world in World::each().await {
        let owner = world.owner().await;
        let scopes = vec![Permission::ChatUse];
        let request = KeyRequest { name: "ci".into(), scopes, networks: Vec::new(), days: None, account: None };
        let key = world.identity.make_key(&world.caller(&owner.tokens).await, &request).await.unwrap().key;
        let used = async |key: &str| world.identity.authenticate_key(key, &Client::default()).await.unwrap();
        for key in spoiled(&key) {
            assert!(used(&key).await.is_none(), "{key}");
        }
        assert!(used(&key).await.is_some());
        world.end().await;
    }
}
