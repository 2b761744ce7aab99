//! The links that a view keeps, renumbered: what the rows are made of.

use rayon::prelude::*;

use crate::graph::layer::Decay;
use crate::graph::numbering::Numbering;
use crate::graph::{Direction, GraphError, Layer, ViewSettings};

/// Links between nodes, in the order of layers and links, with weights unless every link weighs 1.
pub(super) struct Arcs {
    links: Vec<(u32, u32)>,
    weights: Option<Vec<f64>>,
}

impl Arcs {
    /// The ids of all nodes, ascending, and the kept links between them.
    pub(super) fn of(
        nodes: &[u64],
        layers: &[Layer<'_>],
        settings: &ViewSettings,
    ) -> Result<(Vec<u64>, Self), GraphError> {
        layers.iter().enumerate().try_for_each(|(place, layer)| layer.check(place))?;
        let decay = Decay::of(layers, settings)?;
        let as_of = settings.as_of;
        let numbering = Numbering::of(|| {
            let ends = layers.par_iter().flat_map(|layer| kept(layer, as_of).flat_map_iter(|link| ends(layer, link)));
            nodes.par_iter().copied().chain(ends)
        })?;
        let mut links = Vec::with_capacity(layers.iter().map(|layer| layer.links().len()).sum());
        for layer in layers {
            let (from, number) = (layer.links(), |id| numbering.node(id));
            links.par_extend(kept(layer, as_of).map(|link| (number(from[link].0), number(from[link].1))));
        }
        let weights = layers.iter().any(|layer| layer.has_weights(decay)).then(|| {
            let of_layer =
                |layer: &Layer<'_>| kept(layer, as_of).map(|link| layer.weight(link, decay)).collect::<Vec<_>>();
            layers.iter().flat_map(of_layer).collect()
        });
        Ok((numbering.into_ids(), Self { links, weights }))
    }

    pub(super) fn has_weights(&self) -> bool {
        self.weights.is_some()
    }

    /// Calls `visit(from, to, weight)` for every arc that the direction makes of the links, from many threads at once.
    pub(super) fn for_each(&self, direction: Direction, visit: impl Fn(u32, u32, f64) + Sync) {
        self.links.par_iter().enumerate().with_min_len(1 << 12).for_each(|(link, &(source, target))| {
            let weight = self.weights.as_ref().map_or(1.0, |weights| weights[link]);
            if direction != Direction::Reverse {
                visit(source, target, weight);
            }
            if direction == Direction::Reverse || (direction == Direction::Both && source != target) {
                visit(target, source, weight);
            }
        });
    }
}

fn kept(layer: &Layer<'_>, as_of: Option<i32>) -> impl ParallelIterator<Item = usize> {
    (0..layer.links().len()).into_par_iter().filter(move |link| layer.is_there(*link, as_of))
}

fn ends(layer: &Layer<'_>, link: usize) -> [u64; 2] {
    let (source, target) = layer.links()[link];
    [source, target]
}
