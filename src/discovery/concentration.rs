//! How far our business depends on single accounts and groups.
//!
//! Comes in: a context. Leaves: for every prospect its share of the spend of 12 months and its dependency index, and the
//! concentration as a whole. Never looks at scores. Costs: one pass.
//!
//! **HHI** (Herfindahl and Hirschman): the sum of squared shares, 0 to 1; a group counts as one. The **concentration of an
//! industry** is the HHI of the accounts and groups of one sector among themselves: 1 where a single one makes up all of
//! it. The **dependency index** is the prospect's share of everything times the concentration of its industry: what we
//! stand to lose with it, and how little else there is in its industry to replace it. Where no sector is known, the
//! concentration of the whole stands in.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::discovery::prospect::{Prospect, Prospects};
use crate::discovery::signals::Context;
use crate::discovery::wording::{percent, percent_zh};
use crate::evidence::Bilingual;

/// Where one has to be warned.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// From this dependency index on a note warns of the account, in [0, 1].
    pub dependency_warning: f64,
}

/// What hangs on a prospect.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Standing {
    /// Its share of the spend of all accounts in 12 months, in [0, 1].
    pub share: f64,
    /// Its share times the concentration of its industry, in [0, 1].
    pub dependency: f64,
}

/// How concentrated the business is.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Concentration {
    /// HHI of all accounts and groups, in [0, 1].
    pub hhi: f64,
    /// What hangs on each prospect, in their order.
    pub standings: Vec<Standing>,
}

/// At most so many accounts are named by a note.
const NAMED: usize = 3;

impl Concentration {
    /// Reads the spend of the last 12 months.
    pub fn of(context: &Context<'_>) -> Self {
        let spend = |prospect: &Prospect| context.spend(prospect, context.year).value().max(0.0);
        let spends: Vec<f64> = context.prospects.list.iter().map(spend).collect();
        Self::new(context.prospects, &spends)
    }

    fn new(prospects: &Prospects, spends: &[f64]) -> Self {
        let mut in_group = vec![false; prospects.n_accounts];
        for group in &prospects.list[prospects.n_accounts..] {
            group.members.iter().for_each(|member| in_group[member.index()] = true);
        }
        let independent = |place: &usize| !in_group.get(*place).copied().unwrap_or(false);
        let alone: Vec<usize> = (0..prospects.len()).filter(independent).collect();
        let total: f64 = alone.iter().map(|place| spends[*place]).sum();
        if total <= 0.0 {
            return Self { hhi: 0.0, standings: vec![Standing::default(); prospects.len()] };
        }
        let hhi = |spends: &[f64]| {
            let total: f64 = spends.iter().sum();
            if total > 0.0 { spends.iter().map(|it| (it / total).powi(2)).sum() } else { 0.0 }
        };
        let mut by_sector: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        for place in &alone {
            if let Some(sector) = prospects.at(*place).sector {
                by_sector.entry(sector).or_default().push(spends[*place]);
            }
        }
        let by_sector: BTreeMap<u32, f64> = by_sector.into_iter().map(|(sector, it)| (sector, hhi(&it))).collect();
        let whole = hhi(&alone.iter().map(|place| spends[*place]).collect::<Vec<_>>());
        let standing = |place: usize| {
            let industry = prospects.at(place).sector.and_then(|sector| by_sector.get(&sector)).copied();
            let share = spends[place] / total;
            Standing { share, dependency: share * industry.unwrap_or(whole) }
        };
        Self { hhi: whole, standings: (0..prospects.len()).map(standing).collect() }
    }

    /// A warning that names the accounts and groups above the line, when there are any; a group stands for its accounts.
    pub fn note(&self, prospects: &Prospects, settings: &Settings) -> Option<Bilingual> {
        let is_above = |place: &usize| self.standings[*place].dependency >= settings.dependency_warning;
        let mut above: Vec<usize> = (0..prospects.len()).filter(is_above).collect();
        let groups: Vec<usize> = above.iter().copied().filter(|place| prospects.at(*place).is_group).collect();
        let is_told = |place: &usize| {
            let prospect = prospects.at(*place);
            prospect.is_group || !groups.iter().any(|group| prospects.at(*group).members.contains(&prospect.members[0]))
        };
        above.retain(is_told);
        let of = |place: usize| self.standings[place];
        above.sort_by(|a, b| of(*b).dependency.total_cmp(&of(*a).dependency).then(a.cmp(b)));
        let said = |place: &usize| {
            let (name, it) = (&prospects.at(*place).name, of(*place));
            let [share, share_zh] = [percent(it.share), percent_zh(it.share)];
            (
                format!("{name} ({share} of the spend, dependency {:.2})", it.dependency),
                format!("{name}（占{share_zh}，依赖度{:.2}）", it.dependency),
            )
        };
        let (en, zh): (Vec<String>, Vec<String>) = above.iter().take(NAMED).map(said).unzip();
        let (n, line) = (above.len(), settings.dependency_warning);
        (n > 0).then(|| {
            Bilingual::new(
                format!("much hangs on {n} of the accounts and groups, above the line of {line}: {}", en.join(", ")),
                format!("有{n}家客户或集团的依赖度超过警戒线{line}：{}", zh.join("、")),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::trial::{TODAY, Trial};

    fn market() -> Trial {
        let trial = Trial::default().say("id:g a ka:Group ; schema:name 'G' .");
        let mut trial = trial.account("a", "; ka:sector id:s ; org:subOrganizationOf id:g");
        for (name, more) in [
            ("b", "; ka:sector id:s ; org:subOrganizationOf id:g"),
            ("c", "; ka:sector id:s"),
            ("d", "; ka:sector id:t"),
            ("e", ""),
        ] {
            trial = trial.account(name, more);
        }
        let spends = [("a", 20.0), ("b", 20.0), ("c", 10.0), ("d", 20.0), ("e", 30.0)];
        spends.iter().fold(trial, |trial, (name, amount)| trial.sale(name, "2025-01-01", *amount, ""))
    }

    fn found() -> (Prospects, Concentration) {
        let market = market().market_on(TODAY);
        let prospects = Prospects::of(&market);
        let spends = [20.0, 20.0, 10.0, 20.0, 30.0, 40.0];
        let concentration = Concentration::new(&prospects, &spends);
        (prospects, concentration)
    }

    #[test]
    fn a_group_counts_as_one_and_an_industry_by_its_own_shares() {
        let (_, found) = found();
        // shares of the whole: group .4, c .1, d .2, e .3
        assert!((found.hhi - (0.16 + 0.01 + 0.04 + 0.09)).abs() < 1e-12);
        let dependency: Vec<f64> = found.standings.iter().map(|it| it.dependency).collect();
        let of_s = 0.8_f64.powi(2) + 0.2_f64.powi(2);
        let expected = [0.2 * of_s, 0.2 * of_s, 0.1 * of_s, 0.2, 0.3 * found.hhi, 0.4 * of_s];
        for (found, expected) in dependency.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{dependency:?}");
        }
    }

    #[test]
    fn the_note_names_whoever_is_above_the_line_a_group_for_its_accounts() {
        let (prospects, found) = found();
        let note = |line| found.note(&prospects, &Settings { dependency_warning: line });
        let said = note(0.1).unwrap().en;
        assert!(
            said.contains("much hangs on 2 of") && said.contains("G (40 % of the spend, dependency 0.27), d"),
            "{said}"
        );
        assert_eq!(note(0.5), None);
    }
}
