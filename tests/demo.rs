//! The demo data: made by one command to the byte, and what is planted in it.

use std::fs;
use std::path::{Path, PathBuf};

use kagraph::mapping::Mapping;
use kagraph::synthetic::{self, Settings};

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path.strip_prefix(folder).unwrap().to_path_buf()) }
        }
    }
    found.sort();
    found
}

#[test]
fn synth_with_its_defaults_gives_the_demo_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    synthetic::write(&Settings::default(), folder.path()).unwrap();
    assert_eq!(files(folder.path()), files(&demo()));
    for file in files(folder.path()) {
        let (made, committed) = (fs::read(folder.path().join(&file)).unwrap(), fs::read(demo().join(&file)).unwrap());
        assert!(
            made == committed,
            "{} differs: make data/demo again with the command in its README.md",
            file.display()
        );
    }
}

#[test]
fn the_demo_is_small() {
    let n_bytes: u64 = files(&demo()).iter().map(|file| fs::metadata(demo().join(file)).unwrap().len()).sum();
    assert!(n_bytes < 1_500_000, "{n_bytes} bytes");
}

#[test]
fn a_synthetic_folder_brings_a_mapping_for_every_file() {
    let mappings = files(&demo()).into_iter().filter(|file| file.extension().is_some_and(|it| it == "toml"));
    let paths: Vec<String> = mappings
        .flat_map(|file| {
            let text = fs::read_to_string(demo().join(&file)).unwrap();
            let mapping =
                Mapping::parse(&text, &file.display().to_string()).unwrap_or_else(|mistake| panic!("{mistake}"));
            mapping.paths().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let is_lookup = |path: &str| ["crm/sectors.csv", "erp/zuordnung.csv", "china/numbers.csv"].contains(&path);
    for file in files(&demo()) {
        let path = file.display().to_string();
        let is_data = path.contains('/') && !path.starts_with("truth/") && !is_lookup(&path);
        let is_mapped = paths.contains(&path) || (path.starts_with("orgchart/chart-") && paths.len() > 10);
        assert_eq!(is_mapped, is_data, "{path}");
    }
}

#[test]
fn a_folder_in_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    let refused = synthetic::write(&Settings::default(), folder.path()).unwrap_err().to_string();
    assert!(refused.contains("not empty") && refused.contains("hint:"), "{refused}");
}

#[test]
fn a_bigger_market_begins_with_the_rows_of_the_smaller_one() {
    let settings = |accounts| Settings { accounts, defects: 0, ..Settings::default() };
    let (small, big) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    synthetic::write(&settings(40), small.path()).unwrap();
    synthetic::write(&settings(80), big.path()).unwrap();
    for file in ["crm/interactions.csv", "erp/auftragspositionen.csv", "china/orders.csv", "truth/gaps.csv"] {
        let (short, long) = (fs::read(small.path().join(file)).unwrap(), fs::read(big.path().join(file)).unwrap());
        assert!(long.starts_with(&short) && long.len() > short.len(), "{file}");
    }
}
