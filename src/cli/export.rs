//! `kagraph export`: all statements for other programs.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::stdout::say;
use crate::cli::workspace::WorkspaceArgument;
use crate::error::Failure;
use crate::model::Day;
use crate::publish::{ExportFormat, write_statements};

/// Writes all statements as N-Triples (every statement once) or N-Quads (with the graph that says it).
#[derive(Args, Debug)]
pub struct Export {
    #[command(flatten)]
    workspace: WorkspaceArgument,
    /// ntriples or nquads.
    #[arg(long, short, default_value_t = ExportFormat::NTriples)]
    format: ExportFormat,
    /// File to write; without it stdout.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only what was known on this day.
    #[arg(long, value_name = "DAY")]
    as_of: Option<Day>,
    /// Without what kagraph derived and found.
    #[arg(long)]
    sources: bool,
}

impl Export {
    /// Writes the statements; says on stderr how many.
    pub fn run(&self) -> Result<(), Failure> {
        let snapshot = self.workspace.snapshot(self.as_of)?;
        let snapshot = if self.sources { snapshot.sources() } else { snapshot };
        let mut out: Box<dyn Write> = match &self.output {
            Some(path) => Box::new(BufWriter::new(File::create(path).map_err(|error| unwritable(path, &error))?)),
            None => Box::new(BufWriter::new(io::stdout().lock())),
        };
        match write_statements(&snapshot, self.format, &mut out) {
            Ok(n_statements) => say!("{n_statements} statements"),
            // nobody reads on, as with `| head`: that is an end like any other
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
            Err(error) => return Err(Failure::Internal(error.into())),
        }
        Ok(())
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::User(format!("cannot write {}: {error}", path.display()).into())
}
