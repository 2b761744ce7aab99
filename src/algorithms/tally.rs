//! Sums by number in a flat array, of which only the touched places are looked at and cleared.
//!
//! Whether a place was touched before is not branched on: nobody can guess it, and a wrong guess would wait for the
//! memory that the next additions could be asking for meanwhile.

/// One sum a key, keys from 0 to some bound.
pub(super) struct Tally {
    sums: Vec<f64>,
    /// The touched keys, then one place that is written in vain.
    keys: Vec<u32>,
    n_keys: usize,
}

impl Tally {
    pub(super) fn new(n_keys: usize) -> Self {
        Self { sums: vec![0.0; n_keys], keys: vec![0; n_keys + 1], n_keys: 0 }
    }

    /// Adds an amount of at least 0; a key whose sum stays 0 counts as untouched.
    #[inline]
    pub(super) fn add(&mut self, key: u32, amount: f64) {
        let sum = &mut self.sums[key as usize];
        let is_new = (*sum == 0.0) & (amount > 0.0);
        self.keys[self.n_keys] = key;
        self.n_keys += usize::from(is_new);
        *sum += amount;
    }

    pub(super) fn sum(&self, key: u32) -> f64 {
        self.sums[key as usize]
    }

    /// The touched keys, in the order in which they were touched first.
    pub(super) fn keys(&self) -> &[u32] {
        &self.keys[..self.n_keys]
    }

    /// Touched keys and their sums, in the order in which they were touched first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, f64)> + '_ {
        self.keys().iter().map(|key| (*key, self.sums[*key as usize]))
    }

    pub(super) fn clear(&mut self) {
        for key in &self.keys[..self.n_keys] {
            self.sums[*key as usize] = 0.0;
        }
        self.n_keys = 0;
    }
}
