//! `kagraph explain`: why an account is in the lists, down to file and row; and why it is not among the candidates.

use clap::Args;

use crate::cli::failure::{pipeline_failure, store_failure};
use crate::cli::settings_file::SettingsArgument;
use crate::cli::stdout::put;
use crate::cli::workspace::WorkspaceArgument;
use crate::discovery::FindingKind;
use crate::discovery::candidate::{WhyNot, why_not};
use crate::discovery::case::Decided;
use crate::discovery::market::{AccountIndex, Market};
use crate::error::Failure;
use crate::pipeline::{self, Found};
use crate::publish::{accounts_called, explanation, findings_about, why_not_text};
use crate::store::{Snapshot, Workspace};

/// Shows every finding about an account with its evidence, down to file and row; of one that is no candidate why not, and
/// what would have to change.
#[derive(Args, Debug)]
pub struct Explain {
    /// The account: its name or a part of it, its IRI, or the id of a finding.
    account: String,
    #[command(flatten)]
    workspace: WorkspaceArgument,
    #[command(flatten)]
    settings: SettingsArgument,
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
        let lists = [&found.candidates, &found.changes, &found.gaps, &found.risks];
        let all: Vec<_> = lists.into_iter().flatten().collect();
        let about = findings_about(&all, &self.account);
        let findings = about.as_deref().unwrap_or_default();
        let is_candidate = findings.iter().any(|it| matches!(it.kind, FindingKind::Candidate(_)));
        let is_one_finding = findings.iter().any(|it| it.id == self.account);
        let iri = findings.first().map(|it| it.account.as_str());
        let why_not = match is_candidate || is_one_finding {
            true => None,
            false => self.why_not(&workspace, &current.snapshot, found, iri)?,
        };
        if let Some(why_not) = why_not {
            put(&why_not_text(&why_not))?;
        } else if let Err(text) = &about {
            return Err(Failure::User(text.clone().into()));
        }
        put(&explanation(findings))
    }

    /// Why the account, given by its IRI or as the user called it, is no candidate; `None` when no account is called so.
    fn why_not(
        &self,
        workspace: &Workspace,
        snapshot: &Snapshot,
        found: &Found,
        iri: Option<&str>,
    ) -> Result<Option<WhyNot>, Failure> {
        let settings = self.settings.load()?.settings.discovery;
        let market = Market::read(snapshot, found.as_of, &settings.market);
        let called = accounts_called(&market.accounts, iri.unwrap_or(&self.account));
        let account = match called.as_slice() {
            [] => return Ok(None),
            [account] => *account,
            several => return Err(several_accounts(&market, several, &self.account)),
        };
        let decisions = workspace.decisions().map_err(store_failure)?;
        let decided = Decided::read(&decisions).map_err(|error| pipeline_failure(error.into()))?;
        Ok(why_not(&market, &settings.candidate, &decided, account))
    }
}

fn several_accounts(market: &Market, accounts: &[AccountIndex], called: &str) -> Failure {
    let named = |it: &AccountIndex| format!("{} ({})", market.accounts.name(*it), market.accounts.iri(*it));
    let names: Vec<String> = accounts.iter().map(named).collect();
    Failure::User(format!("several accounts fit {called}\nhint: name one of them whole: {}", names.join(", ")).into())
}
