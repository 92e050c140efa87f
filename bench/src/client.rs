//! Just enough HTTP and WebSocket to ask the server.

use std::net::Ipv4Addr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite::client::IntoClientRequest};

pub(crate) const PASSWORD: &str = "violet kettle runs uphill";

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Posts a form; status, cookies and body.
pub(crate) async fn post(url: &str, path: &str, cookies: &str, body: &str) -> (u16, String, String) {
    post_from(Ipv4Addr::LOCALHOST, url, path, cookies, body).await
}

/// The same from one of this machine's own addresses: all of 127.0.0.0/8 are.
pub(crate) async fn post_from(
    from: Ipv4Addr,
    url: &str,
    path: &str,
    cookies: &str,
    body: &str,
) -> (u16, String, String) {
    let address = url.strip_prefix("http://").unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: {url}\r\nCookie: {cookies}\r\nAccept: application/json\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let set = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .filter_map(|(name, value)| name.eq_ignore_ascii_case("set-cookie").then_some(value));
    let cookies: Vec<&str> = set.filter_map(|cookie| cookie.split(';').next()).collect();
    (status, cookies.join("; "), body.to_owned())
}

/// Claims the instance; the owner's cookies.
pub(crate) async fn claim(url: &str, token: &str) -> String {
    let body = format!("token={token}&username=alice&password={}", PASSWORD.replace(' ', "+"));
    let (status, cookies, answer) = post(url, "/api/public/claim", "", &body).await;
    assert_eq!(status, 200, "{answer}");
    cookies
}

pub(crate) async fn socket(url: &str, path: &str, cookies: &str) -> Socket {
    let mut request = format!("{}{path}", url.replacen("http", "ws", 1)).into_client_request().unwrap();
    request.headers_mut().insert("cookie", cookies.parse().unwrap());
    request.headers_mut().insert("origin", url.parse().unwrap());
    tokio_tungstenite::connect_async(request).await.unwrap().0
}
