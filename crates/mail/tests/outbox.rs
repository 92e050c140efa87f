//! The outbox keeps its promises whatever happens to the server, the process or the clock.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod world;

use std::time::Duration;

use mail::{Error, Message, Transport};
use model::{
    ApiError, Caller, ErrorCode, MailId, Role, SessionId, UserId,
    identity::Email,
    mail::{MailServer, MailStatus, OutboxEntry},
};
use store::{Engine, sqlx};
use world::{
    World, admin, entry, entry_when, message, sent, server,
    sink::{Sink, is_there},
    tried,
};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A mail with a secret in its text and another in its link.
fn secret_message(to: &str) -> Message {
    let to = Email::parse(to).unwrap();
    let message = Message::new(to, "Your code", "The code is canary-4711.").unwrap();
    message.action("Join", &"https://nova.example.org/invite/canary-0815".into()).unwrap()
}

#[tokio::test]
async fn while_the_server_is_down_mails_wait_and_then_arrive_once() {
    if !is_there() {
        return;
    }
    for world in World::each().await {
        let sink = Sink::start(&[]).await;
        let transport = sink.transport();
        let port = sink.stop().await;
        let mail = world.start(transport);
        let first = world.send(&mail, &message("first@example.com")).await;
        let waiting = tried(&mail, first, 1).await;
        assert_eq!(waiting.status, MailStatus::Queued);
        assert!(waiting.last_error.is_some_and(|why| why.contains("refused")));
        let since = world.clock.now();
        assert!(matches!(server(&mail).await, MailServer::Failing { since: at, .. } if at == since));

        // The second does not try what the first has just found out; a minute later, one of them does.
        let second = world.send(&mail, &message("second@example.com")).await;
        world.pass(&mail, 2 * MINUTE);
        entry_when(&mail, second, |entry| entry.attempts == 1 && entry.last_error.is_some()).await;
        assert_eq!(entry(&mail, first).await.attempts, 1);
        assert!(matches!(server(&mail).await, MailServer::Failing { since: at, .. } if at == since));
        assert_eq!(mail.state(&admin()).await.unwrap().queued, 2);

        let mut sink = Sink::start_on(port, &[]).await;
        world.pass(&mail, 2 * MINUTE);
        let arrived = [sink.mail().await, sink.mail().await].map(|mail| mail["to"][0].as_str().unwrap().to_owned());
        assert!(arrived.contains(&"first@example.com".into()) && arrived.contains(&"second@example.com".into()));
        sent(&mail, first).await;
        sent(&mail, second).await;
        let state = mail.state(&admin()).await.unwrap();
        assert_eq!(state.queued, 0);
        assert_eq!(state.server, MailServer::Reachable { since: world.clock.now() });
        world.pass(&mail, DAY);
        mail.stop().await;
        assert!(!sink.rest().await.contains(&"mail".to_owned()), "nothing arrives twice");
        world.end().await;
    }
}

#[tokio::test]
async fn when_the_server_is_back_nothing_waits_for_its_turn() {
    if !is_there() {
        return;
    }
    for world in World::each().await {
        let sink = Sink::start(&[]).await;
        let transport = sink.transport();
        let port = sink.stop().await;
        let mail = world.start(transport);
        let old = world.send(&mail, &message("old@example.com")).await;
        for attempt in 1..=6 {
            let now = world.clock.now();
            let noted = |entry: &OutboxEntry| entry.attempts == attempt && entry.next_try_at > Some(now);
            let noted = entry_when(&mail, old, noted).await;
            if attempt < 6 {
                world.pass(&mail, noted.next_try_at.unwrap().since(now));
            }
        }
        let next = entry(&mail, old).await.next_try_at.unwrap();
        assert!(next.since(world.clock.now()) > 20 * MINUTE);
        let mut sink = Sink::start_on(port, &[]).await;
        world.time.advance(2 * MINUTE);
        world.send(&mail, &message("new@example.com")).await;
        assert_eq!(sink.mail().await["to"][0], "new@example.com");
        assert_eq!(sink.mail().await["to"][0], "old@example.com");
        world.end().await;
    }
}

#[tokio::test]
async fn what_was_rolled_back_is_never_sent() {
    if !is_there() {
        return;
    }
    for world in World::each().await {
        let mut sink = Sink::start(&[]).await;
        let mail = world.start(sink.transport());
        let mut write = world.db.write().await.unwrap();
        mail.queue(&mut write, &message("nobody@example.com")).await.unwrap();
        drop(write);
        mail.wake();
        let real = world.send(&mail, &message("somebody@example.com")).await;
        assert_eq!(sink.mail().await["to"][0], "somebody@example.com");
        sent(&mail, real).await;
        assert_eq!(mail.outbox(&admin()).await.unwrap().len(), 1);
        mail.stop().await;
        assert_eq!(sink.rest().await, Vec::<String>::new());
        world.end().await;
    }
}

#[tokio::test]
async fn what_waits_survives_a_restart() {
    if !is_there() {
        return;
    }
    for world in World::each().await {
        let mut sink = Sink::start(&[]).await;
        let before = world.start(sink.transport());
        before.stop().await;
        let id = world.send(&before, &secret_message("reader@example.com")).await;
        assert_eq!(entry(&before, id).await.attempts, 0);
        drop(before);
        let after = world.start(sink.transport());
        let arrived = sink.mail().await;
        assert!(arrived["text"].as_str().unwrap().contains("canary-0815"));
        assert_eq!(sent(&after, id).await.attempts, 1);
        world.end().await;
    }
}

#[tokio::test]
async fn a_crash_before_noting_sends_the_same_mail_again_but_not_while_it_may_still_be_under_way() {
    if !is_there() {
        return;
    }
    for world in World::each().await {
        let mut sink = Sink::start(&[]).await;
        let before = world.start(sink.transport());
        before.stop().await;
        let id = world.queue(&before, &secret_message("reader@example.com")).await;
        let body: String = sqlx::query_scalar("SELECT body FROM mail_outbox").fetch_one(world.db.read()).await.unwrap();
        let mail = world.start(sink.transport());
        let first = sink.mail().await;
        sent(&mail, id).await;
        mail.stop().await;
        // The row as it is between sending and noting.
        let mut write = world.db.write().await.unwrap();
        sqlx::query("UPDATE mail_outbox SET state = 'queued', sent_at = NULL, body = $1, claimed_until = $2")
            .bind(body)
            .bind(world.clock.now().plus(MINUTE).0)
            .execute(&mut *write)
            .await
            .unwrap();
        write.commit().await.unwrap();

        let mail = world.start(sink.transport());
        world.pass(&mail, MINUTE - Duration::from_millis(1));
        let other = world.send(&mail, &message("other@example.com")).await;
        assert_eq!(sink.mail().await["to"][0], "other@example.com", "the claim still holds");
        sent(&mail, other).await;
        assert!(matches!(mail.discard(&admin(), id).await, Err(Error::Refused(_))));
        world.pass(&mail, Duration::from_millis(1));
        let second = sink.mail().await;
        assert_eq!(first["raw"], second["raw"], "the same to the byte");
        assert_eq!(sent(&mail, id).await.attempts, 2);
        world.end().await;
    }
}

#[tokio::test]
async fn two_workers_on_one_database_send_each_mail_once() {
    if !is_there() {
        return;
    }
    for world in World::each().await {
        let mut sink = Sink::start(&[]).await;
        let mails = [world.start(sink.transport()), world.start(sink.transport())];
        let mut write = world.db.write().await.unwrap();
        for n in 0..20 {
            mails[0].queue(&mut write, &message(&format!("reader{n}@example.com"))).await.unwrap();
        }
        write.commit().await.unwrap();
        mails.iter().for_each(mail::Mail::wake);
        let mut arrived = Vec::new();
        for _ in 0..20 {
            arrived.push(sink.mail().await["to"][0].as_str().unwrap().to_owned());
        }
        arrived.sort();
        arrived.dedup();
        assert_eq!(arrived.len(), 20);
        mails[0].stop().await;
        mails[1].stop().await;
        assert!(!sink.rest().await.contains(&"mail".to_owned()));
        world.end().await;
    }
}

/// Everything the table holds, as text; on SQLite the files themselves, the write-ahead log included.
async fn contents(world: &World) -> String {
    if world.db.engine() == Engine::Sqlite {
        let files = std::fs::read_dir(world.fresh.dir.path()).unwrap().map(|file| file.unwrap().path());
        let databases = files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("nova.db"));
        return databases.map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()).collect();
    }
    let rows: Vec<String> = sqlx::query_scalar("SELECT CAST(row_to_json(mail_outbox) AS TEXT) FROM mail_outbox")
        .fetch_all(world.db.read())
        .await
        .unwrap();
    rows.concat()
}

#[tokio::test]
async fn texts_are_never_readable_in_the_database_and_erased_when_sent() {
    for world in World::each().await {
        let folder = world.fresh.dir.path().join("mails");
        let mail = world.start(Transport::Directory(folder.clone()));
        mail.stop().await;
        let id = world.queue(&mail, &secret_message("reader@example.com")).await;
        let waiting = contents(&world).await;
        assert!(waiting.contains("Your code") && !waiting.contains("canary"));

        let mail = world.start(Transport::Directory(folder.clone()));
        sent(&mail, id).await;
        let body: Option<String> =
            sqlx::query_scalar("SELECT body FROM mail_outbox").fetch_one(world.db.read()).await.unwrap();
        assert_eq!(body, None);
        assert!(!contents(&world).await.contains("canary"));
        let file = folder.join(format!("{id}.eml"));
        assert!(std::fs::read_to_string(&file).unwrap().contains("canary-0815"));
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        world.end().await;
    }
}

#[tokio::test]
async fn after_three_days_a_mail_is_given_up_and_after_thirty_forgotten() {
    for world in World::each().await {
        let folder = world.fresh.dir.path().join("mails");
        let mail = world.start(Transport::Directory(folder.clone()));
        std::fs::remove_dir(&folder).unwrap();
        let id = world.send(&mail, &secret_message("reader@example.com")).await;
        tried(&mail, id, 1).await;
        world.pass(&mail, 3 * DAY - 2 * MINUTE);
        tried(&mail, id, 2).await;
        world.pass(&mail, 12 * MINUTE);
        let entry = entry_when(&mail, id, |entry| entry.status == MailStatus::Failed).await;
        assert!(entry.last_error.unwrap().starts_with("given up after three days: the mail directory"));
        let body: Option<String> =
            sqlx::query_scalar("SELECT body FROM mail_outbox").fetch_one(world.db.read()).await.unwrap();
        assert_eq!(body, None);
        assert!(matches!(mail.retry(&admin(), id).await, Err(Error::Refused(_))));

        let mut changes = mail.changes();
        world.pass(&mail, 27 * DAY);
        while !mail.outbox(&admin()).await.unwrap().is_empty() {
            tokio::time::timeout(world::PATIENCE, changes.changed()).await.expect("it is forgotten").unwrap();
        }
        world.end().await;
    }
}

#[tokio::test]
async fn the_outbox_is_for_those_who_look_after_people() {
    for world in World::each().await {
        let mail = world.start(Transport::Directory(world.fresh.dir.path().join("mails")));
        let viewer = Caller::person(UserId::new(), SessionId::new(), Role::Operator);
        let id = MailId::new();
        let forbidden = |outcome: Result<(), Error>| {
            assert!(outcome.is_err_and(|error| ApiError::from(error).code == ErrorCode::Forbidden));
        };
        forbidden(mail.outbox(&viewer).await.map(drop));
        forbidden(mail.state(&viewer).await.map(drop));
        forbidden(mail.retry(&viewer, id).await);
        forbidden(mail.discard(&viewer, id).await);
        forbidden(mail.send_test(&viewer, Email::parse("a@example.org").unwrap()).await.map(drop));
        assert!(matches!(mail.retry(&admin(), id).await, Err(Error::Unknown)));
        assert!(matches!(mail.discard(&admin(), id).await, Err(Error::Unknown)));
        world.end().await;
    }
}

#[tokio::test]
async fn an_admin_tries_again_tests_and_discards() {
    for world in World::each().await {
        let folder = world.fresh.dir.path().join("mails");
        let mail = world.start(Transport::Directory(folder.clone()));
        std::fs::remove_dir(&folder).unwrap();
        let id = world.send(&mail, &message("reader@example.com")).await;
        tried(&mail, id, 1).await;
        let unwanted = world.send(&mail, &message("unwanted@example.com")).await;
        mail.discard(&admin(), unwanted).await.unwrap();

        // No time passes: both go at once although the "server" has just failed.
        mail.retry(&admin(), id).await.unwrap();
        entry_when(&mail, id, |entry| entry.attempts == 2).await;
        std::fs::create_dir(&folder).unwrap();
        let test = mail.send_test(&admin(), Email::parse("admin@example.org").unwrap()).await.unwrap();
        sent(&mail, test).await;
        sent(&mail, id).await;
        for gone in [id, test] {
            assert!(matches!(mail.retry(&admin(), gone).await, Err(Error::Refused(_))));
            assert!(matches!(mail.discard(&admin(), gone).await, Err(Error::Refused(_))));
        }
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
        world.end().await;
    }
}

#[tokio::test]
async fn the_ten_thousand_and_first_waiting_mail_is_refused() {
    for world in World::each().await {
        let mail = world.start(Transport::Directory(world.fresh.dir.path().join("mails")));
        mail.stop().await;
        let mut write = world.db.write().await.unwrap();
        sqlx::query(
            "INSERT INTO mail_outbox (id, recipient, subject, body, state, next_at, created_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10500)
             SELECT CASE WHEN i < 10 THEN '0199c0de-0000-7000-8000-00000000000' ELSE '' END || i, 'a@b.c', 's', 'x',
                    CASE WHEN i < 10000 THEN 'queued' ELSE 'sent' END, 0, 0 FROM n",
        )
        .execute(&mut *write)
        .await
        .unwrap();
        mail.queue(&mut write, &message("last@example.com")).await.unwrap();
        let refused = mail.queue(&mut write, &message("over@example.com")).await.unwrap_err();
        assert!(matches!(refused, Error::Full(10_000)));
        let told = ApiError::from(refused);
        assert!(told.code == ErrorCode::TooMany && told.message.contains("10000"), "{told:?}");
        // The caller's own work is not lost with it.
        write.commit().await.unwrap();
        assert_eq!(mail.state(&admin()).await.unwrap().queued, 10_000);
        world.end().await;
    }
}

#[tokio::test]
async fn the_newest_two_hundred_are_shown() {
    for world in World::each().await {
        let mail = world.start(Transport::Directory(world.fresh.dir.path().join("mails")));
        mail.stop().await;
        let mut newest = None;
        for _ in 0..201 {
            world.time.advance(Duration::from_millis(1));
            newest = Some(world.queue(&mail, &message("reader@example.com")).await);
        }
        let shown = mail.outbox(&admin()).await.unwrap();
        assert_eq!((shown.len(), shown.first().map(|entry| entry.id)), (200, newest));
        assert!(shown.is_sorted_by(|newer, older| newer.created_at > older.created_at));
        world.end().await;
    }
}

#[tokio::test]
async fn without_a_transport_nothing_is_queued() {
    for world in World::each().await {
        let mail = world.start(Transport::None);
        assert!(!mail.is_configured());
        let mut write = world.db.write().await.unwrap();
        assert!(matches!(mail.queue(&mut write, &message("a@example.com")).await, Err(Error::NotConfigured)));
        drop(write);
        let state = mail.state(&admin()).await.unwrap();
        assert_eq!((state.configured, state.queued, state.server), (false, 0, MailServer::Untried));
        world.end().await;
    }
}

#[tokio::test]
async fn a_mail_sealed_under_a_lost_key_fails_and_holds_up_nobody() {
    for mut world in World::each().await {
        let folder = world.fresh.dir.path().join("mails");
        let mail = world.start(Transport::Directory(folder.clone()));
        mail.stop().await;
        let lost = world.queue(&mail, &message("reader@example.com")).await;
        let other = tempfile::tempdir().unwrap();
        world.sealer = store::Sealer::open(other.path()).unwrap();
        let mail = world.start(Transport::Directory(folder));
        let fine = world.send(&mail, &message("reader@example.com")).await;
        sent(&mail, fine).await;
        let entry = entry(&mail, lost).await;
        assert_eq!(entry.status, MailStatus::Failed);
        assert!(entry.last_error.unwrap().contains("seal.key"));
        world.end().await;
    }
}
