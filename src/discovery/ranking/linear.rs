//! The additive half of the model: logistic regression with a ridge.
//!
//! Comes in: a sample. Leaves: one coefficient a column. Never uses more than a part of a large sample. Costs: a few
//! Newton steps, each one pass over the part and one solution of a small system.
//!
//! Columns are centred and scaled; what is not known stands in the middle and adds nothing.

use rayon::prelude::*;

use crate::discovery::ranking::boosting::Sample;

/// Newton steps; the loss is convex, and a ridge keeps it curved.
const STEPS: usize = 8;

/// More rows tell a line nothing new; those with the smallest keys are taken.
const MOST_ROWS: usize = 30_000;

/// Values further from the middle than so many deviations are cut.
const FURTHEST: f64 = 4.0;

/// A chunk of rows whose sums are taken together; fixed, so that sums do not depend on the number of threads.
const CHUNK: usize = 1024;

/// A line of the log-odds.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    shift: f64,
    columns: Vec<Column>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Column {
    middle: f64,
    scale: f64,
    coefficient: f64,
}

impl Line {
    /// Learns from a sample; `ridge` is the weight of the squared coefficients, in rows.
    pub fn learn(sample: &Sample, ridge: f64) -> Self {
        let columns: Vec<Column> = sample.columns.par_iter().map(|column| Column::of(column)).collect();
        let mut line = Self { shift: 0.0, columns };
        let rows = part(sample);
        let scaled: Vec<Vec<f64>> = rows.par_iter().map(|row| line.scaled(sample, *row)).collect();
        for _ in 0..STEPS {
            line.step(sample, &rows, &scaled, ridge);
        }
        line
    }

    /// The log-odds of a row.
    pub fn log_odds(&self, numbers: &[f32]) -> f64 {
        self.shift + self.added(numbers).sum::<f64>()
    }

    /// The log-odds of a row in the middle of everything, and what each column adds.
    pub fn explain(&self, numbers: &[f32]) -> (f64, Vec<f64>) {
        (self.shift, self.added(numbers).collect())
    }

    fn added(&self, numbers: &[f32]) -> impl Iterator<Item = f64> {
        self.columns.iter().zip(numbers).map(|(column, number)| column.coefficient * column.scaled(*number))
    }

    /// One, then the row's columns.
    fn scaled(&self, sample: &Sample, row: usize) -> Vec<f64> {
        let columns = self.columns.iter().zip(&sample.columns).map(|(column, cells)| column.scaled(cells[row]));
        std::iter::once(1.0).chain(columns).collect()
    }

    fn step(&mut self, sample: &Sample, rows: &[usize], scaled: &[Vec<f64>], ridge: f64) {
        let n = self.columns.len() + 1;
        let beta: Vec<f64> = std::iter::once(self.shift).chain(self.columns.iter().map(|it| it.coefficient)).collect();
        let chunks = rows.par_chunks(CHUNK).zip(scaled.par_chunks(CHUNK));
        let sums: Vec<(Vec<f64>, Vec<f64>)> = chunks.map(|(rows, scaled)| sums(sample, rows, scaled, &beta)).collect();
        let (mut slope, mut curvature) = (vec![0.0; n], vec![0.0; n * n]);
        for (g, h) in sums {
            slope.iter_mut().zip(g).for_each(|(sum, it)| *sum += it);
            curvature.iter_mut().zip(h).for_each(|(sum, it)| *sum += it);
        }
        for at in 0..n {
            let ridge = if at == 0 { 1e-9 } else { ridge };
            slope[at] += ridge * beta[at];
            curvature[at * n + at] += ridge;
        }
        let Some(step) = solve(&mut curvature, &slope) else { return };
        self.shift -= step[0];
        self.columns.iter_mut().zip(&step[1..]).for_each(|(column, step)| column.coefficient -= step);
    }
}

impl Column {
    fn of(cells: &[f32]) -> Self {
        let known: Vec<f64> = cells.iter().filter(|it| it.is_finite()).map(|it| f64::from(*it)).collect();
        let n = known.len().max(1) as f64;
        let middle = known.iter().sum::<f64>() / n;
        let deviation = (known.iter().map(|it| (it - middle).powi(2)).sum::<f64>() / n).sqrt();
        Self { middle, scale: if deviation > 1e-9 { 1.0 / deviation } else { 0.0 }, coefficient: 0.0 }
    }

    fn scaled(&self, number: f32) -> f64 {
        if !number.is_finite() {
            return 0.0;
        }
        ((f64::from(number) - self.middle) * self.scale).clamp(-FURTHEST, FURTHEST)
    }
}

/// Rows with the smallest keys, ascending.
fn part(sample: &Sample) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..sample.labels.len()).collect();
    if rows.len() > MOST_ROWS {
        rows.select_nth_unstable_by_key(MOST_ROWS, |row| (sample.keys[*row], *row));
        rows.truncate(MOST_ROWS);
        rows.sort_unstable();
    }
    rows
}

/// Slope and curvature of the loss over some rows.
fn sums(sample: &Sample, rows: &[usize], scaled: &[Vec<f64>], beta: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let n = beta.len();
    let (mut slope, mut curvature) = (vec![0.0; n], vec![0.0; n * n]);
    for (row, x) in rows.iter().zip(scaled) {
        let odds: f64 = x.iter().zip(beta).map(|(x, beta)| x * beta).sum();
        let (expected, weight) = (1.0 / (1.0 + (-odds).exp()), f64::from(sample.weights[*row]));
        let error = weight * (expected - f64::from(u8::from(sample.labels[*row])));
        let bend = weight * expected * (1.0 - expected);
        for (at, value) in x.iter().enumerate() {
            slope[at] += error * value;
            let bent = bend * value;
            curvature[at * n..=at * n + at].iter_mut().zip(x).for_each(|(sum, other)| *sum += bent * other);
        }
    }
    (slope, curvature)
}

/// Solves a system whose lower triangle is given (Cholesky); `None` when it is not curved.
fn solve(matrix: &mut [f64], right: &[f64]) -> Option<Vec<f64>> {
    let n = right.len();
    for row in 0..n {
        for column in 0..=row {
            let inner: f64 = (0..column).map(|at| matrix[row * n + at] * matrix[column * n + at]).sum();
            let rest = matrix[row * n + column] - inner;
            if row == column {
                matrix[row * n + row] = if rest > 0.0 { rest.sqrt() } else { return None };
            } else {
                matrix[row * n + column] = rest / matrix[column * n + column];
            }
        }
    }
    let mut x = right.to_vec();
    for row in 0..n {
        let inner: f64 = (0..row).map(|at| matrix[row * n + at] * x[at]).sum();
        x[row] = (x[row] - inner) / matrix[row * n + row];
    }
    for row in (0..n).rev() {
        let inner: f64 = (row + 1..n).map(|at| matrix[at * n + row] * x[at]).sum();
        x[row] = (x[row] - inner) / matrix[row * n + row];
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved() {
        let found = solve(&mut [4.0, 0.0, 2.0, 3.0], &[8.0, 7.0]).unwrap();
        assert!((found[0] - 1.25).abs() < 1e-12 && (found[1] - 1.5).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn the_coefficients_that_made_the_labels_are_found_and_explain_the_odds() {
        let columns = vec![
            (0..5000).map(|n| ((n * 7919) % 1000) as f32 / 100.0).collect::<Vec<f32>>(),
            (0..5000).map(|n| ((n * 104_729) % 997) as f32).collect(),
        ];
        let odds = |row: usize| f64::from(columns[0][row]) - 5.0;
        let chance = |row: usize| ((row * 31 + 7) % 499) as f64 / 499.0;
        let labels = (0..5000).map(|row| chance(row) < 1.0 / (1.0 + (-odds(row)).exp())).collect();
        let sample = Sample {
            labels,
            weights: vec![1.0; 5000],
            keys: (0..5000).collect(),
            columns: columns.clone(),
            ..Sample::default()
        };
        let line = Line::learn(&sample, 1.0);
        let at = |value: f32| line.log_odds(&[value, 500.0]);
        assert!((at(6.0) - at(5.0) - 1.0).abs() < 0.15, "{}", at(6.0) - at(5.0));
        let (shift, added) = line.explain(&[6.0, f32::NAN]);
        assert!((shift + added.iter().sum::<f64>() - line.log_odds(&[6.0, f32::NAN])).abs() < 1e-12);
        assert_eq!(added[1], 0.0);
    }
}
