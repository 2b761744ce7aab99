//! How fast files are read: rows and bytes a second, file by file, on one core.
//!
//! `cargo bench --bench ingest -- FILE…` reads these files; without files it writes a CSV file of a given size first.
//! The last line is the largest memory this process had.
#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use kagraph::ingest::{Format, IngestError, RdfSource, ReadOptions, Source};

fn main() {
    let given: Vec<PathBuf> =
        std::env::args().skip(1).filter(|word| !word.starts_with("--")).map(PathBuf::from).collect();
    if given.is_empty() {
        let ladder = [10_000, 100_000, 1_000_000].map(written);
        ladder.iter().for_each(|file| measure(file.path()));
    }
    given.iter().for_each(|path| measure(path));
    println!("peak memory {}", peak_memory());
}

/// Order lines as a shop exports them, some with quotes.
fn written(n_rows: usize) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    let mut text = String::from("order,customer,product,quantity,price,date,note\n");
    for row in 0..n_rows {
        let note = if row % 5 == 0 { "\"delivered, as agreed\"" } else { "" };
        let (customer, product, cents) = (row * 7919 % 5000, row * 104_729 % 800, row % 100);
        let day = row % 28 + 1;
        text += &format!(
            "{row},Customer {customer} Ltd,P-{product:05},{},{customer}.{cents:02},2024-03-{day:02},{note}\n",
            row % 9
        );
    }
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn measure(path: &Path) {
    let name = path.to_string_lossy().into_owned();
    let is_rdf = Format::of_name(&name).is_some_and(Format::is_rdf);
    let start = Instant::now();
    let counts = if is_rdf { read_rdf(path, &name) } else { read_rows(path, &name) };
    let seconds = start.elapsed().as_secs_f64();
    let size = path.metadata().unwrap().len() as f64;
    match counts {
        Ok((n_rows, n_bytes, n_rejects, report)) => println!(
            "{name}: {n_rows} rows, {n_rejects} refused, {seconds:.3} s, {:.0} rows/s, {:.0} MB/s of file, {:.0} MB/s of text ({report})",
            n_rows as f64 / seconds,
            size / seconds / 1e6,
            n_bytes as f64 / seconds / 1e6,
        ),
        Err(error) => println!("{name}: {error}"),
    }
}

type Counts = (usize, usize, usize, String);

fn read_rows(path: &Path, name: &str) -> Result<Counts, IngestError> {
    let mut source = Source::open(path, name, &ReadOptions::default())?;
    let (mut n_rows, mut n_bytes, mut n_rejects) = (0, 0, 0);
    while let Some(chunk) = source.next_chunk()? {
        n_rows += chunk.records.n_rows();
        n_rejects += chunk.rejects.len();
        n_bytes +=
            chunk.records.rows().flat_map(|row| row.fields()).map(|field| field.map_or(0, str::len) + 1).sum::<usize>();
        chunk.rejects.iter().take(2).for_each(|reject| eprintln!("{reject:?}"));
    }
    Ok((n_rows, n_bytes, n_rejects, source.report().to_string()))
}

fn read_rdf(path: &Path, name: &str) -> Result<Counts, IngestError> {
    let options = ReadOptions { base: Some("http://base.example/".to_owned()), ..ReadOptions::default() };
    let mut source = RdfSource::open(path, name, &options)?;
    let (mut n_quads, mut n_rejects) = (0, 0);
    while let Some(chunk) = source.next_chunk()? {
        n_quads += chunk.quads.len();
        n_rejects += chunk.rejects.len();
        chunk.rejects.iter().take(2).for_each(|reject| eprintln!("{reject:?}"));
    }
    Ok((n_quads, path.metadata().map_or(0, |file| file.len() as usize), n_rejects, source.report().to_string()))
}

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("unknown".to_owned(), |text| text.trim().to_owned())
}
