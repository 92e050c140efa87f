//! Servers that come and go over one holder, each in a runtime of its own.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::{
    fs,
    io::{Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use model::{TerminalId, UserId};
use tempfile::TempDir;
use terminal::Terminals;
use tokio::runtime::Runtime;

use crate::common::{Client, PATIENCE, holder, settings};

/// A place with at most one holder.
pub struct House {
    pub dir: TempDir,
}

/// One server.
pub struct Server {
    runtime: Runtime,
    terminals: Terminals,
}

impl House {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// A server that runs `shell`.
    pub fn serve(&self, shell: &str) -> Server {
        let mut settings = settings(shell);
        settings.holder = Some(holder(&self.dir));
        Server { runtime: Server::runtime(), terminals: Terminals::start(settings) }
    }

    pub fn socket(&self) -> PathBuf {
        self.dir.path().join("run/pty-holder-v1.sock")
    }

    pub fn connect(&self) -> UnixStream {
        let stream = UnixStream::connect(self.socket()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends `frame` and reads one frame.
    pub fn ask(&self, frame: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        stream.write_all(frame).unwrap();
        next(&mut stream)
    }

    pub fn holder_pid(&self) -> u32 {
        let hello = self.ask(b"\0\0\0\x0d\0novapty\n\0\x01\0\0");
        assert_eq!(hello[4..16], *b"\0novapty\n\0\x01\0", "{hello:?}");
        u32::from_be_bytes(*hello.last_chunk().unwrap())
    }

    /// Of the first terminal: bytes written, bytes seen by somebody.
    pub fn head_and_seen(&self) -> (u64, u64) {
        let mut stream = self.connect();
        stream.write_all(&[0, 0, 0, 1, 1]).unwrap();
        assert_eq!(next(&mut stream)[..5], [0, 0, 0, 5, 2]);
        let told = next(&mut stream);
        // Behind the numbers stands the nonce, of which there is none.
        const NONCE: usize = 4;
        let number =
            |from_end: usize| u64::from_be_bytes(told[told.len() - NONCE - from_end..][..8].try_into().unwrap());
        (number(32), number(8))
    }

    /// The umask that shells inherit from the test.
    pub fn umask(&self) -> u32 {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let umask = status.lines().find_map(|line| line.strip_prefix("Umask:")).unwrap().trim().to_owned();
        u32::from_str_radix(&umask, 8).unwrap()
    }

    /// A holder of another version with one terminal of `owner`, as far as a server may ask it.
    pub fn pretend_version(&self, major: u16, owner: UserId) -> TerminalId {
        let id = TerminalId::new();
        let directory = self.dir.path().join("run");
        fs::create_dir_all(&directory).unwrap();
        let listener = UnixListener::bind(directory.join(format!("pty-holder-v{major}.sock"))).unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            assert_eq!(next(&mut stream)[..5][4], 0, "hello");
            let body = [b"\0novapty\n".as_slice(), &major.to_be_bytes(), b"\0\0\0\0\0\x039.9\0\0\0\x07later"].concat();
            stream.write_all(&framed(&body)).unwrap();
            assert_eq!(next(&mut stream), [0, 0, 0, 1, 1], "list");
            stream.write_all(&framed(&[2, 0, 0, 0, 1])).unwrap();
            let ids = [id.to_bytes(), owner.to_bytes()].concat();
            let rest = b"\0\0\0\0\0\0\0\x09\0\0\0\x02sh\0\0\0\x03vim\0\x50\0\x18\x02\0\0\0\0";
            stream.write_all(&framed(&[&[3][..], &ids, rest].concat())).unwrap();
            assert_eq!(stream.read(&mut [0]).unwrap(), 0, "nothing else is asked");
        });
        id
    }
}

impl Server {
    pub fn runtime() -> Runtime {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
    }

    pub fn run<T>(&self, work: impl AsyncFnOnce(&Terminals) -> T) -> T {
        self.runtime.block_on(work(&self.terminals))
    }

    /// An orderly end.
    pub fn stop(self) {
        self.runtime.block_on(self.terminals.shutdown());
        self.kill();
    }

    /// An end in the midst of everything: no word to anybody, as the holder sees it.
    pub fn kill(self) {
        drop(self.terminals);
        self.runtime.shutdown_timeout(PATIENCE);
    }
}

fn framed(body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).unwrap().to_be_bytes(), body].concat()
}

fn next(stream: &mut UnixStream) -> Vec<u8> {
    let mut frame = vec![0; 4];
    stream.read_exact(&mut frame).unwrap();
    let length = u32::from_be_bytes(*frame.first_chunk().unwrap());
    frame.resize(4 + length as usize, 0);
    stream.read_exact(&mut frame[4..]).unwrap();
    frame
}

/// The shell's process.
pub async fn pid_of(client: &mut Client) -> u32 {
    client.type_in("echo p''id $$ e''nd\n").await;
    client.until(" end\r\n").await;
    client.text().split("pid ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap()
}

/// Waits until `is` holds.
pub fn patiently(what: &str, mut is: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is() {
        assert!(Instant::now() < until, "{what}");
        #[expect(clippy::disallowed_methods, reason = "no executor waits here")]
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until a process has ended; a zombie that nobody reaps counts.
pub fn gone(pid: u32) {
    patiently("the process is gone", || {
        !fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z"))
    });
}

/// Ends a process at once.
pub fn kill(pid: u32) {
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
}
