//! Numbers as bins, so that a tree is grown by counting.
//!
//! Comes in: columns of numbers. Leaves: one byte a cell, and the edges. Never orders by anything but value. Costs: one
//! sort of a part of each column.

use rayon::prelude::*;

/// At most so many edges a column: a byte holds the bins, and more tell nothing.
const MOST_EDGES: usize = 62;

/// Edges are read from about so many cells of a column, evenly taken.
const SAMPLED: usize = 20_000;

/// Columns of bins. Bin 0 is what is not known; bin `k` is above edge `k - 2` and not above edge `k - 1`.
pub struct Bins {
    /// One byte a cell, a column after the other.
    pub columns: Vec<Vec<u8>>,
    edges: Vec<Vec<f32>>,
}

impl Bins {
    /// Sorts the cells of each column into bins.
    pub fn new(columns: &[Vec<f32>]) -> Self {
        let edges: Vec<Vec<f32>> = columns.par_iter().map(|column| edges(column)).collect();
        let binned = columns.par_iter().zip(&edges);
        let binned = binned.map(|(column, edges)| column.iter().map(|value| bin(edges, *value)).collect());
        Self { columns: binned.collect(), edges }
    }

    /// How many bins a column has.
    pub fn n_bins(&self, column: usize) -> usize {
        self.edges[column].len() + 2
    }

    /// The greatest value that lies in a bin or below it; minus infinity for what is not known.
    pub fn edge(&self, column: usize, bin: usize) -> f32 {
        if bin == 0 { f32::NEG_INFINITY } else { self.edges[column].get(bin - 1).copied().unwrap_or(f32::INFINITY) }
    }
}

fn bin(edges: &[f32], value: f32) -> u8 {
    if value.is_nan() { 0 } else { 1 + edges.partition_point(|edge| *edge < value) as u8 }
}

fn edges(column: &[f32]) -> Vec<f32> {
    let stride = column.len().div_ceil(SAMPLED).max(1);
    let mut sorted: Vec<f32> = column.iter().step_by(stride).copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f32::total_cmp);
    let n_edges = MOST_EDGES.min(sorted.len());
    let mut edges: Vec<f32> = (1..=n_edges).map(|at| sorted[(at * sorted.len()).div_ceil(n_edges + 1) - 1]).collect();
    edges.dedup();
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_keep_the_order_of_values_and_know_what_is_not_known() {
        let column: Vec<f32> = (0..1000).map(|n| (n * 37 % 1000) as f32).chain([f32::NAN]).collect();
        let bins = Bins::new(std::slice::from_ref(&column));
        let binned = &bins.columns[0];
        assert_eq!(binned[1000], 0);
        for (a, b) in (0..999).map(|at| (at, at + 1)) {
            assert!((column[a] < column[b]) == (binned[a] < binned[b]) || binned[a] == binned[b]);
        }
        for (value, bin) in column.iter().zip(binned).filter(|(value, _)| !value.is_nan()) {
            assert!(*value <= bins.edge(0, usize::from(*bin)) && *value > bins.edge(0, usize::from(*bin) - 1));
        }
    }
}
