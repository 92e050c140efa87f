//! The client against servers on this machine.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use bytes::Bytes;
use egress::{Egress, Error, Headers, Limits, Reach};
use futures_util::{StreamExt, stream};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Serves `router` on a free port for as long as the test runs; returns the port.
async fn serve(router: Router) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

fn client(reach: Reach) -> Egress {
    Egress::new(reach).unwrap()
}

/// A client that gives up after 300 ms and reads 1000 bytes.
fn impatient() -> Egress {
    let brief = Duration::from_millis(300);
    Egress::with_limits(Reach::Anywhere, Limits { connect: brief, total: brief, body: 1000 }).unwrap()
}

#[tokio::test]
async fn json_forms_and_bytes_arrive_as_they_were_sent() {
    async fn echo(headers: HeaderMap, request: Request) -> String {
        let body = axum::body::to_bytes(request.into_body(), 1000).await.unwrap();
        let told = |name: header::HeaderName| headers.get(name).map_or("-", |value| value.to_str().unwrap()).to_owned();
        let (kind, authorization) = (told(header::CONTENT_TYPE), told(header::AUTHORIZATION));
        format!("{kind} {authorization} {}", String::from_utf8_lossy(&body))
    }
    let router = Router::new().route("/json", get(async || r#"{"answer":42}"#)).route("/echo", post(echo));
    let base = format!("http://127.0.0.1:{}", serve(router).await);
    let client = client(Reach::Anywhere);

    let json: serde_json::Value = client.get_json(&format!("{base}/json"), Headers::new()).await.unwrap();
    assert_eq!(json["answer"], 42);

    let headers = Headers::new().basic("nova", &"word".into()).unwrap();
    let form = client.post_form(&format!("{base}/echo"), &[("a b", "c&d"), ("e", "")], headers).await.unwrap();
    assert_eq!(form.body(), "application/x-www-form-urlencoded Basic bm92YTp3b3Jk a+b=c%26d&e=");

    let headers = Headers::new().bearer(&"token".into()).unwrap();
    let body = Bytes::from_static(b"\x01raw");
    let bytes = client.post_bytes(&format!("{base}/echo"), "application/x-raw", body, headers).await.unwrap();
    assert_eq!(bytes.body(), "application/x-raw Bearer token \u{1}raw");
    assert_eq!(bytes.status(), 200);
}

#[tokio::test]
async fn a_failing_status_is_an_error_only_where_json_was_asked_for() {
    let router = Router::new().route("/", get(async || (StatusCode::BAD_REQUEST, r#"{"error":"no"}"#)));
    let url = format!("http://localhost:{}/?query-secret", serve(router).await);
    let client = client(Reach::Anywhere);
    let answer = client.get(&url, Headers::new()).await.unwrap();
    assert_eq!((answer.status(), answer.json::<serde_json::Value>().unwrap()["error"].as_str()), (400, Some("no")));
    let error = client.get_json::<serde_json::Value>(&url, Headers::new()).await.unwrap_err();
    assert!(matches!(error, Error::Status { status: 400, .. }) && !error.to_string().contains("secret"), "{error}");
}

#[tokio::test]
async fn what_is_not_json_is_refused_without_being_told() {
    let router = Router::new().route("/", get(async || r#"{"token": secret-part}"#));
    let url = format!("http://127.0.0.1:{}/", serve(router).await);
    let error = client(Reach::Anywhere).get_json::<serde_json::Value>(&url, Headers::new()).await.unwrap_err();
    assert!(matches!(error, Error::NotJson { line: 1, .. }) && !error.to_string().contains("secret"), "{error}");
}

#[tokio::test]
async fn redirects_are_refused_and_never_followed() {
    let router = Router::new()
        .route("/found", get(async || Redirect::to("/there")))
        .route("/kept", get(async || Redirect::temporary("/there")))
        .route("/there", get(async || -> Response { panic!("a redirect was followed") }));
    let base = format!("http://127.0.0.1:{}", serve(router).await);
    for (path, expected) in [("found", 303), ("kept", 307)] {
        let error = client(Reach::Anywhere).get(&format!("{base}/{path}"), Headers::new()).await.unwrap_err();
        assert!(matches!(error, Error::Redirected { status, .. } if status == expected), "{error}");
    }
}

#[tokio::test]
async fn a_long_answer_is_cut_whether_announced_or_not() {
    let endless =
        async || Body::from_stream(stream::repeat(Bytes::from_static(&[b'x'; 100])).map(Ok::<_, std::io::Error>));
    let router = Router::new()
        .route("/endless", get(endless))
        .route("/announced", get(async || "x".repeat(1001)))
        .route("/fits", get(async || "x".repeat(1000)));
    let base = format!("http://127.0.0.1:{}", serve(router).await);
    for path in ["endless", "announced"] {
        let error = impatient().get(&format!("{base}/{path}"), Headers::new()).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { limit: 1000, .. }), "{path}: {error}");
    }
    assert_eq!(impatient().get(&format!("{base}/fits"), Headers::new()).await.unwrap().body().len(), 1000);
}

#[tokio::test]
async fn a_body_or_an_answer_that_never_comes_times_out() {
    let started = async || {
        let first = stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"{")) });
        Body::from_stream(first.chain(stream::pending())).into_response()
    };
    let router = Router::new().route("/body", get(started)).route("/silent", get(std::future::pending::<()>));
    let base = format!("http://127.0.0.1:{}", serve(router).await);
    for path in ["body", "silent"] {
        let error = impatient().get(&format!("{base}/{path}"), Headers::new()).await.unwrap_err();
        assert!(matches!(error, Error::TimedOut { .. }), "{path}: {error}");
    }
}

#[tokio::test]
async fn the_public_reach_calls_neither_inside_addresses_nor_names_that_lead_there() {
    // Somebody listens, so that only the rule can be what refuses.
    let port = serve(Router::new().route("/", get(async || "inside"))).await;
    let public = client(Reach::PublicOnly);
    for host in ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"] {
        let error = public.get(&format!("http://{host}:{port}/"), Headers::new()).await.unwrap_err();
        assert!(matches!(error, Error::Private { .. }), "{host}: {error}");
    }
    for host in ["10.0.0.1", "169.254.169.254", "[fd00::1]", "[::ffff:127.0.0.1]", "localhost", "0.0.0.0"] {
        let error = public.get(&format!("https://{host}:{port}/"), Headers::new()).await.unwrap_err();
        assert!(matches!(error, Error::Private { .. }), "{host}: {error}");
    }
    assert!(client(Reach::Anywhere).get(&format!("http://localhost:{port}/"), Headers::new()).await.is_ok());
}

#[tokio::test]
async fn a_name_that_does_not_exist_and_a_closed_port_are_told_apart() {
    let error = client(Reach::Anywhere).get("https://nowhere.invalid/", Headers::new()).await.unwrap_err();
    assert!(matches!(error, Error::Unknown { .. } | Error::TimedOut { .. }), "{error}");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let error =
        client(Reach::Anywhere).get(&format!("http://127.0.0.1:{port}/path-secret"), Headers::new()).await.unwrap_err();
    assert!(matches!(error, Error::Connection { .. }) && !error.to_string().contains("secret"), "{error}");
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut said = Vec::new();
        if let Ok(mut stream) = tokio_rustls::TlsAcceptor::from(Arc::new(config)).accept(stream).await {
            let _ = stream.read_to_end(&mut said).await;
        }
        said
    });
    let error = client(Reach::Anywhere).get(&format!("https://localhost:{port}/"), Headers::new()).await.unwrap_err();
    assert!(matches!(&error, Error::Connection { why, .. } if why.contains("certificate")), "{error}");
    assert!(server.await.unwrap().is_empty(), "nothing is said to a server that is not believed");
}

/// Runs in a process of its own, started by the test below, with a proxy in its environment.
#[tokio::test]
#[ignore = "started by a_proxy_in_the_environment_is_not_asked"]
async fn with_a_proxy_in_the_environment() {
    let url = std::env::var("EGRESS_TARGET").unwrap();
    assert_eq!(client(Reach::Anywhere).get(&url, Headers::new()).await.unwrap().body(), "direct");
}

#[tokio::test]
async fn a_proxy_in_the_environment_is_not_asked() {
    let target = serve(Router::new().route("/", get(async || "direct"))).await;
    let proxy = serve(Router::new().fallback(async || "proxied")).await;
    let proxy = format!("http://127.0.0.1:{proxy}");
    let status = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "with_a_proxy_in_the_environment"])
        .env("EGRESS_TARGET", format!("http://127.0.0.1:{target}/"))
        .envs(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"].map(|name| (name, &proxy)))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .await
        .unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stdout));
}

#[tokio::test]
async fn a_length_that_lies_does_not_lengthen_the_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 1000]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfour and more").await;
    });
    let url = format!("http://127.0.0.1:{port}/");
    assert_eq!(client(Reach::Anywhere).get(&url, Headers::new()).await.unwrap().body(), "four");
}
