//! The scale ladder: the whole way of the data at several sizes, each step as a process of its own.
//!
//! `cargo bench --bench ladder -- 1M 10M [--folder FOLDER] [--program FILE] [--queries N]` makes a market of so many
//! relations (statements of the graph), loads, builds and discovers it with the `kagraph` program, then opens the
//! workspace in this process and asks the twelve analysts' queries (those of `benches/analyst` with a line `# ladder`).
//! Printed are Markdown tables: throughput, bytes, seconds by the clock and of the processors, peak memory of every step,
//! and the queries' times; on stderr each step as soon as it ends. `--program` takes another `kagraph`, `--queries 0`
//! asks none. Files go below FOLDER (without it the system's folder for temporary files) and are removed after each size.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kagraph::sparql::{Format, Query, SparqlError, Stop, write};
use kagraph::store::{Snapshot, Workspace};

const N_RUNS: usize = 3;
/// A query that runs longer is told as infinite.
const LIMIT: Duration = Duration::from_secs(60);
const STACK_BYTES: usize = 256 << 20;

/// What a process cost.
#[derive(Clone, Copy)]
struct Cost {
    seconds: f64,
    /// Of all its threads together: what the machine's other work does not change.
    processor_seconds: f64,
    peak_megabytes: f64,
}

/// One rung of the ladder.
struct Rung {
    size: String,
    n_rows: u64,
    n_statements: u64,
    n_links: u64,
    synth: Cost,
    load: Cost,
    build: Cost,
    discover: Cost,
    batch_bytes: u64,
    snapshot_bytes: u64,
    workspace_bytes: u64,
    open_seconds: f64,
    /// Name, rows, median seconds.
    queries: Vec<(String, usize, f64)>,
}

/// What the command line says.
struct Options {
    sizes: Vec<String>,
    place: PathBuf,
    program: PathBuf,
    n_queries: usize,
}

impl Options {
    fn read() -> Self {
        let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
        let (place, program) = (std::env::temp_dir(), PathBuf::from(env!("CARGO_BIN_EXE_kagraph")));
        let mut options = Self { sizes: Vec::new(), place, program, n_queries: usize::MAX };
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_else(|| panic!("{word} takes a value"));
            match word.as_str() {
                "--folder" => options.place = PathBuf::from(value()),
                "--program" => options.program = PathBuf::from(value()),
                "--queries" => options.n_queries = value().parse().expect("--queries takes a number"),
                _ => options.sizes.push(word),
            }
        }
        if options.sizes.is_empty() {
            options.sizes = vec!["100k".to_owned(), "1M".to_owned()];
        }
        options
    }
}

fn main() {
    let options = Options::read();
    let rungs: Vec<_> = options.sizes.iter().map(|size| climb(size, &options)).collect();
    print_steps(&rungs);
    print_memory(&rungs);
    print_queries(&rungs);
    print_growth(&rungs);
}

fn climb(size: &str, options: &Options) -> Rung {
    let home = tempfile::tempdir_in(&options.place).unwrap();
    let (data, folder) = (home.path().join("data"), home.path().join("ladder.kag"));
    let (data_name, folder_name) = (data.to_str().unwrap(), folder.to_str().unwrap());
    let run = |arguments: &[&str]| run(&options.program, arguments);
    let synth = run(&["synth", data_name, "--relations", size]);
    let load = run(&["load", data_name, "--workspace", folder_name, "--known-on", "2025-06-30"]);
    fs::remove_dir_all(&data).unwrap();
    let build = run(&["build", "--workspace", folder_name]);
    let workspace = Workspace::open(&folder).unwrap();
    let batches = workspace.batches().unwrap();
    let (batch_bytes, snapshot_bytes) = (bytes(&folder.join("batches")), bytes(&folder.join("snapshots")));
    let discover = run(&["discover", "--workspace", folder_name]);
    let (snapshot, open_seconds) = open(&folder);
    Rung {
        size: size.to_owned(),
        n_rows: batches.iter().map(|batch| batch.rows().read).sum(),
        n_statements: batches.iter().map(|batch| batch.n_statements).sum(),
        n_links: snapshot.sources().n_statements(),
        synth,
        load,
        build,
        discover,
        batch_bytes,
        snapshot_bytes,
        workspace_bytes: bytes(&folder),
        open_seconds,
        queries: ask(&snapshot, options.n_queries),
    }
}

/// Runs the program to its end, looking at its memory all the while.
fn run(program: &Path, arguments: &[&str]) -> Cost {
    let (start, before) = (Instant::now(), processor_seconds_of_ended());
    let mut command = Command::new(program);
    let mut child = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak_megabytes = f64::NAN;
    let ended = loop {
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        peak_megabytes = peak_of(&status).unwrap_or(peak_megabytes);
        thread::sleep(Duration::from_millis(5));
    };
    assert!(ended.success(), "kagraph {} ended with {ended}", arguments.join(" "));
    let processor_seconds = processor_seconds_of_ended() - before;
    let cost = Cost { seconds: start.elapsed().as_secs_f64(), processor_seconds, peak_megabytes };
    eprintln!(
        "kagraph {}: {:.1} s, {:.1} s of processors, {:.0} MB",
        arguments.join(" "),
        cost.seconds,
        cost.processor_seconds,
        cost.peak_megabytes
    );
    cost
}

/// What the processes that this one started and that have ended took, in steps of a hundredth; NaN where it is not told.
fn processor_seconds_of_ended() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // the name in brackets may hold blanks; after it cutime and cstime are the fields 14 and 15, counted from 1
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(f64::NAN);
    (ticks(13) + ticks(14)) / 100.0
}

fn peak_of(status: &Path) -> Option<f64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1024.0)
}

/// The snapshot, and the least seconds that opening took.
fn open(folder: &Path) -> (Snapshot, f64) {
    let mut best = f64::INFINITY;
    let mut snapshot = None;
    for _ in 0..N_RUNS {
        let start = Instant::now();
        snapshot = Some(Workspace::open(folder).unwrap().current().unwrap().snapshot);
        best = best.min(start.elapsed().as_secs_f64());
    }
    (snapshot.unwrap(), best)
}

/// Asks the twelve queries, warm; in a thread whose stack holds nested brackets.
fn ask(snapshot: &Snapshot, n_queries: usize) -> Vec<(String, usize, f64)> {
    let asking = || twelve().iter().take(n_queries).map(|(name, text)| time(snapshot, name, text)).collect();
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, asking);
        thread.unwrap().join().unwrap()
    })
}

fn time(snapshot: &Snapshot, name: &str, text: &str) -> (String, usize, f64) {
    let mut seconds = Vec::new();
    let mut n_rows = 0;
    for _ in 0..=N_RUNS {
        let (start, stop) = (Instant::now(), Stop::after(LIMIT));
        let answer = Query::parse(text).unwrap().answer(snapshot, &stop);
        match answer.and_then(|answer| write(answer, Format::Csv, &mut Vec::new())) {
            Ok(written) => n_rows = written as usize,
            Err(SparqlError::TimedOut(_)) => return (name.to_owned(), 0, f64::INFINITY),
            Err(error) => panic!("{name}: {error}"),
        }
        seconds.push(start.elapsed().as_secs_f64());
    }
    // the first one reads from the disk
    (name.to_owned(), n_rows, median(&seconds[1..]))
}

/// Names and texts of the ladder's queries.
fn twelve() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/analyst");
    let mut found: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|it| it == "rq"));
    found.sort();
    let named = found
        .into_iter()
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()));
    let chosen: Vec<_> = named.filter(|(_, text)| text.lines().any(|line| line == "# ladder")).collect();
    assert_eq!(chosen.len(), 12, "the ladder has twelve queries");
    chosen
}

fn median(seconds: &[f64]) -> f64 {
    let mut sorted = seconds.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

fn bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { bytes(&path) } else { fs::metadata(&path).unwrap().len() }).sum()
}

fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}

fn head(cells: &[&str]) {
    row(&cells.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
    println!("|{}", "---:|".repeat(cells.len()));
}

fn print_steps(rungs: &[Rung]) {
    head(&[
        "size",
        "rows",
        "statements",
        "load rows/s",
        "load triples/s",
        "build triples/s",
        "files → snapshot triples/s",
        "batch B/triple",
        "snapshot B/triple",
        "workspace B/triple",
        "open ms",
        "discover s",
        "all s",
        "µs a relation",
        "processor µs a relation",
    ]);
    for it in rungs {
        let (rows, said, links) = (it.n_rows as f64, it.n_statements as f64, it.n_links as f64);
        let processor: f64 = [it.load, it.build, it.discover].iter().map(|step| step.processor_seconds).sum();
        let all = it.load.seconds + it.build.seconds + it.discover.seconds;
        row(&[
            it.size.clone(),
            it.n_rows.to_string(),
            it.n_links.to_string(),
            format!("{:.0}", rows / it.load.seconds),
            format!("{:.0}", said / it.load.seconds),
            format!("{:.0}", said / it.build.seconds),
            format!("{:.0}", said / (it.load.seconds + it.build.seconds)),
            format!("{:.1}", it.batch_bytes as f64 / links),
            format!("{:.1}", it.snapshot_bytes as f64 / links),
            format!("{:.1}", it.workspace_bytes as f64 / links),
            format!("{:.1}", it.open_seconds * 1e3),
            format!("{:.1}", it.discover.seconds),
            format!("{all:.1}"),
            format!("{:.2}", all * 1e6 / links),
            format!("{:.2}", processor * 1e6 / links),
        ]);
    }
    println!();
}

fn print_memory(rungs: &[Rung]) {
    let names = ["synth", "load", "build", "discover"];
    let columns =
        ["s", "processor s", "MB"].iter().flat_map(|unit| names.iter().map(move |name| format!("{name} {unit}")));
    let columns: Vec<_> = std::iter::once("size".to_owned()).chain(columns).collect();
    head(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    for it in rungs {
        let steps = [it.synth, it.load, it.build, it.discover];
        let seconds = steps.iter().map(|step| format!("{:.1}", step.seconds));
        let of_processors = steps.iter().map(|step| format!("{:.1}", step.processor_seconds));
        let peaks = steps.iter().map(|step| format!("{:.0}", step.peak_megabytes));
        row(&[it.size.clone()].into_iter().chain(seconds).chain(of_processors).chain(peaks).collect::<Vec<_>>());
    }
    println!();
}

fn print_queries(rungs: &[Rung]) {
    let sizes: Vec<_> = rungs.iter().map(|it| format!("{} s", it.size)).collect();
    head(&[&["query", "rows"], sizes.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat());
    let Some(last) = rungs.last() else { return };
    for (at, (name, n_rows, _)) in last.queries.iter().enumerate() {
        let seconds = rungs.iter().map(|it| format!("{:.4}", it.queries[at].2));
        row(&[name.clone(), n_rows.to_string()].into_iter().chain(seconds).collect::<Vec<_>>());
    }
    let seconds = |it: &Rung| it.queries.iter().map(|query| query.2).collect::<Vec<_>>();
    let medians = rungs.iter().map(|it| format!("{:.4}", median(&seconds(it))));
    row(&["median".to_owned(), String::new()].into_iter().chain(medians).collect::<Vec<_>>());
    let greatest = rungs.iter().map(|it| format!("{:.4}", seconds(it).into_iter().fold(0.0, f64::max)));
    row(&["greatest".to_owned(), String::new()].into_iter().chain(greatest).collect::<Vec<_>>());
}

/// By how much a relation costs more at each size than at the first one.
fn print_growth(rungs: &[Rung]) {
    let Some(first) = rungs.first() else { return };
    let cost = |it: &Rung| {
        let steps = [it.load, it.build, it.discover];
        steps.iter().map(|step| step.processor_seconds).sum::<f64>() / it.n_links as f64
    };
    for it in &rungs[1..] {
        let more = 100.0 * (cost(it) / cost(first) - 1.0);
        println!("\nfrom {} to {} a relation costs {more:+.0} % of processor time", first.size, it.size);
    }
}
