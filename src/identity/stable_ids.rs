//! Names of entities that stay the same from run to run.
//!
//! Comes in: which records an entity had before, and which it has now. Leaves: an id for each entity and what became of the
//! old ones. An entity keeps the id of the old entity that gave it most records; of two that claim one id, the one with
//! more of its records gets it; a new id is made of the key of the entity's first record. Costs a sort of the records.

use std::collections::{BTreeMap, BTreeSet};

/// What became of an old entity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fate {
    /// All its records are in one entity, which has its id.
    Kept,
    /// All its records are in an entity that has another's id.
    Merged,
    /// Its records are in more than one entity.
    Split,
    /// None of its records is in the data.
    Gone,
}

impl Fate {
    /// The word for it in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Merged => "merged",
            Self::Split => "split",
            Self::Gone => "gone",
        }
    }
}

/// One line of the map from old ids to new ones.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Change {
    /// The old id.
    pub old: String,
    /// The new id; empty for [`Fate::Gone`].
    pub new: String,
    /// What became of the old entity.
    pub fate: Fate,
}

/// Ids of entities, given by the keys of their records, and the map from those that the records had before.
pub fn carry_over(groups: &[Vec<&str>], before: &BTreeMap<&str, &str>) -> (Vec<String>, Vec<Change>) {
    let mut claims: Vec<(usize, usize, &str)> = Vec::new();
    for (group, keys) in groups.iter().enumerate() {
        let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
        keys.iter().filter_map(|key| before.get(key)).for_each(|&id| *shared.entry(id).or_default() += 1);
        claims.extend(shared.into_iter().map(|(id, n)| (n, group, id)));
    }
    claims.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| (one.1, one.2).cmp(&(other.1, other.2))));
    let mut ids: Vec<Option<String>> = vec![None; groups.len()];
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for &(_, group, id) in &claims {
        if ids[group].is_none() && taken.insert(id) {
            ids[group] = Some(id.to_owned());
        }
    }
    let used: BTreeSet<&str> = before.values().copied().collect();
    let ids: Vec<String> =
        ids.into_iter().zip(groups).map(|(id, keys)| id.unwrap_or_else(|| new_id(keys, &used))).collect();
    let changes = changes(&ids, &claims, before);
    (ids, changes)
}

/// An id made of the smallest key; never one that another entity has had.
fn new_id(keys: &[&str], used: &BTreeSet<&str>) -> String {
    let first = keys.iter().min().copied().unwrap_or_default();
    let id = |salt: u32| {
        let hash = blake3::hash(format!("{first}\u{0}{salt}").as_bytes());
        format!("e{}", &hash.to_hex()[..12])
    };
    (0..).map(id).find(|id| !used.contains(id.as_str())).unwrap_or_default()
}

fn changes(ids: &[String], claims: &[(usize, usize, &str)], before: &BTreeMap<&str, &str>) -> Vec<Change> {
    let mut by_old: BTreeMap<&str, Vec<&str>> = before.values().map(|&old| (old, Vec::new())).collect();
    for &(_, group, old) in claims {
        by_old.entry(old).or_default().push(&ids[group]);
    }
    let mut changes = Vec::new();
    for (old, news) in by_old {
        let fate = match news[..] {
            [] => Fate::Gone,
            [new] if new == old => Fate::Kept,
            [_] => Fate::Merged,
            _ => Fate::Split,
        };
        let news = if news.is_empty() { vec![""] } else { news };
        changes.extend(news.into_iter().map(|new| Change { old: old.to_owned(), new: new.to_owned(), fate }));
    }
    changes.sort();
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kept_merged_split_and_gone() {
        let before = BTreeMap::from([("a", "e1"), ("b", "e1"), ("c", "e2"), ("d", "e3"), ("e", "e3"), ("x", "e4")]);
        let groups = [vec!["a", "b", "c"], vec!["d"], vec!["e"], vec!["new"]];
        let (ids, changes) = carry_over(&groups, &before);
        assert_eq!(ids[0], "e1");
        assert_eq!((ids[1].as_str(), ids[2].starts_with('e')), ("e3", true));
        let fates: Vec<_> = changes.iter().map(|it| (it.old.as_str(), it.fate)).collect();
        let expected =
            [("e1", Fate::Kept), ("e2", Fate::Merged), ("e3", Fate::Split), ("e3", Fate::Split), ("e4", Fate::Gone)];
        assert_eq!(fates, expected);
    }

    #[test]
    fn without_a_run_before_ids_depend_on_the_records_only() {
        let none = BTreeMap::new();
        let (one, _) = carry_over(&[vec!["b", "a"], vec!["c"]], &none);
        let (other, _) = carry_over(&[vec!["c"], vec!["a", "b"]], &none);
        assert_eq!((&one[0], &one[1]), (&other[1], &other[0]));
    }
}
