//! The server under measurement, as a process of its own.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    rc::Rc,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

pub(crate) struct Server {
    child: Child,
    pub(crate) dir: Rc<TempDir>,
    pub(crate) url: String,
    pub(crate) setup_token: String,
    pub(crate) ready: Duration,
    binary: PathBuf,
}

pub(crate) fn millis(span: Duration) -> String {
    format!("{:.1} ms", span.as_secs_f64() * 1e3)
}

impl Server {
    pub(crate) fn first_start() -> Self {
        let binary = PathBuf::from(std::env::var_os("NOVA_TEST_BINARY").expect("NOVA_TEST_BINARY names the binary"));
        Self::start(binary, Rc::new(tempfile::tempdir().unwrap()), "127.0.0.1:0", true)
    }

    /// Stops it and starts it again on the same data and address.
    pub(crate) fn restart(mut self) -> Self {
        self.stop();
        let listen = self.address().to_owned();
        Self::start(self.binary.clone(), Rc::clone(&self.dir), &listen, false)
    }

    fn start(binary: PathBuf, dir: Rc<TempDir>, listen: &str, first: bool) -> Self {
        let started = Instant::now();
        let mut child = Command::new(&binary)
            .args(["serve", "--listen", listen, "--log", "warn", "--data-dir"])
            .arg(dir.path())
            .env("SHELL", "/bin/bash")
            .env("HOME", dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let url =
            lines.find_map(|line| line.strip_prefix("Nova is ready on ").map(str::to_owned)).expect("it gets ready");
        let ready = started.elapsed();
        let link = first
            .then(|| lines.find_map(|line| Some(line.split_once("/setup/")?.1.trim().to_owned())).expect("a link"));
        // Read to the end, so that the server never waits for us.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, dir, url, setup_token: link.unwrap_or_default(), ready, binary }
    }

    /// `address:port`
    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn stop(&mut self) {
        kill_process(self.pid(), Signal::TERM).unwrap();
        self.child.wait().unwrap();
    }

    /// Resident memory in MiB.
    pub(crate) fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
    }

    /// Processor time used so far.
    pub(crate) fn processor_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        Duration::from_millis(ticks * 10)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = kill_process(self.pid(), Signal::TERM);
            let _ = self.child.wait();
        }
    }
}
