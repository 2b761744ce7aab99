//! The answers of all named queries on the demo, compared with committed ones in `tests/golden/queries`.
//!
//! `KAGRAPH_BLESS=1` writes them anew; the difference is to be read before it is committed.

use std::fs;
use std::path::{Path, PathBuf};

use kagraph::sparql::{Form, Library};

use crate::command::{WorkFolder, demo};

/// How many lines of an answer are committed; of the rest only its hash.
const SHOWN_LINES: usize = 40;
/// The value of each parameter, for all queries that have it.
const VALUES: &[(&str, &str)] = &[
    ("account", "id:account/ACC-00084"),
    ("day", "2025-06-30"),
    ("since", "2025-01-01"),
    ("post", "id:post/ACC-00084-BU"),
];
/// The account of findings' queries is a candidate.
const CANDIDATE: (&str, &str) = ("candidate_reasons", "id:account/ACC-00043");

/// The first lines, and what says that the rest is the same.
fn shown(answer: &str) -> String {
    let text = answer.replace("\r\n", "\n");
    let n_lines = text.lines().count();
    if n_lines <= SHOWN_LINES {
        return text;
    }
    let first: String = text.lines().take(SHOWN_LINES).map(|line| format!("{line}\n")).collect();
    format!("{first}… {n_lines} lines in all, blake3 {}\n", blake3::hash(text.as_bytes()).to_hex())
}

/// Triples have no order.
fn sorted(triples: &str) -> String {
    let mut lines: Vec<_> = triples.lines().collect();
    lines.sort_unstable();
    lines.into_iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn every_named_query_gives_its_committed_answer_on_the_demo() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let golden: PathBuf = root.join("tests/golden/queries");
    let folder = WorkFolder::new();
    folder.stdout(&["run", &demo(), "--workspace", "w.kag", "--known-on", "2025-07-01"]);
    let is_blessing = std::env::var_os("KAGRAPH_BLESS").is_some();
    let mut faults = Vec::new();
    for query in Library::shipped().unwrap().iter() {
        let format = if query.query.form() == Form::Graph { "ntriples" } else { "csv" };
        let mut arguments: Vec<String> =
            ["query", "--workspace", "w.kag", "--format", format, &query.name].map(str::to_owned).to_vec();
        for parameter in query.parameters.iter().filter(|parameter| !parameter.is_optional) {
            let value = VALUES.iter().find(|(name, _)| *name == parameter.name).unwrap().1;
            let is_candidate = parameter.name == "account" && query.name == CANDIDATE.0;
            let value = if is_candidate { CANDIDATE.1 } else { value };
            arguments.push(format!("--param={}={value}", parameter.name));
        }
        let mut arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let answer = |arguments: &[&str]| {
            let answer = folder.stdout(arguments);
            shown(&if format == "csv" { answer } else { sorted(&answer) })
        };
        let found = answer(&arguments);
        arguments.push("--way=rows");
        let by_rows = answer(&arguments);
        if by_rows != found {
            faults.push(format!("{}: in columns\n{found}\nby Oxigraph's evaluator\n{by_rows}", query.name));
        }
        let file = golden.join(format!("{}.{}", query.name, if format == "csv" { "csv" } else { "nt" }));
        if is_blessing {
            fs::create_dir_all(&golden).unwrap();
            fs::write(&file, &found).unwrap();
        } else if fs::read_to_string(&file).unwrap_or_default() != found {
            faults.push(format!("{}: the answer differs from {}\n{found}", query.name, file.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
