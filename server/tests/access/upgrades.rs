//! Every way to open a socket, from every kind of page.

use model::{
    Permission, Role,
    terminal::{
        Size,
        sharing::{GuestRole, Term},
    },
};

use crate::support::World;

#[tokio::test]
async fn every_upgrade_is_refused_to_foreign_pages_and_foreign_names_before_it_happens() {
    let world = World::start().await;
    let cookies = world.person("alice", Role::Owner).await;
    let shell = world.nova.terminals.open(&world.caller(&cookies).await, Size::DEFAULT).await.unwrap();
    let upgrades: Vec<String> = server::routes().into_iter().filter(|route| route.starts_with("/ws/")).collect();
    assert_eq!(upgrades, ["/ws/live", "/ws/shared/{id}", "/ws/terminal/{id}"], "a new socket is to be swept here, too");
    let port = world.address.port();
    let foreign = [
        "null".to_owned(),
        String::new(),
        "https://evil.example".into(),
        format!("http://evil.example:{port}"),
        format!("http://sub.127.0.0.1:{port}"),
        format!("http://evil.127.0.0.1:{port}"),
        format!("http://127.0.0.1.evil.example:{port}"),
        format!("http://127.0.0.10:{port}"),
        format!("http://127.0.0.1:{port}0"),
        format!("http://127.0.0.1:{}", port ^ 1),
        "http://127.0.0.1".into(),
        format!("https://127.0.0.1:{port}"),
        format!("ws://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}@evil.example"),
        format!("http://localhost:{port}"),
        format!("http://[::1]:{port}"),
    ];
    // A shell of somebody else, who shares it.
    let bob = world.person("bob", Role::Developer).await;
    let bob = world.caller(&bob).await;
    let shared = world.nova.terminals.open(&bob, Size::DEFAULT).await.unwrap();
    world.nova.share_terminal(&bob, shared.id, "alice", GuestRole::Observer, Term::DEFAULT).await.unwrap();
    for path in ["/ws/live".to_owned(), format!("/ws/terminal/{}", shell.id), format!("/ws/shared/{}", shared.id)] {
        assert_eq!(world.upgrade(&path, &[("cookie", &cookies)]).await, 403, "{path} from no page");
        for origin in &foreign {
            let status = world.upgrade(&path, &[("cookie", &cookies), ("origin", origin)]).await;
            assert_eq!(status, 403, "{path} from {origin:?}");
        }
        let own = world.origin();
        let twice = [("cookie", cookies.as_str()), ("origin", own.as_str()), ("origin", own.as_str())];
        assert_eq!(world.upgrade(&path, &twice).await, 403, "{path} from two pages at once");
        for host in ["evil.example".to_owned(), format!("127.0.0.1.evil.example:{port}"), "localhost.evil".into()] {
            let origin = format!("http://{host}");
            let headers = [("cookie", cookies.as_str()), ("origin", origin.as_str()), ("host", host.as_str())];
            assert_eq!(world.upgrade(&path, &headers).await, 421, "{path} by the name {host}");
        }
        assert_eq!(world.upgrade(&path, &[("origin", &own)]).await, 401, "{path} by a stranger");
        assert_eq!(world.upgrade(&path, &[("cookie", &cookies), ("origin", &own)]).await, 101, "{path}");
    }
    world.stop().await;
}

/// No browser sends a key by itself, so a page elsewhere gains nothing by asking.
#[tokio::test]
async fn a_program_opens_sockets_by_its_key_alone() {
    let world = World::start().await;
    let cookies = world.person("alice", Role::Owner).await;
    let shell = world.nova.terminals.open(&world.caller(&cookies).await, Size::DEFAULT).await.unwrap();
    let terminal = format!("/ws/terminal/{}", shell.id);
    let fit = format!("Bearer {}", world.key(&cookies, &[Permission::TerminalOpen]).await.key);
    let other = format!("Bearer {}", world.key(&cookies, &[Permission::ChatUse]).await.key);
    let own = world.origin();
    assert_eq!(world.upgrade("/ws/live", &[("authorization", &fit)]).await, 101);
    assert_eq!(world.upgrade(&terminal, &[("authorization", &fit)]).await, 101);
    assert_eq!(world.upgrade(&terminal, &[("authorization", &other)]).await, 403, "without the scope");
    let broken = format!("{fit}x");
    let with_cookies = [("authorization", broken.as_str()), ("cookie", cookies.as_str()), ("origin", own.as_str())];
    assert_eq!(world.upgrade(&terminal, &with_cookies).await, 401, "a broken key is not helped by cookies");
    let in_url = format!("{terminal}?access_token={}", &fit["Bearer ".len()..]);
    assert_eq!(world.upgrade(&in_url, &[]).await, 401, "no key counts in a URL");
    world.stop().await;
}
