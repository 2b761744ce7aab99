//! Chance that is not: numbers that follow from a seed and a place alone, whatever was drawn before.

/// A number for a place, all bits of it equally likely; SplitMix64's finaliser (Steele, Lea, Flood, 2014) over both.
pub(super) fn number(seed: u64, place: u64) -> u64 {
    let mixed = mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15));
    mix(mixed ^ place.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// `n_drawn` different nodes of `0..n_nodes`, ascending; all of them when there are no more. The drawn of a smaller
/// number are among the drawn of a greater one.
pub(super) fn nodes(n_nodes: usize, n_drawn: usize, seed: u64) -> Vec<u32> {
    let mut nodes: Vec<u32> = (0..n_nodes as u32).collect();
    if n_drawn < n_nodes {
        nodes.select_nth_unstable_by_key(n_drawn, |node| (number(seed, u64::from(*node)), *node));
        nodes.truncate(n_drawn);
        nodes.sort_unstable();
    }
    nodes
}

/// All nodes of `0..n_nodes` in a drawn order.
///
/// Nodes are dealt out by the first bits of their numbers, about one to a place, which is quicker than sorting; the few
/// that share a place stay ascending.
pub(super) fn order(n_nodes: usize, seed: u64) -> Vec<u32> {
    let n_bits = n_nodes.next_power_of_two().trailing_zeros().clamp(1, 20);
    let place = |node: u32| (number(seed, u64::from(node)) >> (u64::BITS - n_bits)) as usize;
    let mut ends = vec![0u32; (1 << n_bits) + 1];
    (0..n_nodes as u32).for_each(|node| ends[place(node) + 1] += 1);
    (0..1 << n_bits).for_each(|place| ends[place + 1] += ends[place]);
    let mut order = vec![0; n_nodes];
    for node in 0..n_nodes as u32 {
        let end = &mut ends[place(node)];
        order[*end as usize] = node;
        *end += 1;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_nodes_differ_and_grow_with_their_number() {
        let (few, many) = (nodes(100, 10, 7), nodes(100, 30, 7));
        assert_eq!((few.len(), many.len()), (10, 30));
        assert!(many.windows(2).all(|pair| pair[0] < pair[1]) && few.iter().all(|node| many.contains(node)));
        assert_ne!(few, nodes(100, 10, 8));
        assert_eq!(nodes(3, 10, 7), [0, 1, 2]);
    }

    #[test]
    fn an_order_holds_every_node_once_and_follows_the_seed() {
        for n_nodes in [0, 1, 2, 1000] {
            let mut drawn = order(n_nodes, 7);
            drawn.sort_unstable();
            assert_eq!(drawn, (0..n_nodes as u32).collect::<Vec<_>>());
        }
        let n_kept = order(1000, 7).windows(2).filter(|pair| pair[0] < pair[1]).count();
        assert!((400..600).contains(&n_kept), "{n_kept} of 999 neighbours stand ascending");
        assert_ne!(order(1000, 7), order(1000, 8));
    }
}
