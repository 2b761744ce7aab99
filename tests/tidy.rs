//! The house rules: which stage may use which, how long files and functions are, which words are forbidden, and that
//! the vocabulary in `ontology.rs` and `data/ontology.ttl` is one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use kagraph::model::{BuyingRole, Function, Level};
use kagraph::ontology;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{Quad, Term};
use syn::spanned::Spanned;
use syn::visit::Visit;

/// What each stage may use of the crate; `*` is everything. A stage may always use itself.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("error", &[]),
    ("ontology", &[]),
    ("ingest", &["model"]),
    ("mapping", &["model", "ontology", "ingest"]),
    ("store", &["model", "ontology", "ingest", "mapping"]),
    ("graph", &[]),
    ("algorithms", &["graph"]),
    ("sparql", &["model", "ontology", "store", "graph", "algorithms"]),
    ("evidence", &["model", "store"]),
    ("identity", &["model", "ingest", "mapping"]),
    ("discovery", &["model", "ontology", "store", "identity", "graph", "algorithms", "evidence"]),
    ("publish", &["model", "ontology", "mapping", "store", "evidence", "identity", "discovery"]),
    ("synthetic", &["model", "ontology"]),
    ("evaluation", &["model", "store", "evidence", "identity", "discovery"]),
    ("pipeline", &["model", "ontology", "ingest", "mapping", "store", "evidence", "identity", "discovery", "publish"]),
    ("settings", &["pipeline", "ingest", "mapping", "store", "sparql", "discovery", "publish", "evaluation"]),
    ("cli", &["*"]),
    ("lib", &["*"]),
    ("main", &["*"]),
];

/// Stages that may see the clock, the environment, files or the network.
const OUTSIDE_WORLD: &[&str] =
    &["ingest", "store", "publish", "cli", "main", "synthetic", "mapping", "sparql", "pipeline"];
const MAX_FILE_LINES: usize = 450;
const MAX_FUNCTION_LINES: usize = 60;
const FORBIDDEN_STEMS: &[&str] =
    &["utils", "util", "helpers", "common", "misc", "manager", "processor", "handler", "types"];
const FORBIDDEN_TYPES: &[&str] =
    &["Client", "Customer", "Company", "Family", "Lead", "Dedup", "Golden", "Warmth", "WarmPath", "Hole"];

struct Source {
    path: PathBuf,
    stage: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|it| it == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let sources: Vec<_> = files_below(&src, "rs")
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&src).unwrap();
            let first = inside.components().next().unwrap().as_os_str().to_string_lossy();
            let stage = first.trim_end_matches(".rs").to_owned();
            Source { text: fs::read_to_string(&path).unwrap(), stage, path }
        })
        .collect();
    assert!(sources.len() > 20, "the test looks at the wrong folder");
    sources
}

fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap()
}

fn expect_none(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_stage_uses_only_what_stands_above_it() {
    let arrows: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut faults = Vec::new();
    for source in sources().into_iter().filter(|source| !is_test_file(&source.path)) {
        let Some(allowed) = arrows.get(source.stage.as_str()) else {
            faults.push(format!("{}: stage {} is not in the table", source.path.display(), source.stage));
            continue;
        };
        for (line, used) in uses_of_the_crate(without_tests(&source.text)) {
            let fine = used == source.stage || allowed.contains(&"*") || allowed.contains(&used.as_str());
            if !fine {
                faults.push(format!("{}:{line}: {} must not use {used}", source.path.display(), source.stage));
            }
        }
    }
    expect_none(faults);
}

/// Whether a file is a module that only tests compile.
fn is_test_file(path: &Path) -> bool {
    let stem = path.file_stem().unwrap().to_string_lossy();
    let parent = fs::read_to_string(path.with_file_name("mod.rs")).unwrap_or_default();
    parent.contains(&format!("#[cfg(test)]\nmod {stem};"))
}

fn uses_of_the_crate(text: &str) -> Vec<(usize, String)> {
    let mut uses = Vec::new();
    for (at, line) in code_lines(text) {
        for rest in line.split("crate::").skip(1) {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if name.is_empty() || line.contains("pub(in crate::") {
                continue;
            }
            uses.push((at, name));
        }
    }
    uses
}

#[test]
fn files_and_functions_are_short() {
    let mut faults = Vec::new();
    let mut lengths = Vec::new();
    for source in sources() {
        let n_lines = source.text.lines().count();
        if n_lines > MAX_FILE_LINES {
            faults.push(format!("{}: {n_lines} lines, at most {MAX_FILE_LINES}", source.path.display()));
        }
        let file = syn::parse_file(&source.text).unwrap();
        let mut functions = Functions::default();
        functions.visit_file(&file);
        for (name, line, length) in functions.found {
            if length > MAX_FUNCTION_LINES {
                faults.push(format!("{}:{line}: fn {name} has {length} lines", source.path.display()));
            }
            lengths.push(length);
        }
    }
    lengths.sort_unstable();
    let (median, p90) = (lengths[lengths.len() / 2], lengths[lengths.len() * 9 / 10]);
    println!("{} functions, median {median} lines, p90 {p90}", lengths.len());
    if median > 8 || p90 > 28 {
        faults.push(format!("functions have a median of {median} lines (at most 8), p90 {p90} (at most 28)"));
    }
    expect_none(faults);
}

#[derive(Default)]
struct Functions {
    found: Vec<(String, usize, usize)>,
}

impl Functions {
    fn add(&mut self, name: &syn::Ident, block: &syn::Block) {
        let (start, end) = (block.span().start().line, block.span().end().line);
        self.found.push((name.to_string(), start, (end - start).saturating_sub(1)));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.add(&item.sig.ident, &item.block);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.add(&item.sig.ident, &item.block);
        syn::visit::visit_impl_item_fn(self, item);
    }
}

#[test]
fn only_the_ontology_spells_our_iris() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.stage != "ontology") {
        for (line, text) in code_lines(without_tests(&source.text)) {
            if text.contains("w3id.org/kagraph") {
                faults.push(format!("{}:{line}: {}", source.path.display(), text.trim()));
            }
        }
    }
    expect_none(faults);
}

#[test]
fn unsafe_stands_in_one_file_and_the_outside_world_at_the_edges() {
    let mut faults = Vec::new();
    for source in sources() {
        let inner = ["SystemTime", "Instant::now", "std::env", "std::net", "std::fs", "File::open"];
        let is_edge = OUTSIDE_WORLD.contains(&source.stage.as_str());
        for (line, text) in code_lines(without_tests(&source.text)) {
            if text.contains("unsafe {") && !source.path.ends_with("store/snapshot/map.rs") {
                faults.push(format!("{}:{line}: unsafe", source.path.display()));
            }
            if !is_edge && inner.iter().any(|word| text.contains(word)) {
                faults.push(format!("{}:{line}: {}", source.path.display(), text.trim()));
            }
        }
    }
    expect_none(faults);
}

#[test]
fn forbidden_words_do_not_stand_in_the_code() {
    let mut faults = Vec::new();
    for source in sources() {
        let stem = source.path.file_stem().unwrap().to_string_lossy();
        if FORBIDDEN_STEMS.contains(&stem.as_ref()) {
            faults.push(format!("{}: a file is named after what it holds", source.path.display()));
        }
        for (at, line) in source.text.lines().enumerate() {
            let marks = ["TODO", "FIXME", "XXX"];
            let is_marked = marks.iter().any(|mark| line.contains(mark));
            let is_forbidden_type = FORBIDDEN_TYPES
                .iter()
                .any(|name| ["struct", "enum", "trait"].iter().any(|item| declares(line, item, name)));
            if is_marked || is_forbidden_type {
                faults.push(format!("{}:{}: {}", source.path.display(), at + 1, line.trim()));
            }
        }
    }
    expect_none(faults);
}

fn declares(line: &str, item: &str, name: &str) -> bool {
    let words: Vec<_> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    words.windows(2).any(|pair| pair == [item, name])
}

fn ontology_quads() -> Vec<Quad> {
    let text = fs::read(root().join("data/ontology.ttl")).unwrap();
    RdfParser::from_format(RdfFormat::Turtle).for_slice(&text).collect::<Result<_, _>>().unwrap()
}

#[test]
fn the_ontology_file_describes_every_term_of_ours_in_english_and_chinese() {
    let quads = ontology_quads();
    let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for quad in &quads {
        let is_label = quad.predicate == ontology::RDFS_LABEL || quad.predicate == ontology::SKOS_PREF_LABEL;
        if let (true, Term::Literal(label)) = (is_label, &quad.object) {
            let languages = labels.entry(quad.subject.to_string()).or_default();
            languages.insert(label.language().unwrap_or("none").to_owned());
        }
    }
    let concepts = (Level::ALL.iter().map(|it| format!("Level-{it}")))
        .chain(Function::ALL.iter().map(|it| format!("Function-{it}")))
        .chain(BuyingRole::ALL.iter().map(|it| format!("BuyingRole-{it}")))
        .map(|name| format!("<{}{name}>", ontology::KA));
    let terms = [ontology::KA_CLASSES, ontology::KA_PROPERTIES, ontology::KA_FUNCTIONS];
    let of_queries = [ontology::KA_AGGREGATES, ontology::KA_SERVICES, ontology::KA_REQUEST];
    let terms = terms.into_iter().chain(of_queries).flatten().map(ToString::to_string);
    let described: BTreeSet<_> = labels.keys().filter(|iri| iri.contains('#')).cloned().collect();
    let both: BTreeSet<_> = ["en".to_owned(), "zh".to_owned()].into();
    let expected: BTreeSet<_> = terms.chain(concepts).collect();
    let described: BTreeSet<_> = described.into_iter().filter(|iri| *iri != format!("<{}>", ontology::KA)).collect();
    assert_eq!(described, expected);
    for iri in &expected {
        assert_eq!(labels[iri], both, "{iri}");
    }
}
