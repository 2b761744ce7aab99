//! What every question about the list stands on: who is measured, who could be a candidate, and in which order.
//!
//! Comes in: a market, settings, and what people decided. Leaves: all of it, lent to whoever asks. Costs: the signals over
//! all prospects, and what the ranker learns.

use rayon::prelude::*;

use crate::discovery::candidate::hindrance::{Gate, Hindrance};
use crate::discovery::candidate::{ListMembers, Order, Settings, stable_id};
use crate::discovery::case::{Decided, Verdict, case_id};
use crate::discovery::key_account::KeyAccounts;
use crate::discovery::market::Market;
use crate::discovery::prospect::{Prospect, Prospects};
use crate::discovery::ranking::Judgement;
use crate::discovery::ranking::ledger::Ledger;
use crate::discovery::scorecard::Scorecard;
use crate::discovery::signals::{Context, Window};

/// The ground.
pub struct Ground<'a> {
    /// The market as signals see it.
    pub context: &'a Context<'a>,
    /// Who could be a candidate, and who is one.
    pub gate: &'a Gate<'a>,
    /// The scorecard.
    pub card: &'a Scorecard,
    /// The purchases.
    pub ledger: &'a Ledger,
    /// What orders the list.
    pub order: &'a Order<'a>,
    /// What hinders each prospect.
    pub hindrances: &'a [Option<Hindrance>],
    /// The score of each prospect.
    pub scores: &'a [f64],
    /// Places of the candidates with their scores, the best first, ties by id.
    pub ranked: &'a [(usize, f64)],
    /// How many of them are listed.
    pub n_listed: usize,
}

/// Prepares the ground and asks.
pub fn on_ground<R>(market: &Market, settings: &Settings, decided: &Decided, ask: impl FnOnce(&Ground<'_>) -> R) -> R {
    let prospects = Prospects::of(market);
    let year = Window::ending(market.as_of, settings.signals.window_months);
    let key = KeyAccounts::of(market, &prospects, year, &settings.top_tier);
    let context = Context::new(market, &prospects, key.clone(), &settings.signals);
    let card = Scorecard::new(&context, &settings.weights, settings.preset, settings.missing);
    let gate = Gate { context: &context, key: &key, settings };
    let hindrances: Vec<Option<Hindrance>> = prospects.list.par_iter().map(|it| gate.hindrance(it)).collect();
    let ledger = Ledger::read(market, &prospects, settings.ranker.returns);
    let order = Order::new(&ledger, &judgements(market, &prospects, decided), settings);
    let scores = order.scores(&card);
    let ranked = ranked(&prospects, &hindrances, &scores, settings.list_members);
    ask(&Ground {
        context: &context,
        gate: &gate,
        card: &card,
        ledger: &ledger,
        order: &order,
        hindrances: &hindrances,
        scores: &scores,
        ranked: &ranked,
        n_listed: n_listed(&context, &ranked, decided, settings.most),
    })
}

/// The first `most` of the ranked, and those among them that people rejected: their cases tell of them, and the next ones
/// move up.
fn n_listed(context: &Context<'_>, ranked: &[(usize, f64)], decided: &Decided, most: usize) -> usize {
    let is_rejected = |(place, _): &(usize, f64)| {
        let prospect = context.at(*place);
        let iri = context.market.snapshot.text(prospect.id);
        let decision = decided.about(&stable_id(prospect.is_group, &iri), &case_id(&iri));
        decision.is_some_and(|it| it.verdict == Verdict::Rejected)
    };
    if decided.is_empty() {
        return ranked.len().min(most);
    }
    let mut n_left = most;
    let counts = |found: &&(usize, f64)| {
        let is_listed = n_left > 0;
        n_left -= usize::from(is_listed && !is_rejected(found));
        is_listed
    };
    ranked.iter().take_while(counts).count()
}

/// What people decided about accounts and groups as candidates, as of the day. A decision about a whole case may be about
/// something else that was found there, and teaches nothing.
fn judgements(market: &Market, prospects: &Prospects, decided: &Decided) -> Vec<Judgement> {
    let judged = |(place, prospect): (usize, &Prospect)| {
        let iri = market.snapshot.text(prospect.id);
        let decision = decided.about_id(&stable_id(prospect.is_group, &iri))?;
        let day = decision.on.unwrap_or(market.as_of);
        let is_wanted = decision.verdict.is_acceptance()?;
        (day <= market.as_of).then_some(Judgement { place, day, is_wanted })
    };
    if decided.is_empty() { Vec::new() } else { prospects.list.iter().enumerate().filter_map(judged).collect() }
}

/// Places of the candidates with their scores, the best first, ties by id.
pub fn ranked(
    prospects: &Prospects,
    hindrances: &[Option<Hindrance>],
    scores: &[f64],
    list_members: ListMembers,
) -> Vec<(usize, f64)> {
    let group_of = group_of_accounts(prospects);
    let is_listed = |place: &usize| {
        let group = group_of.get(*place).copied().flatten().filter(|group| hindrances[*group].is_none());
        hindrances[*place].is_none()
            && group.is_none_or(|group| match list_members {
                ListMembers::Stronger => scores[*place] > scores[group],
                ListMembers::Always => true,
                ListMembers::Never => false,
            })
    };
    let mut ranked: Vec<(usize, f64)> =
        (0..prospects.len()).filter(is_listed).map(|place| (place, scores[place])).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked
}

/// For every account the place of the group of several that it belongs to.
pub fn group_of_accounts(prospects: &Prospects) -> Vec<Option<usize>> {
    let mut group_of = vec![None; prospects.n_accounts];
    for (place, group) in prospects.list.iter().enumerate().skip(prospects.n_accounts) {
        group.members.iter().for_each(|member| group_of[member.index()] = Some(place));
    }
    group_of
}
