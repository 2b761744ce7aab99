//! The real files, when they are there: every row is a record or a reject, and the known counts come out.
//!
//! Without them nothing is proven, and the output says so.

use std::path::{Path, PathBuf};
use std::time::Instant;

use kagraph::ingest::{Format, RdfSource, ReadOptions, Source};

use super::real_data::folder;

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => files_below(&path, files),
            false => files.push(path),
        }
    }
}

/// Rows kept and refused, which together are numbered without gap.
fn count_rows(path: &Path) -> (u64, u64) {
    let start = Instant::now();
    let mut source = Source::open(path, &path.to_string_lossy(), &ReadOptions::default()).unwrap();
    let (mut n_kept, mut n_refused, mut last) = (0, 0, 0);
    while let Some(chunk) = source.next_chunk().unwrap() {
        n_kept += chunk.records.n_rows() as u64;
        n_refused += chunk.rejects.len() as u64;
        chunk
            .rejects
            .iter()
            .take(2)
            .for_each(|reject| eprintln!("  {} {}: {:?}", reject.row, reject.reason, reject.raw));
        let numbers = chunk.records.rows().map(|row| row.number()).chain(chunk.rejects.iter().map(|reject| reject.row));
        last = numbers.max().unwrap_or(last);
    }
    assert_eq!(last, n_kept + n_refused, "{}", path.display());
    let (seconds, report) = (start.elapsed().as_secs_f64(), source.report());
    let width = source.columns().len();
    eprintln!("{}: {n_kept} + {n_refused} rows of {width}, {seconds:.2} s ({report})", path.display());
    (n_kept, n_refused)
}

#[test]
fn every_row_of_the_real_tables_is_a_record_or_a_reject() {
    let Some(shared) = folder(".") else { return };
    let mut files = Vec::new();
    files_below(&shared, &mut files);
    files.retain(|path| !path.starts_with(shared.join("rdf_conformance")));
    let rows = [Format::Csv, Format::Tsv, Format::Parquet];
    files.retain(|path| Format::of_name(&path.to_string_lossy()).is_some_and(|format| rows.contains(&format)));
    let known = [
        ("online_retail.csv.gz", 541_909),
        ("Sales.Orders.parquet", 73_595),
        ("Sales.OrderLines.parquet", 231_412),
        ("Sales.CustomerTransactions.parquet", 97_147),
        ("sales_pipeline.csv", 8_800),
    ];
    for path in files {
        let (n_kept, n_refused) = count_rows(&path);
        if let Some((name, n_rows)) = known.iter().find(|(name, _)| path.ends_with(name)) {
            assert_eq!((n_kept, n_refused), (*n_rows, 0), "{name}");
        }
    }
}

#[test]
fn every_turtle_file_of_the_conformance_suites_is_read_or_its_mistake_named() {
    let Some(suites) = folder("rdf_conformance") else { return };
    let mut files = Vec::new();
    files_below(&suites, &mut files);
    files.retain(|path| Format::of_name(&path.to_string_lossy()).is_some_and(Format::is_rdf));
    let options = ReadOptions { base: Some("http://base.example/".to_owned()), ..ReadOptions::default() };
    let (mut n_quads, mut refused) = (0, Vec::new());
    for path in &files {
        let mut source = RdfSource::open(path, &path.to_string_lossy(), &options).unwrap();
        while let Some(chunk) = source.next_chunk().unwrap() {
            n_quads += chunk.quads.len();
            refused.extend(chunk.rejects);
        }
    }
    refused.iter().for_each(|reject| eprintln!("{}:{} {}", reject.file, reject.row, reject.reason));
    eprintln!("{} files, {n_quads} quads, {} mistakes", files.len(), refused.len());
    assert!(refused.iter().all(|reject| reject.row > 0 && !reject.reason.is_empty()));
}
