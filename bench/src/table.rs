//! The table that is printed and stored.

use std::fmt::Write as _;

#[derive(Default)]
pub(crate) struct Table(Vec<[String; 3]>);

impl Table {
    pub(crate) fn row(&mut self, what: &str, value: impl Into<String>, goal: &str) {
        let value = value.into();
        println!("{what:<56} {value:>28}   {goal}");
        self.0.push([what.to_owned(), value, goal.to_owned()]);
    }

    /// Stores it as `results/{name}.md`.
    pub(crate) fn finish(self, name: &str) {
        let mut text = String::from("| figure | measured | goal |\n|---|---:|---|\n");
        for [what, value, goal] in &self.0 {
            let _ = writeln!(text, "| {what} | {value} | {goal} |");
        }
        let path = format!("{}/results/{name}.md", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, text).expect("bench/results is writable");
        println!("\nwritten to bench/results/{name}.md\n");
    }
}
