//! Network interfaces (`/proc/net/dev`).

use std::path::{Path, PathBuf};

use model::metrics::Network;

use crate::{
    files::Kept,
    rate::rates,
    text::{clean, fields, lines, number},
};

/// The most interfaces watched.
const MAX_INTERFACES: usize = 64;

/// The longest name, in characters (`IFNAMSIZ` is 16 bytes).
const MAX_NAME: usize = 16;

/// Interfaces that only hand on what another one carries: loopback, the host's ends of containers, redirected queues.
const SKIPPED: [&[u8]; 3] = [b"lo", b"veth", b"ifb"];

#[derive(Debug)]
struct Interface {
    name: Vec<u8>,
    /// Bytes received and sent; `None` before the first reading.
    bytes: Option<[u64; 2]>,
    /// A bridge, bond or VLAN: its bytes are those of its members.
    stacked: bool,
}

/// The interfaces of the last reading.
#[derive(Debug)]
pub(crate) struct Interfaces {
    dev: Kept,
    class: PathBuf,
    known: Vec<Interface>,
}

impl Interfaces {
    pub(crate) fn new(root: &Path) -> Self {
        Self { dev: Kept::new(root.join("proc/net/dev")), class: root.join("sys/class/net"), known: Vec::new() }
    }

    pub(crate) fn read(&mut self, seconds: Option<f64>) -> Vec<Network> {
        let mut before = std::mem::take(&mut self.known);
        let mut networks = Vec::with_capacity(before.len());
        for (name, bytes) in lines(self.dev.read()).filter_map(parse) {
            if self.known.len() >= MAX_INTERFACES {
                break;
            }
            let known = before.iter().position(|each| each.name == name).map(|index| before.swap_remove(index));
            let mut interface = known.unwrap_or_else(|| Interface {
                name: name.to_vec(),
                bytes: None,
                stacked: is_stacked(&self.class, name),
            });
            let [receive, send] = rates(interface.bytes.replace(bytes), bytes, seconds).map(|rate| rate.map(narrow));
            if !interface.stacked {
                networks.push(Network { name: clean(name, MAX_NAME), receive, send });
            }
            self.known.push(interface);
        }
        networks
    }
}

fn narrow(rate: f64) -> f32 {
    rate as f32
}

/// Name, and bytes received and sent, of one line; `None` for the headings and what is skipped.
fn parse(line: &[u8]) -> Option<(&[u8], [u64; 2])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, rest) = line.split_at_checked(colon)?;
    let name = name.trim_ascii();
    let skipped = |prefix: &&[u8]| if **prefix == *b"lo" { name == *prefix } else { name.starts_with(prefix) };
    if name.is_empty() || name.len() > MAX_NAME || SKIPPED.iter().any(skipped) {
        return None;
    }
    let mut columns = fields(rest.get(1..)?);
    let receive = number(columns.next()?)?;
    Some((name, [receive, number(columns.nth(7)?)?]))
}

/// Whether the interface stands on others of this machine. Asked once, when it appears.
fn is_stacked(class: &Path, name: &[u8]) -> bool {
    use std::os::unix::ffi::OsStrExt as _;
    let name = std::ffi::OsStr::from_bytes(name);
    if name == "." || name == ".." || name.as_bytes().contains(&b'/') {
        return false;
    }
    let stacked = |name: &[u8]| name == b"bridge" || name == b"bonding" || name.starts_with(b"lower_");
    std::fs::read_dir(class.join(name))
        .is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(|entry| stacked(entry.file_name().as_bytes()))))
}
