//! A table that a person reads and a test compares.

use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

/// Set to write the table anew; then read what has changed before it is committed.
const REWRITE: &str = "NOVA_WRITE_MATRIX";

pub(crate) struct Matrix {
    title: &'static str,
    columns: Vec<&'static str>,
    rows: BTreeMap<String, Vec<String>>,
}

impl Matrix {
    pub(crate) fn new(title: &'static str, columns: Vec<&'static str>) -> Self {
        Self { title, columns, rows: BTreeMap::new() }
    }

    pub(crate) fn put(&mut self, row: String, cell: String) {
        self.rows.entry(row).or_default().push(cell);
    }

    /// The rows as text, each under its name.
    fn lines(&self) -> BTreeMap<String, String> {
        let width = |at: usize| {
            let cells = self.rows.values().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
            cells.chain([self.columns[at].len()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let first = self.rows.keys().map(String::len).max().unwrap_or(0);
        let line = |name: &str, cells: Vec<&str>| {
            let cells: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            format!("{name:<first$} | {}", cells.join(" | ")).trim_end().to_owned()
        };
        let head = [(String::new(), line("", self.columns.clone()))];
        let rows = self
            .rows
            .iter()
            .map(|(name, cells)| (name.clone(), line(name, cells.iter().map(String::as_str).collect())));
        head.into_iter().chain(rows).collect()
    }

    /// Compares with the table that is checked in, and names each row that differs.
    pub(crate) fn compare(&self, file: &str) {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/access").join(file);
        let lines = self.lines();
        if std::env::var_os(REWRITE).is_some() {
            let mut text =
                format!("# {}\n# Written by the tests when {REWRITE} is set; never by hand.\n\n", self.title);
            for line in lines.values() {
                let _ = writeln!(text, "{line}");
            }
            std::fs::write(&path, text).unwrap();
            return;
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        let name = |line: &str| line.split('|').next().unwrap_or_default().trim().to_owned();
        // Widths follow the longest cell; only the words count.
        let words = |line: &str| line.split('|').map(str::trim).map(str::to_owned).collect::<Vec<_>>();
        let kept: BTreeMap<String, &str> =
            kept.lines().filter(|line| line.contains('|')).map(|line| (name(line), line)).collect();
        let mut differences = String::new();
        for (row, line) in &lines {
            match kept.get(row) {
                None => {
                    let _ = writeln!(differences, "not in the table: {line}");
                }
                Some(kept) if words(kept) != words(line) => {
                    let _ = writeln!(differences, "was  {kept}\nis   {line}");
                }
                Some(_) => {}
            }
        }
        for (row, line) in kept.iter().filter(|(row, _)| !lines.contains_key(*row)) {
            let _ = writeln!(differences, "gone: {row} ({line})");
        }
        assert!(differences.is_empty(), "{file} says otherwise ({REWRITE}=1 writes it anew):\n{differences}");
    }
}
