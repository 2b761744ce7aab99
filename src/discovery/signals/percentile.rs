//! Mid-rank percentiles, the usual score of a signal.

/// For every value the share of the reference values below it plus half the share equal to it; `None` stays `None`.
/// Without any reference value everything known scores one half.
pub fn mid_ranks(values: &[Option<f64>], is_reference: impl Fn(usize) -> bool) -> Vec<Option<f64>> {
    let kept = values.iter().enumerate().filter(|(place, _)| is_reference(*place));
    let mut reference: Vec<f64> = kept.filter_map(|(_, value)| *value).collect();
    reference.sort_unstable_by(f64::total_cmp);
    values.iter().map(|value| value.map(|value| mid_rank(&reference, value))).collect()
}

/// Where a value stands among sorted ones.
pub fn mid_rank(sorted: &[f64], value: f64) -> f64 {
    if sorted.is_empty() {
        return 0.5;
    }
    let n_below = sorted.partition_point(|it| *it < value);
    let n_not_above = sorted.partition_point(|it| *it <= value);
    (n_below + n_not_above) as f64 / (2 * sorted.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_the_middle_of_their_ranks() {
        let scores = mid_ranks(&[Some(1.0), Some(2.0), Some(2.0), None, Some(3.0)], |_| true);
        assert_eq!(scores, [Some(0.125), Some(0.5), Some(0.5), None, Some(0.875)]);
    }

    #[test]
    fn a_value_outside_the_reference_is_placed_among_it() {
        let scores = mid_ranks(&[Some(1.0), Some(3.0), Some(9.0)], |place| place < 2);
        assert_eq!(scores, [Some(0.25), Some(0.75), Some(1.0)]);
        assert_eq!(mid_ranks(&[Some(4.0)], |_| false), [Some(0.5)]);
    }
}
