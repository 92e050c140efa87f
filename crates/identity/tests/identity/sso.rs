//! Single sign-on against a real provider, run by node: whose account it is, and who stays out.

use std::{collections::BTreeMap, path::PathBuf, process::Stdio, time::Duration};

use identity::{Authenticated, Client, Entrance, Error, Landing};
use model::{
    Caller, Factor, Role,
    identity::Email,
    joining::{Joining, Registration},
    sso::{ProviderForm, ProviderKind},
};
use oidc::Answer;
use secrecy::ExposeSecret;
use store::sqlx;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};
use url::Url;

use crate::world::*;

/// How long the provider may take for anything.
const PATIENCE: Duration = Duration::from_secs(30);
const BACK: &str = "http://localhost:8083/sso/acme/callback";

struct Provider {
    form: ProviderForm,
    _process: Child,
    _output: Lines<BufReader<ChildStdout>>,
}

/// `None` (said aloud) where the npm packages were never installed, which a continuous build must not pass over.
async fn provider() -> Option<Provider> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../oidc/tests/provider");
    if !folder.join("node_modules/oidc-provider").exists() {
        assert!(std::env::var_os("CI").is_none(), "scripts/setup.sh test installs the provider's packages");
        eprintln!("SKIPPED: the provider lacks its npm packages; scripts/setup.sh test installs them");
        return None;
    }
    let mut process = Command::new("node")
        .args(["server.mjs", BACK])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let ready = async {
        loop {
            let line = lines.next_line().await.unwrap().expect("the provider ended before it was ready");
            if let Ok(ready) = serde_json::from_str::<serde_json::Value>(&line) {
                break ready;
            }
        }
    };
    let ready = timeout(PATIENCE, ready).await.expect("the provider is ready in time");
    let form = ProviderForm {
        id: "acme".into(),
        name: "Acme".into(),
        kind: ProviderKind::OpenId { issuer: ready["issuer"].as_str().unwrap().into() },
        client_id: "nova-eddsa".into(),
        client_secret: Some(ready["client_secret"].as_str().unwrap().into()),
        scopes: "openid email profile groups".into(),
        roles_claim: "groups".into(),
        role_map: Vec::new(),
        default_role: Role::Viewer,
        creates_accounts: false,
        trusted_domains: Vec::new(),
    };
    Some(Provider { form, _process: process, _output: lines })
}

/// Walks through the provider's pages as `login` until it leads back; its answer.
async fn answer(url: &str, login: &str) -> Answer {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let mut cookies = BTreeMap::<String, String>::new();
    let mut url = Url::parse(&format!("{url}&login_hint={login}")).unwrap();
    while !url.as_str().starts_with(BACK) {
        let jar = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let response = timeout(PATIENCE, http.get(url.clone()).header("cookie", jar).send()).await.unwrap().unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            cookies.insert(name.to_owned(), rest.split(';').next().unwrap().to_owned());
        }
        let next = response.headers().get("location").expect("the provider leads on").to_str().unwrap().to_owned();
        url = url.join(&next).unwrap();
    }
    let fields: BTreeMap<String, String> =
        url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let field = |name: &str| fields.get(name).cloned();
    Answer {
        code: field("code"),
        state: field("state"),
        iss: field("iss"),
        error: field("error"),
        error_description: field("error_description"),
    }
}

async fn come(world: &World, login: &str, caller: Option<&Caller>) -> Result<Landing, Error> {
    let departure = world.identity.begin_sso("acme", caller, "/chat").await?;
    let answer = answer(&departure.url, login).await;
    world.identity.finish_sso("acme", departure.token.expose_secret(), &answer, &Client::default()).await
}

/// Worlds whose clock shows the real time, which the provider's tokens carry.
async fn worlds() -> Vec<World> {
    let worlds = World::each().await;
    for world in &worlds {
        let now = store::Clock::system().now();
        if now > world.time.now() {
            world.time.advance(now.since(world.time.now()));
        } else {
            world.time.turn_back(world.time.now().since(now));
        }
    }
    worlds
}

#[tokio::test]
async fn only_a_linked_identity_signs_in_and_a_disabled_account_stays_out() {
    let Some(provider) = provider().await else { return };
    for world in worlds().await {
        let owner = world.owner().await;
        let alice = world.caller(&owner.tokens).await;
        world.identity.save_provider(&alice, &provider.form).await.unwrap();
        let bob = world.someone("bob", Role::Developer).await;
        // The provider's bob has the address of ours, but says that it is not verified; nor is the domain trusted.
        assert!(matches!(come(&world, "bob", None).await, Err(Error::NoAccount)));
        assert!(matches!(come(&world, "ada", None).await, Err(Error::NoAccount)), "nobody is let in by an address");
        let caller = world.caller(&bob.tokens).await;
        assert!(matches!(come(&world, "ada", Some(&caller)).await, Ok(Landing::Linked)));
        let Ok(Landing::Entrance(entrance, next)) = come(&world, "ada", None).await else { panic!("linked") };
        let signed_in = entrance.signed_in().unwrap();
        assert!(signed_in.caller.is(caller.user().unwrap()) && next == "/chat");
        assert_eq!(signed_in.caller.proof().unwrap().factor, Factor::Sso);
        assert!(!signed_in.caller.circumstances().second_factor);
        let taken = come(&world, "ada", Some(&alice)).await;
        assert!(matches!(taken, Err(Error::Refused(_))), "an identity belongs to one account");
        world.identity.set_active(&alice, caller.user().unwrap(), false).await.unwrap();
        assert!(matches!(come(&world, "ada", None).await, Err(Error::NoAccount)));
        assert!(matches!(world.authenticate(&bob.tokens).await, Authenticated::Nobody));
        world.end().await;
    }
}

#[tokio::test]
async fn an_address_is_believed_only_when_verified_and_of_a_trusted_domain() {
    let Some(provider) = provider().await else { return };
    for world in worlds().await {
        let owner = world.owner().await;
        let alice = world.caller(&owner.tokens).await;
        let form = ProviderForm { trusted_domains: vec!["example.org".into()], ..provider.form.clone() };
        world.identity.save_provider(&alice, &form).await.unwrap();
        for name in ["ada", "bob", "eve"] {
            world.someone(name, Role::Developer).await;
        }
        assert!(matches!(come(&world, "ada", None).await, Err(Error::NoAccount)), "ours is merely claimed");
        let db = world.fresh.open().await;
        let mut write = db.write().await.unwrap();
        sqlx::query("UPDATE users SET email_verified_at = 1").execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
        db.close().await;
        assert!(matches!(come(&world, "ada", None).await, Ok(Landing::Entrance(..))), "verified");
        assert!(matches!(come(&world, "bob", None).await, Err(Error::NoAccount)), "not verified");
        assert!(matches!(come(&world, "eve", None).await, Err(Error::NoAccount)), "“true” is not true");
        world.end().await;
    }
}

#[tokio::test]
async fn someone_new_gets_the_role_of_their_group_and_no_more() {
    let Some(provider) = provider().await else { return };
    for world in worlds().await {
        let owner = world.owner().await;
        let alice = world.caller(&owner.tokens).await;
        let form = ProviderForm {
            creates_accounts: true,
            role_map: vec![("admins".into(), Role::Admin), ("staff".into(), Role::Developer)],
            ..provider.form.clone()
        };
        let to_owner = ProviderForm { role_map: vec![("staff".into(), Role::Owner)], ..form.clone() };
        assert!(world.identity.save_provider(&alice, &to_owner).await.is_err());
        world.identity.save_provider(&alice, &form).await.unwrap();
        for (login, role) in [("ada", Role::Admin), ("carl", Role::Developer)] {
            let Ok(Landing::Entrance(entrance, _)) = come(&world, login, None).await else { panic!("welcome") };
            let signed_in = entrance.signed_in().unwrap();
            assert_eq!(*signed_in.caller.role(), role, "{login}");
            assert!(world.identity.sign_in(login, &PASSWORD.into(), &from("192.0.2.1")).await.is_err(), "no password");
        }
        let demoted = ProviderForm { role_map: vec![("staff".into(), Role::Viewer)], ..form };
        world.identity.save_provider(&alice, &demoted).await.unwrap();
        let Ok(Landing::Entrance(entrance, _)) = come(&world, "ada", None).await else { panic!("known") };
        assert_eq!(*entrance.signed_in().unwrap().caller.role(), Role::Viewer, "the role follows the provider");
        world.end().await;
    }
}

#[tokio::test]
async fn who_claimed_an_address_first_does_not_get_its_owners_sign_ins() {
    let Some(provider) = provider().await else { return };
    for world in worlds().await {
        let owner = world.owner().await;
        let alice = world.caller(&owner.tokens).await;
        let form = ProviderForm {
            creates_accounts: true,
            trusted_domains: vec!["example.org".into()],
            ..provider.form.clone()
        };
        world.identity.save_provider(&alice, &form).await.unwrap();
        let mut mallory = account("mallory");
        mallory.email = Some(Email::parse("ada@example.org").unwrap());
        let mallory = world.identity.add_user(&system(), mallory, &Role::Viewer).await.unwrap();
        let Ok(Landing::Entrance(entrance, _)) = come(&world, "ada", None).await else { panic!("welcome") };
        let ada = entrance.signed_in().unwrap().caller;
        assert!(!ada.is(mallory));
        let own = world.identity.email(&ada).await.unwrap();
        assert!(own.address.as_deref() == Some("ada@example.org") && own.verified_at.is_some());
        let closed = Joining { registration: Registration::Closed, ..Joining::default() };
        world.identity.set_joining(&alice, &closed).await.unwrap();
        assert!(matches!(come(&world, "carl", None).await, Err(Error::Refused(_))), "nobody new while closed");
        assert!(matches!(come(&world, "ada", None).await, Ok(Landing::Entrance(..))));
        world.end().await;
    }
}

#[tokio::test]
async fn an_answer_counts_once_and_only_for_the_browser_that_left() {
    let Some(provider) = provider().await else { return };
    for world in worlds().await {
        let owner = world.owner().await;
        let alice = world.caller(&owner.tokens).await;
        let form = ProviderForm { creates_accounts: true, ..provider.form.clone() };
        world.identity.save_provider(&alice, &form).await.unwrap();
        let departure = world.identity.begin_sso("acme", None, "/").await.unwrap();
        let answer = answer(&departure.url, "zoe").await;
        let other = world.identity.begin_sso("acme", None, "/").await.unwrap();
        let finish = async |token: &str| world.identity.finish_sso("acme", token, &answer, &Client::default()).await;
        assert!(matches!(finish("").await, Err(Error::StepEnded)));
        assert!(finish(other.token.expose_secret()).await.is_err(), "the state is another's");
        assert!(matches!(finish(departure.token.expose_secret()).await, Ok(Landing::Entrance(..))));
        assert!(matches!(finish(departure.token.expose_secret()).await, Err(Error::StepEnded)));
        world.end().await;
    }
}

#[tokio::test]
async fn a_second_factor_is_asked_for_after_single_sign_on_too() {
    let Some(provider) = provider().await else { return };
    for world in worlds().await {
        let owner = world.owner().await;
        let alice = world.caller(&owner.tokens).await;
        let form = ProviderForm { creates_accounts: true, ..provider.form.clone() };
        world.identity.save_provider(&alice, &form).await.unwrap();
        world.identity.save_role(&alice, &Role::Viewer, &[], true).await.unwrap();
        let Ok(Landing::Entrance(entrance, _)) = come(&world, "yan", None).await else { panic!("welcome") };
        assert!(matches!(*entrance, Entrance::Second(_)));
        world.end().await;
    }
}

#[tokio::test]
async fn who_came_by_a_provider_can_sign_out_there_too_and_is_out_here_even_if_it_is_gone() {
    let Some(mut provider) = provider().await else { return };
    let mut left = Vec::new();
    for world in worlds().await {
        let owner = world.owner().await;
        let alice = world.caller(&owner.tokens).await;
        let form = ProviderForm { creates_accounts: true, ..provider.form.clone() };
        world.identity.save_provider(&alice, &form).await.unwrap();
        assert!(!world.identity.me(&alice).await.unwrap().provider_sign_out, "a password came from nowhere");
        assert_eq!(world.identity.sign_out_at_provider(&alice).await.unwrap(), None);
        assert!(matches!(world.authenticate(&owner.tokens).await, Authenticated::Nobody));
        let came = async || {
            let Ok(Landing::Entrance(entrance, _)) = come(&world, "zoe", None).await else { panic!("welcome") };
            entrance.signed_in().unwrap()
        };
        let signed_in = came().await;
        assert!(world.identity.me(&signed_in.caller).await.unwrap().provider_sign_out);
        let url = world.identity.sign_out_at_provider(&signed_in.caller).await.unwrap().expect("the provider has one");
        let url = Url::parse(&url).unwrap();
        let ProviderKind::OpenId { issuer } = &provider.form.kind else { panic!("{:?}", provider.form.kind) };
        assert!(url.as_str().starts_with(issuer.as_str()), "{url}");
        let asked: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(asked["post_logout_redirect_uri"], "http://localhost:8083/sign-in");
        assert_eq!(asked["id_token_hint"].split('.').count(), 3, "whose session it is");
        assert!(matches!(world.authenticate(&signed_in.tokens).await, Authenticated::Nobody), "over here");
        left.push((came().await, world));
    }
    provider._process.kill().await.unwrap();
    for (signed_in, world) in left {
        // What it said about itself may be remembered: with it or without, the session here is over.
        world.identity.sign_out_at_provider(&signed_in.caller).await.unwrap();
        assert!(matches!(world.authenticate(&signed_in.tokens).await, Authenticated::Nobody));
        world.end().await;
    }
}

#[tokio::test]
async fn a_second_step_between_does_not_make_nova_forget_the_provider() {
    let Some(provider) = provider().await else { return };
    for world in worlds().await {
        let owner = world.owner().await;
        let alice = world.caller(&owner.tokens).await;
        let form = ProviderForm { creates_accounts: true, ..provider.form.clone() };
        world.identity.save_provider(&alice, &form).await.unwrap();
        world.identity.save_role(&alice, &Role::Viewer, &[], true).await.unwrap();
        let Ok(Landing::Entrance(entrance, _)) = come(&world, "yan", None).await else { panic!("welcome") };
        let Entrance::Second(pending) = *entrance else { panic!("a second step is to come") };
        let token = pending.token.expose_secret();
        let phone = Phone::scan(&world.identity.begin_enrolment(token).await.unwrap());
        let code = phone.code(&world);
        let (signed_in, _) = world.identity.finish_enrolment(token, &code, &Client::default()).await.unwrap();
        assert!(world.identity.me(&signed_in.caller).await.unwrap().provider_sign_out);
        let url = world.identity.sign_out_at_provider(&signed_in.caller).await.unwrap().expect("the provider has one");
        assert!(url.contains("id_token_hint="), "{url}");
        world.end().await;
    }
}
