//! What a reading of this machine costs: `cargo run --release -p metrics --example cost [seconds]`.
//!
//! Without an argument 200 readings back to back, on a clock that advances a second each, so that process scans and
//! sizes come as seldom as in service. With one, the service itself at 1 Hz for so many seconds, threads included.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use metrics::{Collector, Metrics, Settings};
use model::Timestamp;
use rustix::time::{ClockId, clock_gettime};

const READINGS: u32 = 200;

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::from_secs(time.tv_sec.unsigned_abs()) + Duration::from_nanos(time.tv_nsec.unsigned_abs())
}

fn report(what: &str, count: u32, spent: Duration) {
    let each = spent.as_secs_f64() * 1e6 / f64::from(count.max(1));
    println!("{what}: {count} readings, {each:.0} µs of processor time each, {:.3} % of a core at 1 Hz", each / 1e4);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if let Some(seconds) = std::env::args().nth(1).and_then(|text| text.parse().ok()) {
        let begun = processor_time();
        let metrics = Metrics::start(Settings::default(), Arc::new(|| Timestamp(0)), Arc::new(|_| {}));
        tokio::time::sleep(Duration::from_secs(u64::from(seconds))).await;
        metrics.stop().await;
        report("service", seconds, processor_time().saturating_sub(begun));
        return;
    }
    let mut collector = Collector::new(Path::new("/"));
    let mut now = Instant::now();
    let sample = collector.read(now, Timestamp(0));
    let (begun, mut dearest) = (processor_time(), Duration::ZERO);
    for _ in 0..READINGS {
        now += Duration::from_secs(1);
        let before = processor_time();
        std::hint::black_box(collector.read(now, Timestamp(0)));
        dearest = dearest.max(processor_time().saturating_sub(before));
    }
    report("collector", READINGS, processor_time().saturating_sub(begun));
    println!("dearest {} µs; {} processes, {} disks", dearest.as_micros(), sample.processes.count, sample.disks.len());
}
