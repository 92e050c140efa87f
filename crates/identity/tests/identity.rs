//! The promises of sign-in, told through the public door on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::time::Duration;

use identity::{
    Algorithm, Authenticated, Client, Credentials, Error, Identity, NewAccount, Settings, SignedIn, Tokens,
};
use model::{Caller, Role, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use store::{Clock, ManualTime, testing::Fresh};

const PASSWORD: &str = "violet kettle runs uphill";

struct World {
    identity: Identity,
    time: ManualTime,
    fresh: Fresh,
}

impl World {
    async fn each() -> Vec<Self> {
        let mut worlds = Vec::new();
        for fresh in Fresh::each().await {
            let (clock, time) = Clock::manual(Timestamp(1_800_000_000_000));
            let settings = Settings {
                keys_dir: fresh.dir.path().to_owned(),
                public_url: "http://127.0.0.1:8083".into(),
                algorithm: Algorithm::EdDsa,
            };
            let identity = Identity::start(fresh.open().await, clock, settings).await.unwrap();
            worlds.push(Self { identity, time, fresh });
        }
        worlds
    }

    async fn owner(&self) -> SignedIn {
        let link = self.identity.new_setup_link(&system()).await.unwrap().expect("nobody owns it yet");
        self.identity.claim(token_of(&link), account("alice"), &Client::default()).await.unwrap()
    }

    async fn authenticate(&self, tokens: &Tokens) -> Authenticated {
        self.identity.authenticate(credentials(tokens), &Client::default()).await.unwrap()
    }

    /// Lets the access token run out and renews with `tokens`.
    async fn renew(&self, tokens: &Tokens) -> Option<Tokens> {
        let credentials = Credentials { access: None, ..credentials(tokens) };
        match self.identity.authenticate(credentials, &Client::default()).await.unwrap() {
            Authenticated::Renewed(signed_in) => Some(signed_in.tokens),
            _ => None,
        }
    }

    async fn end(self) {
        drop(self.identity);
        self.fresh.remove().await;
    }
}

fn system() -> Caller {
    Caller::system("test")
}

fn account(name: &str) -> NewAccount {
    NewAccount::parse(name, &format!("{name}@example.org"), "", PASSWORD.into()).unwrap()
}

fn credentials(tokens: &Tokens) -> Credentials<'_> {
    Credentials {
        access: Some(tokens.access.expose_secret()),
        refresh: Some(tokens.refresh.expose_secret()),
        fingerprint: Some(tokens.fingerprint.expose_secret()),
    }
}

fn token_of(link: &SecretString) -> &str {
    link.expose_secret().rsplit('/').next().unwrap()
}

#[tokio::test]
async fn the_setup_link_makes_one_owner_once_and_only_for_its_holder() {
    for world in World::each().await {
        let identity = &world.identity;
        let old = identity.new_setup_link(&system()).await.unwrap().unwrap();
        let link = identity.new_setup_link(&system()).await.unwrap().unwrap();
        for wrong in ["", "guess", token_of(&old), &token_of(&link)[1..]] {
            assert!(matches!(identity.check_setup(wrong).await, Err(Error::LinkEnded)), "{wrong}");
        }
        let client = Client::default();
        let both = tokio::join!(
            identity.claim(token_of(&link), account("alice"), &client),
            identity.claim(token_of(&link), account("mallory"), &client),
        );
        assert_eq!(u8::from(both.0.is_ok()) + u8::from(both.1.is_ok()), 1, "exactly one claim succeeds");
        assert!(matches!(identity.check_setup(token_of(&link)).await, Err(Error::LinkEnded)));
        assert!(identity.new_setup_link(&system()).await.unwrap().is_none());
        assert_eq!(identity.people(&system()).await.unwrap().len(), 1);
        world.end().await;
    }
}

#[tokio::test]
async fn the_setup_link_expires_and_stands_nowhere_in_the_clear() {
    for world in World::each().await {
        let link = world.identity.new_setup_link(&system()).await.unwrap().unwrap();
        let db = world.fresh.open().await;
        let values: Vec<String> =
            store::sqlx::query_scalar("SELECT value FROM meta").fetch_all(db.read()).await.unwrap();
        assert!(values.iter().all(|value| !value.contains(token_of(&link))));
        world.time.advance(Duration::from_secs(30 * 60));
        assert!(matches!(world.identity.check_setup(token_of(&link)).await, Err(Error::LinkEnded)));
        db.close().await;
        world.end().await;
    }
}

#[tokio::test]
async fn people_sign_in_by_name_or_mail_in_any_case_and_not_otherwise() {
    for world in World::each().await {
        world.owner().await;
        let client = Client::default();
        for name in ["alice", " Alice", "ALICE@example.ORG"] {
            assert!(world.identity.sign_in(name, &PASSWORD.into(), &client).await.is_ok(), "{name}");
        }
        for (name, password) in
            [("alice", "wrong"), ("alice", ""), ("bob", PASSWORD), ("", PASSWORD), ("alice' OR '1'='1", PASSWORD)]
        {
            let refused = world.identity.sign_in(name, &password.into(), &client).await;
            assert!(matches!(refused, Err(Error::WrongCredentials)), "{name}");
        }
        world.end().await;
    }
}

#[tokio::test]
async fn an_access_token_runs_out_and_is_renewed_with_the_refresh_token() {
    for world in World::each().await {
        let signed_in = world.owner().await;
        assert!(matches!(world.authenticate(&signed_in.tokens).await, Authenticated::Caller(_)));
        world.time.advance(Duration::from_secs(15 * 60));
        let Authenticated::Renewed(renewed) = world.authenticate(&signed_in.tokens).await else {
            panic!("not renewed")
        };
        assert_eq!(renewed.caller, signed_in.caller);
        assert!(matches!(world.authenticate(&renewed.tokens).await, Authenticated::Caller(_)));
        world.time.advance(Duration::from_secs(7 * 24 * 3600 + 1));
        assert!(matches!(world.authenticate(&renewed.tokens).await, Authenticated::Nobody));
        world.end().await;
    }
}

#[tokio::test]
async fn two_tabs_refreshing_at_once_get_the_same_successor() {
    for world in World::each().await {
        let tokens = world.owner().await.tokens;
        let mut renewals = Vec::new();
        for _ in 0..8 {
            let (identity, tokens) = (world.identity.clone(), tokens.clone());
            renewals.push(tokio::spawn(async move {
                let credentials = Credentials { access: None, ..credentials(&tokens) };
                match identity.authenticate(credentials, &Client::default()).await.unwrap() {
                    Authenticated::Renewed(signed_in) => signed_in.tokens.refresh.expose_secret().to_owned(),
                    other => panic!("{other:?}"),
                }
            }));
        }
        let mut successors = std::collections::HashSet::new();
        for renewal in renewals {
            successors.insert(renewal.await.unwrap());
        }
        assert_eq!(successors.len(), 1);
        world.time.advance(Duration::from_secs(14));
        assert!(world.renew(&tokens).await.is_some(), "still within the grace");
        world.end().await;
    }
}

#[tokio::test]
async fn a_replaced_refresh_token_used_after_the_grace_ends_the_whole_family() {
    for world in World::each().await {
        let first = world.owner().await.tokens;
        let mut ended = world.identity.ended_sessions();
        let second = world.renew(&first).await.unwrap();
        world.time.advance(Duration::from_secs(16));
        assert!(world.renew(&first).await.is_none());
        assert!(ended.try_recv().is_ok(), "open sockets are told");
        assert!(world.renew(&second).await.is_none());
        assert!(matches!(world.authenticate(&second).await, Authenticated::Nobody));
        world.end().await;
    }
}

#[tokio::test]
async fn a_stolen_token_without_its_fingerprint_is_worthless_and_harmless() {
    for world in World::each().await {
        let tokens = world.owner().await.tokens;
        let stolen = Tokens { fingerprint: "another".to_owned().into(), ..tokens.clone() };
        assert!(matches!(world.authenticate(&stolen).await, Authenticated::Nobody));
        assert!(world.renew(&stolen).await.is_none());
        assert!(matches!(world.authenticate(&tokens).await, Authenticated::Caller(_)), "its owner stays signed in");
        world.end().await;
    }
}

#[tokio::test]
async fn an_ended_session_is_nobody_at_once() {
    for world in World::each().await {
        let owner = world.owner().await;
        let other = world.identity.sign_in("alice", &PASSWORD.into(), &Client::default()).await.unwrap();
        assert_eq!(world.identity.sessions(&owner.caller).await.unwrap().len(), 2);
        assert!(matches!(world.authenticate(&other.tokens).await, Authenticated::Caller(_)));
        world.identity.end_session(&owner.caller, other.caller.session().unwrap()).await.unwrap();
        assert!(matches!(world.authenticate(&other.tokens).await, Authenticated::Nobody));
        assert!(world.renew(&other.tokens).await.is_none());
        let left = world.identity.sessions(&owner.caller).await.unwrap();
        assert!(left.len() == 1 && left[0].current);
        world.identity.sign_out(&owner.caller).await.unwrap();
        assert!(matches!(world.authenticate(&owner.tokens).await, Authenticated::Nobody));
        world.end().await;
    }
}

#[tokio::test]
async fn nobody_ends_anothers_session() {
    for world in World::each().await {
        let owner = world.owner().await;
        let guest = invite(&world, &owner.caller, Role::Developer, "bob").await;
        let refused = world.identity.end_session(&guest.caller, owner.caller.session().unwrap()).await;
        assert!(matches!(refused, Err(Error::Unknown("session"))));
        assert!(matches!(world.authenticate(&owner.tokens).await, Authenticated::Caller(_)));
        world.end().await;
    }
}

async fn invite(world: &World, by: &Caller, role: Role, name: &str) -> SignedIn {
    let invitation = world.identity.invite(by, role).await.unwrap();
    let token = invitation.url.rsplit('/').next().unwrap();
    world.identity.accept_invitation(token, account(name), &Client::default()).await.unwrap()
}

#[tokio::test]
async fn a_disabled_account_is_out_everywhere_within_a_second_even_from_another_process() {
    for world in World::each().await {
        let owner = world.owner().await;
        let guest = invite(&world, &owner.caller, Role::Developer, "bob").await;
        assert!(matches!(world.authenticate(&guest.tokens).await, Authenticated::Caller(_)));
        let mut ended = world.identity.ended_sessions();
        // A second engine on the same database stands for the command line.
        let settings = Settings {
            keys_dir: world.fresh.dir.path().to_owned(),
            public_url: "http://127.0.0.1:8083".into(),
            algorithm: Algorithm::EdDsa,
        };
        let (clock, _) = Clock::manual(Timestamp(1_800_000_000_000));
        let other = Identity::start(world.fresh.open().await, clock, settings).await.unwrap();
        other.set_active(&system(), guest.caller.user().unwrap(), false).await.unwrap();
        let told = tokio::time::timeout(Duration::from_secs(10), ended.recv()).await.expect("told").unwrap();
        assert_eq!(Some(told), guest.caller.session());
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
        let invitation = identity.invite(&owner.caller, Role::Viewer).await.unwrap();
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

        let withdrawn = identity.invite(&owner.caller, Role::Viewer).await.unwrap();
        identity.withdraw_invitation(&owner.caller, withdrawn.invitation.id).await.unwrap();
        let old = identity.invite(&owner.caller, Role::Viewer).await.unwrap();
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
        assert!(world.identity.invite(&admin.caller, Role::Owner).await.is_err());
        assert!(world.identity.invite(&developer.caller, Role::Viewer).await.is_err());
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
        world.identity.rotate_keys(&owner.caller).unwrap();
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
            let refused = world.identity.add_user(&owner.caller, account, Role::Viewer).await.unwrap_err();
            assert_eq!(model::ApiError::from(refused).field.as_deref(), Some(field), "{password}");
        }
        let refused = world.identity.add_user(&owner.caller, account("alice"), Role::Viewer).await.unwrap_err();
        assert_eq!(model::ApiError::from(refused).code, model::ErrorCode::Conflict);
        world.end().await;
    }
}

fn from(address: &str) -> Client {
    Client { address: address.into(), ..Client::default() }
}

async fn wrong(identity: &Identity, name: &str, address: &str) -> Error {
    identity.sign_in(name, &"not the password at all".into(), &from(address)).await.unwrap_err()
}

#[tokio::test]
async fn guessing_is_slowed_under_every_name_of_the_account_and_the_owner_gets_in_elsewhere() {
    for world in World::each().await {
        let (identity, owner) = (&world.identity, world.owner().await);
        for name in ["alice", "ALICE ", "alice@example.org", "Alice@Example.org", "alice"] {
            assert!(matches!(wrong(identity, name, "192.0.2.1").await, Error::WrongCredentials), "{name}");
        }
        let password = PASSWORD.into();
        for name in ["alice", "alice@EXAMPLE.org"] {
            let early = identity.sign_in(name, &password, &from("192.0.2.1")).await;
            assert!(matches!(early, Err(Error::Wait(_))), "even the right password waits: {early:?}");
        }
        assert!(identity.sign_in("alice", &password, &from("192.0.2.2")).await.is_ok(), "her own desk");
        assert!(identity.people(&owner.caller).await.unwrap().iter().all(|person| person.slowed));

        world.time.advance(Duration::from_secs(16));
        assert!(identity.sign_in("alice", &password, &from("192.0.2.1")).await.is_ok(), "the wait ends by itself");
        assert!(identity.people(&owner.caller).await.unwrap().iter().all(|person| !person.slowed));
        world.end().await;
    }
}

#[tokio::test]
async fn unknown_names_are_slowed_like_known_ones() {
    for world in World::each().await {
        world.owner().await;
        let mut told = Vec::new();
        for name in ["alice", "nobody"] {
            let mut answers = Vec::new();
            for _ in 0..8 {
                let error = model::ApiError::from(wrong(&world.identity, name, "192.0.2.9").await);
                answers.push((error.code, error.message));
            }
            told.push(answers);
        }
        assert_eq!(told[0], told[1]);
        world.end().await;
    }
}

#[tokio::test]
async fn many_guesses_at_once_are_as_few_as_one_after_another() {
    for world in World::each().await {
        world.owner().await;
        let mut guesses = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let identity = world.identity.clone();
            guesses.spawn(async move { wrong(&identity, "alice", "192.0.2.1").await });
        }
        let mut looked_at = 0;
        while let Some(answer) = guesses.join_next().await {
            looked_at += usize::from(matches!(answer.unwrap(), Error::WrongCredentials));
        }
        assert_eq!(looked_at, 5);
        world.end().await;
    }
}

#[tokio::test]
async fn guesses_from_many_addresses_do_not_shut_out_a_place_the_person_was_at() {
    for world in World::each().await {
        let identity = &world.identity;
        world.owner().await;
        let password = PASSWORD.into();
        identity.sign_in("alice", &password, &from("198.51.100.1")).await.unwrap();
        for host in 0..60 {
            wrong(identity, "alice", &format!("203.0.113.{host}")).await;
        }
        assert!(matches!(wrong(identity, "alice", "203.0.113.99").await, Error::Wait(_)), "a new place waits");
        assert!(identity.sign_in("alice", &password, &from("198.51.100.1")).await.is_ok());
        world.time.advance(Duration::from_secs(15 * 60 + 1));
        assert!(
            identity.sign_in("alice", &password, &from("203.0.113.200")).await.is_ok(),
            "and a new place not for good"
        );
        world.end().await;
    }
}

#[tokio::test]
async fn one_address_trying_many_names_is_slowed_and_an_admin_lifts_a_wait() {
    for world in World::each().await {
        let (identity, owner) = (&world.identity, world.owner().await);
        let bob = identity.add_user(&owner.caller, account("bob"), Role::Developer).await.unwrap();
        for n in 0..30 {
            assert!(matches!(wrong(identity, &format!("name{n}"), "192.0.2.1").await, Error::WrongCredentials), "{n}");
        }
        assert!(matches!(wrong(identity, "name30", "192.0.2.1").await, Error::Wait(_)));
        for _ in 0..5 {
            wrong(identity, "bob", "192.0.2.2").await;
        }
        let password = PASSWORD.into();
        assert!(matches!(identity.sign_in("bob", &password, &from("192.0.2.2")).await, Err(Error::Wait(_))));
        let viewer = Caller::person(model::UserId::new(), model::SessionId::new(), Role::Viewer);
        assert!(identity.lift_wait(&viewer, bob).await.is_err());
        identity.lift_wait(&owner.caller, bob).await.unwrap();
        assert!(identity.sign_in("bob", &password, &from("192.0.2.2")).await.is_ok());
        world.end().await;
    }
}

#[tokio::test]
async fn changing_the_password_needs_the_old_one_and_ends_the_other_sessions() {
    for world in World::each().await {
        let (identity, owner, client) = (&world.identity, world.owner().await, Client::default());
        let elsewhere = identity.sign_in("alice", &PASSWORD.into(), &client).await.unwrap();
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
