//! How well records are matched: the numbers of `data/evaluation/identity.csv`, and time and memory of made-up companies.
//!
//! `cargo bench --bench identity` measures all open sets and writes the file; `-- SET…` measures some and leaves the other
//! lines; `-- --errors N SET…` shows so many errors of each kind too and writes nothing. `-- program 100000 1000000` writes so
//! many made-up companies as CSV, runs `kagraph resolve` on them in a process of its own, and prints its seconds and largest
//! memory and how many planted doubles it found; `-- companies 100000 1000000` does the same within this process.
//! Sets: febrl4, febrl3, historical, fake_1000, senzing, organisations, persons, councils.
#![allow(clippy::unwrap_used)]

mod companies;
mod councils;
mod likeness;
mod name_pairs;
mod program;
mod sets;
mod table;

use std::path::{Path, PathBuf};
use std::time::Instant;

use kagraph::evaluation::identity::report;
use kagraph::identity::{Resolution, Settings};
use table::Line;

fn main() {
    let mut words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let n_errors = words.iter().position(|word| word == "--errors").map(|at| {
        let number = words.drain(at..at + 2).nth(1);
        number.and_then(|it| it.parse().ok()).unwrap_or(10)
    });
    let of_sizes: Option<fn(usize)> = match words.first().map(String::as_str) {
        Some("companies") => Some(measure_companies),
        Some("program") => Some(program::measure),
        _ => None,
    };
    if let Some(measure) = of_sizes {
        words[1..].iter().filter_map(|word| word.parse().ok()).for_each(measure);
        return;
    }
    let Some(folder) = folder() else {
        println!("no real data; set KAGRAPH_SHARED_DATA to the folder that holds them");
        return;
    };
    let names = sets::NAMES.iter().chain(&["organisations", "persons", "councils"]);
    let names: Vec<&str> =
        names.copied().filter(|name| words.is_empty() || words.iter().any(|it| it == name)).collect();
    let mut lines = Vec::new();
    for name in names {
        let measured = measured(name, &folder, n_errors.unwrap_or_default());
        measured.iter().for_each(|line| println!("{line}"));
        lines.extend(measured);
    }
    if n_errors.is_none() {
        table::write(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/evaluation/identity.csv"), &lines).unwrap();
    }
}

fn folder() -> Option<PathBuf> {
    let given = std::env::var_os("KAGRAPH_SHARED_DATA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    given.into_iter().chain([beside]).find(|folder| folder.is_dir())
}

fn measured(name: &str, folder: &Path, n_errors: usize) -> Vec<Line> {
    let entities = folder.join("entity_resolution");
    match name {
        "organisations" | "persons" => table::of_name_pairs(name, folder, n_errors),
        "councils" => table::of_councils(&folder.join("uk_council_supplier_ids"), n_errors),
        _ => table::of_labelled(name, &sets::labelled(name, &entities), n_errors),
    }
}

fn measure_companies(n_records: usize) {
    let set = companies::made(n_records);
    let begun = Instant::now();
    let resolution = Resolution::of(&set.table, &Settings::default());
    let seconds = begun.elapsed().as_secs_f64();
    let report = report(&set.table, &resolution, &set.truth, 0);
    println!(
        "{n_records} records: {seconds:.1} s, {} pairs compared, blocking recall {:.4}, precision {:.4}, recall {:.4}, \
         F1 {:.4}, largest memory {}",
        report.n_compared,
        report.blocking_recall,
        report.pairwise.precision,
        report.pairwise.recall,
        report.pairwise.f1(),
        largest_memory()
    );
}

fn largest_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("unknown".to_owned(), |text| text.trim().to_owned())
}
