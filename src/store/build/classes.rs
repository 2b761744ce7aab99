//! Which class each node of a dictionary stands under, so that nodes of a kind get ranks side by side.
//!
//! In come the pairs of `rdf:type`, twice; out comes a small number for each node. A node of several classes stands under
//! the rarest, of equally rare ones under the first; only the [`MAX_CLASSES`] most frequent classes count. Costs a byte a
//! node.

use rustc_hash::FxHashMap;

use crate::store::StoreError;

/// So many classes get segments of their own.
const MAX_CLASSES: usize = 255;

/// Gives all pairs of a node (its number) and its class (any number that names it) to a taker.
pub(in crate::store) type Types<'a> = dyn Fn(&mut dyn FnMut(u32, u64)) -> Result<(), StoreError> + 'a;

/// Of each of `n_nodes` nodes, 0 for none or the class: classes are numbered in the order of their names.
pub(in crate::store) fn classes(n_nodes: usize, types: &Types<'_>) -> Result<Vec<u8>, StoreError> {
    let mut n_members: FxHashMap<u64, u64> = FxHashMap::default();
    types(&mut |_, class| *n_members.entry(class).or_default() += 1)?;
    let mut frequent: Vec<(u64, u64)> = n_members.into_iter().map(|(class, n)| (n, class)).collect();
    frequent.sort_unstable_by_key(|(n, class)| (std::cmp::Reverse(*n), *class));
    frequent.truncate(MAX_CLASSES);
    frequent.sort_unstable_by_key(|(_, class)| *class);
    let by_class: FxHashMap<u64, u8> = (1u8..=255).zip(&frequent).map(|(at, (_, class))| (*class, at)).collect();
    let mut of = vec![0u8; n_nodes];
    types(&mut |node, class| {
        let (Some(now), Some(class)) = (of.get_mut(node as usize), by_class.get(&class)) else { return };
        let rarity = |class: u8| (frequent.get(usize::from(class) - 1).map_or(0, |(n, _)| *n), class);
        if *now == 0 || rarity(*class) < rarity(*now) {
            *now = *class;
        }
    })?;
    Ok(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(u32, u64)], n_nodes: usize) -> Vec<u8> {
        classes(n_nodes, &|take| {
            pairs.iter().for_each(|(node, class)| take(*node, *class));
            Ok(())
        })
        .unwrap()
    }

    #[test]
    fn a_node_stands_under_the_rarest_of_its_classes() {
        assert_eq!(of(&[(0, 70), (1, 70), (1, 80), (2, 70), (3, 60)], 5), [2, 3, 2, 1, 0]);
        assert_eq!(of(&[(0, 9), (0, 8), (9, 8)], 2), [2, 0]);
        assert_eq!(of(&[(0, 9), (0, 8)], 1), [1]);
    }

    #[test]
    fn rare_classes_beyond_the_limit_do_not_count() {
        let many: Vec<_> = (0..300).flat_map(|at| [(at, u64::from(at)), (at, 7)]).collect();
        let of = of(&many, 300);
        assert!(of.iter().all(|class| *class > 0));
        assert_eq!(of[299], 8);
    }
}
