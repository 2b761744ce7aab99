//! Sums over a row of what stands at its neighbours, in four lanes: a fixed order, and no addition waits for the last.

/// How many additions are under way at once.
const N_LANES: usize = 4;

/// The sum of `values` at the places of a row.
#[inline]
pub(super) fn sum(row: &[u32], values: &[f64]) -> f64 {
    let mut lanes = [0.0; N_LANES];
    let quads = row.chunks_exact(N_LANES);
    let rest = quads.remainder();
    for quad in quads {
        for (lane, at) in lanes.iter_mut().zip(quad) {
            *lane += values[*at as usize];
        }
    }
    for (lane, at) in lanes.iter_mut().zip(rest) {
        *lane += values[*at as usize];
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}

/// The sums of `K` columns of `values` at the places of a row.
#[inline]
pub(super) fn sums<const K: usize>(row: &[u32], values: &[[f64; K]]) -> [f64; K] {
    let mut lanes = [[0.0; K]; N_LANES];
    let quads = row.chunks_exact(N_LANES);
    let rest = quads.remainder();
    for quad in quads {
        for (lane, at) in lanes.iter_mut().zip(quad) {
            add(lane, &values[*at as usize], 1.0);
        }
    }
    for (lane, at) in lanes.iter_mut().zip(rest) {
        add(lane, &values[*at as usize], 1.0);
    }
    joined(lanes)
}

/// As [`sums`], each value times the weight beside its place.
#[inline]
pub(super) fn weighted_sums<const K: usize>(row: &[u32], weights: &[f64], values: &[[f64; K]]) -> [f64; K] {
    let mut lanes = [[0.0; K]; N_LANES];
    for (quad, weights) in row.chunks(N_LANES).zip(weights.chunks(N_LANES)) {
        for (lane, (at, weight)) in lanes.iter_mut().zip(quad.iter().zip(weights)) {
            add(lane, &values[*at as usize], *weight);
        }
    }
    joined(lanes)
}

#[inline]
fn add<const K: usize>(lane: &mut [f64; K], values: &[f64; K], weight: f64) {
    lane.iter_mut().zip(values).for_each(|(sum, value)| *sum += value * weight);
}

#[inline]
fn joined<const K: usize>(lanes: [[f64; K]; N_LANES]) -> [f64; K] {
    std::array::from_fn(|column| (lanes[0][column] + lanes[1][column]) + (lanes[2][column] + lanes[3][column]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_any_length_are_summed() {
        let values: Vec<f64> = (0..9).map(f64::from).collect();
        for n in 0..9u32 {
            let row: Vec<u32> = (0..n).rev().collect();
            let weights = vec![2.0; row.len()];
            let expected = f64::from(n * n.saturating_sub(1) / 2);
            assert_eq!(sum(&row, &values), expected);
            let columns: Vec<[f64; 2]> = values.iter().map(|value| [*value, -value]).collect();
            assert_eq!(sums(&row, &columns), [expected, -expected]);
            assert_eq!(weighted_sums(&row, &weights, &columns), [2.0 * expected, -2.0 * expected]);
        }
    }
}
