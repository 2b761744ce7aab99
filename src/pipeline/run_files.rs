//! A run's folder: written whole beside the others, then made current together with its snapshot.

use std::fs;
use std::path::{Path, PathBuf};

use crate::discovery::case::{Decided, Earlier, KeptCases};
use crate::mapping::{Known, Statements};
use crate::model::Day;
use crate::pipeline::discover::{day, discover_with};
use crate::pipeline::entities::{self, Entities, Kept, review_csv, try_both_ways};
use crate::pipeline::{Asked, Found, PipelineError, PipelineSettings};
use crate::publish::{
    self, Manifest, PublishError, RunReport, derived_statements, finding_statements, findings_turtle, report_html,
    statements_in, table_csv, workbook,
};
use crate::store::{Built, Workspace, Writing, write_derived};

const FINDINGS: &str = "findings.json";
/// The unsure matches of a run, those on which most hangs first.
pub const REVIEW: &str = "identity/review.csv";

/// A run that is there.
#[derive(Clone, Debug)]
pub struct Published {
    /// Its id.
    pub run: String,
    /// Its folder.
    pub folder: PathBuf,
    /// What it found.
    pub found: Found,
}

/// The id of a run: its day and a hash of everything that decides its outcome.
fn run_id(
    snapshot: &str,
    settings: &PipelineSettings<'_>,
    as_of: Day,
    asked: &Asked,
    kept: &Kept,
    earlier: &Earlier,
) -> String {
    let since = asked.since.map(|day| day.to_string()).unwrap_or_default();
    let (version, day, entities, cases) = (env!("CARGO_PKG_VERSION"), as_of.to_string(), kept.hash(), earlier.hash());
    let text = [version, snapshot, settings.hash, &day, &since, &kept.key, &entities, &cases].join("\n");
    format!("{as_of}-{}", &blake3::hash(text.as_bytes()).to_hex()[..12])
}

/// The run with an id, if it was published before.
pub fn published(workspace: &Workspace, run: &str) -> Result<Option<Published>, PipelineError> {
    let folder = workspace.run_folder(run);
    let path = folder.join(FINDINGS);
    if !path.exists() {
        return Ok(None);
    }
    let unreadable = |source| PipelineError::Input { path: path.clone(), source };
    let bytes = fs::read(&path).map_err(unreadable)?;
    let found = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.into()))?;
    Ok(Some(Published { run: run.to_owned(), folder, found }))
}

/// Builds if needed, resolves, finds and publishes. A run with the same snapshot, settings, days, decisions and cases of the
/// day before is not made again.
pub fn discover_and_publish(
    workspace: &Workspace,
    writing: &Writing<'_>,
    asked: &Asked,
    settings: &PipelineSettings<'_>,
) -> Result<Published, PipelineError> {
    let cases = workspace.cases()?.map(|text| serde_json::from_str::<KeptCases>(&text)).transpose();
    let cases = cases.map_err(PipelineError::KeptCases)?.unwrap_or_default();
    let published = resolve_and_publish(workspace, writing, asked, settings, &cases)?;
    let cases = cases.with(published.found.as_of, &published.found.cases);
    let text = serde_json::to_string(&cases).map_err(|error| PublishError::Serialise(Box::new(error)))?;
    writing.keep_cases(&text)?;
    Ok(published)
}

fn resolve_and_publish(
    workspace: &Workspace,
    writing: &Writing<'_>,
    asked: &Asked,
    settings: &PipelineSettings<'_>,
    cases: &KeptCases,
) -> Result<Published, PipelineError> {
    let built = writing.prepare()?;
    let as_of = day(&built.snapshot, asked)?;
    let decisions = workspace.decisions()?;
    let before = workspace.entities()?.map(|text| Kept::read(&text).map_err(PipelineError::Kept)).transpose()?;
    let before = before.unwrap_or_default();
    let earlier = cases.before(as_of);
    let id = |kept: &Kept| run_id(built.snapshot.hash(), settings, as_of, asked, kept, &earlier);
    let is_kept = before.key == entities::key(&built.snapshot, &decisions, settings.identity);
    if is_kept && let Some(published) = published(workspace, &id(&before))? {
        writing.reuse(&published.run, &built)?;
        return Ok(published);
    }
    let mut entities = entities::resolve(&built.snapshot, &decisions, &before, settings.identity)?;
    let run = id(&entities.kept);
    let published = match published(workspace, &run)? {
        Some(published) => {
            writing.reuse(&run, &built)?;
            published
        }
        None => {
            let (snapshot, since) = (&built.snapshot, asked.since);
            let decided = Decided::read(&decisions)?;
            let identities = &entities.identities;
            let mut found = discover_with(snapshot, as_of, since, settings.discovery, identities, &decided);
            let (most, candidates) = (settings.identity.doubts, &mut found.candidates);
            let unsure = try_both_ways(snapshot, as_of, (settings.discovery, &decided), &entities, candidates, most);
            if entities.sorts.iter().any(|it| it.resolution.is_some()) {
                entities.files.push((REVIEW.to_owned(), review_csv(&unsure)?));
            }
            found.make_cases(&decided, &earlier, settings.discovery);
            let name = workspace.folder().file_stem().map(|name| name.to_string_lossy().into_owned());
            publish(writing, &built, &name.unwrap_or_default(), &run, settings, found, &entities)?
        }
    };
    writing.keep_entities(&entities.kept.text()?)?;
    Ok(published)
}

/// Writes the run's folder and puts it in use on top of `built`.
fn publish(
    writing: &Writing<'_>,
    built: &Built,
    title: &str,
    run: &str,
    settings: &PipelineSettings<'_>,
    found: Found,
    entities: &Entities,
) -> Result<Published, PipelineError> {
    let draft = writing.begin_run(run)?;
    let report = report(run, built.snapshot.hash(), title, &found);
    let findings = finding_statements(&report);
    let mut files = files(&report, &findings, &found)?;
    files.extend(entities.files.iter().cloned());
    let manifest = Manifest::new(&report, built.snapshot.batch_hashes(), settings.hash.to_owned(), &files);
    files.push(("manifest.json".to_owned(), manifest.to_json()?));
    for (name, bytes) in &files {
        write(&draft.folder().join(name), bytes)?;
    }
    // who is one has always been one
    let identity = statements_in(entities::IDENTITY_GRAPH, &entities.said, Known::Always);
    let chunks = [findings, derived_statements(&found.derived), identity];
    write_derived(
        &draft.graph_folder(),
        &built.snapshot,
        &crate::ontology::graph_iri("derived"),
        &chunks,
        found.as_of,
    )?;
    let folder = writing.publish(draft, built)?;
    Ok(Published { run: run.to_owned(), folder, found })
}

fn report<'a>(run: &'a str, snapshot: &'a str, title: &'a str, found: &'a Found) -> RunReport<'a> {
    RunReport {
        run,
        snapshot,
        title,
        as_of: found.as_of,
        since: found.since,
        candidates: &found.candidates,
        changes: &found.changes,
        gaps: &found.gaps,
        risks: &found.risks,
        cases: &found.cases,
        visits: &found.visits,
        accounts: &found.accounts,
        notes: &found.notes,
    }
}

fn files(report: &RunReport<'_>, findings: &Statements, found: &Found) -> Result<Vec<(String, Vec<u8>)>, PublishError> {
    let tables = publish::tables(report);
    let json = serde_json::to_vec(found).map_err(|error| PublishError::Serialise(Box::new(error)))?;
    let mut files = tables
        .iter()
        .map(|table| Ok((format!("{}.csv", table.name), table_csv(table)?)))
        .collect::<Result<Vec<_>, PublishError>>()?;
    files.extend([
        ("findings.xlsx".to_owned(), workbook(&tables, report.as_of)?),
        ("report.html".to_owned(), report_html(report)?),
        ("findings.ttl".to_owned(), findings_turtle(findings)?),
        (FINDINGS.to_owned(), json),
    ]);
    Ok(files)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(path, bytes))
        .map_err(|source| PublishError::Write { path: path.to_path_buf(), source })
}
