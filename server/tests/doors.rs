//! The web server's promises, over real connections.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use model::Role;
use support::{PASSWORD, World};

#[tokio::test]
async fn strangers_reach_only_what_is_public() {
    let world = World::start().await;
    for path in
        ["/live", "/ready", "/health", "/health/database", "/health/services", "/.well-known/jwks.json", "/sign-in"]
    {
        assert_eq!(world.get(path, &[]).await.status, 200, "{path}");
    }
    for path in ["/", "/terminal", "/chat", "/people", "/account", "/nonsense", "/api/overview", "/ws/live"] {
        assert_eq!(world.get(path, &[]).await.status, 401, "{path}");
        let page = world.get(path, &[("accept", "text/html")]).await;
        assert_eq!(page.status, 303, "{path}");
        assert!(page.header("location").unwrap().starts_with("/sign-in"), "{path}");
    }
    for endpoint in [
        "overview",
        "recent_history",
        "terminals",
        "open_terminal",
        "rooms",
        "people",
        "messages",
        "send_message",
        "sessions",
        "end_session",
        "invite",
        "invitations",
        "set_active",
        "sign_out",
    ] {
        let answer = world.form(&format!("/api/{endpoint}"), &[("accept", "application/json")], "").await;
        assert_eq!(answer.status, 401, "{endpoint}");
    }
    world.stop().await;
}

#[tokio::test]
async fn health_tells_strangers_nothing_but_up_or_down() {
    let world = World::start().await;
    let stranger = world.get("/health", &[]).await;
    assert_eq!(stranger.body, r#"{"status":"healthy"}"#);
    let viewer = world.person("vera", Role::Viewer).await;
    assert!(!world.get("/health", &[("cookie", &viewer)]).await.body.contains("services"));
    let operator = world.person("otto", Role::Operator).await;
    let detail = world.get("/health", &[("cookie", &operator)]).await;
    assert!(detail.body.contains("SQLite") && detail.body.contains("terminals"), "{}", detail.body);
    world.stop().await;
}

#[tokio::test]
async fn the_setup_form_works_without_scripts_and_only_with_its_link() {
    let world = World::start().await;
    let token = world.setup_token().await;
    assert_eq!(world.get(&format!("/setup/{token}"), &[]).await.status, 200);
    assert_eq!(world.get("/setup/guess", &[]).await.status, 410);
    let body = format!("token={token}&username=alice&password={}", PASSWORD.replace(' ', "+"));
    let made = world.form("/api/public/claim", &[("referer", "/setup/x")], &body).await;
    assert_eq!((made.status, made.header("location")), (302, Some("/")), "{made:?}");
    let home = world.get("/", &[("cookie", &made.cookies()), ("accept", "text/html")]).await;
    assert_eq!(home.status, 200);
    assert!(home.body.contains("alice"));
    assert_eq!(world.get(&format!("/setup/{token}"), &[]).await.status, 410, "it works once");
    world.stop().await;
}

#[tokio::test]
async fn the_sign_in_form_works_without_scripts_and_leads_nowhere_else() {
    let world = World::start().await;
    world.person("alice", Role::Owner).await;
    let sign_in =
        |next: &str, password: &str| format!("identifier=alice&password={}&next={next}", password.replace(' ', "+"));
    let home = world.form("/api/public/sign_in", &[], &sign_in("%2Fchat", PASSWORD)).await;
    assert_eq!((home.status, home.header("location")), (302, Some("/chat")));
    let evil = world.form("/api/public/sign_in", &[], &sign_in("https%3A%2F%2Fevil.example", PASSWORD)).await;
    assert_eq!(evil.header("location"), Some("/"));
    let wrong = world.form("/api/public/sign_in", &[("referer", "/sign-in")], &sign_in("", "wrong")).await;
    assert_eq!(wrong.status, 302);
    assert!(wrong.header("location").unwrap().starts_with("/sign-in"), "{wrong:?}");
    assert!(wrong.cookies().is_empty());
    assert!(!format!("{wrong:?}").contains("wrong\""), "the password is not sent back");
    let scripted = world.form("/api/public/sign_in", &[("accept", "application/json")], &sign_in("", "wrong")).await;
    assert_eq!(scripted.status, 401);
    world.stop().await;
}

#[tokio::test]
async fn forms_from_other_sites_are_refused() {
    let world = World::start().await;
    let cookies = world.person("alice", Role::Owner).await;
    for headers in [
        vec![("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
        vec![("origin", "null"), ("sec-fetch-site", "cross-site")],
        vec![("origin", "http://sub.127.0.0.1:1"), ("sec-fetch-site", "same-site")],
    ] {
        let mut headers = headers;
        headers.push(("cookie", &cookies));
        let refused = world.form("/api/sign_out", &headers, "").await;
        assert_eq!(refused.status, 403, "{headers:?}");
    }
    assert_eq!(world.get("/api/sign_out", &[("cookie", &cookies)]).await.status, 405, "nothing changes by a GET");
    assert_eq!(world.get("/", &[("cookie", &cookies)]).await.status, 200);
    world.stop().await;
}

#[tokio::test]
async fn a_foreign_host_name_is_not_answered() {
    let world = World::start().await;
    for host in ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil"] {
        assert_eq!(world.get("/live", &[("host", host)]).await.status, 421, "{host:?}");
    }
    assert_eq!(world.get("/live", &[("host", "localhost")]).await.status, 200);
    world.stop().await;
}

#[tokio::test]
async fn every_answer_is_locked_down_and_carries_its_request_id() {
    let world = World::start().await;
    let cookies = world.person("alice", Role::Owner).await;
    for path in ["/", "/sign-in", "/live", "/nonsense", "/theme.js", "/api/nonsense", "/chat"] {
        let answer =
            world.get(path, &[("cookie", &cookies), ("x-request-id", "probe-1"), ("accept", "text/html")]).await;
        assert_eq!(answer.header("x-request-id"), Some("probe-1"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(
            !policy.contains("script-src 'unsafe-inline'") && !policy.contains("'unsafe-eval'"),
            "{path}: {policy}"
        );
        assert!(answer.header("cache-control").is_some(), "{path}");
    }
    let first = world.get("/sign-in", &[]).await;
    let second = world.get("/sign-in", &[]).await;
    assert_ne!(
        first.header("content-security-policy"),
        second.header("content-security-policy"),
        "a nonce is used once"
    );
    world.stop().await;
}

/// Many at once, so that answers of the database come at every moment of the drawing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_are_drawn_to_their_end_while_many_ask() {
    let world = std::sync::Arc::new(World::start().await);
    let cookies = world.person("alice", Role::Owner).await;
    let caller = world.caller(&cookies).await;
    let room = world.nova.chat.rooms(&caller).await.unwrap().remove(0).id;
    let chat = format!("/chat/{room}");
    // Someone to manage, so that what is drawn for admins is drawn.
    world.person("bob", Role::Developer).await;
    let pages = [
        "/",
        "/terminal",
        "/chat",
        &chat,
        "/people",
        "/people/roles",
        "/people/sign-on",
        "/people/mail",
        "/audit",
        "/account",
        "/account/security",
        "/account/keys",
        "/sign-in",
        "/nonsense",
    ];
    let mut asking = tokio::task::JoinSet::new();
    for path in pages.iter().cycle().take(pages.len() * 25) {
        let (world, cookies, path) = (world.clone(), cookies.clone(), (*path).to_owned());
        asking.spawn(async move {
            let cookies = if path == "/sign-in" { "" } else { &cookies };
            (world.get(&path, &[("accept", "text/html"), ("cookie", cookies)]).await, path)
        });
    }
    while let Some(drawn) = asking.join_next().await {
        let (answer, path) = drawn.unwrap();
        assert_eq!(answer.status, if path == "/nonsense" { 404 } else { 200 }, "{path}");
        assert!(answer.body.contains("<h1"), "{path}: {}", answer.body);
        assert!(answer.body.contains("</html>"), "{path} ends");
    }
}

#[tokio::test]
async fn malformed_and_oversized_requests_are_4xx_and_never_a_panic() {
    let world = World::start().await;
    let cookies = world.person("alice", Role::Owner).await;
    let host = world.address;
    let long = "x".repeat(100_000);
    for raw in [
        "GET\r\n\r\n".to_owned(),
        "\0\0\0\0\r\n\r\n".to_owned(),
        format!("GET /{long} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {host}\r\nX: {long}\r\n\r\n"),
        format!("GET / HTTP/9.9\r\nHost: {host}\r\n\r\n"),
        format!("POST /api/public/sign_in HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n"),
        format!(
            "POST /api/public/sign_in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 999999999\r\nConnection: close\r\n\r\n"
        ),
        format!("GET /%ff%fe%00 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
    ] {
        let answer = world.raw(raw.as_bytes()).await;
        let status = answer.as_ref().map_or(0, |answer| answer.status);
        assert!(answer.is_none() || (400..500).contains(&status), "{}: {answer:?}", &raw[..40.min(raw.len())]);
    }
    for cookie in [
        "nova_access=x; nova_fingerprint=y; nova_refresh=z".to_owned(),
        format!("nova_access={}", "a.".repeat(4000)),
        "nova_access=\u{1f4a9}".to_owned(),
        ";;;=;".to_owned(),
    ] {
        assert_eq!(world.get("/", &[("cookie", &cookie)]).await.status, 401, "{}", &cookie[..20.min(cookie.len())]);
    }
    for body in [
        "",
        "identifier=a",
        "identifier[]=a&password=b",
        "identifier=%ff&password=%00",
        &format!("identifier={long}&password=x"),
    ] {
        let answer = world.form("/api/public/sign_in", &[("accept", "application/json")], body).await;
        assert!((400..500).contains(&answer.status), "{}: {answer:?}", &body[..20.min(body.len())]);
    }
    for (endpoint, body) in [
        ("send_message", "{"),
        ("send_message", "{}"),
        ("messages", r#"{"room":"x","from":"newest"}"#),
        ("mark_read", "[]"),
    ] {
        let answer = world
            .form(
                &format!("/api/{endpoint}"),
                &[("cookie", &cookies), ("accept", "application/json"), ("content-type", "application/json")],
                body,
            )
            .await;
        assert!((400..500).contains(&answer.status), "{endpoint} {body}: {answer:?}");
    }
    let too_large = world.form("/api/public/sign_in", &[("accept", "application/json")], &"x".repeat(300 * 1024)).await;
    assert!((400..500).contains(&too_large.status), "{}", too_large.status);
    world.stop().await;
}

#[tokio::test]
async fn two_people_open_each_page_and_it_is_drawn_on_the_server() {
    let world = World::start().await;
    let cookies = world.person("alice", Role::Owner).await;
    for (path, words) in [
        ("/", "Processes"),
        ("/terminal", "No shells yet"),
        ("/chat", "general"),
        ("/people", "Invite someone"),
        ("/account", "this one"),
    ] {
        let page = world.get(path, &[("cookie", &cookies), ("accept", "text/html")]).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.body.contains(words), "{path} lacks “{words}”");
    }
    assert_eq!(world.get("/nonsense", &[("cookie", &cookies), ("accept", "text/html")]).await.status, 404);
    world.stop().await;
}

#[tokio::test]
async fn behind_a_proxy_of_ours_people_come_from_where_it_says_and_else_from_where_they_are() {
    for (proxies, address) in [(vec!["127.0.0.1"], "198.51.100.7"), (vec![], "127.0.0.1")] {
        let world = World::with(|config| {
            config.trusted_proxies = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        })
        .await;
        world.person("alice", Role::Owner).await;
        let body = format!("identifier=alice&password={}", PASSWORD.replace(' ', "+"));
        let forwarded = [("x-forwarded-for", "192.0.2.66, 198.51.100.7")];
        let signed_in = world.form("/api/public/sign_in", &forwarded, &body).await;
        let caller = world.caller(&signed_in.cookies()).await;
        let sessions = world.nova.identity.sessions(&caller).await.unwrap();
        let own = sessions.iter().find(|session| Some(session.id) == caller.session()).unwrap();
        assert_eq!(own.address, address);
        world.stop().await;
    }
}
