//! Temperature sensors (`/sys/class/hwmon`, `/sys/class/thermal`), in thousandths of a degree there.

use std::{
    fs,
    path::{Path, PathBuf},
};

use model::metrics::Temperature;

use crate::{files, text::clean};

/// The most sensors read.
const MAX_SENSORS: usize = 64;

/// The most entries of one folder looked at.
const MAX_ENTRIES: usize = 256;

/// The longest label, in characters.
const MAX_LABEL: usize = 64;

/// The most of one sensor file, in bytes.
const LINE_LIMIT: usize = 128;

/// Readings outside are a sensor that is not there, in thousandths of a degree Celsius.
const PLAUSIBLE: std::ops::RangeInclusive<i64> = -60_000..=200_000;

/// Every sensor, sorted by label. A thermal zone whose driver also has a hwmon entry is listed once, as the latter.
pub(crate) fn read(root: &Path) -> Vec<Temperature> {
    let mut temperatures = Vec::new();
    let mut drivers = Vec::new();
    for chip in entries(&root.join("sys/class/hwmon"), "hwmon") {
        let driver = line(&chip.join("name")).unwrap_or_default();
        for input in entries(&chip, "temp") {
            let Some(sensor) = input.file_name().and_then(|name| name.to_str()?.strip_suffix("_input")) else {
                continue;
            };
            let label = line(&chip.join(format!("{sensor}_label"))).unwrap_or_else(|| sensor.to_owned());
            temperatures.extend(celsius(&input).map(|celsius| named(&format!("{driver} {label}"), celsius)));
        }
        drivers.push(driver);
    }
    for zone in entries(&root.join("sys/class/thermal"), "thermal_zone") {
        let kind = line(&zone.join("type")).unwrap_or_default();
        if !drivers.contains(&kind) {
            temperatures.extend(celsius(&zone.join("temp")).map(|celsius| named(&kind, celsius)));
        }
    }
    temperatures.truncate(MAX_SENSORS);
    temperatures.sort_by(|one, other| one.label.cmp(&other.label));
    temperatures
}

fn named(label: &str, celsius: f32) -> Temperature {
    Temperature { label: clean(label.as_bytes(), MAX_LABEL), celsius }
}

fn celsius(path: &Path) -> Option<f32> {
    let thousandths: i64 = line(path)?.parse().ok()?;
    PLAUSIBLE.contains(&thousandths).then_some(thousandths as f32 / 1000.0)
}

/// One line of a file; `None` when it is empty.
fn line(path: &Path) -> Option<String> {
    Some(clean(&files::read(path, LINE_LIMIT), MAX_LABEL)).filter(|line| !line.is_empty())
}

/// Entries whose names begin with `prefix`, sorted.
fn entries(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let named = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix));
    let mut paths: Vec<PathBuf> =
        entries.take(MAX_ENTRIES).filter_map(|entry| Some(entry.ok()?.path())).filter(named).collect();
    paths.sort_unstable();
    paths
}
