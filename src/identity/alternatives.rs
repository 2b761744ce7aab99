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
//! A partner that fits another record far better is hardly free, and so hardly an alternative: its odds are those that are
//! left by its own partners, for whom the same holds; a few rounds of this settle (belief propagation).
//!
//! Sources: Bayes' rule over partitions of three records; for linkage M. Sadinle, "Bayesian Estimation of Bipartite Matchings
//! for Record Linkage" (2017); M. Bayati, D. Shah, M. Sharma, "Max-Product for Maximum Weight Matching" (2008).

use rayon::prelude::*;

use crate::identity::cluster::Scored;

/// Log odds from which on a partner is an alternative; less probable ones take a hundredth at most.
const LEAST: f32 = -4.6;
/// Partners of a record that are looked at, the best; a record with more is one of a large entity.
const MOST_PARTNERS: usize = 32;

/// How often partners are asked anew how free they are.
const ROUNDS: usize = 6;

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
    let rivals: Vec<Rivals> =
        partners.par_iter().enumerate().map(|(of, them)| rivals(of as u32, them, known)).collect();
    let told = tell(&partners, &rivals);
    let lost = |of: u32, chosen: u32| {
        let at = partners[of as usize].iter().position(|it| it.record == chosen);
        at.map_or(0.0, |at| to_others(at, &rivals[of as usize], &told[of as usize]))
    };
    let loss = |(it, is_hypothesis): (&Scored, &bool)| {
        let (one, other) = it.pair;
        if *is_hypothesis { (lost(one, other) + lost(other, one)) as f32 } else { 0.0 }
    };
    scored.par_iter().zip(&are_hypotheses).map(loss).collect()
}

/// A record's partner with the log odds of their pair.
#[derive(Clone, Copy)]
struct Partner {
    record: u32,
    alone: f32,
    /// At which place the partner has the record among its own partners, if it has.
    back: Option<u8>,
}

/// For each partner of a record the others of other entities, with what the two say against each other; none where nobody
/// says anything against it.
type Rivals = Vec<Vec<(u8, f64)>>;

/// For each record its partners, the best first.
fn partners<'a>(n_records: usize, hypotheses: impl Iterator<Item = &'a Scored>) -> Vec<Vec<Partner>> {
    let mut partners = vec![Vec::new(); n_records];
    for it in hypotheses {
        let of = |record: u32| Partner { record, alone: it.alone, back: None };
        partners[it.pair.0 as usize].push(of(it.pair.1));
        partners[it.pair.1 as usize].push(of(it.pair.0));
    }
    for of_one in &mut partners {
        of_one.sort_unstable_by(|one, other| other.alone.total_cmp(&one.alone).then(one.record.cmp(&other.record)));
        of_one.truncate(MOST_PARTNERS);
    }
    let place = |of: u32, partner: &Partner| {
        let back = partners[partner.record as usize].iter().position(|it| it.record == of)?;
        u8::try_from(back).ok()
    };
    let backs: Vec<Vec<Option<u8>>> =
        (0u32..).zip(&partners).map(|(of, them)| them.iter().map(|it| place(of, it)).collect()).collect();
    for (them, backs) in partners.iter_mut().zip(backs) {
        them.iter_mut().zip(backs).for_each(|(it, back)| it.back = back);
    }
    partners
}

/// Which partners of a record exclude each other, and how surely.
fn rivals(of: u32, partners: &[Partner], known: &Knowledge<'_>) -> Rivals {
    let of_one = |chosen: &Partner| {
        let mut seen = vec![known.entities[chosen.record as usize]];
        let mut rivals = Vec::new();
        for (at, it) in (0u8..).zip(partners) {
            let entity = known.entities[it.record as usize];
            if it.record == chosen.record || seen.contains(&entity) {
                continue;
            }
            seen.push(entity);
            let against = match (known.may_be)(chosen.record, it.record) {
                true => (known.against)(of, chosen.record, it.record),
                false => f64::NEG_INFINITY,
            };
            rivals.push((at, against));
        }
        if rivals.iter().any(|it| it.1 < 0.0) { rivals } else { Vec::new() }
    };
    partners.iter().map(of_one).collect()
}

/// For each record and partner the log odds with which the partner is free for the record: those of their pair, less what
/// it loses to the partner's other partners, for whom the same holds. A partner that has a far better one of its own is no
/// alternative to anybody.
fn tell(partners: &[Vec<Partner>], rivals: &[Rivals]) -> Vec<Vec<f64>> {
    let alone = |them: &Vec<Partner>| them.iter().map(|it| f64::from(it.alone)).collect();
    let mut told: Vec<Vec<f64>> = partners.iter().map(alone).collect();
    for _ in 0..ROUNDS {
        let free = |it: &Partner| {
            let (record, alone) = (it.record as usize, f64::from(it.alone));
            it.back.map_or(alone, |back| alone - to_others(usize::from(back), &rivals[record], &told[record]))
        };
        told = partners.par_iter().map(|them| them.iter().map(free).collect()).collect();
    }
    told
}

/// What a record's pair with the partner at a place loses to its rivals, by how free they are.
fn to_others(chosen: usize, rivals: &Rivals, told: &[f64]) -> f64 {
    let odds = |it: &(u8, f64)| told[usize::from(it.0)].exp();
    let others: f64 = rivals[chosen].iter().map(odds).sum();
    let with_others: f64 = rivals[chosen].iter().map(|it| odds(it) * it.1.exp()).sum();
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
    fn who_fits_another_far_better_is_no_alternative() {
        // 0 and 1 of one system, 2 and 3 of another: each has its own, and the other's looks somewhat alike
        let links = [(0, 2, 11.0), (1, 3, 11.0), (0, 3, 6.0), (1, 2, 6.0)];
        let scored: Vec<_> = links.iter().map(|&(a, b, alone)| Scored::alone((a, b), alone)).collect();
        let known = Knowledge { entities: &[0, 1, 0, 1], may_be: &|a, b| a / 2 != b / 2, against: &|_, _, _| 0.0 };
        let losses = losses(&scored, &known);
        assert!(losses[..2].iter().all(|it| *it < 0.1), "{losses:?}");
        assert!(losses[2..].iter().all(|it| *it > 10.0), "{losses:?}");
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
