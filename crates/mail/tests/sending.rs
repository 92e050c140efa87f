//! Mail as a mail server sees it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod world;

use std::time::Duration;

use mail::Message;
use model::{
    identity::Email,
    mail::{MailServer, MailStatus},
};
use world::{
    World, entry, message, sent, server,
    sink::{Sink, is_there, smtp},
    tried,
};

#[tokio::test]
async fn a_mail_arrives_with_both_parts_and_the_headers_of_an_automatic_one() {
    if !is_there() {
        return;
    }
    for world in World::each().await {
        let mut sink = Sink::start(&[]).await;
        let mail = world.start(sink.transport());
        let link = "https://nova.example.org/invite/s3cret?a=1&b=2";
        let to = Email::parse("zoe@example.com").unwrap();
        let text = "Grüße <Zoë>,\n\n.\nsee https://example.org/help.";
        let message = Message::new(to, "Einladung für Zoë", text).unwrap();
        let message = message.to_name("Zoë, \"Z\"").unwrap().action("Join & begin", &link.into()).unwrap();
        let id = world.send(&mail, &message).await;
        let arrived = sink.mail().await;

        assert_eq!((&arrived["from"], &arrived["to"][0]), (&"nova@example.org".into(), &"zoe@example.com".into()));
        assert_eq!(arrived["hello"], "example.org");
        let headers = &arrived["headers"];
        assert_eq!(headers["subject"], "Einladung für Zoë");
        assert!(headers["to"].as_str().unwrap().contains("Zoë"), "{headers}");
        assert_eq!(headers["date"], "Fri, 15 Jan 2027 08:00:00 +0000");
        assert_eq!(headers["message-id"], format!("<{id}@example.org>"));
        assert_eq!(headers["auto-submitted"], "auto-generated");
        assert!(headers["content-type"].as_str().unwrap().starts_with("multipart/alternative"));
        let plain = arrived["text"].as_str().unwrap();
        assert_eq!(plain.trim_end(), format!("{text}\n\nJoin & begin:\n{link}"));
        let html = arrived["html"].as_str().unwrap();
        let href = link.replace('&', "&amp;");
        assert!(html.contains(&format!("<a href=\"{href}\"")) && html.contains("Join &amp; begin</a>"), "{html}");
        assert!(
            html.contains("Grüße &lt;Zoë&gt;,") && html.contains("<a href=\"https://example.org/help\">"),
            "{html}"
        );
        sent(&mail, id).await;
        assert!(matches!(server(&mail).await, MailServer::Reachable { since } if since == world.clock.now()));
        world.end().await;
    }
}

#[tokio::test]
async fn one_connection_carries_all_that_is_due_in_order() {
    if !is_there() {
        return;
    }
    for world in World::each().await {
        let mut sink = Sink::start(&[]).await;
        let mail = world.start(sink.transport());
        let mut write = world.db.write().await.unwrap();
        for n in 0..5 {
            mail.queue(&mut write, &message(&format!("reader{n}@example.com"))).await.unwrap();
        }
        write.commit().await.unwrap();
        mail.wake();
        for n in 0..5 {
            assert_eq!(sink.mail().await["to"][0], format!("reader{n}@example.com"));
        }
        assert_eq!(sink.count("connected"), 1);
        mail.stop().await;
        assert_eq!(sink.rest().await, Vec::<String>::new());
        world.end().await;
    }
}

#[tokio::test]
async fn a_delay_asked_for_is_granted_and_holds_up_nobody_else() {
    if !is_there() {
        return;
    }
    for world in World::each().await {
        let mut sink = Sink::start(&[]).await;
        let mail = world.start(sink.transport());
        let later = world.queue(&mail, &message("later@example.com")).await;
        let other = world.send(&mail, &message("other@example.com")).await;
        assert_eq!(sink.mail().await["to"][0], "other@example.com");
        sent(&mail, other).await;
        let waiting = tried(&mail, later, 1).await;
        assert_eq!(waiting.status, MailStatus::Queued);
        assert_eq!(waiting.last_error.as_deref(), Some("451 4.7.1 come back later"));
        let wait = waiting.next_try_at.unwrap().since(world.clock.now());
        assert!((60..=72).contains(&wait.as_secs()), "{wait:?}");

        world.pass(&mail, wait);
        assert_eq!(sink.mail().await["to"][0], "later@example.com");
        let entry = sent(&mail, later).await;
        assert_eq!((entry.attempts, entry.last_error, entry.next_try_at), (2, None, None));
        assert_eq!(entry.sent_at, Some(world.clock.now()));
        world.end().await;
    }
}

#[tokio::test]
async fn a_refused_reader_or_content_fails_at_once_and_says_why_without_the_link() {
    if !is_there() {
        return;
    }
    for world in World::each().await {
        let mut sink = Sink::start(&[]).await;
        let mail = world.start(sink.transport());
        let refused = world.send(&mail, &message("refuse@example.com")).await;
        let entry = tried(&mail, refused, 1).await;
        assert_eq!(entry.status, MailStatus::Failed);
        assert_eq!(entry.last_error.as_deref(), Some("550 5.1.1 no such mailbox"));

        let link = "https://nova.example.org/invite/canary";
        let listed = message("listed@example.com").action("Join", &link.into()).unwrap();
        let listed = world.send(&mail, &listed).await;
        let entry = tried(&mail, listed, 1).await;
        assert_eq!(entry.status, MailStatus::Failed);
        assert_eq!(entry.last_error.as_deref(), Some("554 5.7.1 listed: …"));
        // The server answered: it does not fail, and the next mail goes.
        assert!(matches!(server(&mail).await, MailServer::Reachable { .. }));
        let fine = world.send(&mail, &message("fine@example.com")).await;
        sink.mail().await;
        sent(&mail, fine).await;
        world.end().await;
    }
}

#[tokio::test]
async fn on_this_machine_tls_is_used_where_offered_whoever_signed_the_certificate() {
    if !is_there() {
        return;
    }
    for world in World::each().await {
        for (arguments, scheme) in [(&["--starttls"][..], "smtp"), (&["--tls"][..], "smtps")] {
            let mut sink = Sink::start(&[arguments, &["--login", "nova@x:p:a%ss"]].concat()).await;
            let mail = world.start(smtp(&format!("{scheme}://nova%40x:p:a%25ss@127.0.0.1:{}", sink.port)));
            let id = world.send(&mail, &message("reader@example.com")).await;
            let arrived = sink.mail().await;
            assert_eq!((&arrived["secure"], &arrived["user"]), (&true.into(), &"nova@x".into()), "{scheme}");
            sent(&mail, id).await;
            mail.stop().await;
        }
        world.end().await;
    }
}

/// 0.0.0.0 leads to this machine, but is none of its own addresses: it is treated like any other host.
#[tokio::test]
async fn elsewhere_nothing_is_sent_without_tls_and_a_valid_certificate() {
    if !is_there() {
        return;
    }
    for world in World::each().await {
        for (arguments, scheme, told) in [
            (&[][..], "smtp", "no STARTTLS"),
            (&["--starttls"][..], "smtp", "certificate"),
            (&["--tls"][..], "smtps", "certificate"),
        ] {
            let sink = Sink::start(&[arguments, &["--login", "nova:canary"]].concat()).await;
            let mail = world.start(smtp(&format!("{scheme}://nova:canary@0.0.0.0:{}", sink.port)));
            let id = world.send(&mail, &message("reader@example.com")).await;
            let entry = tried(&mail, id, 1).await;
            assert_eq!(entry.status, MailStatus::Queued);
            assert!(entry.last_error.as_ref().is_some_and(|why| why.contains(told)), "{entry:?}");
            assert!(matches!(server(&mail).await, MailServer::Failing { why, .. } if why.contains(told)));
            mail.stop().await;
            mail.discard(&world::admin(), id).await.unwrap();
            let events = sink.rest().await;
            assert!(!events.iter().any(|event| event == "login" || event == "mail"), "{events:?}");
        }
        world.end().await;
    }
}

#[tokio::test]
async fn a_wrong_password_is_the_servers_trouble_and_never_shown() {
    if !is_there() {
        return;
    }
    for world in World::each().await {
        let sink = Sink::start(&["--login", "nova:right"]).await;
        let mail = world.start(smtp(&format!("smtp://nova:canary@127.0.0.1:{}", sink.port)));
        let id = world.send(&mail, &message("reader@example.com")).await;
        let noted = tried(&mail, id, 1).await;
        assert_eq!(noted.status, MailStatus::Queued, "the mail is not to blame");
        assert_eq!(noted.last_error.as_deref(), Some("535 5.7.8 nova:… is wrong"));

        // Others wait too, or the account gets locked: one of them asks, a minute later.
        let second = world.queue(&mail, &message("second@example.com")).await;
        let third = world.send(&mail, &message("third@example.com")).await;
        world.pass(&mail, Duration::from_secs(60));
        tried(&mail, second, 1).await;
        mail.stop().await;
        assert_eq!(entry(&mail, third).await.attempts, 0);
        let logins = sink.rest().await.iter().filter(|event| *event == "login").count();
        assert_eq!(logins, 2);
        world.end().await;
    }
}
