//! The doors to people's pictures, over real connections.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use model::{Role, profile::MAX_UPLOAD};
use support::World;

/// The smallest PNG there is: one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99\x3d\x1d\0\0\0\0IEND\xaeB`\x82";

async fn put(world: &World, cookies: &str, length: usize, body: &[u8], site: &str) -> support::Answer {
    let head = format!(
        "PUT /api/me/avatar HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {cookies}\r\nsec-fetch-site: {site}\r\n\
         content-length: {length}\r\n\r\n",
        world.address
    );
    world.raw(&[head.as_bytes(), body].concat()).await.expect("an answer")
}

#[tokio::test]
async fn a_picture_is_sent_served_locked_down_and_removed() {
    let world = World::start().await;
    let vera = world.person("vera", Role::Viewer).await;
    let sent = put(&world, &vera, PIXEL.len(), PIXEL, "same-origin").await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let user = world.caller(&vera).await.user().unwrap();
    let path = format!("/api/avatars/{user}/{}", sent.body.trim_matches('"'));
    for path in [path.clone(), format!("{path}?size=small")] {
        let picture = world.get(&path, &[("cookie", &vera)]).await;
        assert_eq!(picture.status, 200);
        for (header, value) in [
            ("content-type", "image/webp"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'"),
            ("cache-control", "private, max-age=31536000, immutable"),
        ] {
            assert_eq!(picture.header(header), Some(value), "{path}");
        }
    }
    assert_eq!(world.get(&path, &[]).await.status, 401, "not for strangers");
    for nowhere in [
        format!("/api/avatars/{user}/nothing"),
        path.replace(&user.to_string(), "nobody"),
        path.replace(sent.body.trim_matches('"'), &"0".repeat(32)),
    ] {
        assert_eq!(world.get(&nowhere, &[("cookie", &vera)]).await.status, 404, "{nowhere}");
    }
    let same = [("cookie", vera.as_str()), ("sec-fetch-site", "same-origin")];
    assert_eq!(world.request("DELETE", "/api/me/avatar", &same, "").await.status, 204);
    assert_eq!(world.get(&path, &[("cookie", &vera)]).await.status, 404);
    world.stop().await;
}

#[tokio::test]
async fn a_picture_too_large_or_from_another_site_is_refused_with_a_reason() {
    let world = World::start().await;
    let vera = world.person("vera", Role::Viewer).await;
    assert_eq!(put(&world, &vera, PIXEL.len(), PIXEL, "cross-site").await.status, 403);
    // Told by the length alone, before the body has come.
    let announced = put(&world, &vera, MAX_UPLOAD + 1, b"", "same-origin").await;
    assert_eq!(
        (announced.status, announced.header("content-type")),
        (413, Some("application/problem+json; charset=utf-8"))
    );
    assert!(announced.body.contains("larger than 5 MiB"), "{}", announced.body);
    // Without a length it is counted.
    let chunk = vec![b'x'; 1024 * 1024];
    let mut request = format!(
        "PUT /api/me/avatar HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {vera}\r\nsec-fetch-site: same-origin\r\n\
         transfer-encoding: chunked\r\n\r\n",
        world.address
    )
    .into_bytes();
    for _ in 0..5 {
        request.extend(b"100000\r\n");
        request.extend(&chunk);
        request.extend(b"\r\n");
    }
    request.extend(b"1\r\nx\r\n0\r\n\r\n");
    assert_eq!(world.raw(&request).await.expect("an answer").status, 413);
    // Five MiB to the byte are looked at.
    let whole = put(&world, &vera, MAX_UPLOAD, &vec![0; MAX_UPLOAD], "same-origin").await;
    assert_eq!(whole.status, 422, "{}", whole.body);
    assert!(whole.body.contains("This is no picture"), "{}", whole.body);
    // Nothing else takes as much.
    let form = vec![b'x'; 300 * 1024];
    let other = format!(
        "POST /api/rename HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {vera}\r\nsec-fetch-site: same-origin\r\n\
         content-length: {}\r\n\r\n",
        world.address,
        form.len()
    );
    assert_eq!(world.raw(&[other.as_bytes(), &form].concat()).await.expect("an answer").status, 413);
    world.stop().await;
}
