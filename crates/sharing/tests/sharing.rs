//! What is kept about shared shells, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::time::Duration;

use audit::Audit;
use model::{
    ApiError, Caller, ErrorCode, Factor, Role, SessionId, TerminalId, Timestamp, UserId,
    audit::AuditFilter,
    caller::Proof,
    terminal::sharing::{GuestRole, MAX_SHARES, SharedWith, Term},
};
use secrecy::ExposeSecret;
use sharing::{Error, Sharing};
use store::{
    Clock, Db, ManualTime,
    sqlx::{self, Row},
    testing::Fresh,
};

const START: i64 = 1_800_000_000_000;

struct World {
    sharing: Sharing,
    audit: Audit,
    db: Db,
    time: ManualTime,
    fresh: Fresh,
}

impl World {
    async fn each() -> Vec<Self> {
        let mut worlds = Vec::new();
        for fresh in Fresh::each().await {
            let db = fresh.open().await;
            let (clock, time) = Clock::manual(Timestamp(START));
            let audit = Audit::start(db.clone(), clock.clone());
            let sharing = Sharing::new(db.clone(), clock, audit.clone());
            worlds.push(Self { sharing, audit, db, time, fresh });
        }
        worlds
    }

    async fn person(&self, name: &str, role: Role) -> Caller {
        let user = UserId::new();
        let sql = "INSERT INTO users (id, username, display_name, role, password_hash, created_at)
                   VALUES ($1, $2, $3, 'developer', '', 0)";
        self.run(sql, &[user.to_string(), name.to_owned(), name.to_uppercase()]).await;
        let proof = Some(Proof { factor: Factor::Password, at: Timestamp(START) });
        Caller::person(user, SessionId::new(), role).under(Timestamp(START), None, false, proof)
    }

    async fn run(&self, sql: &'static str, values: &[String]) {
        let mut write = self.db.write().await.unwrap();
        let query = values.iter().fold(sqlx::query(sql), |query, value| query.bind(value.clone()));
        query.execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
    }

    async fn actions(&self) -> Vec<String> {
        let page = self.audit.page(&Caller::system("test"), &AuditFilter::default(), None, 100).await.unwrap();
        page.events.into_iter().rev().map(|event| format!("{} {}", event.action, event.detail)).collect()
    }

    async fn end(self) {
        self.db.close().await;
        self.fresh.remove().await;
    }
}

fn hours(hours: u32) -> Term {
    Term::minutes(60 * hours).unwrap()
}

#[tokio::test]
async fn a_person_is_let_in_until_the_share_is_over_or_ended() {
    for world in World::each().await {
        let [alice, bob, eve] = [
            world.person("alice", Role::Developer).await,
            world.person("bob", Role::Viewer).await,
            world.person("eve", Role::Developer).await,
        ];
        let (service, shell) = (&world.sharing, TerminalId::new());
        let invited =
            service.invite(&alice, shell, "build", " Bob ", GuestRole::Observer, Term::DEFAULT).await.unwrap();
        let admission = service.admission(&bob, shell).await.unwrap().unwrap();
        assert_eq!((admission.share, admission.owner), (invited.info.id, alice.user().unwrap()));
        assert_eq!((admission.name.as_str(), admission.owner_name.as_str()), ("BOB", "ALICE"));
        assert_eq!(admission.until, Timestamp(START + 3_600_000), "an hour unless said otherwise");
        assert_eq!(service.shared_with(&bob).await.unwrap()[0].title, "build");
        for (caller, terminal) in [(&eve, shell), (&alice, shell), (&bob, TerminalId::new())] {
            assert_eq!(service.admission(caller, terminal).await.unwrap(), None);
        }
        // Shared again as something else: the former share is no more.
        let again = service.invite(&alice, shell, "build", "bob", GuestRole::Peer, hours(2)).await.unwrap();
        assert_eq!(again.replaced, [invited.info.id]);
        assert_eq!(service.admission(&bob, shell).await.unwrap().unwrap().role, GuestRole::Peer);
        world.time.advance(Duration::from_secs(2 * 3600));
        assert_eq!(service.admission(&bob, shell).await.unwrap(), None);
        assert!(
            service.shared_with(&bob).await.unwrap().is_empty()
                && service.shares(&alice, shell).await.unwrap().is_empty()
        );
        let third = service.invite(&alice, shell, "build", "bob", GuestRole::Peer, hours(1)).await.unwrap();
        assert!(matches!(service.end_share(&eve, third.info.id).await, Err(Error::NoShare)));
        assert!(matches!(service.end_share(&bob, third.info.id).await, Err(Error::NoShare)));
        assert_eq!(service.end_share(&alice, third.info.id).await.unwrap().shares, [third.info.id]);
        assert_eq!(service.admission(&bob, shell).await.unwrap(), None);
        assert_eq!(
            world.actions().await,
            [
                "terminal.share with BOB as observer, for 60 minutes",
                "terminal.share with BOB as peer, for 120 minutes",
                "terminal.share with BOB as peer, for 60 minutes",
                "terminal.unshare 1 ended",
            ]
        );
        world.end().await;
    }
}

#[tokio::test]
async fn a_link_lets_in_who_has_it_while_it_holds_and_is_kept_as_a_digest() {
    for world in World::each().await {
        let [alice, bob, eve] = [
            world.person("alice", Role::Developer).await,
            world.person("bob", Role::Viewer).await,
            world.person("eve", Role::Developer).await,
        ];
        let (service, shell) = (&world.sharing, TerminalId::new());
        let (info, secret) = service.make_link(&alice, shell, "build", GuestRole::Observer, hours(1)).await.unwrap();
        let secret = secret.expose_secret().to_owned();
        assert_eq!(secret.len(), 43, "256 bits");
        let kept: Vec<String> = sqlx::query("SELECT secret_hash FROM terminal_shares")
            .fetch_all(world.db.read())
            .await
            .unwrap()
            .iter()
            .map(|row| row.get(0))
            .collect();
        assert!(kept.len() == 1 && kept[0].len() == 64 && !kept[0].contains(&secret));
        let other = format!("{}{}", if secret.starts_with('A') { 'B' } else { 'A' }, &secret[1..]);
        for guess in ["", "x", &secret[..42], &other, &kept[0], &"x".repeat(10_000)] {
            assert!(matches!(service.offer(&bob, guess).await, Err(Error::NoLink)), "{guess:?}");
            assert!(matches!(service.follow(&bob, guess).await, Err(Error::NoLink)), "{guess:?}");
        }
        assert_eq!(service.offer(&bob, &secret).await.unwrap().owner_name, "ALICE");
        assert_eq!(service.admission(&bob, shell).await.unwrap(), None, "looking at an offer takes nothing");
        for _ in 0..2 {
            assert_eq!(service.follow(&bob, &secret).await.unwrap(), shell);
        }
        assert_eq!(service.follow(&alice, &secret).await.unwrap(), shell, "one's own");
        assert_eq!(service.shares(&alice, shell).await.unwrap().len(), 2, "the link and who came by it, once");
        assert!(service.admission(&bob, shell).await.unwrap().is_some());
        // Who came by a link goes with it.
        let ended = service.end_share(&alice, info.id).await.unwrap();
        assert_eq!((ended.shares.len(), ended.guests), (2, vec![bob.user().unwrap()]));
        assert_eq!(service.admission(&bob, shell).await.unwrap(), None);
        assert!(matches!(service.follow(&eve, &secret).await, Err(Error::NoLink)), "ended");
        let (_, secret) = service.make_link(&alice, shell, "build", GuestRole::Peer, hours(1)).await.unwrap();
        world.time.advance(Duration::from_secs(3600));
        assert!(matches!(service.follow(&eve, secret.expose_secret()).await, Err(Error::NoLink)), "over");
        // Of somebody who was disabled since.
        let (_, secret) = service.make_link(&alice, shell, "build", GuestRole::Peer, hours(1)).await.unwrap();
        world.run("UPDATE users SET active = 0 WHERE id = $1", &[alice.user().unwrap().to_string()]).await;
        assert!(matches!(service.follow(&eve, secret.expose_secret()).await, Err(Error::NoLink)), "disabled");
        world.end().await;
    }
}

#[tokio::test]
async fn who_may_not_have_shells_shares_none_and_no_program_shares_at_all() {
    for world in World::each().await {
        let [vera, alice] = [world.person("vera", Role::Viewer).await, world.person("alice", Role::Developer).await];
        let key = Caller::key(alice.user().unwrap(), model::KeyId::new(), Role::Owner, Role::Owner.grants().into());
        let (service, shell) = (&world.sharing, TerminalId::new());
        for caller in [&vera, &key, &Caller::system("test")] {
            let invited = service.invite(caller, shell, "x", "alice", GuestRole::Peer, Term::DEFAULT).await;
            assert_eq!(ApiError::from(invited.unwrap_err()).code, ErrorCode::Forbidden);
            let linked = service.make_link(caller, shell, "x", GuestRole::Peer, Term::DEFAULT).await;
            assert_eq!(ApiError::from(linked.unwrap_err()).code, ErrorCode::Forbidden);
            assert!(service.shares(caller, shell).await.is_err());
        }
        assert!(service.admission(&key, shell).await.is_err() && service.offer(&key, "x").await.is_err());
        let nobody = service.invite(&alice, shell, "x", "nobody", GuestRole::Peer, Term::DEFAULT).await;
        let told = ApiError::from(nobody.unwrap_err());
        assert_eq!((told.code, told.field.as_deref()), (ErrorCode::Invalid, Some("name")));
        let own = service.invite(&alice, shell, "x", "alice", GuestRole::Peer, Term::DEFAULT).await;
        assert!(matches!(own, Err(Error::Oneself)));
        assert!(matches!(service.forget(&alice, shell).await, Err(Error::NoShare)));
        assert!(matches!(service.name_of(&alice, alice.user().unwrap()).await, Err(Error::NoPerson)));
        world.end().await;
    }
}

#[tokio::test]
async fn shares_of_a_shell_are_bounded_and_what_is_over_makes_room() {
    for world in World::each().await {
        let [alice, bob] = [world.person("alice", Role::Developer).await, world.person("bob", Role::Developer).await];
        let (service, shell) = (&world.sharing, TerminalId::new());
        for _ in 0..MAX_SHARES {
            service.make_link(&alice, shell, "x", GuestRole::Observer, hours(1)).await.unwrap();
        }
        let invite = || service.invite(&alice, shell, "x", "bob", GuestRole::Peer, hours(1));
        assert!(matches!(invite().await, Err(Error::TooMany)));
        world.time.advance(Duration::from_secs(3600));
        invite().await.unwrap();
        let left: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM terminal_shares").fetch_one(world.db.read()).await.unwrap();
        assert_eq!(left, 1, "nothing that is over is kept");
        assert!(service.admission(&bob, shell).await.unwrap().is_some());
        world.end().await;
    }
}

#[tokio::test]
async fn watching_takes_a_permission_and_a_fresh_proof_and_is_not_the_owners_to_end() {
    for world in World::each().await {
        let [alice, admin, operator] = [
            world.person("alice", Role::Developer).await,
            world.person("ada", Role::Admin).await,
            world.person("otto", Role::Operator).await,
        ];
        let (service, shell, owner) = (&world.sharing, TerminalId::new(), alice.user().unwrap());
        let code = |result: Result<(), Error>| result.map_err(|error| ApiError::from(error).code);
        assert_eq!(code(service.watch(&operator, shell, owner, "x").await), Err(ErrorCode::Forbidden));
        let stale = admin.clone().at(Timestamp(START + 3_600_000));
        assert_eq!(code(service.watch(&stale, shell, owner, "x").await), Err(ErrorCode::StepUp));
        for _ in 0..2 {
            service.watch(&admin, shell, owner, "x").await.unwrap();
        }
        assert_eq!(service.admission(&admin, shell).await.unwrap().unwrap().role, GuestRole::Watcher);
        assert!(service.shares(&alice, shell).await.unwrap().is_empty());
        assert!(service.end_sharing(&alice, shell).await.unwrap().shares.is_empty());
        assert!(service.shared_with(&admin).await.unwrap().is_empty(), "they were not invited");
        // The owner's leave goes before a permission.
        service.invite(&alice, shell, "x", "ada", GuestRole::Peer, hours(1)).await.unwrap();
        assert_eq!(service.admission(&admin, shell).await.unwrap().unwrap().role, GuestRole::Peer);
        service.end_sharing(&alice, shell).await.unwrap();
        assert_eq!(service.admission(&admin, shell).await.unwrap().unwrap().role, GuestRole::Watcher);
        world.time.advance(Duration::from_secs(3600));
        assert_eq!(service.admission(&admin, shell).await.unwrap(), None);
        world.end().await;
    }
}

#[tokio::test]
async fn shares_go_with_the_shell_and_with_the_account() {
    for world in World::each().await {
        let [alice, bob] = [world.person("alice", Role::Developer).await, world.person("bob", Role::Developer).await];
        let (service, shell) = (&world.sharing, TerminalId::new());
        service.invite(&alice, shell, "x", "bob", GuestRole::Peer, hours(1)).await.unwrap();
        let guests = service.forget(&Caller::system("test"), shell).await.unwrap();
        assert_eq!(guests, [bob.user().unwrap()]);
        assert_eq!(service.admission(&bob, shell).await.unwrap(), None);
        for gone in [&bob, &alice] {
            let invited = service.invite(&alice, shell, "x", "bob", GuestRole::Peer, hours(1)).await;
            if invited.is_ok() {
                let (_, _secret) = service.make_link(&alice, shell, "x", GuestRole::Peer, hours(1)).await.unwrap();
            }
            world
                .run("UPDATE users SET kind = 'deleted', active = 0 WHERE id = $1", &[gone.user().unwrap().to_string()])
                .await;
        }
        let left: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM terminal_shares").fetch_one(world.db.read()).await.unwrap();
        assert_eq!(left, 0);
        let shares = service.shares(&alice, shell).await.unwrap();
        assert!(shares.iter().all(|share| share.with == SharedWith::Link) && shares.is_empty());
        world.end().await;
    }
}
