//! Laws of the workspace: what goes in comes out, twice is once, and damage is told.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use crate::ingest::quarantine::{Reject, RowCount};
use crate::mapping::{Known, Statements, TermText};
use crate::model::Day;
use crate::store::build::batches::{Batch, build};
use crate::store::build::budget::Budget;
use crate::store::laws::{POOL, Plain, Said, agrees, chunk, leads_home, load_day, plain, said, term};
use crate::store::{BatchManifest, BatchSpec, Input, Load, Snapshot, StoreError, Workspace, write_derived};

fn spec(source: &str, files: &[&str], load_day: Day) -> BatchSpec {
    let input = |file: &&str| Input { file: (*file).to_owned(), bytes: 1, blake3: format!("hash of {file}") };
    BatchSpec {
        source: source.to_owned(),
        title: source.to_uppercase(),
        graph: format!("urn:{source}"),
        inputs: files.iter().map(input).collect(),
        mapping: "m".to_owned(),
        load_day,
    }
}

/// Loads one chunk a file; `None` when it was there.
fn load(workspace: &Workspace, source: &str, files: &[(&str, &Statements)]) -> Option<BatchManifest> {
    let names: Vec<_> = files.iter().map(|(name, _)| *name).collect();
    let writing = workspace.write().unwrap();
    let Load::New(mut writer) = writing.load(spec(source, &names, load_day())).unwrap() else { return None };
    for (at, (_, chunk)) in files.iter().enumerate() {
        writer.append(at, chunk).unwrap();
        writer.count(at, RowCount { read: 2, mapped: 1, quarantined: 1 });
    }
    let reject = Reject { file: "a".into(), row: 2, column: None, reason: "bad \"day\"".into(), raw: "x,\ny".into() };
    writer.reject(&reject).unwrap();
    Some(writer.finish().unwrap())
}

fn in_batch(plain: &[Plain], batch: &BatchManifest, file: &str) -> Vec<Said> {
    let marked = |it: &Plain| {
        let mut said = said(it, &batch.graph, Some(file));
        for (place, at) in [(0, it.0), (2, it.2)] {
            if let TermText::Blank(label) = POOL[at] {
                said.quad[place] = term(TermText::Blank(&format!("b{}-{label}", &batch.hash[..16])));
            }
        }
        said
    };
    plain.iter().map(marked).collect()
}

fn all_bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = crate::store::durable::entries_below(folder).unwrap().into_iter().filter(|path| path.is_file());
    let named = files.map(|path| (path.strip_prefix(folder).unwrap().display().to_string(), fs::read(&path).unwrap()));
    named.filter(|(name, _)| name != "lock").collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn what_is_loaded_and_built_agrees_with_a_naive_list(
        first in prop::collection::vec(plain(), 0..16), second in prop::collection::vec(plain(), 1..16),
        third in prop::collection::vec(plain(), 0..16), day in 0..22,
    ) {
        let home = tempfile::tempdir().unwrap();
        let workspace = Workspace::open_or_create(&home.path().join("w.kag")).unwrap();
        let crm = load(&workspace, "crm", &[("a.csv", &chunk(&first)), ("b.csv", &chunk(&second))]).unwrap();
        let shop = load(&workspace, "shop", &[("c.csv", &chunk(&third))]).unwrap();
        let built = workspace.write().unwrap().build().unwrap();
        let mut all = in_batch(&first, &crm, "a.csv");
        all.extend(in_batch(&second, &crm, "b.csv"));
        all.extend(in_batch(&third, &shop, "c.csv"));
        agrees(&built.snapshot, &all, i32::MAX);
        leads_home(&built.snapshot, &all, i32::MAX);
        let current = workspace.current().unwrap().snapshot.as_of(Day::from_days(day).unwrap());
        agrees(&current, &all, day);
        leads_home(&current, &all, day);
    }
}

fn demo(seed: usize, n: usize) -> Statements {
    let known = [Known::Always, Known::OnLoad, Known::On(Day::from_days(3).unwrap())];
    let plain = |at: usize| (at * 7 % 7, at % 3, (at * at + seed) % POOL.len(), None, at as u64, known[at % 3]);
    chunk(&(0..n).map(plain).collect::<Vec<_>>())
}

fn filled(folder: &Path) -> Workspace {
    let workspace = Workspace::open_or_create(folder).unwrap();
    load(&workspace, "crm", &[("a.csv", &demo(1, 50)), ("b.csv", &demo(2, 70))]);
    load(&workspace, "shop", &[("c.csv", &demo(3, 60))]);
    workspace.write().unwrap().build().unwrap();
    workspace
}

#[test]
fn loading_and_building_again_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let workspace = filled(home.path());
    let before = all_bytes(home.path());
    assert_eq!(load(&workspace, "shop", &[("c.csv", &demo(3, 60))]), None);
    assert!(!workspace.write().unwrap().build().unwrap().is_new);
    assert_eq!(all_bytes(home.path()), before);
    assert_eq!(workspace.batches().unwrap().iter().map(|it| it.rows().read).collect::<Vec<_>>(), [4, 2]);
}

#[test]
fn the_same_input_gives_the_same_bytes_with_1_2_and_8_threads() {
    let runs = [1, 2, 8, 8].map(|threads| {
        let home = tempfile::tempdir().unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| filled(home.path()));
        all_bytes(home.path())
    });
    assert!(runs.iter().all(|run| *run == runs[0]));
    assert!(runs[0].len() > 8);
}

#[test]
fn the_same_batches_give_the_same_bytes_with_any_memory() {
    let home = tempfile::tempdir().unwrap();
    let workspace = filled(home.path());
    let batches = workspace.batches().unwrap().into_iter();
    let mut batches: Vec<_> =
        batches.map(|manifest| Batch { folder: workspace.batch_folder(&manifest.hash), manifest }).collect();
    batches.sort_by(|left, right| left.manifest.hash.cmp(&right.manifest.hash));
    let scratch = tempfile::tempdir().unwrap();
    let budgets = [Budget::unlimited(), Budget::tiny(scratch.path()), Budget::new(1 << 20, scratch.path())];
    for budget in budgets {
        let built = tempfile::tempdir().unwrap();
        build(&batches, built.path(), &budget).unwrap();
        assert_eq!(all_bytes(built.path()), all_bytes(&home.path().join("snapshots/1")), "{budget:?}");
    }
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
}

#[test]
fn a_damaged_block_is_named() {
    let home = tempfile::tempdir().unwrap();
    filled(home.path());
    let arrays = home.path().join("snapshots/1/arrays.bin");
    let mut bytes = fs::read(&arrays).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&arrays, bytes).unwrap();
    let Err(error) = Snapshot::open(&home.path().join("snapshots/1")) else { panic!("opened a damaged snapshot") };
    assert!(error.to_string().contains("block 0, bytes 0 to"), "{error}");
}

#[test]
fn a_snapshot_of_an_earlier_format_is_told_and_built_again() {
    let home = tempfile::tempdir().unwrap();
    let workspace = filled(home.path());
    let path = home.path().join("snapshots/1/snapshot.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"format\": 2", "\"format\": 1", 1)).unwrap();
    let Err(error) = workspace.current() else { panic!("opened an earlier format") };
    assert!(matches!(error, StoreError::OlderFormat { found: 1, .. }), "{error}");
    assert!(error.to_string().contains("kagraph build"), "{error}");
    assert!(workspace.write().unwrap().build().unwrap().is_new);
    assert!(workspace.current().is_ok());
}

#[test]
fn a_second_writer_is_told_who_holds_the_lock() {
    let home = tempfile::tempdir().unwrap();
    let workspace = filled(home.path());
    let writing = workspace.write().unwrap();
    let Err(error) = workspace.write() else { panic!("two writers") };
    assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
    drop(writing);
    assert!(workspace.write().is_ok());
}

#[test]
fn a_run_lies_on_top_of_its_snapshot_until_the_next_build() {
    let home = tempfile::tempdir().unwrap();
    let workspace = filled(home.path());
    let publish = |text: &str| {
        let writing = workspace.write().unwrap();
        let run = writing.begin_run("r1").unwrap();
        let built = writing.build().unwrap();
        fs::write(run.folder().join("report.html"), text).unwrap();
        let snapshot = workspace.current().unwrap().snapshot.sources();
        write_derived(&run.graph_folder(), &snapshot, "urn:found", &[demo(9, 20)], load_day()).unwrap();
        writing.publish(run, &built).unwrap()
    };
    for text in ["one", "two"] {
        assert_eq!(fs::read_to_string(publish(text).join("report.html")).unwrap(), text);
        let current = workspace.current().unwrap();
        assert_eq!(current.run.as_deref(), Some("r1"));
        let found = current.snapshot.id(oxigraph::model::NamedNodeRef::new_unchecked("urn:found").into()).unwrap();
        assert!(current.snapshot.named_graphs().contains(&found));
    }
    load(&workspace, "late", &[("d.csv", &demo(4, 10))]).unwrap();
    assert!(workspace.write().unwrap().build().unwrap().is_new);
    let current = workspace.current().unwrap();
    assert_eq!(current.run, None);
    let foreign = current.snapshot.with_derived(&workspace.run_folder("r1").join("graph"));
    assert!(matches!(foreign, Err(StoreError::ForeignBase { .. })));
}

#[test]
fn what_a_killed_writer_left_is_removed_by_the_next() {
    let home = tempfile::tempdir().unwrap();
    let workspace = filled(home.path());
    let stray = home.path().join("batches/.tmp-1-x");
    fs::create_dir_all(stray.join("statements")).unwrap();
    assert_eq!(workspace.batches().unwrap().len(), 2);
    drop(workspace.write().unwrap());
    assert!(!stray.exists());
}

#[test]
fn any_flipped_bit_and_any_cut_of_a_snapshot_is_told() {
    let home = tempfile::tempdir().unwrap();
    let workspace = filled(home.path());
    let folder = home.path().join("snapshots/1");
    for name in ["arrays.bin", "snapshot.json"] {
        let path = folder.join(name);
        let whole = fs::read(&path).unwrap();
        let step = (whole.len() / 300).max(1);
        for at in (0..whole.len()).step_by(step) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            fs::write(&path, &flipped).unwrap();
            assert!(workspace.current().is_err(), "{name}: bit {} of byte {at}", at % 8);
            fs::write(&path, &whole[..at]).unwrap();
            assert!(workspace.current().is_err(), "{name} cut to {at}");
        }
        fs::write(&path, &whole).unwrap();
    }
    assert!(workspace.current().is_ok());
}

#[test]
fn a_damaged_snapshot_is_built_again_and_a_damaged_batch_is_named() {
    let home = tempfile::tempdir().unwrap();
    let workspace = filled(home.path());
    let arrays = home.path().join("snapshots/1/arrays.bin");
    fs::write(&arrays, "short").unwrap();
    let Err(error) = workspace.current() else { panic!("opened a damaged snapshot") };
    assert!(error.to_string().contains("kagraph build"), "{error}");
    assert!(workspace.write().unwrap().build().unwrap().is_new);
    assert!(workspace.current().is_ok());
    let batch = workspace.batch_folder(&workspace.batches().unwrap()[0].hash);
    fs::write(batch.join("terms.parquet"), "PAR1").unwrap();
    fs::remove_dir_all(home.path().join("snapshots")).unwrap();
    let Err(error) = workspace.write().unwrap().build() else { panic!("built from a damaged batch") };
    assert!(matches!(&error, StoreError::Damaged { path, .. } if path.ends_with("terms.parquet")), "{error}");
}

#[test]
fn a_later_format_is_told_apart_from_damage() {
    let home = tempfile::tempdir().unwrap();
    let workspace = filled(home.path());
    let batch = format!("batches/{}/manifest.json", workspace.batches().unwrap()[0].hash);
    for (file, part) in [("snapshots/1/snapshot.json", 1), (&*batch, 2), ("kagraph.json", 3)] {
        let path = home.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        let later = [(" 1", " 9"), (" 2", " 9"), ("1", "9")]
            .map(|(now, later)| (format!("\"format\":{now}"), format!("\"format\":{later}")));
        let text_later = later.iter().fold(text.clone(), |text, (now, later)| text.replacen(now, later, 1));
        fs::write(&path, text_later).unwrap();
        let error = match part {
            1 => workspace.current().err(),
            2 => workspace.batches().err(),
            _ => Workspace::open(home.path()).err(),
        };
        assert!(matches!(error, Some(StoreError::NewerFormat { found: 9, .. })), "{file}: {error:?}");
        fs::write(&path, text).unwrap();
    }
}

#[test]
fn a_folder_that_is_no_workspace_is_refused() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("letter.txt"), "x").unwrap();
    assert!(matches!(Workspace::open_or_create(home.path()), Err(StoreError::NotAWorkspace { .. })));
    let workspace = Workspace::open_or_create(&home.path().join("new")).unwrap();
    assert!(matches!(workspace.current(), Err(StoreError::NothingBuilt { .. })));
}
