//! Partners of a record that exclude each other.
//!
//! Comes in: scored pairs, each looked at alone, and which records cannot be one. Leaves: what each pair's log odds lose to the
//! other partners of its two records. Never looks at values. Costs a look at each two partners of a record.
//!
//! A record without a date of birth fits two men of one name and address, born on different days, equally well; each pair
//! alone looks sure. But it is one of them, or neither, or, if one of the dates is wrong, all three are one. Let `a` and `b`
//! be the log odds of the record's pairs with the two, and `d` what the two say against each other, in what nobody has two of,
//! where the record says nothing; at most the log odds that they are two, and less the more of the odds were learnt: among
//! records that contradict each other so, they are right as they are. The hypotheses none, the one, the other, all
//! have the odds `1`, `e^a`, `e^b` and `e^(a+b+d)`, so that the first pair loses `ln(1 + e^b) - ln(1 + e^(b+d))`: nothing
//! where the two do not contradict each other. Where the record says something itself, who differs from it has paid for that
//! already. Of partners that are one the best counts.
//!
//! Source: Bayes' rule over partitions of three records; for linkage M. Sadinle, "Bayesian Estimation of Bipartite Matchings
//! for Record Linkage" (2017).

use rayon::prelude::*;

use crate::identity::cluster::Scored;

/// Log odds from which on a partner is an alternative; less probable ones take a hundredth at most.
const LEAST: f32 = -4.6;
/// Partners of a record that are looked at, the best; a record with more is one of a large entity.
const MOST_PARTNERS: usize = 32;

/// What is known of records besides the odds of their pairs.
pub struct Knowledge<'a> {
    /// The entity of each record by the pairs looked at alone.
    pub entities: &'a [u32],
    /// Whether nothing stands against a pair whatever its odds.
    pub may_be: &'a (dyn Fn(u32, u32) -> bool + Sync),
    /// What two records say against being one where a third, the first argument, says nothing: in nats, 0 or less.
    pub against: &'a (dyn Fn(u32, u32, u32) -> f64 + Sync),
}

/// What each pair loses, in nats, in the order of the pairs.
pub fn losses(scored: &[Scored], known: &Knowledge<'_>) -> Vec<f32> {
    let is_hypothesis = |it: &Scored| it.alone > LEAST && (known.may_be)(it.pair.0, it.pair.1);
    let are_hypotheses: Vec<bool> = scored.par_iter().map(is_hypothesis).collect();
    let hypotheses = scored.iter().zip(&are_hypotheses).filter(|it| *it.1).map(|it| it.0);
    let partners = partners(known.entities.len(), hypotheses);
    let loss = |(it, is_hypothesis): (&Scored, &bool)| {
        let (one, other) = it.pair;
        let to_others = |of: u32, chosen: u32| to_others(of, &partners[of as usize], chosen, known);
        if *is_hypothesis { (to_others(one, other) + to_others(other, one)) as f32 } else { 0.0 }
    };
    scored.par_iter().zip(&are_hypotheses).map(loss).collect()
}

/// For each record its partners with their log odds, the best first.
fn partners<'a>(n_records: usize, hypotheses: impl Iterator<Item = &'a Scored>) -> Vec<Vec<(u32, f32)>> {
    let mut partners = vec![Vec::new(); n_records];
    for it in hypotheses {
        partners[it.pair.0 as usize].push((it.pair.1, it.alone));
        partners[it.pair.1 as usize].push((it.pair.0, it.alone));
    }
    for of_one in &mut partners {
        of_one.sort_unstable_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        of_one.truncate(MOST_PARTNERS);
    }
    partners
}

/// What a record's pair with `chosen` loses to its other partners.
fn to_others(record: u32, partners: &[(u32, f32)], chosen: u32, known: &Knowledge<'_>) -> f64 {
    let mut seen = vec![known.entities[chosen as usize]];
    let (mut others, mut with_others) = (0.0f64, 0.0f64);
    for &(partner, alone) in partners {
        let entity = known.entities[partner as usize];
        if partner != chosen && !seen.contains(&entity) {
            seen.push(entity);
            let against = if (known.may_be)(chosen, partner) {
                (known.against)(record, chosen, partner)
            } else {
                f64::NEG_INFINITY
            };
            others += f64::from(alone).exp();
            with_others += (f64::from(alone) + against).exp();
        }
    }
    others.ln_1p() - with_others.ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::match_weight::probability;

    /// Probabilities of pairs with record 2, with what 0 and 1 say against each other.
    fn probabilities(links: &[(u32, u32, f32)], entities: &[u32], against: f64) -> Vec<f64> {
        let scored: Vec<_> = links.iter().map(|&(a, b, alone)| Scored::alone((a, b), alone)).collect();
        let known = Knowledge { entities, may_be: &|_, _| true, against: &|_, _, _| against };
        let losses = losses(&scored, &known);
        scored.iter().zip(losses).map(|(it, loss)| probability(f64::from(it.alone - loss))).collect()
    }

    #[test]
    fn partners_that_exclude_each_other_share_the_probability() {
        let shared = probabilities(&[(0, 2, 5.0), (1, 2, 5.0)], &[0, 1, 2], f64::NEG_INFINITY);
        assert!(shared.iter().all(|it| (0.49..0.5).contains(it)), "{shared:?}");
        let better = probabilities(&[(0, 2, 8.0), (1, 2, 5.0)], &[0, 1, 2], f64::NEG_INFINITY);
        assert!((0.94..0.96).contains(&better[0]) && better[1] < 0.05, "{better:?}");
        let doubtful = probabilities(&[(0, 2, 5.0), (1, 2, 5.0)], &[0, 1, 2], -3.0);
        assert!(doubtful.iter().all(|it| (0.8..0.95).contains(it)), "one of their dates may be wrong: {doubtful:?}");
    }

    #[test]
    fn partners_without_a_contradiction_or_of_one_entity_lose_nothing() {
        let links = [(0, 2, 5.0), (1, 2, 5.0)];
        for (entities, against) in [([0, 1, 2], 0.0), ([0, 0, 2], f64::NEG_INFINITY)] {
            let free = probabilities(&links, &entities, against);
            assert!(free.iter().all(|it| (it - probability(5.0)).abs() < 1e-6), "{free:?}");
        }
    }
}
