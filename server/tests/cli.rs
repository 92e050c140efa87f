//! The command line's promises: one clear line and an exit status that says no, and nothing damaged.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use store::{Clock, Db, Location};

fn nova(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nova"));
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", data)
        .env("NOVA_DATA_DIR", data.join("data"))
        .current_dir(data)
        .args(arguments);
    command
}

/// Runs a command that must be refused: its one line.
fn refused(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    let text = String::from_utf8(stderr).unwrap();
    assert!(!status.success(), "{text}");
    assert_eq!(status.signal(), None, "{text}");
    text
}

fn one_line(text: &str) -> &str {
    assert_eq!(text.trim_end().lines().count(), 1, "{text}");
    text.trim_end()
}

/// Starts serving and waits until it is ready.
fn serve(data: &Path) -> Child {
    let mut child =
        nova(data, &["serve", "--listen", "127.0.0.1:0", "--log", "error"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("Nova is ready on ")));
    // Kept reading, so that the server never writes into a closed pipe.
    std::thread::spawn(move || lines.for_each(drop));
    child
}

fn stop(mut child: Child) {
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(child.wait().unwrap().success(), "SIGTERM ends it in order");
}

fn assert_lives(address: &str) {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(stream, "GET /live HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn a_taken_port_is_told_with_the_way_out() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let text = refused(&mut nova(dir.path(), &["serve", "--listen", &address]));
    let line = one_line(&text);
    assert!(line.contains(&address) && line.contains("NOVA_LISTEN"), "{line}");
    assert!(!dir.path().join("data/nova.db").exists(), "nothing was made");
}

#[test]
fn unknown_flags_keys_and_bad_values_stop_the_start() {
    let dir = tempfile::tempdir().unwrap();
    assert!(refused(&mut nova(dir.path(), &["serve", "--lisen", "x"])).contains("--listen"));
    assert!(one_line(&refused(nova(dir.path(), &["serve"]).env("NOVA_LISTN", "x"))).contains("NOVA_LISTEN"));
    assert!(one_line(&refused(nova(dir.path(), &["serve"]).env("NOVA_LISTEN", "here"))).contains("`listen`"));
    fs::write(dir.path().join("nova.toml"), "\nport = \"80\"\n").unwrap();
    let text = refused(&mut nova(dir.path(), &["config"]));
    assert!(one_line(&text).contains("nova.toml:2") && text.contains("`port`"), "{text}");
}

#[test]
fn an_unwritable_data_directory_is_told() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("data"), "a file").unwrap();
    let text = refused(&mut nova(dir.path(), &["serve", "--listen", "127.0.0.1:0"]));
    assert!(one_line(&text).contains("NOVA_DATA_DIR"), "{text}");
    assert_eq!(fs::read_to_string(dir.path().join("data")).unwrap(), "a file");
}

#[test]
fn a_second_nova_on_the_same_data_is_refused_and_commands_work_beside_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let first = serve(dir.path());
    let text = refused(&mut nova(dir.path(), &["serve", "--listen", "127.0.0.1:0"]));
    assert!(one_line(&text).contains("another Nova"), "{text}");
    let mut add = nova(dir.path(), &["user", "add", "alice", "--role", "owner"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    add.stdin.take().unwrap().write_all(b"violet kettle runs uphill\n").unwrap();
    assert!(add.wait().unwrap().success());
    let list = nova(dir.path(), &["user", "list"]).output().unwrap();
    assert!(String::from_utf8_lossy(&list.stdout).contains("alice"));
    let text = refused(&mut nova(dir.path(), &["setup-link"]));
    assert!(one_line(&text).contains("has an owner"), "{text}");
    stop(first);
}

#[test]
fn a_wrong_key_file_stops_the_start_and_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    stop(serve(dir.path()));
    for name in ["signing.json", "refresh.key"] {
        let path = dir.path().join("data/keys").join(name);
        let good = fs::read(&path).unwrap();
        fs::write(&path, "nonsense").unwrap();
        let text = refused(&mut nova(dir.path(), &["serve", "--listen", "127.0.0.1:0"]));
        assert!(one_line(&text).contains(name), "{text}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "nonsense");
        fs::write(&path, good).unwrap();
    }
    stop(serve(dir.path()));
}

#[tokio::test]
async fn a_clock_behind_the_last_start_is_told_and_can_be_accepted() {
    let dir = tempfile::tempdir().unwrap();
    stop(serve(dir.path()));
    let db = Db::open(&Location::Sqlite(dir.path().join("data/nova.db"))).await.unwrap();
    let tomorrow = Clock::system().now().plus(Duration::from_secs(86_400));
    db.note_start(&Clock::manual(tomorrow).0).await.unwrap();
    db.close().await;
    let text = refused(&mut nova(dir.path(), &["serve", "--listen", "127.0.0.1:0"]));
    assert!(one_line(&text).contains("clock") && text.contains("nova doctor --accept-clock"), "{text}");
    let doctor = nova(dir.path(), &["doctor", "--accept-clock"]).env("SHELL", "/bin/sh").output().unwrap();
    let told = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(told.contains("the present time is taken as right") && told.contains("data and database: "), "{told}");
    stop(serve(dir.path()));
}

#[test]
fn the_doctor_names_what_is_wrong_and_the_way_out() {
    let dir = tempfile::tempdir().unwrap();
    let doctor = nova(dir.path(), &["doctor"]).env("NOVA_SHELL", "/nowhere/sh").output().unwrap();
    let told = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(!doctor.status.success());
    assert!(told.contains("PROBLEM  ") && told.contains("/nowhere/sh") && told.contains("NOVA_SHELL"), "{told}");
}

#[test]
fn settings_are_printed_with_their_source_and_without_secrets() {
    let dir = tempfile::tempdir().unwrap();
    let output = nova(dir.path(), &["config", "--listen", "127.0.0.1:1234"])
        .env("DATABASE_URL", "postgres://nova:canary-77@db/nova")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("127.0.0.1:1234") && text.contains("# --listen"), "{text}");
    assert!(text.contains("# DATABASE_URL") && !text.contains("canary"), "{text}");
}

#[test]
fn it_goes_on_when_nobody_reads_its_output() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = nova(dir.path(), &["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("Nova is ready on http://").unwrap().to_owned();
    // The pipe is closed now, and the set-up link is still to be printed.
    assert_lives(&address);
    stop(child);
}

#[test]
fn running_out_of_open_files_passes() {
    let dir = tempfile::tempdir().unwrap();
    let script = format!("ulimit -n 128; exec {} serve --listen 127.0.0.1:0", env!("CARGO_BIN_EXE_nova"));
    let mut child = Command::new("sh")
        .args(["-c", &script])
        .env("NOVA_DATA_DIR", dir.path().join("data"))
        .stdout(Stdio::piped())
        .stderr(fs::File::create(dir.path().join("log")).unwrap())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let log = || fs::read_to_string(dir.path().join("log")).unwrap();
    let ready = lines.find_map(|line| line.strip_prefix("Nova is ready on http://").map(str::to_owned));
    let address = ready.unwrap_or_else(|| panic!("it did not start: {}", log()));
    std::thread::spawn(move || lines.for_each(drop));
    let crowd: Vec<_> = (0..200).map(|_| std::net::TcpStream::connect(&address).unwrap()).collect();
    let patience = std::time::Instant::now() + Duration::from_secs(20);
    while !log().contains("open files") && std::time::Instant::now() < patience {
        std::thread::yield_now();
    }
    assert!(log().contains("open files"), "it says so: {}", log());
    drop(crowd);
    assert_lives(&address);
    stop(child);
}

#[test]
fn no_secret_reaches_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = nova(dir.path(), &["serve", "--listen", "127.0.0.1:0", "--log", "trace"])
        .stdout(Stdio::piped())
        .stderr(fs::File::create(dir.path().join("log")).unwrap())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let url = lines.find_map(|line| line.strip_prefix("Nova is ready on http://").map(str::to_owned)).unwrap();
    let link = lines.find_map(|line| line.split_once("/setup/").map(|(_, token)| token.trim().to_owned())).unwrap();
    let ask = |request: String| {
        let mut stream = std::net::TcpStream::connect(&url).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        BufReader::new(stream).lines().map_while(Result::ok).collect::<Vec<_>>()
    };
    ask(format!("GET /setup/{link} HTTP/1.1\r\nHost: {url}\r\nConnection: close\r\n\r\n"));
    let body = format!("token={link}&username=alice&password=canary+kettle+runs+uphill");
    let answer = ask(format!(
        "POST /api/public/claim HTTP/1.1\r\nHost: {url}\r\nOrigin: http://{url}\r\nAccept: application/json\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    let cookies: Vec<String> = answer
        .iter()
        .filter_map(|line| Some(line.split_once("set-cookie: ")?.1.split(';').next()?.split_once('=')?.1.to_owned()))
        .collect();
    assert_eq!(cookies.len(), 3, "{answer:?}");
    stop(child);
    let log = fs::read_to_string(dir.path().join("log")).unwrap();
    assert!(log.contains("/setup/{token}"), "the route is logged");
    for secret in cookies.iter().map(String::as_str).chain([link.as_str(), "canary"]) {
        assert!(!log.contains(secret), "a secret in the log: {secret}");
    }
}
