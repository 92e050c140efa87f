//! Bulk and echo through the whole way, beside a raw PTY.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use futures_util::{SinkExt, StreamExt};
use hdrhistogram::Histogram;
use model::terminal::{ACK_EVERY, ClientFrame, ServerFrame, TerminalInfo};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use tokio_tungstenite::tungstenite::Message;

use crate::{client, client::Socket, nova::Server, table::Table};

const BULK: usize = 64 << 20;
const KEYS: usize = 1000;

/// A shell's socket with its place in the stream.
pub(crate) struct Shell {
    pub(crate) id: model::TerminalId,
    socket: Socket,
    acked: u64,
}

impl Shell {
    pub(crate) async fn open(server: &Server, session: &str) -> Self {
        let (status, _, body) = client::post(&server.url, "/api/open_terminal", session, "cols=120&rows=30").await;
        assert_eq!(status, 200, "{body}");
        let info: TerminalInfo = serde_json::from_str(&body).unwrap();
        let socket = client::socket(&server.url, &format!("/ws/terminal/{}", info.id), session).await;
        Self { id: info.id, socket, acked: 0 }
    }

    pub(crate) async fn input(&mut self, text: &str) {
        self.socket.send(Message::binary(ClientFrame::Input(text.as_bytes()).encode())).await.unwrap();
    }

    /// The next output, acknowledged.
    async fn output(&mut self) -> Vec<u8> {
        loop {
            let Message::Binary(frame) = self.socket.next().await.expect("the shell lives").unwrap() else { continue };
            let (seq, bytes) = match ServerFrame::decode(&frame).unwrap() {
                ServerFrame::Output { seq, bytes } => (seq + bytes.len() as u64, bytes.to_vec()),
                ServerFrame::Snapshot { seq, bytes, .. } => (seq, bytes.to_vec()),
                ServerFrame::Ended(state) => panic!("the shell ended: {state:?}"),
            };
            if seq >= self.acked + ACK_EVERY {
                self.acked = seq;
                self.socket.send(Message::binary(ClientFrame::Ack(seq).encode())).await.unwrap();
            }
            return bytes;
        }
    }

    pub(crate) async fn until(&mut self, mark: &str) -> usize {
        let (mut tail, mut total) = (Vec::new(), 0);
        loop {
            let bytes = self.output().await;
            total += bytes.len();
            tail.extend_from_slice(&bytes);
            if tail.windows(mark.len()).any(|window| window == mark.as_bytes()) {
                return total;
            }
            let keep = tail.len().saturating_sub(mark.len());
            tail.drain(..keep);
        }
    }
}

pub(crate) fn write_sample(path: &Path) {
    let line = b"VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4gMDEyMzQ1Njc4OQ==\n";
    let mut file = File::create(path).unwrap();
    let block = line.repeat(1 << 14);
    let mut left = BULK;
    while left > 0 {
        let piece = left.min(block.len());
        file.write_all(&block[..piece]).unwrap();
        left -= piece;
    }
}

/// The same bytes read straight from a PTY, in MB/s.
fn raw_rate(sample: &Path) -> f64 {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    // Not our controlling terminal: its end would end us.
    let no_controlling = i32::try_from(rustix::fs::OFlags::NOCTTY.bits()).unwrap();
    let pts = OpenOptions::new().read(true).write(true).custom_flags(no_controlling).open(name).unwrap();
    let script = format!("stty -opost; cat {}; printf 'bulk-%s' done", sample.display());
    let mut child = Command::new("sh")
        .args(["-c", &script])
        .stdin(pts.try_clone().unwrap())
        .stdout(pts)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut master = File::from(master);
    let (mut buffer, mut total) = (vec![0; 64 << 10], 0);
    let started = Instant::now();
    while total < BULK {
        total += master.read(&mut buffer).unwrap();
    }
    let rate = total as f64 / started.elapsed().as_secs_f64() / 1e6;
    drop(master);
    child.wait().unwrap();
    rate
}

pub(crate) async fn measure(server: &Server, session: &str, table: &mut Table) {
    let sample = server.dir.path().join("bulk.txt");
    write_sample(&sample);
    let mut rates = Vec::new();
    // Alternating, so that whatever else the machine does hits both.
    for _ in 0..3 {
        let path = sample.clone();
        let raw = tokio::task::spawn_blocking(move || raw_rate(&path)).await.unwrap();
        let mut shell = Shell::open(server, session).await;
        shell.input("stty -opost -echo; PS1=; printf 'ready-%s' now\n").await;
        shell.until("ready-now").await;
        let before = server.processor_time();
        let started = Instant::now();
        shell.input(&format!("cat {}; printf 'bulk-%s' done\n", sample.display())).await;
        let total = shell.until("bulk-done").await;
        let rate = total as f64 / started.elapsed().as_secs_f64() / 1e6;
        let used = (server.processor_time() - before).as_secs_f64() * 100e6 / total as f64;
        rates.push((rate / raw, rate, raw, used));
    }
    rates.sort_by(|left, right| left.0.total_cmp(&right.0));
    let (ratio, rate, raw, used) = rates[1];
    table.row("terminal bulk, raw PTY", format!("{raw:.0} MB/s"), "");
    table.row(
        "terminal bulk, through Nova",
        format!("{rate:.0} MB/s ({:.0} %)", ratio * 100.0),
        "≥ 50 % of the raw PTY",
    );
    table.row("terminal bulk, server CPU per 100 MB", format!("{used:.2} s"), "");

    let mut shell = Shell::open(server, session).await;
    shell.input("stty -icanon -echo min 1; PS1=; printf 'ready-%s' now; exec cat\n").await;
    shell.until("ready-now").await;
    let mut times = Histogram::<u64>::new(3).unwrap();
    for _ in 0..KEYS {
        let started = Instant::now();
        shell.input("x").await;
        shell.output().await;
        times.record(u64::try_from(started.elapsed().as_micros()).unwrap()).unwrap();
    }
    table.row("terminal echo, p50", format!("{} µs", times.value_at_quantile(0.5)), "");
    table.row("terminal echo, p99", format!("{} µs", times.value_at_quantile(0.99)), "≤ 3 ms");
}
