//! `kagraph explain`: why an account is in the lists, down to file and row.

use clap::Args;

use crate::cli::failure::{pipeline_failure, store_failure};
use crate::cli::stdout::put;
use crate::cli::workspace::WorkspaceArgument;
use crate::discovery::case::InForce;
use crate::error::Failure;
use crate::pipeline;
use crate::publish::{explanation, findings_about};

/// Shows every finding about an account with its evidence, down to file and row.
#[derive(Args, Debug)]
pub struct Explain {
    /// The account: its name or a part of it, its IRI, or the id of a finding.
    account: String,
    #[command(flatten)]
    workspace: WorkspaceArgument,
}

impl Explain {
    /// Prints.
    pub fn run(&self) -> Result<(), Failure> {
        let workspace = self.workspace.open()?;
        let current = workspace.current().map_err(store_failure)?;
        let none = || Failure::User("nothing has been discovered yet\nhint: run `kagraph discover`".into());
        let run = current.run.ok_or_else(none)?;
        let published = pipeline::published(&workspace, &run).map_err(pipeline_failure)?.ok_or_else(none)?;
        let found = &published.found;
        let all: Vec<_> =
            found.candidates.iter().chain(&found.changes).chain(&found.gaps).chain(&found.risks).collect();
        let about = findings_about(&all, &self.account).map_err(|text| Failure::User(text.into()))?;
        put(&explanation(&about, &InForce::of(&found.cases)))
    }
}
