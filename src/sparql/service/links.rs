//! A snapshot's statements as the links of one layer.
//!
//! Comes in: a layer as the request describes it. Leaves: pairs of ids with weights and days, ready for
//! [`crate::graph`]. Costs: each predicate of the layer is read once, sorted by subject; what hangs on the same node is
//! joined by walking along the sorted arrays.

use std::borrow::Cow;

use oxigraph::model::{NamedNode, NamedNodeRef};

use crate::graph::Layer;
use crate::ontology;
use crate::sparql::service::layer::{LayerSpec, Shape, Step, Through, Weight};
use crate::store::{GraphPattern, Id, Snapshot};

/// Where links are read.
pub(super) struct Source<'a> {
    /// As known on the day that the call asks for.
    pub snapshot: &'a Snapshot,
    /// The graphs that are read; `None` is the union of all.
    pub graphs: Option<Vec<Id>>,
}

/// The links of one layer, one place a link in all arrays.
#[derive(Clone, Default, PartialEq, Debug)]
pub(super) struct Links {
    pub pairs: Vec<(u64, u64)>,
    /// Empty when links have no weights.
    pub weights: Vec<f64>,
    /// Empty when no link has a day; [`NO_DAY`] for a link without one.
    pub days: Vec<i32>,
}

/// In place of a day that is not known.
pub(super) const NO_DAY: i32 = i32::MIN;

/// Bytes a statement while it is read: its two ids, and the same again in the pairs or links that are made of it.
const BYTES_A_STATEMENT: u64 = 32;

type Pairs = Vec<(Id, Id)>;

impl Source<'_> {
    /// The links of a layer that is not given by solutions.
    pub fn links(&self, spec: &LayerSpec) -> Links {
        match &spec.shape {
            Shape::Steps { steps, is_counted } => {
                let pairs: Vec<_> = self.along(steps).into_iter().map(|(from, to)| (from.bits(), to.bits())).collect();
                let weights = if *is_counted { vec![1.0; pairs.len()] } else { Vec::new() };
                Links { pairs, weights, days: Vec::new() }
            }
            Shape::Through(through) => self.through(through),
            Shape::Solutions { .. } => Links::default(),
        }
    }

    /// Bytes that reading the links of a layer takes, told before it is read; a statement is counted as one link.
    pub fn memory(&self, spec: &LayerSpec) -> u64 {
        let read: Vec<&str> = match &spec.shape {
            Shape::Steps { steps, .. } => steps.iter().map(|step| step.predicate.as_str()).collect(),
            Shape::Through(through) => {
                let weight = if let Weight::Of(name) = &through.weight { Some(name) } else { None };
                let names = [Some(&through.source), Some(&through.target), weight, through.day.as_ref()];
                names.into_iter().flatten().map(NamedNode::as_str).collect()
            }
            Shape::Solutions { .. } => Vec::new(),
        };
        read.into_iter().map(|predicate| self.n_statements(predicate)).sum::<u64>() * BYTES_A_STATEMENT
    }

    fn n_statements(&self, predicate: &str) -> u64 {
        let Some(id) = self.snapshot.id(NamedNodeRef::new_unchecked(predicate).into()) else { return 0 };
        let count = |graph| self.snapshot.links_of(id, graph).len() as u64;
        match &self.graphs {
            None => count(GraphPattern::Union),
            Some(graphs) => graphs.iter().map(|graph| count(GraphPattern::Named(*graph))).sum(),
        }
    }

    /// The instances of a class, ascending.
    pub fn instances(&self, class: &str) -> Vec<Id> {
        let class = self.snapshot.id(NamedNodeRef::new_unchecked(class).into());
        let Some(class) = class else { return Vec::new() };
        let mut found = match &self.graphs {
            None => self.snapshot.subjects(ontology::RDF_TYPE, class),
            Some(_) => {
                let all = self.statements(ontology::RDF_TYPE.as_str()).into_iter();
                all.filter(|(_, object)| *object == class).map(|(subject, _)| subject).collect()
            }
        };
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Every statement of a predicate, once, by subject and object.
    fn statements(&self, predicate: &str) -> Pairs {
        let predicate = NamedNodeRef::new_unchecked(predicate);
        let Some(graphs) = &self.graphs else { return self.snapshot.links(predicate) };
        let Some(id) = self.snapshot.id(predicate.into()) else { return Pairs::new() };
        let scans = graphs.iter().map(|graph| self.snapshot.scan(None, Some(id), None, GraphPattern::Named(*graph)));
        let mut pairs: Pairs = scans.flatten().map(|quad| (quad.subject, quad.object)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    fn along(&self, steps: &[Step]) -> Pairs {
        let mut ways = steps.iter().map(|step| self.step(step));
        let first = ways.next().unwrap_or_default();
        ways.fold(first, composed)
    }

    fn step(&self, step: &Step) -> Pairs {
        let pairs = self.statements(step.predicate.as_str());
        if step.is_inverse { pairs.into_iter().map(|(subject, object)| (object, subject)).collect() } else { pairs }
    }

    fn through(&self, through: &Through) -> Links {
        let read = |name: &NamedNode| self.statements(name.as_str());
        let (sources, targets) = (read(&through.source), read(&through.target));
        let weights = if let Weight::Of(name) = &through.weight { Some(read(name)) } else { None };
        let days = through.day.as_ref().map(read);
        let class = through.class.as_ref().map(|class| self.instances(class.as_str()));
        let mut links = Links::default();
        let (mut targets, mut weights, mut days) =
            (Walk::of(&targets), weights.as_deref().map(Walk::of), days.as_deref().map(Walk::of));
        for group in sources.chunk_by(|a, b| a.0 == b.0) {
            let node = group[0].0;
            if class.as_ref().is_some_and(|class| class.binary_search(&node).is_err()) {
                continue;
            }
            let node = LinkNode {
                sources: group,
                targets: targets.at(node),
                weights: weights.as_mut().map(|walk| walk.at(node)),
                days: days.as_mut().map(|walk| walk.at(node)),
                is_counted: through.weight == Weight::Count,
            };
            node.add_to(&mut links, self.snapshot);
        }
        links
    }
}

/// A node through which links run, with the ends of its statements.
struct LinkNode<'a> {
    sources: &'a [(Id, Id)],
    targets: &'a [(Id, Id)],
    weights: Option<&'a [(Id, Id)]>,
    days: Option<&'a [(Id, Id)]>,
    is_counted: bool,
}

impl LinkNode<'_> {
    /// One link for each combination of source, target and weight; none where the weight is missing or not above 0.
    fn add_to(&self, links: &mut Links, snapshot: &Snapshot) {
        let weights: Cow<'_, [f64]> = match self.weights {
            None => Cow::Borrowed(&[1.0]),
            Some(found) => found.iter().filter_map(|(_, value)| weight(snapshot, *value)).collect(),
        };
        let day = |days: &[(Id, Id)]| {
            days.iter().find_map(|(_, value)| snapshot.day(*value)).map_or(NO_DAY, |day| day.days())
        };
        let day = self.days.map(day);
        for (_, source) in self.sources {
            for (_, target) in self.targets {
                for weight in weights.iter() {
                    links.pairs.push((source.bits(), target.bits()));
                    if self.is_counted || self.weights.is_some() {
                        links.weights.push(*weight);
                    }
                    links.days.extend(day);
                }
            }
        }
    }
}

fn weight(snapshot: &Snapshot, value: Id) -> Option<f64> {
    let number = snapshot.number(value)?;
    number.to_string().parse().ok().filter(|weight: &f64| *weight > 0.0)
}

/// Pairs that are sorted by their first id, read once from front to back.
struct Walk<'a> {
    rest: &'a [(Id, Id)],
}

impl<'a> Walk<'a> {
    fn of(rest: &'a [(Id, Id)]) -> Self {
        Self { rest }
    }

    /// The pairs of a node; asked for ascending nodes.
    fn at(&mut self, node: Id) -> &'a [(Id, Id)] {
        let n_before = self.rest.iter().take_while(|pair| pair.0 < node).count();
        let n_of_node = self.rest[n_before..].iter().take_while(|pair| pair.0 == node).count();
        let found = &self.rest[n_before..n_before + n_of_node];
        self.rest = &self.rest[n_before + n_of_node..];
        found
    }
}

/// Two steps one after the other: one pair for each way.
fn composed(first: Pairs, mut second: Pairs) -> Pairs {
    let mut by_middle: Pairs = first.into_iter().map(|(from, middle)| (middle, from)).collect();
    by_middle.sort_unstable();
    second.sort_unstable();
    let mut walk = Walk::of(&second);
    let mut ways = Pairs::new();
    for group in by_middle.chunk_by(|a, b| a.0 == b.0) {
        let targets = walk.at(group[0].0);
        ways.extend(group.iter().flat_map(|(_, from)| targets.iter().map(|(_, to)| (*from, *to))));
    }
    ways
}

impl Links {
    /// Layers for [`crate::graph::Graph`]: links with a day and links without one are two.
    pub fn layers(&self, factor: f64) -> Vec<Layer<'_>> {
        if !self.days.contains(&NO_DAY) {
            let layer = self.weighted(Layer::new(&self.pairs[..])).scaled(factor);
            return vec![if self.days.is_empty() { layer } else { layer.dated(&self.days[..]) }];
        }
        [true, false].map(|is_dated| self.part(is_dated).scaled(factor)).into()
    }

    fn weighted<'a>(&'a self, layer: Layer<'a>) -> Layer<'a> {
        if self.weights.is_empty() { layer } else { layer.weighted(&self.weights[..]) }
    }

    fn part(&self, is_dated: bool) -> Layer<'_> {
        let places: Vec<usize> =
            (0..self.pairs.len()).filter(|place| (self.days[*place] != NO_DAY) == is_dated).collect();
        let layer = Layer::new(places.iter().map(|place| self.pairs[*place]).collect::<Vec<_>>());
        let layer = if self.weights.is_empty() {
            layer
        } else {
            layer.weighted(places.iter().map(|place| self.weights[*place]).collect::<Vec<_>>())
        };
        if is_dated { layer.dated(places.iter().map(|place| self.days[*place]).collect::<Vec<_>>()) } else { layer }
    }

    /// Feeds everything to a hasher.
    pub fn hash(&self, hasher: &mut blake3::Hasher) {
        hasher.update(&(self.pairs.len() as u64).to_le_bytes());
        for (from, to) in &self.pairs {
            hasher.update(&from.to_le_bytes());
            hasher.update(&to.to_le_bytes());
        }
        self.weights.iter().for_each(|weight| {
            hasher.update(&weight.to_bits().to_le_bytes());
        });
        self.days.iter().for_each(|day| {
            hasher.update(&day.to_le_bytes());
        });
    }

    /// Bytes of the arrays.
    pub fn n_bytes(&self) -> u64 {
        (self.pairs.len() * 16 + self.weights.len() * 8 + self.days.len() * 4) as u64
    }
}
