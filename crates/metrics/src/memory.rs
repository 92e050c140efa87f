//! Memory, load averages and time since boot.

use std::path::Path;

use model::metrics::Memory;

use crate::{
    files::Kept,
    text::{fields, lines, number},
};

/// `/proc/meminfo`, `/proc/loadavg` and `/proc/uptime`.
#[derive(Debug)]
pub(crate) struct Gauges {
    meminfo: Kept,
    loadavg: Kept,
    uptime: Kept,
}

impl Gauges {
    pub(crate) fn new(root: &Path) -> Self {
        let kept = |name| Kept::new(root.join(name));
        Self { meminfo: kept("proc/meminfo"), loadavg: kept("proc/loadavg"), uptime: kept("proc/uptime") }
    }

    pub(crate) fn memory(&mut self) -> Memory {
        parse_memory(self.meminfo.read())
    }

    pub(crate) fn load(&mut self) -> [f32; 3] {
        let mut load = [0.0; 3];
        for (slot, field) in load.iter_mut().zip(fields(self.loadavg.read())) {
            let value = std::str::from_utf8(field).ok().and_then(|text| text.parse::<f32>().ok());
            *slot = value.filter(|value| value.is_finite() && *value >= 0.0).unwrap_or(0.0);
        }
        load
    }

    /// Whole seconds since boot.
    pub(crate) fn uptime(&mut self) -> u64 {
        parse_uptime(self.uptime.read())
    }
}

/// Whole seconds of `/proc/uptime`.
pub(crate) fn parse_uptime(contents: &[u8]) -> u64 {
    contents.split(|byte| !byte.is_ascii_digit()).next().and_then(number).unwrap_or(0)
}

fn parse_memory(contents: &[u8]) -> Memory {
    let (mut total, mut free, mut available, mut buffers, mut cached, mut swap_total, mut swap_free) =
        (0_u64, 0_u64, None, 0_u64, 0_u64, 0_u64, 0_u64);
    for line in lines(contents) {
        let mut columns = fields(line);
        let (Some(name), Some(kibibytes)) = (columns.next(), columns.next().and_then(number)) else { continue };
        let bytes = kibibytes.saturating_mul(1024);
        match name {
            b"MemTotal:" => total = bytes,
            b"MemFree:" => free = bytes,
            b"MemAvailable:" => available = Some(bytes),
            b"Buffers:" => buffers = bytes,
            b"Cached:" => cached = bytes,
            b"SwapTotal:" => swap_total = bytes,
            b"SwapFree:" => swap_free = bytes,
            _ => {}
        }
    }
    let cached = cached.saturating_add(buffers);
    // Kernels before 3.14 make no estimate of their own.
    let available = available.unwrap_or_else(|| free.saturating_add(cached)).min(total);
    Memory {
        total,
        used: total.saturating_sub(available),
        available,
        cached,
        swap_total,
        swap_used: swap_total.saturating_sub(swap_free),
    }
}
