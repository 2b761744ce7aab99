//! Findings to files that people and programs read.
//!
//! In: the findings of one run with what the run was about. Out: `cases.csv`, `candidates.csv`, `changes.csv`,
//! `gaps.csv`, `risks.csv`, `visits.csv` and `findings.xlsx` with all of them for spreadsheets, `report.html` for reading,
//! `findings.ttl` and the statements behind it for the graph, `manifest.json` for the next machine; and all statements of
//! a snapshot as N-Triples. Nothing is computed here that a finding does not say, and nothing depends on the clock: the
//! same findings give the same bytes. Costs one pass over the findings, in memory.

mod chart;
mod csv;
mod explain;
mod export;
mod html;
mod identity;
mod manifest;
mod rdf;
mod table;
mod why;
mod workbook;

use std::path::PathBuf;

use crate::discovery::Finding;
use crate::discovery::case::Case;
use crate::discovery::visit_plan::Visit;
use crate::evidence::Bilingual;
use crate::model::Day;

pub use csv::table_csv;
pub use explain::{accounts_called, explanation, findings_about, why_not_text};
pub use export::{ExportFormat, write_statements};
pub use html::report_html;
pub use identity::{NamedResolution, reasons, table};
pub use manifest::Manifest;
pub use rdf::{derived_statements, finding_statements, findings_turtle, statements_in};
pub use table::{Cell, Table, tables};
pub use why::why;
pub use workbook::workbook;

/// An error while publishing.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A file could not be written.
    #[error("cannot write {path}", path = path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A table could not be put together.
    #[error("cannot put together a table of findings")]
    Table(#[from] ::csv::Error),
    /// A table, text or tree could not be serialised.
    #[error("cannot serialise the findings")]
    Serialise(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The report's template does not fit its data.
    #[error("cannot render the report")]
    Template(#[from] minijinja::Error),
}

/// Everything that one run found, and what it was about.
#[derive(Clone, Copy, Debug)]
pub struct RunReport<'a> {
    /// The run's id: a hash of snapshot, settings and days.
    pub run: &'a str,
    /// Content hash of the snapshot.
    pub snapshot: &'a str,
    /// Whose market it is: the workspace's name.
    pub title: &'a str,
    /// The day as of which everything holds.
    pub as_of: Day,
    /// The day since which changes are told.
    pub since: Day,
    /// Candidates, the best first.
    pub candidates: &'a [Finding],
    /// Chain changes, the most severe first.
    pub changes: &'a [Finding],
    /// Coverage gaps, the most important first.
    pub gaps: &'a [Finding],
    /// Risks, the gravest first.
    pub risks: &'a [Finding],
    /// What is to be done about accounts; an owner's together, the most urgent first.
    pub cases: &'a [Case],
    /// The visits that close most gaps, the most useful first.
    pub visits: &'a [Visit],
    /// Every account with activity, for the charts, the greatest spend first.
    pub accounts: &'a [AccountPoint],
    /// What a reader must know to read the findings right.
    pub notes: &'a [Bilingual],
}

/// One account in the charts.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct AccountPoint {
    /// Name.
    pub name: String,
    /// Spend of the past 12 months.
    pub spend_12m: f64,
    /// Value axis of the matrix, in [0, 1].
    pub value: f64,
    /// Strategic axis of the matrix, in [0, 1].
    pub strategic: f64,
    /// `strategic`, `lighthouse`, `profit` or `ordinary`.
    pub quadrant: String,
    /// `A`, `B` or `C`.
    pub abc_class: char,
    /// Whether it is a key account today.
    pub is_key: bool,
}
