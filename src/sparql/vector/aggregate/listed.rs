//! Aggregates that need all values of a group at its end.

use rayon::prelude::*;

use crate::store::Id;

/// The values of all groups in the order of the rows; sixteen bytes a row until the end.
#[derive(Default)]
pub(super) struct Listed(Vec<(u32, Id)>);

impl Listed {
    /// Bytes that it holds, at least.
    pub fn bytes(&self) -> usize {
        self.0.len() * size_of::<(u32, Id)>()
    }

    pub fn add(&mut self, group: u32, id: Id) {
        self.0.push((group, id));
    }

    /// Adds what another has seen after this one: its group `i` is group `into[i]` here.
    pub fn merge(&mut self, others: Self, into: &[u32]) {
        self.0.extend(others.0.into_iter().map(|(group, id)| (into[group as usize], id)));
    }

    /// The result of each group, from its values in the order of the rows.
    pub fn finish(mut self, n_groups: usize, result: impl Fn(&mut dyn Iterator<Item = Id>) -> Id + Sync) -> Vec<Id> {
        self.0.par_sort_by_key(|(group, _)| *group);
        let mut ends = vec![0; n_groups];
        self.0.iter().for_each(|(group, _)| ends[*group as usize] += 1);
        let mut end = 0;
        for n_rows in &mut ends {
            end += *n_rows;
            *n_rows = end;
        }
        let of_group = |group: usize| {
            let first = if group == 0 { 0 } else { ends[group - 1] };
            result(&mut self.0[first..ends[group]].iter().map(|(_, id)| *id))
        };
        (0..n_groups).into_par_iter().map(of_group).collect()
    }
}
