//! Why two records are one or two, as a person reads it in a terminal: the waterfall, and what else counted.

use std::fmt::Write;

use crate::identity::Resolution;
use crate::identity::match_weight::probability;
use crate::publish::identity::step_name;

/// What counts for and against two records being one; the steps add up to the log odds of their probability.
pub fn why(resolution: &Resolution, records: [u32; 2], names: [&str; 2]) -> String {
    let [one, other] = records;
    let is_one = resolution.entities[one as usize] == resolution.entities[other as usize];
    let pair = (one.min(other), one.max(other));
    let odds = resolution.ln_odds(one, other);
    let mut out = String::new();
    let (verdict, by_words) = (if is_one { "one" } else { "two" }, probability(odds));
    let _ = writeln!(out, "{} and {} are {verdict}", names[0], names[1]);
    let _ = writeln!(out, "by what they say, they are one with probability {by_words:.4}:");
    for step in resolution.waterfall(one, other) {
        let _ = writeln!(out, "  {:+7.2}  {}", step.weight, step_name(&step));
    }
    let _ = writeln!(out, "  {odds:+7.2}  log odds");
    let certain = resolution.certain.binary_search_by_key(&pair, |it| it.pair).ok();
    if let Some(against) = resolution.against(one, other) {
        let _ = writeln!(out, "against it: {against}");
    } else if let Some(place) = certain {
        let _ = writeln!(out, "for it: {}", resolution.certain[place].because);
    } else if is_one != (odds > f64::from(resolution.threshold)) {
        let _ = writeln!(out, "decided by the other records of their entities");
    }
    for blocked in resolution.blocked.iter().filter(|it| it.pair == pair) {
        let _ = writeln!(out, "for it: {}; but {}", blocked.because, blocked.against);
    }
    if resolution.blocks.pairs.binary_search(&pair).is_err() {
        let _ = writeln!(out, "no blocking rule proposed the pair");
    }
    out
}
