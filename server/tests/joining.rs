//! Pages for strangers who forgot, verify or join: plain forms that work before any script is there.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::{fs, path::PathBuf};

use identity::Client;
use model::{
    Caller, Role,
    identity::Email,
    joining::{Joining, Registration},
};
use support::{PASSWORD, WAIT, World};
use tokio::time::timeout;

/// An instance whose mail goes into a folder.
async fn with_mail() -> World {
    World::with(|config| {
        let folder = config.data_dir.join("mails");
        config.mail = mail::Settings { transport: mail::Transport::Directory(folder), from: None };
    })
    .await
}

async fn open(world: &World) {
    let joining = Joining { registration: Registration::Open, role: Role::Viewer };
    world.nova.identity.set_joining(&Caller::system("test"), &joining).await.unwrap();
}

/// The path of the link in the newest mail, once there are `count`.
async fn link(world: &World, count: usize) -> String {
    let folder = world.nova.config.data_dir.join("mails");
    let mut changes = world.nova.mail.changes();
    let newest = timeout(WAIT, async {
        loop {
            changes.borrow_and_update();
            let mut mails: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
            mails.retain(|path| path.extension().is_some_and(|kind| kind == "eml"));
            if mails.len() >= count {
                mails.sort();
                return fs::read_to_string(mails.pop().unwrap()).unwrap().replace("=\r\n", "");
            }
            changes.changed().await.unwrap();
        }
    });
    let text = newest.await.expect("the mail is sent");
    let start = ["/verify/", "/reset/"].iter().find_map(|path| text.find(path)).expect("a link");
    text[start..].split_whitespace().next().unwrap().to_owned()
}

/// An owner called alice whose address is verified by the form of the link's page. One mail was sent.
async fn alice(world: &World) {
    let cookies = world.person("alice", Role::Owner).await;
    let caller = world.caller(&cookies).await;
    let email = Email::parse("alice@example.org").unwrap();
    world.nova.identity.set_email(&caller, Some(&email)).await.unwrap();
    let path = link(world, 1).await;
    for _ in 0..3 {
        let page = world.get(&path, &[]).await;
        assert_eq!(page.status, 200, "looking at it uses nothing up");
        assert!(page.body.contains("alice@example.org"));
    }
    let token = path.rsplit('/').next().unwrap();
    assert_eq!(world.get(&format!("/api/public/verify_email?token={token}"), &[]).await.status, 405);
    let done = world.form("/api/public/verify_email", &[("referer", &path)], &format!("token={token}")).await;
    assert_eq!((done.status, done.header("location")), (302, Some("/sign-in?done=verified")));
    assert_eq!(world.get(&path, &[]).await.status, 410);
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_without_scripts_and_nobody_learns_who_is_known() {
    let world = with_mail().await;
    alice(&world).await;
    assert!(world.get("/sign-in", &[]).await.body.contains("/forgot"));
    assert_eq!(world.get("/forgot", &[]).await.status, 200);
    let mut answers = Vec::new();
    for name in ["alice", "nobody"] {
        let body = format!("identifier={name}");
        let answer = world.form("/api/public/forgot_password", &[("referer", "/forgot")], &body).await;
        answers.push((answer.status, answer.header("location").map(str::to_owned), answer.body));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].1.as_deref(), Some("/forgot?sent=true"));
    assert_eq!(world.get("/forgot?sent=true", &[]).await.status, 200);

    let path = link(&world, 2).await;
    let token = path.rsplit('/').next().unwrap();
    assert!(world.get(&path, &[]).await.body.contains("alice"));
    let choose = async |password: &str| {
        let body = format!("token={token}&password={}", password.replace(' ', "+"));
        world.form("/api/public/finish_reset", &[("referer", &path)], &body).await
    };
    let weak = choose("short").await;
    assert_eq!(weak.status, 302);
    assert!(weak.header("location").unwrap().starts_with(&path), "{weak:?}");
    let done = choose("copper lantern walks slowly").await;
    assert_eq!((done.status, done.header("location")), (302, Some("/sign-in?done=reset")));
    assert!(done.cookies().is_empty(), "it signs nobody in");
    assert!(world.get("/sign-in?done=reset", &[]).await.body.contains("Your password is changed"));
    assert_eq!(world.get(&path, &[]).await.status, 410);
    let identity = &world.nova.identity;
    assert!(identity.sign_in("alice", &PASSWORD.into(), &Client::default()).await.is_err());
    assert!(identity.sign_in("alice", &"copper lantern walks slowly".into(), &Client::default()).await.is_ok());
    world.stop().await;
}

#[tokio::test]
async fn joining_by_oneself_is_offered_only_while_it_is_open() {
    let world = World::start().await;
    world.person("alice", Role::Owner).await;
    let page = world.get("/sign-in", &[]).await.body;
    assert!(!page.contains("/join") && !page.contains("/forgot"), "nothing is offered that does not work");
    let form = format!("username=bob&password={}", PASSWORD.replace(' ', "+"));
    assert_eq!(world.get("/join", &[]).await.status, 409);
    let refused = world.form("/api/public/register", &[("accept", "application/json")], &form).await;
    assert_eq!(refused.status, 409);
    open(&world).await;
    assert!(world.get("/sign-in", &[]).await.body.contains("/join"));
    assert_eq!(world.get("/join", &[]).await.status, 200);
    let joined = world.form("/api/public/register", &[("referer", "/join")], &form).await;
    assert_eq!((joined.status, joined.header("location")), (302, Some("/")), "{joined:?}");
    assert_eq!(world.get("/chat", &[("cookie", &joined.cookies())]).await.status, 200);
    world.stop().await;
}

#[tokio::test]
async fn where_mail_is_set_up_who_registers_is_led_to_their_mailbox_until_they_opened_the_link() {
    let world = with_mail().await;
    world.person("alice", Role::Owner).await;
    open(&world).await;
    let password = PASSWORD.replace(' ', "+");
    let form = format!("username=bob&email=bob%40example.org&password={password}");
    let joined = world.form("/api/public/register", &[("referer", "/join")], &form).await;
    assert_eq!((joined.status, joined.header("location")), (302, Some("/join/sent?name=bob")));
    let sign_in = format!("identifier=bob&password={password}&next=");
    let early = world.form("/api/public/sign_in", &[("referer", "/sign-in")], &sign_in).await;
    assert_eq!(early.header("location"), Some("/join/sent?name=bob"));
    assert!(joined.cookies().is_empty() && early.cookies().is_empty());
    assert!(world.get("/join/sent?name=bob", &[]).await.body.contains("Send it again"));
    for name in ["bob", "nobody"] {
        let body = format!("username={name}");
        let again = world.form("/api/public/resend_verification", &[("referer", "/join/sent")], &body).await;
        assert_eq!((again.status, again.header("location")), (302, Some("/join/sent?again=true")));
    }
    let path = link(&world, 2).await;
    let token = path.rsplit('/').next().unwrap();
    world.form("/api/public/verify_email", &[("referer", &path)], &format!("token={token}")).await;
    let done = world.form("/api/public/sign_in", &[("referer", "/sign-in")], &sign_in).await;
    assert_eq!(done.header("location"), Some("/"));
    world.stop().await;
}

#[tokio::test]
async fn the_outbox_is_shown_to_those_who_look_after_mail() {
    let world = with_mail().await;
    alice(&world).await;
    let cookies = world.sign_in("alice").await;
    let page = world.get("/people/mail", &[("cookie", &cookies), ("accept", "text/html")]).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Confirm your e-mail address") && page.body.contains("alice@example.org"));
    assert!(!page.body.contains("/verify/"), "links stand nowhere but in the mail");
    assert!(world.get("/people", &[("cookie", &cookies)]).await.body.contains("/people/mail"));
    let vera = world.person("vera", Role::Viewer).await;
    assert!(!world.get("/people", &[("cookie", &vera)]).await.body.contains("/people/mail"));
    let refused = world.form("/api/read_outbox", &[("cookie", &vera), ("accept", "application/json")], "").await;
    assert_eq!(refused.status, 403);
    world.stop().await;
}
