//! A real server on a port of the system's choice, and a client that says exactly what a test tells it to.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::{collections::BTreeMap, net::SocketAddr};

use futures_util::StreamExt;
use model::{Caller, Role};
use nova::{Config, Nova};
use secrecy::ExposeSecret;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{Duration, timeout},
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite};
use tokio_util::sync::CancellationToken;

pub const PASSWORD: &str = "violet kettle runs uphill";
pub const WAIT: Duration = Duration::from_secs(10);

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub struct World {
    pub nova: Nova,
    pub address: SocketAddr,
    pub dir: TempDir,
    shutdown: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
}

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(each, _)| each.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The cookies it sets, as a `Cookie` header.
    pub fn cookies(&self) -> String {
        let set = self.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        set.filter_map(|(_, value)| value.split(';').next()).collect::<Vec<_>>().join("; ")
    }
}

impl World {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut config = Config::for_tests(dir.path()).unwrap();
        config.note_bound(address);
        change(&mut config);
        let nova = Nova::start(config).await.unwrap();
        let shutdown = CancellationToken::new();
        let server = tokio::spawn(server::run(nova.clone(), listener, shutdown.clone()));
        Self { nova, address, dir, shutdown, server }
    }

    /// Ends the server and waits for it.
    pub async fn stop(self) {
        self.shutdown.cancel();
        timeout(WAIT, self.server).await.expect("ends").unwrap().unwrap();
    }

    pub fn begin_shutdown(&self) {
        self.shutdown.cancel();
    }

    pub async fn ended(self) -> Duration {
        let started = std::time::Instant::now();
        timeout(WAIT, self.server).await.expect("ends").unwrap().unwrap();
        started.elapsed()
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds someone and signs them in; their `Cookie` header.
    pub async fn person(&self, name: &str, role: Role) -> String {
        let account = identity::NewAccount::parse(name, "", "", PASSWORD.into()).unwrap();
        self.nova.identity.add_user(&Caller::system("test"), account, &role).await.unwrap();
        self.sign_in(name).await
    }

    pub async fn sign_in(&self, name: &str) -> String {
        let signed_in = self.nova.identity.sign_in(name, &PASSWORD.into(), &identity::Client::default()).await.unwrap();
        app::cookies::keep(&signed_in.signed_in().expect("no second factor is asked for").tokens, false)
            .iter()
            .filter_map(|cookie| cookie.split(';').next())
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// The caller behind a `Cookie` header.
    pub async fn caller(&self, cookies: &str) -> Caller {
        let mut headers = http::HeaderMap::new();
        headers.insert(http::header::COOKIE, cookies.parse().unwrap());
        let found = app::cookies::read(&headers);
        let credentials = identity::Credentials {
            access: found.access.as_deref(),
            refresh: found.refresh.as_deref(),
            fingerprint: found.fingerprint.as_deref(),
        };
        match self.nova.identity.authenticate(credentials, &identity::Client::default()).await.unwrap() {
            identity::Authenticated::Caller(caller) => caller,
            other => panic!("{other:?}"),
        }
    }

    /// Sends raw bytes and reads the answer to the end.
    pub async fn raw(&self, request: &[u8]) -> Option<Answer> {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // The server may answer and close before everything is sent.
        let _ = stream.write_all(request).await;
        let mut bytes = Vec::new();
        let _ = timeout(WAIT, stream.read_to_end(&mut bytes)).await.expect("an answer in time");
        parse(&bytes)
    }

    pub async fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut lines: BTreeMap<String, String> =
            headers.iter().map(|(name, value)| (name.to_lowercase(), (*value).to_owned())).collect();
        lines.entry("host".into()).or_insert_with(|| self.address.to_string());
        lines.insert("connection".into(), "close".into());
        lines.insert("content-length".into(), body.len().to_string());
        let head: String = lines.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        self.raw(format!("{method} {path} HTTP/1.1\r\n{head}\r\n{body}").as_bytes()).await.expect("an answer")
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.request("GET", path, headers, "").await
    }

    /// Posts a form as a browser without scripts does.
    pub async fn form(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let origin = self.origin();
        let mut all = vec![
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "text/html"),
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        all.extend_from_slice(headers);
        self.request("POST", path, &all, body).await
    }

    pub async fn socket(&self, path: &str, cookies: &str, origin: Option<&str>) -> Result<Socket, u16> {
        let mut request =
            tungstenite::client::IntoClientRequest::into_client_request(format!("ws://{}{path}", self.address))
                .unwrap();
        if !cookies.is_empty() {
            request.headers_mut().insert("cookie", cookies.parse().unwrap());
        }
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        match tokio_tungstenite::connect_async(request).await {
            Ok((socket, _)) => Ok(socket),
            Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Asks for an upgrade with exactly these headers beside the protocol's own; the status, whatever comes after.
    pub async fn upgrade(&self, path: &str, headers: &[(&str, &str)]) -> u16 {
        let mut head = format!(
            "GET {path} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        );
        if !headers.iter().any(|(name, _)| *name == "host") {
            head.push_str(&format!("Host: {}\r\n", self.address));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // `HTTP/1.1 101`
        let mut line = [0; 12];
        timeout(WAIT, stream.read_exact(&mut line)).await.expect("an answer in time").unwrap();
        std::str::from_utf8(&line[9..]).unwrap().parse().unwrap()
    }

    /// A socket opened by a program with a key.
    pub async fn socket_with_key(&self, path: &str, key: &str) -> Socket {
        let mut request =
            tungstenite::client::IntoClientRequest::into_client_request(format!("ws://{}{path}", self.address))
                .unwrap();
        request.headers_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
        tokio_tungstenite::connect_async(request).await.unwrap().0
    }

    /// An API key of whoever `cookies` belong to.
    pub async fn key(&self, cookies: &str, scopes: &[model::Permission]) -> model::keys::NewKey {
        let request = model::keys::KeyRequest {
            name: "test".into(),
            scopes: scopes.to_vec(),
            networks: Vec::new(),
            days: None,
            account: None,
        };
        self.nova.identity.make_key(&self.caller(cookies).await, &request).await.unwrap()
    }

    pub async fn live(&self, cookies: &str) -> Socket {
        self.socket("/ws/live", cookies, Some(&self.origin())).await.unwrap()
    }

    pub async fn setup_token(&self) -> String {
        let link = self.nova.setup_link().await.unwrap().unwrap();
        link.expose_secret().rsplit('/').next().unwrap().to_owned()
    }
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Some(Answer { status, headers, body: body.to_owned() })
}

/// The close code a socket ends with, whatever comes before.
pub async fn close_code(socket: &mut Socket) -> Option<u16> {
    timeout(WAIT, async {
        while let Some(message) = socket.next().await {
            match message {
                Ok(tungstenite::Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                Ok(_) => {}
                Err(_) => return None,
            }
        }
        None
    })
    .await
    .expect("the socket ends")
}
