//! One tree, grown by counting gradients in bins.
//!
//! Comes in: bins, gradients and the rows and columns that take part. Leaves: a tree. Never looks at labels. Costs: one
//! pass over the rows for each level and column, in parallel over columns.
//!
//! The leaf that gains most is parted next (Ke et al., *LightGBM*, NIPS 2017); of its two parts the smaller one is counted
//! and the other one is the difference. A column that may act in one direction only parts a leaf when its two sides stand
//! in that order, and everything below keeps to the middle between them (Bartley et al., *Enhanced Random Forest
//! Algorithms for Partially Monotone Ordinal Classification*, AAAI 2019).
//!
//! Every sum is taken in the order of rows, so that the tree does not depend on the number of threads.

use rayon::prelude::*;

use crate::discovery::ranking::bins::Bins;
use crate::discovery::ranking::measures::Direction;

/// How a tree is grown.
#[derive(Clone, Copy, Debug)]
pub struct Growth {
    /// At most so many leaves.
    pub leaves: usize,
    /// A leaf has at least so many rows.
    pub minimum_rows: u32,
    /// Added to the curvature of every leaf, which holds small leaves back.
    pub ridge: f64,
}

/// First and second derivative of the loss at a row.
#[derive(Clone, Copy, Default, Debug)]
pub struct Gradient {
    /// First.
    pub slope: f64,
    /// Second.
    pub curvature: f64,
}

/// A tree: node 0 is its root.
#[derive(Clone, PartialEq, Debug)]
pub struct Tree {
    nodes: Vec<Node>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Node {
    value: f64,
    split: Option<Split>,
}

/// What parts a node: rows whose value is not above `edge`, or not known, go to `below`, the others to `below + 1`.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Split {
    column: usize,
    bin: u8,
    edge: f32,
    below: usize,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    slope: f64,
    curvature: f64,
    n_rows: u32,
}

/// A leaf that may still be parted.
struct Leaf {
    node: usize,
    rows: Vec<u32>,
    counts: Vec<Vec<Cell>>,
    bounds: (f64, f64),
    best: Option<Parting>,
}

#[derive(Clone, Copy)]
struct Parting {
    gain: f64,
    column_place: usize,
    bin: usize,
    values: (f64, f64),
}

/// Grows trees on the same bins.
pub struct Grower<'a> {
    /// The bins.
    pub bins: &'a Bins,
    /// Which way each column may act.
    pub directions: &'a [Direction],
    /// How.
    pub growth: Growth,
}

impl Grower<'_> {
    /// Grows a tree on some rows and columns, both ascending.
    pub fn grow(&self, gradients: &[Gradient], rows: Vec<u32>, columns: &[usize]) -> Tree {
        let counts = self.count(gradients, &rows, columns);
        let total = sum(&counts[0]);
        let everything = (f64::NEG_INFINITY, f64::INFINITY);
        let mut tree = Tree { nodes: vec![Node { value: self.value(total, everything), split: None }] };
        let mut leaves = vec![self.leaf(0, rows, counts, everything, columns)];
        while leaves.len() < self.growth.leaves {
            let gain = |leaf: &Leaf| leaf.best.map_or(0.0, |best| best.gain);
            let most = leaves.iter().enumerate().max_by(|a, b| gain(a.1).total_cmp(&gain(b.1)).then(b.0.cmp(&a.0)));
            let Some((at, parting)) = most.and_then(|(at, leaf)| Some((at, leaf.best?))) else { break };
            let leaf = leaves.swap_remove(at);
            leaves.extend(self.part(&mut tree, leaf, parting, gradients, columns));
        }
        tree
    }

    fn count(&self, gradients: &[Gradient], rows: &[u32], columns: &[usize]) -> Vec<Vec<Cell>> {
        // gathered once, so that every column reads them one after the other
        let gradients: Vec<Gradient> = rows.iter().map(|row| gradients[*row as usize]).collect();
        let count = |column: &usize| {
            let bins = &self.bins.columns[*column];
            let mut cells = vec![Cell::default(); self.bins.n_bins(*column)];
            for (row, gradient) in rows.iter().zip(&gradients) {
                let cell = &mut cells[usize::from(bins[*row as usize])];
                cell.slope += gradient.slope;
                cell.curvature += gradient.curvature;
                cell.n_rows += 1;
            }
            cells
        };
        columns.par_iter().map(count).collect()
    }

    fn leaf(&self, node: usize, rows: Vec<u32>, counts: Vec<Vec<Cell>>, bounds: (f64, f64), columns: &[usize]) -> Leaf {
        let best_of = |place: usize| self.best_parting(&counts[place], columns[place], place, bounds);
        let found: Vec<Option<Parting>> = (0..columns.len()).map(best_of).collect();
        let better = |a: Parting, b: Parting| if b.gain > a.gain { b } else { a };
        let best = found.into_iter().flatten().reduce(better);
        Leaf { node, rows, counts, bounds, best }
    }

    fn best_parting(&self, cells: &[Cell], column: usize, place: usize, bounds: (f64, f64)) -> Option<Parting> {
        let total = sum(cells);
        let whole = self.worth(total, self.value(total, bounds));
        let mut left = Cell::default();
        let mut best: Option<Parting> = None;
        for (bin, cell) in cells.iter().enumerate().take(cells.len() - 1) {
            left = left.plus(*cell);
            let right = total.minus(left);
            if left.n_rows < self.growth.minimum_rows || right.n_rows < self.growth.minimum_rows {
                continue;
            }
            let values = (self.value(left, bounds), self.value(right, bounds));
            if !is_allowed(self.directions[column], values) {
                continue;
            }
            let gain = self.worth(left, values.0) + self.worth(right, values.1) - whole;
            if gain > best.map_or(0.0, |best| best.gain) {
                best = Some(Parting { gain, column_place: place, bin, values });
            }
        }
        best
    }

    fn part(&self, tree: &mut Tree, leaf: Leaf, at: Parting, gradients: &[Gradient], columns: &[usize]) -> [Leaf; 2] {
        let (column, below) = (columns[at.column_place], tree.nodes.len());
        let edge = self.bins.edge(column, at.bin);
        tree.nodes[leaf.node].split = Some(Split { column, bin: at.bin as u8, edge, below });
        tree.nodes.extend([at.values.0, at.values.1].map(|value| Node { value, split: None }));
        let bins = &self.bins.columns[column];
        let (left, right): (Vec<u32>, Vec<u32>) =
            leaf.rows.iter().partition(|row| usize::from(bins[**row as usize]) <= at.bin);
        let is_left_smaller = left.len() <= right.len();
        let smaller = self.count(gradients, if is_left_smaller { &left } else { &right }, columns);
        let larger = difference(&leaf.counts, &smaller);
        let (counts_left, counts_right) = if is_left_smaller { (smaller, larger) } else { (larger, smaller) };
        let (bounds_left, bounds_right) = narrowed(self.directions[column], leaf.bounds, at.values);
        [
            self.leaf(below, left, counts_left, bounds_left, columns),
            self.leaf(below + 1, right, counts_right, bounds_right, columns),
        ]
    }

    fn value(&self, cell: Cell, bounds: (f64, f64)) -> f64 {
        (-cell.slope / (cell.curvature + self.growth.ridge)).clamp(bounds.0, bounds.1)
    }

    /// By how much the loss falls when the cell's rows get a value.
    fn worth(&self, cell: Cell, value: f64) -> f64 {
        -value * (cell.slope + 0.5 * (cell.curvature + self.growth.ridge) * value)
    }
}

fn is_allowed(direction: Direction, (left, right): (f64, f64)) -> bool {
    match direction {
        Direction::Up => left <= right,
        Direction::Down => left >= right,
        Direction::Free => true,
    }
}

fn narrowed(direction: Direction, (low, high): (f64, f64), values: (f64, f64)) -> ((f64, f64), (f64, f64)) {
    let middle = f64::midpoint(values.0, values.1);
    match direction {
        Direction::Up => ((low, middle), (middle, high)),
        Direction::Down => ((middle, high), (low, middle)),
        Direction::Free => ((low, high), (low, high)),
    }
}

fn sum(cells: &[Cell]) -> Cell {
    cells.iter().fold(Cell::default(), |total, cell| total.plus(*cell))
}

fn difference(whole: &[Vec<Cell>], part: &[Vec<Cell>]) -> Vec<Vec<Cell>> {
    let cells = |(whole, part): (&Vec<Cell>, &Vec<Cell>)| whole.iter().zip(part).map(|(a, b)| a.minus(*b)).collect();
    whole.iter().zip(part).map(cells).collect()
}

impl Cell {
    fn plus(self, other: Self) -> Self {
        Self {
            slope: self.slope + other.slope,
            curvature: self.curvature + other.curvature,
            n_rows: self.n_rows + other.n_rows,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            slope: self.slope - other.slope,
            curvature: self.curvature - other.curvature,
            n_rows: self.n_rows - other.n_rows,
        }
    }
}

impl Tree {
    /// The value of a row of bins.
    pub fn value_of_bins(&self, bins: &Bins, row: usize) -> f64 {
        let mut at = self.nodes[0];
        while let Some(split) = at.split {
            at = self.nodes[split.below + usize::from(bins.columns[split.column][row] > split.bin)];
        }
        at.value
    }

    /// The value of a row of numbers.
    pub fn value(&self, numbers: &[f32]) -> f64 {
        let mut at = self.nodes[0];
        while let Some(split) = at.split {
            at = self.nodes[split.side(numbers)];
        }
        at.value
    }

    /// The root's value, and by how much each column on the way to the leaf moves it: together they are the leaf's value.
    pub fn explain(&self, numbers: &[f32], moved: &mut impl FnMut(usize, f64)) -> f64 {
        let mut at = self.nodes[0];
        while let Some(split) = at.split {
            let next = self.nodes[split.side(numbers)];
            moved(split.column, next.value - at.value);
            at = next;
        }
        self.nodes[0].value
    }
}

impl Split {
    fn side(&self, numbers: &[f32]) -> usize {
        self.below + usize::from(numbers[self.column] > self.edge)
    }
}
