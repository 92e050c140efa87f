//! The service: permission, publishing, history, stopping, and the real machine.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use metrics::{Clock, Metrics, Settings};
use model::{Caller, Role, SessionId, Timestamp, UserId, metrics::Sample, service::Health};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::machine::Machine;

const INTERVAL: Duration = Duration::from_millis(50);

fn start(root: PathBuf, clock: Clock) -> (Metrics, UnboundedReceiver<Sample>) {
    let (sender, receiver) = unbounded_channel();
    let publish = Arc::new(move |sample| drop(sender.send(sample)));
    (Metrics::start(Settings { root, interval: INTERVAL }, clock, publish), receiver)
}

async fn next(samples: &mut UnboundedReceiver<Sample>) -> Sample {
    tokio::time::timeout(Duration::from_secs(20), samples.recv()).await.expect("a sample in time").unwrap()
}

fn wall_clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        Timestamp(i64::try_from(since.as_millis()).unwrap())
    })
}

fn caller() -> Caller {
    Caller::person(UserId::new(), SessionId::new(), Role::Viewer)
}

#[tokio::test]
async fn the_real_machine_is_read() {
    let (metrics, mut samples) = start(PathBuf::from("/"), wall_clock());
    let (first, second) = (next(&mut samples).await, next(&mut samples).await);
    assert!(first.at < second.at);
    let cores = std::thread::available_parallelism().unwrap().get();
    assert!(second.cpu.cores.len() >= cores, "{} of {cores}", second.cpu.cores.len());
    assert!(second.memory.total > 0 && second.memory.used > 0 && second.memory.used < second.memory.total);
    assert!(second.processes.count > 0 && !second.processes.by_memory.is_empty());
    assert!(second.uptime > 0);

    let host = metrics.host(&caller()).unwrap();
    assert!(!host.name.is_empty() && host.kernel.starts_with("Linux "), "{host:?}");
    assert!(host.cores as usize >= cores && host.booted_at < second.at);
    assert!(metrics.latest(&caller()).unwrap().unwrap().at >= second.at);
    assert!(metrics.history(&caller()).unwrap().at.len() >= 2);
    assert_ne!(metrics.collector_health().card().detail, "stopped");
    metrics.stop().await;
}

#[tokio::test]
async fn the_first_published_sample_has_rates_already() {
    let machine = Machine::with(&[("proc/net/dev", "eth0: 1 2 3 4 5 6 7 8 9 10\n")]);
    let (metrics, mut samples) = start(machine.root().to_owned(), wall_clock());
    assert_eq!(next(&mut samples).await.networks[0].receive, Some(0.0));
    metrics.stop().await;
}

#[tokio::test]
async fn a_suspended_machine_leaves_a_gap_in_the_history() {
    let time = Arc::new(AtomicI64::new(0));
    let clock = {
        let time = Arc::clone(&time);
        Arc::new(move || Timestamp(time.fetch_add(50, Ordering::SeqCst)))
    };
    let (metrics, mut samples) = start(Machine::empty().root().to_owned(), clock);
    next(&mut samples).await;
    time.fetch_add(3_600_000, Ordering::SeqCst);
    while next(&mut samples).await.at < Timestamp(3_600_000) {}
    metrics.stop().await;
    let history = metrics.history(&caller()).unwrap();
    assert!(history.at.is_sorted_by(|one, other| one < other));
    let gaps = (0..history.at.len()).filter(|row| history.series.iter().all(|series| series.values[*row].is_none()));
    assert_eq!(gaps.count(), 1);
}

#[tokio::test]
async fn every_role_may_read() {
    let (metrics, mut samples) = start(Machine::empty().root().to_owned(), wall_clock());
    next(&mut samples).await;
    for role in Role::ALL {
        let caller = Caller::person(UserId::new(), SessionId::new(), role);
        assert!(metrics.host(&caller).is_ok() && metrics.history(&caller).is_ok());
        assert!(metrics.latest(&caller).is_ok_and(|latest| latest.is_some()));
    }
    assert!(metrics.host(&Caller::system("test")).is_ok());
}

#[tokio::test]
async fn a_stopped_collector_publishes_nothing_more_and_says_so() {
    let (metrics, mut samples) = start(Machine::empty().root().to_owned(), wall_clock());
    next(&mut samples).await;
    let other = metrics.clone();
    other.stop().await;
    metrics.stop().await;
    while samples.recv().await.is_some() {}
    assert_eq!(metrics.collector_health().health(), Health::Down);
    assert!(metrics.latest(&caller()).unwrap().is_some(), "what was collected stays readable");
}

#[tokio::test]
async fn the_collector_ends_with_its_last_handle() {
    let (metrics, mut samples) = start(Machine::empty().root().to_owned(), wall_clock());
    next(&mut samples).await;
    drop(metrics);
    let ended = async { while samples.recv().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(20), ended).await.expect("the channel closes");
}

#[tokio::test]
async fn host_names_what_the_files_say() {
    let machine = Machine::with(&[
        ("proc/sys/kernel/hostname", "box\n"),
        ("proc/sys/kernel/ostype", "Linux\n"),
        ("proc/sys/kernel/osrelease", "6.1.0\n"),
        ("etc/os-release", "NAME=x\nPRETTY_NAME=\"Some Linux 12\"\n"),
        ("proc/cpuinfo", "processor\t: 0\nmodel name\t: Some Processor\n"),
        ("proc/stat", "cpu  1 0 0 1\ncpu0 1 0 0 1\ncpu3 1 0 0 1\nbtime 1700000000\n"),
    ]);
    let host = start(machine.root().to_owned(), wall_clock()).0.host(&caller()).unwrap();
    assert_eq!((host.name.as_str(), host.kernel.as_str()), ("box", "Linux 6.1.0"));
    assert_eq!((host.system.as_str(), host.processor.as_str()), ("Some Linux 12", "Some Processor"));
    assert_eq!((host.cores, host.booted_at), (2, Timestamp(1_700_000_000_000)));
}

#[tokio::test]
async fn host_without_a_boot_time_counts_back_from_now() {
    let machine = Machine::with(&[("proc/uptime", "100.5 1\n")]);
    let host = start(machine.root().to_owned(), Arc::new(|| Timestamp(500_000))).0.host(&caller()).unwrap();
    assert_eq!(host.booted_at, Timestamp(400_000));
}
