//! `kagraph bench`: how long queries take in one process, on a workspace that is open already.

use std::fs;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use jiff::SignedDuration;

use crate::cli::query::{failure, on_large_stack};
use crate::cli::stdout::put;
use crate::cli::workspace::WorkspaceArgument;
use crate::error::Failure;
use crate::sparql::{Format, Query, SparqlError, Stop, write};
use crate::store::Snapshot;

/// Times queries: prints name, rows, median and least seconds, and a checksum of the sorted rows.
#[derive(Args, Debug)]
pub struct Bench {
    /// Files ending with .rq, or folders of them; `-` takes one file after the other from stdin and times each once.
    #[arg(required = true)]
    queries: Vec<PathBuf>,
    #[command(flatten)]
    workspace: WorkspaceArgument,
    /// How often each query is asked.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// How long one may run, such as 30s; what takes longer has no numbers.
    #[arg(long, short, value_name = "TIME")]
    timeout: Option<SignedDuration>,
    /// Writes each answer as CSV into this folder.
    #[arg(long, value_name = "FOLDER")]
    answers: Option<PathBuf>,
}

impl Bench {
    /// Times the queries, one line each.
    pub fn run(&self) -> Result<(), Failure> {
        let snapshot = self.workspace.snapshot(None)?;
        on_large_stack(|| {
            if self.queries == [Path::new("-")] {
                return io::stdin().lock().lines().try_for_each(|line| {
                    let path = line.map_err(|error| Failure::Internal(error.into()))?;
                    self.time(&snapshot, Path::new(path.trim()), 1)
                });
            }
            let files = self.queries.iter().map(|path| files(path)).collect::<Result<Vec<_>, _>>()?;
            files.concat().iter().try_for_each(|path| self.time(&snapshot, path, self.repeat))
        })
    }

    fn time(&self, snapshot: &Snapshot, path: &Path, repeat: u32) -> Result<(), Failure> {
        let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let (mut answer, mut seconds) = (Vec::new(), Vec::new());
        for _ in 0..repeat {
            answer.clear();
            let stop = self.timeout.map_or_else(Stop::never, |limit| Stop::after(limit.unsigned_abs()));
            let start = Instant::now();
            let found = Query::parse(&text).and_then(|query| query.answer(snapshot, &stop));
            match found.and_then(|found| write(found, Format::Csv, &mut answer)) {
                Ok(_) => seconds.push(start.elapsed().as_secs_f64()),
                Err(SparqlError::TimedOut(_)) => return put(&format!("{name}\t-\t-\t-\ttimed out\n")),
                Err(error) => return Err(failure(error)),
            }
        }
        seconds.sort_by(f64::total_cmp);
        if let Some(folder) = &self.answers {
            let path = folder.join(format!("{name}.csv"));
            fs::write(&path, &answer).map_err(|error| unreadable(&path, &error))?;
        }
        let (n_rows, checksum) = checked(&answer);
        put(&format!("{name}\t{n_rows}\t{:.6}\t{:.6}\t{checksum}\n", seconds[seconds.len() / 2], seconds[0]))
    }
}

/// The number of rows, and a hash that does not depend on their order.
fn checked(answer: &[u8]) -> (usize, String) {
    let mut rows: Vec<&[u8]> = answer.split(|byte| *byte == b'\n').skip(1).filter(|row| !row.is_empty()).collect();
    rows.sort_unstable();
    let mut hash = blake3::Hasher::new();
    rows.iter().for_each(|row| _ = hash.update(row).update(b"\n"));
    (rows.len(), hash.finalize().to_hex()[..16].to_owned())
}

fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|it| it == "rq"));
    files.sort();
    Ok(files)
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::User(format!("cannot use {}: {error}", path.display()).into())
}
