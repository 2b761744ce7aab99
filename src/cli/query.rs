//! `kagraph query`: asks the graph in SPARQL.

use std::io::{self, BufWriter};
use std::path::PathBuf;
use std::thread;

use clap::Args;
use jiff::SignedDuration;

use crate::cli::interrupt::stop_after;
use crate::cli::stdout::{put, say};
use crate::cli::workspace::WorkspaceArgument;
use crate::error::Failure;
use crate::model::Day;
use crate::sparql::{Answering, Format, Library, SparqlError, Way, describe, write};

/// Stack of the thread that answers: queries may nest brackets thousands deep.
const STACK_BYTES: usize = 256 << 20;

/// Asks the graph in SPARQL.
#[derive(Args, Debug)]
pub struct Query {
    /// The query's text, a file ending with .rq, or a name that --list shows.
    #[arg(required_unless_present_any = ["list", "describe_service"])]
    query: Option<String>,
    #[command(flatten)]
    workspace: WorkspaceArgument,
    /// table, csv, tsv, json or xml; for CONSTRUCT and DESCRIBE turtle or ntriples.
    #[arg(short, long)]
    format: Option<Format>,
    /// A parameter: <iri>, prefix:name, "text"@en, a number, a day, true, or else a plain string.
    #[arg(short, long, value_name = "NAME=VALUE", value_parser = pair)]
    param: Vec<(String, String)>,
    /// How long it may run, such as 30s or 5m.
    #[arg(short, long)]
    timeout: Option<SignedDuration>,
    /// Answers as things were known on this day.
    #[arg(long, value_name = "DAY")]
    as_of: Option<Day>,
    /// A folder with queries of your own, which go before those that come with kagraph.
    #[arg(long, value_name = "FOLDER")]
    queries: Option<PathBuf>,
    /// Memory that the rows of a query may take, such as 512M or 4G.
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    memory: Option<usize>,
    /// Tells on stderr how the query was answered: the plan, expected and actual rows, time by operator.
    #[arg(long)]
    explain: bool,
    /// Who computes: columns, rows (Oxigraph's evaluator), or either.
    #[arg(long, default_value = "either", hide = true)]
    way: Way,
    /// Shows the named queries: what they ask, and their parameters.
    #[arg(long)]
    list: bool,
    /// Shows what can be asked and how, as a SPARQL service description in Turtle: graphs with counts by predicate and
    /// class, functions, aggregates, algorithms with their parameters.
    #[arg(long)]
    describe_service: bool,
}

impl Query {
    /// Writes the answer, or the list of named queries, on stdout.
    pub fn run(&self) -> Result<(), Failure> {
        if self.describe_service {
            return put(&describe(&self.workspace.snapshot(self.as_of)?));
        }
        let mut library = Library::shipped().map_err(failure)?;
        if let Some(folder) = &self.queries {
            library = library.with_folder(folder).map_err(failure)?;
        }
        let result = match self.query.as_deref().filter(|_| !self.list) {
            None => library.write_list(&mut io::stdout().lock()),
            Some(asked) => return on_large_stack(|| self.answer(&library, asked)),
        };
        result.or_else(unless_unread)
    }

    fn answer(&self, library: &Library, asked: &str) -> Result<(), Failure> {
        let values = self.param.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let query = library.ask(asked, values).map_err(failure)?;
        let format = self.format.unwrap_or(Format::default_for(query.form())).check(query.form()).map_err(failure)?;
        let snapshot = self.workspace.snapshot(self.as_of)?;
        let stop = stop_after(self.timeout.map(SignedDuration::unsigned_abs))?;
        let how = Answering { way: self.way, ..Answering::default() };
        let how = Answering { memory_bytes: self.memory.unwrap_or(how.memory_bytes), ..how };
        let answer = query.answer_with(&snapshot, &stop, how).map_err(failure)?;
        if self.explain {
            eprint!("{}", answer.explanation());
        }
        let n_rows = match write(answer, format, &mut BufWriter::new(io::stdout().lock())) {
            Ok(n_rows) => n_rows,
            Err(error) => return unless_unread(error),
        };
        if n_rows == 1 {
            say!("1 row")
        } else {
            say!("{n_rows} rows")
        }
        query.unknown_graphs(&snapshot).iter().for_each(|sentence| say!("note: {sentence}"));
        if n_rows == 0 || query.is_total() {
            query.absent(&snapshot).iter().for_each(|sentence| say!("hint: {sentence}"));
        }
        Ok(())
    }
}

/// Answers in a thread that brackets cannot exhaust.
pub(super) fn on_large_stack(answer: impl FnOnce() -> Result<(), Failure> + Send) -> Result<(), Failure> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_BYTES);
        let answering = thread.spawn_scoped(scope, answer);
        let answer = answering.map_err(|error| Failure::Internal(error.into()))?.join();
        answer.unwrap_or_else(|_| Err(Failure::Internal("the query's thread broke".into())))
    })
}

/// Nobody reads on, as with `| head`: that is an end like any other.
fn unless_unread(error: SparqlError) -> Result<(), Failure> {
    if error.is_broken_pipe() { Ok(()) } else { Err(failure(error)) }
}

pub(super) fn failure(error: SparqlError) -> Failure {
    if error.is_of_the_machine() { Failure::Internal(error.into()) } else { Failure::User(error.into()) }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected name=value")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

fn bytes(text: &str) -> Result<usize, String> {
    let (digits, shift) = match text.trim_end_matches(['b', 'B']).char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 10),
        Some((at, 'm' | 'M')) => (&text[..at], 20),
        Some((at, 'g' | 'G')) => (&text[..at], 30),
        _ => (text, 0),
    };
    let number: usize = digits.trim().parse().map_err(|_| "expected a size such as 512M or 4G".to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| "expected a smaller size".to_owned())
}
