//! The real binary, stopped and killed: shells live on, and people find them again where they were.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use model::terminal::{ClientFrame, ServerFrame, State, TerminalInfo, sharing::Company};
use tokio_tungstenite::tungstenite::{self, Message, WebSocket, client::IntoClientRequest, stream::MaybeTlsStream};

const PASSWORD: &str = "violet kettle runs uphill";
const WAIT: Duration = Duration::from_secs(20);

fn nova(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nova"));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", dir).env("NOVA_SHELL", "/bin/sh");
    command.env("NOVA_DATA_DIR", dir.join("data")).current_dir(dir).args(arguments);
    command
}

struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Serves and waits until it is ready.
    fn start(dir: &Path, variables: &[(&str, &str)]) -> Self {
        let log = fs::File::options().create(true).append(true).open(dir.join("log")).unwrap();
        let mut command = nova(dir, &["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let ready = lines.find_map(|line| line.strip_prefix("Nova is ready on http://").map(str::to_owned));
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address: ready.expect("it gets ready") }
    }

    fn signal(mut self, signal: &str) {
        Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        let status = self.child.wait().unwrap();
        assert_eq!(status.success(), signal == "-TERM", "{status}");
    }

    /// Posts a form: the cookies it sets, and the body.
    fn post(&self, path: &str, cookies: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(WAIT)).unwrap();
        write!(
            stream,
            "POST /api/{path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nAccept: application/json\r\nCookie: {cookies}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {1}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let set = head.lines().filter_map(|line| line.split_once("set-cookie: ")?.1.split(';').next());
        (set.collect::<Vec<_>>().join("; "), body.to_owned())
    }

    fn sign_in(&self, name: &str) -> String {
        let body = format!("identifier={name}&password={}&next=", PASSWORD.replace(' ', "+"));
        self.post("public/sign_in", "", &body).0
    }

    fn open(&self, cookies: &str) -> TerminalInfo {
        serde_json::from_str(&self.post("open_terminal", cookies, "cols=80&rows=24").1).unwrap()
    }

    fn terminals(&self, cookies: &str) -> Vec<TerminalInfo> {
        serde_json::from_str(&self.post("terminals", cookies, "").1).unwrap()
    }

    fn attach(&self, cookies: &str, info: &TerminalInfo, after: u64) -> Tab {
        self.come(cookies, "terminal", info, after)
    }

    /// By the door for owners, or the one for guests.
    fn come(&self, cookies: &str, door: &str, info: &TerminalInfo, after: u64) -> Tab {
        let address = format!("ws://{}/ws/{door}/{}?after={after}", self.address, info.id);
        let mut request = address.into_client_request().unwrap();
        request.headers_mut().insert("cookie", cookies.parse().unwrap());
        request.headers_mut().insert("origin", format!("http://{}", self.address).parse().unwrap());
        let (socket, _) = tungstenite::connect(request).unwrap();
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_read_timeout(Some(WAIT)).unwrap();
        }
        Tab { socket, seq: after, text: String::new(), company: Company::default() }
    }
}

/// A test that fails leaves no server behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// A browser's terminal.
struct Tab {
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    seq: u64,
    text: String,
    /// Who is there, as last told.
    company: Company,
}

impl Tab {
    fn type_in(&mut self, text: &str) {
        self.socket.send(Message::Binary(ClientFrame::Input(text.as_bytes()).encode().into())).unwrap();
    }

    fn until(&mut self, needle: &str) {
        while !self.text.contains(needle) {
            let Message::Binary(frame) = self.socket.read().unwrap() else { continue };
            match ServerFrame::decode(&frame).unwrap() {
                ServerFrame::Output { seq, bytes } => {
                    assert_eq!(seq, self.seq, "nothing lost, nothing twice");
                    self.seq += bytes.len() as u64;
                    self.text.push_str(&String::from_utf8_lossy(bytes));
                }
                ServerFrame::Company(json) => self.company = serde_json::from_slice(json).unwrap(),
                ServerFrame::Typing(_) => {}
                other => panic!("{other:?} before {needle:?}: {:?}", self.text),
            }
        }
    }

    fn pid(&mut self) -> u32 {
        self.type_in("echo p''id $$ e''nd\n");
        self.until(" end\r\n");
        self.text.split("pid ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap()
    }
}

fn add(dir: &Path, name: &str, role: &str) {
    let mut child =
        nova(dir, &["user", "add", name, "--role", role]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait().unwrap().success());
}

fn patiently(what: &str, mut is: impl FnMut() -> bool) {
    let until = Instant::now() + WAIT;
    while !is() {
        assert!(Instant::now() < until, "{what}");
        std::thread::yield_now();
    }
}

fn lives(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z"))
}

#[test]
fn shells_outlive_a_killed_and_a_restarted_server_but_not_the_right_to_have_them() {
    let dir = tempfile::tempdir().unwrap();
    let log = || fs::read_to_string(dir.path().join("log")).unwrap();
    add(dir.path(), "alice", "owner");
    add(dir.path(), "bob", "developer");
    let server = Server::start(dir.path(), &[]);
    let (alice, bob) = (server.sign_in("alice"), server.sign_in("bob"));
    let info = server.open(&alice);
    let mut tab = server.attach(&alice, &info, 0);
    tab.type_in("kept=va''lue; printf '\\033]2;named\\007'\n");
    let pid = tab.pid();
    patiently("the title is known", || server.terminals(&alice)[0].title == "named");
    let others = server.open(&bob);
    let others = server.attach(&bob, &others, 0).pid();
    let listed = server.terminals(&alice);

    server.signal("-KILL");
    // A command beside takes nobody's shells.
    assert!(nova(dir.path(), &["user", "list"]).output().unwrap().status.success());
    let server = Server::start(dir.path(), &[]);
    assert_eq!(server.terminals(&alice), listed, "id, title, time, size and state");
    let mut again = server.attach(&alice, &info, tab.seq);
    again.type_in("echo $kept $$ he''re\n");
    again.until(&format!("value {pid} here\r\n"));
    assert_eq!(server.terminals(&bob).len(), 1);
    assert!(log().contains("adopted") && log().contains(&info.id.to_string()), "{}", log());

    let after = again.seq;
    server.signal("-TERM");
    assert!(lives(pid) && lives(others));
    assert!(nova(dir.path(), &["user", "disable", "bob"]).output().unwrap().status.success());
    let server = Server::start(dir.path(), &[]);
    patiently("who may have no shell has none", || !lives(others));
    let mut last = server.attach(&alice, &info, after);
    last.type_in("echo $kept still he''re\n");
    last.until("value still here\r\n");

    // The last one closed, the holder is gone too.
    server.post("close_terminal", &alice, &format!("id={}", info.id));
    patiently("the shell has ended", || !lives(pid));
    patiently("the holder has ended", || !dir.path().join("data/run/pty-holder-v1.sock").exists());
    server.signal("-TERM");
}

#[test]
fn shells_that_are_not_kept_end_with_the_server() {
    let dir = tempfile::tempdir().unwrap();
    add(dir.path(), "alice", "owner");
    for signal in ["-TERM", "-KILL"] {
        let server = Server::start(dir.path(), &[("NOVA_TERMINAL_KEEP_SHELLS", "false")]);
        let alice = server.sign_in("alice");
        let info = server.open(&alice);
        assert_eq!(info.state, State::Running);
        let pid = server.attach(&alice, &info, 0).pid();
        assert!(!dir.path().join("data/run").exists(), "no holder");
        server.signal(signal);
        patiently("the shell has ended", || !lives(pid));
    }
}

#[test]
fn a_recording_goes_on_over_a_killed_server_and_loses_nothing_that_was_written() {
    let dir = tempfile::tempdir().unwrap();
    add(dir.path(), "alice", "owner");
    let server = Server::start(dir.path(), &[]);
    let alice = server.sign_in("alice");
    let info = server.open(&alice);
    let mut tab = server.attach(&alice, &info, 0);
    tab.type_in("echo rea''dy\n");
    tab.until("ready\r\n");
    let id = server.post("start_recording", &alice, &format!("terminal={}", info.id)).1.replace('"', "");
    let path = dir.path().join(format!("data/recordings/{id}.cast"));
    let recorded = || fs::read_to_string(&path).unwrap();
    tab.type_in("echo bef''ore\n");
    patiently("it is written", || recorded().contains("before\\r\\n") && recorded().ends_with('\n'));
    let written = recorded();

    server.signal("-KILL");
    // While nobody records, the holder keeps what the shell writes.
    assert!(recorded().starts_with(&written), "what was written is there");
    let server = Server::start(dir.path(), &[]);
    let mut again = server.attach(&alice, &info, tab.seq);
    again.type_in("echo aft''er\n");
    again.until("after\r\n");
    patiently("it goes on", || recorded().contains("after\\r\\n"));
    let text = recorded();
    assert!(text.starts_with(&written) && text.contains("The server was killed"), "{text}");
    let output = text.lines().filter(|line| line.starts_with('[')).filter_map(|line| {
        let (_, code, data): (f64, String, String) = serde_json::from_str(line).unwrap();
        (code == "o").then_some(data)
    });
    let output: String = output.collect();
    assert_eq!(output.matches("before\r\n").count(), 1, "nothing twice: {output}");
    assert_eq!(output.matches("after\r\n").count(), 1, "{output}");
    server.post("end_recording", &alice, &format!("terminal={}", info.id));
    server.post("close_terminal", &alice, &format!("id={}", info.id));
    server.signal("-TERM");
    let verified = nova(dir.path(), &["recording", "verify"]).output().unwrap();
    let said = String::from_utf8(verified.stdout).unwrap();
    assert!(verified.status.success() && said.contains("fit together"), "{said}");
    // One byte is changed.
    let changed = fs::read_to_string(&path).unwrap().replace("before", "befoul");
    fs::write(&path, changed).unwrap();
    let verified = nova(dir.path(), &["recording", "verify", &id]).output().unwrap();
    let said = String::from_utf8(verified.stdout).unwrap();
    assert!(!verified.status.success() && said.contains("is not what was written"), "{said}");
}

#[test]
fn shares_outlive_a_restart_and_the_right_to_type_does_not() {
    let dir = tempfile::tempdir().unwrap();
    add(dir.path(), "alice", "owner");
    add(dir.path(), "bob", "developer");
    let server = Server::start(dir.path(), &[]);
    let (alice, bob) = (server.sign_in("alice"), server.sign_in("bob"));
    let info = server.open(&alice);
    let mut tab = server.attach(&alice, &info, 0);
    let pid = tab.pid();
    let (_, share) = server.post("share_terminal", &alice, &format!("id={}&name=bob&role=peer&minutes=60", info.id));
    let user = serde_json::from_str::<serde_json::Value>(&share).unwrap()["with"]["person"]["user"].clone();
    let mut guest = server.come(&bob, "shared", &info, 0);
    guest.until(" end\r\n");
    server.post("let_write", &alice, &format!("id={}&guest={}&write=true", info.id, user.as_str().unwrap()));
    tab.type_in("echo gr''anted\n");
    guest.until("granted\r\n");
    guest.type_in("echo ty''ped\n");
    guest.until("typed\r\n");
    assert!(guest.company.writes);

    let after = guest.seq;
    server.signal("-KILL");
    let server = Server::start(dir.path(), &[]);
    let listed = server.post("shared_terminals", &bob, "").1;
    assert!(listed.contains(&info.id.to_string()), "{listed}");
    let mut guest = server.come(&bob, "shared", &info, after);
    guest.type_in("echo to''o\n");
    let mut tab = server.attach(&alice, &info, after);
    tab.type_in("echo $$ on''ly\n");
    guest.until(&format!("{pid} only\r\n"));
    assert!(!guest.company.writes && !guest.text.contains("too"), "{:?}", guest.text);
    // Ended while the guest is there: they are told so, and it holds after the next restart.
    server.post("end_sharing", &alice, &format!("id={}", info.id));
    let told = loop {
        if let Message::Close(Some(frame)) = guest.socket.read().unwrap() {
            break u16::from(frame.code);
        }
    };
    assert_eq!(told, 4403);
    server.signal("-TERM");
    let server = Server::start(dir.path(), &[]);
    assert_eq!(server.post("shared_terminals", &bob, "").1, "[]");
    server.post("close_terminal", &alice, &format!("id={}", info.id));
    patiently("the shell has ended", || !lives(pid));
    server.signal("-TERM");
}
