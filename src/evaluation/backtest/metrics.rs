//! How good an order is: average precision, precision and recall of the first places, lift, area under the curve.
//!
//! Comes in: who comes first, and who rose; each with how often it counts. Leaves: numbers in [0, 1], lift above 0. Never
//! sorts by what followed. Costs: one pass over the order.

/// What is told of an order.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Quality {
    /// Mean over all risers of the precision down to their place.
    pub average_precision: f64,
    /// Precision of the first 20, 50 and 100 places.
    pub precision: [f64; 3],
    /// Share of the risers among the first 50 places.
    pub recall_50: f64,
    /// Precision of the first 50 places over the share of risers.
    pub lift_50: f64,
    /// Chance that a riser stands above one who is none.
    pub area: f64,
}

/// The first places that are looked at.
pub const FIRST: [usize; 3] = [20, 50, 100];

/// Places of accounts in the order of their scores, the best first; equal scores by key.
pub fn order(scores: &[f64], keys: &[u64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(keys[*a].cmp(&keys[*b])));
    order
}

impl Quality {
    /// The quality of an order in which account `i` counts `times[i]` times.
    pub fn of(order: &[usize], rose: &[bool], times: &[u32]) -> Self {
        let n = |wanted: bool| -> u64 {
            order.iter().filter(|at| rose[**at] == wanted).map(|at| u64::from(times[*at])).sum()
        };
        let (n_risers, n_others) = (n(true) as f64, n(false) as f64);
        if n_risers == 0.0 || n_others == 0.0 {
            return Self::default();
        }
        let mut walk = Walk::default();
        order.iter().for_each(|at| walk.step(rose[*at], times[*at]));
        let precision = [0, 1, 2].map(|at| walk.hits[at] / (FIRST[at] as f64).min(n_risers + n_others));
        Self {
            average_precision: walk.precisions / n_risers,
            precision,
            recall_50: walk.hits[1] / n_risers,
            lift_50: precision[1] * (n_risers + n_others) / n_risers,
            area: walk.below / (n_risers * n_others),
        }
    }

    /// The mean of several.
    pub fn mean(all: &[Self]) -> Self {
        let mean = |of: &dyn Fn(&Self) -> f64| all.iter().map(of).sum::<f64>() / all.len().max(1) as f64;
        Self {
            average_precision: mean(&|it| it.average_precision),
            precision: [0, 1, 2].map(|at| mean(&|it| it.precision[at])),
            recall_50: mean(&|it| it.recall_50),
            lift_50: mean(&|it| it.lift_50),
            area: mean(&|it| it.area),
        }
    }
}

#[derive(Default)]
struct Walk {
    n_seen: f64,
    n_risers: f64,
    precisions: f64,
    below: f64,
    hits: [f64; 3],
}

impl Walk {
    fn step(&mut self, rose: bool, times: u32) {
        for _ in 0..times {
            self.n_seen += 1.0;
            if !rose {
                self.below += self.n_risers;
                continue;
            }
            self.n_risers += 1.0;
            self.precisions += self.n_risers / self.n_seen;
            for (hits, first) in self.hits.iter_mut().zip(FIRST) {
                *hits += if self.n_seen <= first as f64 { 1.0 } else { 0.0 };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_measured_as_the_textbook_does() {
        let rose = [true, false, true, false];
        let quality = Quality::of(&[0, 1, 2, 3], &rose, &[1; 4]);
        assert!((quality.average_precision - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-12);
        assert!((quality.area - 0.75).abs() < 1e-12 && (quality.lift_50 - 1.0).abs() < 1e-12);
        assert_eq!(quality.recall_50, 1.0);
    }

    #[test]
    fn who_counts_twice_stands_there_twice() {
        let twice = Quality::of(&[0, 1, 2], &[true, false, true], &[2, 1, 1]);
        let spelled = Quality::of(&[0, 1, 2, 3], &[true, true, false, true], &[1; 4]);
        assert_eq!(twice, spelled);
    }

    #[test]
    fn equal_scores_are_ordered_by_key() {
        assert_eq!(order(&[1.0, 2.0, 1.0], &[9, 5, 3]), [1, 2, 0]);
    }
}
