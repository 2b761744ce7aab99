//! Derived graphs of one run: findings and roll-ups, on top of the source graphs and never mixed with them.
//!
//! In come statements, out comes a small folder of the same format as a snapshot's, with a dictionary of its own for the
//! terms that the snapshot lacks. It fits the snapshot that it was made for and no other.

use std::fs;
use std::path::Path;

use crate::mapping::Statements;
use crate::model::Day;
use crate::store::build::sink::Sink;
use crate::store::build::{Part, memory};
use crate::store::error::OrIo;
use crate::store::snapshot::manifest::{ARRAYS, MANIFEST};
use crate::store::{Snapshot, StoreError};

/// Writes derived statements into `folder`, which is made; `graph` is the IRI for statements that name no graph. Blank
/// nodes with the label of one of the snapshot's are that node. [`Snapshot::with_derived`] opens it.
pub fn write_derived(
    folder: &Path,
    snapshot: &Snapshot,
    graph: &str,
    chunks: &[Statements],
    day: Day,
) -> Result<(), StoreError> {
    fs::create_dir_all(folder).or_io("create", folder)?;
    let parts: Vec<_> = chunks.iter().map(|statements| Part { graph, file: "", statements }).collect();
    let sink = Sink::to_file(&folder.join(ARRAYS))?;
    let sources = snapshot.sources();
    let (manifest, _) = memory::build(sink, Some(&sources), Vec::new(), &parts, day)?;
    let path = folder.join(MANIFEST);
    fs::write(&path, manifest.to_json()).or_io("write", &path)
}
