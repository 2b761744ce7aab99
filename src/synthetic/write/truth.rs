//! `truth/`: what was planted, by the IRIs that the shipped mappings give.
//!
//! In: dossiers, defects. Out: `candidates.csv`, `changes.csv`, `gaps.csv`, `charts.csv`, `defects.csv`, and how many of
//! each.

use std::collections::BTreeMap;
use std::path::Path;

use crate::model::Day;
use crate::ontology;
use crate::synthetic::accounts::Account;
use crate::synthetic::plan::{self, Trade};
use crate::synthetic::trade::Order;
use crate::synthetic::truth::{ChangeTruth, DefectTruth, GapTruth, Standing};
use crate::synthetic::write::damage::Damage;
use crate::synthetic::write::money::with_point;
use crate::synthetic::write::ownership::{account_iri, group_iri};
use crate::synthetic::write::table::{PLAIN, Table, cells};
use crate::synthetic::write::{Dossier, Written};
use crate::synthetic::{Settings, SyntheticError};

/// The files of the truth.
pub struct Truth {
    candidates: Table,
    changes: Table,
    gaps: Table,
    charts: Table,
    defects: Table,
    planted: BTreeMap<String, u64>,
    n_defects: BTreeMap<String, u64>,
}

const CANDIDATES: &[&str] =
    &["standing", "kind", "is_group", "account", "name", "also", "spend_12m", "spend_previous_12m", "why"];
const CHANGES: &[&str] = &[
    "standing",
    "change",
    "account",
    "contact",
    "post_before",
    "post_after",
    "account_before",
    "earliest",
    "latest",
    "why",
];
const GAPS: &[&str] = &["standing", "gap", "account", "contact", "post", "level", "function", "why"];
const CHARTS: &[&str] = &["account", "posts"];
const DEFECTS: &[&str] = &["file", "row", "defect", "column", "expected"];

impl Truth {
    /// Begins the files.
    pub fn create(settings: &Settings, folder: &Path) -> Result<Self, SyntheticError> {
        let table = |path, columns| Table::create(settings, folder, path, PLAIN, columns, Damage::default());
        Ok(Self {
            candidates: table("truth/candidates.csv", CANDIDATES)?,
            changes: table("truth/changes.csv", CHANGES)?,
            gaps: table("truth/gaps.csv", GAPS)?,
            charts: table("truth/charts.csv", CHARTS)?,
            defects: table("truth/defects.csv", DEFECTS)?,
            planted: BTreeMap::new(),
            n_defects: BTreeMap::new(),
        })
    }

    /// Writes one account's truth.
    pub fn write(&mut self, settings: &Settings, dossier: &Dossier) -> Result<(), SyntheticError> {
        self.candidate(settings, dossier)?;
        self.chart(settings, dossier)?;
        dossier.changes.iter().try_for_each(|change| self.change(change))?;
        dossier.gaps.iter().try_for_each(|gap| self.gap(gap))
    }

    /// Writes one defect.
    pub fn defect(&mut self, it: &DefectTruth) -> Result<(), SyntheticError> {
        *self.n_defects.entry(it.defect.to_owned()).or_default() += 1;
        self.defects.row(cells![it.file, it.row, it.defect, it.column, it.expected])
    }

    /// Ends the files.
    pub fn finish(self, written: &mut Written) -> Result<(), SyntheticError> {
        written.planted = self.planted.into_iter().collect();
        written.defects = self.n_defects.into_iter().collect();
        for table in [self.candidates, self.changes, self.gaps, self.charts, self.defects] {
            let ended = table.finish()?;
            written.rows.push((ended.path, ended.n_rows));
        }
        Ok(())
    }

    fn count(&mut self, standing: Standing, what: &str, kind: &str) {
        let text = match standing {
            Standing::Planted => format!("{what}: {kind}"),
            Standing::Decoy => format!("decoy {what}: {kind}"),
            Standing::Implied => return,
        };
        *self.planted.entry(text).or_default() += 1;
    }

    fn candidate(&mut self, settings: &Settings, dossier: &Dossier) -> Result<(), SyntheticError> {
        let account = &dossier.account;
        let Some((standing, kind, why)) = candidacy(account.slot.trade) else {
            return if account.slot.number == 0 { self.candidate_group(settings, account) } else { Ok(()) };
        };
        self.count(standing, "candidate", kind);
        let also = account.parent(settings).map(account_iri).unwrap_or_default();
        let spend = two_years(settings, &dossier.orders);
        self.candidate_row(
            (standing, kind, why),
            (account_iri(account.number), &account.name.short),
            also,
            spend,
            false,
        )
    }

    /// A group is planted where its four subsidiaries are all in the market.
    fn candidate_group(&mut self, settings: &Settings, parent: &Account) -> Result<(), SyntheticError> {
        let members: Vec<_> = (1..=4).map(|slot| plan::neighbour(settings.seed, parent.number, slot)).collect();
        if members.iter().any(|member| *member >= settings.accounts) {
            return Ok(());
        }
        self.count(Standing::Planted, "candidate", "group");
        let of_member = |number: &u32| {
            let member = Account::new(settings, *number);
            two_years(settings, &crate::synthetic::trade::orders(settings, &member))
        };
        let spend = members.iter().map(of_member).fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
        let what = (Standing::Planted, "group", "its subsidiaries together buy like a key account and grow");
        let also = account_iri(parent.number);
        let name = crate::synthetic::names::group(parent.number, parent.country);
        self.candidate_row(what, (group_iri(parent.number), &name), also, spend, true)
    }

    fn candidate_row(
        &mut self,
        (standing, kind, why): (Standing, &str, &str),
        (iri, name): (String, &str),
        also: String,
        (last, before): (i64, i64),
        is_group: bool,
    ) -> Result<(), SyntheticError> {
        let (last, before) = (with_point(last), with_point(before));
        self.candidates.row(cells![standing.name(), kind, is_group, iri, name, also, last, before, why])
    }

    fn change(&mut self, it: &ChangeTruth) -> Result<(), SyntheticError> {
        self.count(it.standing, "change", it.change);
        self.changes.row(cells![
            it.standing.name(),
            it.change,
            iri("account", &it.account),
            iri("contact", &it.contact),
            iri("post", &it.post_before),
            iri("post", &it.post_after),
            iri("account", &it.account_before),
            it.earliest,
            it.latest,
            it.why,
        ])
    }

    /// The level and function of every post there is on the last day: nobody is known where there is no post.
    fn chart(&mut self, settings: &Settings, dossier: &Dossier) -> Result<(), SyntheticError> {
        let there = dossier.chart.seats.iter().filter(|seat| seat.is_there(settings.until));
        let posts: Vec<_> = there.map(|seat| format!("{}/{}", seat.template.level, seat.template.function)).collect();
        self.charts.row(cells![account_iri(dossier.account.number), posts.join(" ")])
    }

    fn gap(&mut self, it: &GapTruth) -> Result<(), SyntheticError> {
        self.count(it.standing, "gap", it.gap);
        self.gaps.row(cells![
            it.standing.name(),
            it.gap,
            iri("account", &it.account),
            iri("contact", &it.contact),
            iri("post", &it.post),
            it.level,
            it.function,
            it.why,
        ])
    }
}

/// The IRI that the shipped mappings give, or nothing for nothing.
fn iri(kind: &str, key: &str) -> String {
    if key.is_empty() { String::new() } else { format!("{}{kind}/{key}", ontology::ID) }
}

fn candidacy(trade: Trade) -> Option<(Standing, &'static str, &'static str)> {
    Some(match trade {
        Trade::Candidate => (
            Standing::Planted,
            "account",
            "buys much and ever more, every month, broadly, pays on time, is no key account",
        ),
        Trade::CandidateSubsidiary => {
            (Standing::Implied, "subsidiary", "part of a group that looks like a key account")
        }
        Trade::Shrinking => (Standing::Decoy, "shrinking", "was big, buys less than half of the year before"),
        Trade::OneHuge => (Standing::Decoy, "one-huge-order", "small but for one order"),
        Trade::TinyGrowing => (Standing::Decoy, "tiny-growing", "grows fast and is tiny"),
        Trade::LatePayer => {
            (Standing::Decoy, "late-payer", "pays months late, thin margin, one department, two products")
        }
        Trade::Key | Trade::Ordinary | Trade::Tail | Trade::Nothing => return None,
    })
}

/// Cents bought in the last 12 months and in the 12 before.
fn two_years(settings: &Settings, orders: &[Order]) -> (i64, i64) {
    let end = settings.until + 1;
    let (year, two) = (end.plus_months(-12), end.plus_months(-24));
    let spend = |from: Day, to: Day| {
        let inside = orders.iter().filter(|order| from <= order.date && order.date < to);
        inside.flat_map(|order| &order.lines).map(|line| line.amount).sum()
    };
    (spend(year, end), spend(two, year))
}
