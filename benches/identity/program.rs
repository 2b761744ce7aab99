//! Made-up companies through the program: written as CSV, resolved by `kagraph resolve` in a process of its own.
//!
//! What is measured is what a user has: reading, resolving, and writing all that is found. Time and the largest memory are
//! those of that process; precision and recall are those of the planted doubles, by the entities that it wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use kagraph::evaluation::identity::pairwise;

use crate::companies;
use crate::sets::LabelledSet;

/// How often the process is asked for its memory; the kernel keeps the largest, so that only the last moment can be missed.
const ASKED_EVERY: Duration = Duration::from_millis(20);

/// Resolves so many made-up companies and says how long it took and how good it is.
pub fn measure(n_records: usize) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("companies.csv");
    let found = folder.path().join("found");
    let set = companies::made(n_records);
    write(&set, &file);
    let begun = Instant::now();
    let mut process = Command::new(env!("CARGO_BIN_EXE_kagraph"));
    process.arg("resolve").arg(&file).arg("--into").arg(&found).stdout(Stdio::null());
    let peak = largest_memory(process.spawn().unwrap());
    let seconds = begun.elapsed().as_secs_f64();
    let quality = pairwise(&entities(&found.join("entities.csv"), set.truth.len()), &set.truth);
    println!(
        "{n_records} records through the program: {seconds:.1} s, largest memory {} MB, {:.0} MB written, planted doubles: \
         precision {:.4}, recall {:.4}, F1 {:.4}",
        peak / 1024,
        size(&found) as f64 / 1e6,
        quality.precision,
        quality.recall,
        quality.f1()
    );
}

fn write(set: &LabelledSet, file: &Path) {
    let mut writer = csv::Writer::from_path(file).unwrap();
    let columns = &set.table.columns;
    writer.write_record(std::iter::once("id").chain(columns.iter().map(|column| column.name.as_str()))).unwrap();
    for record in 0..set.table.n_records() {
        let cells = columns.iter().map(|column| column.cells[record].to_string());
        writer.write_record(std::iter::once(record.to_string()).chain(cells)).unwrap();
    }
    writer.flush().unwrap();
}

/// Waits for the process; the most memory that it had, in kilobytes.
fn largest_memory(mut process: Child) -> u64 {
    let status = format!("/proc/{}/status", process.id());
    let mut largest = 0;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        largest = line.and_then(|it| it.trim().split(' ').next()?.parse().ok()).unwrap_or(largest);
        if let Some(code) = process.try_wait().unwrap() {
            assert!(code.success(), "kagraph resolve ended with {code}");
            return largest;
        }
        sleep(ASKED_EVERY);
    }
}

/// The entity of each record, by the ids that [`write`] has given them.
fn entities(file: &Path, n_records: usize) -> Vec<u32> {
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let mut entities = vec![u32::MAX; n_records];
    for row in csv::Reader::from_path(file).unwrap().records() {
        let row = row.unwrap();
        let next = numbers.len() as u32;
        let record: usize = row[1].rsplit('/').next().unwrap().parse().unwrap();
        entities[record] = *numbers.entry(row[0].to_owned()).or_insert(next);
    }
    assert!(!entities.contains(&u32::MAX), "entities.csv has every record");
    entities
}

fn size(folder: &Path) -> u64 {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}
