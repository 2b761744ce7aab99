//! Writers that are killed and disks that are full: the state afterwards is the old or the new one, and the next command
//! works.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

use kagraph::mapping::{Known, Statement, Statements, TermText};
use kagraph::model::Day;
use kagraph::store::{BatchSpec, GraphPattern, Input, Load, StoreError, Workspace};

const FOLDER: &str = "KAGRAPH_TEST_KILLED_WRITER";
const STATEMENTS_A_BATCH: u64 = 400;
const KILLS: u64 = 50;

fn chunk(batch: u64, n: u64) -> Statements {
    let mut chunk = Statements::default();
    for row in 1..=n {
        let subject = chunk.term(TermText::Iri(&format!("urn:s/{batch}/{row}")));
        let predicate = chunk.term(TermText::Iri(&format!("urn:p/{}", row % 5)));
        let text = format!("text {batch} {row} {:x}", (batch << 32 | row).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let object = chunk.term(TermText::Typed(&text, "urn:text"));
        chunk.statements.push(Statement { subject, predicate, object, graph: None, row, known: Known::Always });
    }
    chunk
}

fn spec(batch: u64) -> BatchSpec {
    BatchSpec {
        source: "s".into(),
        title: "S".into(),
        graph: "urn:g".into(),
        inputs: vec![Input { file: "f".into(), bytes: 0, blake3: batch.to_string() }],
        mapping: String::new(),
        load_day: Day::MIN,
    }
}

fn load(workspace: &Workspace, batch: u64, n: u64) -> Result<(), StoreError> {
    let writing = workspace.write()?;
    let Load::New(mut writer) = writing.load(spec(batch))? else { return Ok(()) };
    (0..n.div_ceil(1_000)).try_for_each(|part| writer.append(0, &chunk(batch * 1_000 + part, n.min(1_000))))?;
    writer.finish().map(drop)
}

/// Not a test of its own: the process that the next test kills. It loads and builds until it dies.
#[test]
fn killed_writer() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    let workspace = Workspace::open_or_create(Path::new(&folder)).unwrap();
    for batch in workspace.batches().unwrap().len() as u64.. {
        load(&workspace, batch, STATEMENTS_A_BATCH).unwrap();
        workspace.write().unwrap().build().unwrap();
    }
}

/// Starts a writer and kills it after a while.
fn kill_a_writer(folder: &Path, after: Duration) {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["store_crash::killed_writer", "--exact", "--test-threads=1"]).env(FOLDER, folder);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !folder.exists() {
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
}

fn entries_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(entries_below(&path));
        }
        found.push(path);
    }
    found
}

#[test]
fn killing_the_writer_at_50_random_instants_leaves_the_old_state_or_the_new_one() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("w.kag");
    let (mut n_shown, mut n_loaded, mut n_strays) = (0, 0, 0);
    for kill in 0..KILLS {
        let scattered = kill.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        kill_a_writer(&folder, Duration::from_micros(scattered % 90_000));
        let workspace = Workspace::open_or_create(&folder).unwrap();
        let batches = workspace.batches().unwrap().len() as u64;
        let shown = match workspace.current() {
            Err(StoreError::NothingBuilt { .. }) => 0,
            opened => {
                let snapshot = opened.unwrap().snapshot;
                snapshot.verify().unwrap();
                let n = snapshot.scan(None, None, None, GraphPattern::Union).count() as u64;
                assert_eq!((n, n % STATEMENTS_A_BATCH), (snapshot.n_statements(), 0));
                n / STATEMENTS_A_BATCH
            }
        };
        assert!(shown >= n_shown && batches >= n_loaded && shown <= batches && batches <= shown + 1);
        let is_stray = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(".tmp-");
        n_strays += entries_below(&folder).iter().filter(|path| is_stray(path)).count();
        let writing = workspace.write().unwrap();
        assert!(!entries_below(&folder).iter().any(is_stray));
        let built = writing.build().unwrap().snapshot;
        assert_eq!(built.n_statements(), batches * STATEMENTS_A_BATCH);
        (n_shown, n_loaded) = (batches, batches);
    }
    eprintln!("{KILLS} writers killed: {n_loaded} batches stand, {n_strays} unfinished folders or files were removed");
    assert!(n_loaded > 0);
}

/// A file system of some megabytes, if the machine lets us have one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(home.path()).stderr(Stdio::null());
        let is_mounted = mount.status().is_ok_and(|status| status.success());
        is_mounted.then_some(Self(home))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_leaves_the_old_state_usable() {
    let Some(disk) = SmallDisk::new() else {
        eprintln!("skipped a_full_disk_leaves_the_old_state_usable: no small file system can be mounted here");
        return;
    };
    let workspace = Workspace::open_or_create(&disk.0.path().join("w.kag")).unwrap();
    load(&workspace, 0, STATEMENTS_A_BATCH).unwrap();
    let hash = workspace.write().unwrap().build().unwrap().snapshot.hash().to_owned();
    let full = load(&workspace, 1, 900_000);
    assert!(matches!(full, Err(StoreError::NoSpace { .. })), "{full:?}");
    assert_eq!(workspace.batches().unwrap().len(), 1);
    load(&workspace, 2, STATEMENTS_A_BATCH).unwrap();
    let filler = disk.0.path().join("filler");
    let _ = fs::write(&filler, vec![1; 4 << 20]);
    let Err(full) = workspace.write().and_then(|writing| writing.build().map(drop)) else {
        panic!("built without space")
    };
    assert!(matches!(full, StoreError::NoSpace { .. }), "{full}");
    let snapshot = workspace.current().unwrap().snapshot;
    assert_eq!((snapshot.hash(), snapshot.n_statements()), (hash.as_str(), STATEMENTS_A_BATCH));
    fs::remove_file(&filler).unwrap();
    let built = workspace.write().unwrap().build().unwrap();
    assert_eq!(built.snapshot.n_statements(), 2 * STATEMENTS_A_BATCH);
}
