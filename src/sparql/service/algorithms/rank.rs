//! Which nodes matter: degree, PageRank.

use crate::algorithms::{PageRankSettings, pagerank, personalised_pagerank};
use crate::ontology;
use crate::sparql::service::arguments::Arguments;
use crate::sparql::service::error::ServiceError;
use crate::sparql::service::registry::{Algorithm, Column, Kind, Parameter, Preset, View};
use crate::sparql::service::solutions::Table;

pub(in crate::sparql::service) const NODE: Column =
    Column { name: ontology::NODE, holds: "node", meaning: "a node of the graph" };

/// Links of each node.
pub const DEGREE: Algorithm = Algorithm {
    name: ontology::DEGREE,
    meaning: "how many links each node has, and what they weigh",
    parameters: &[],
    columns: &[
        NODE,
        Column { name: ontology::LINKS_OUT, holds: "integer", meaning: "links that leave it" },
        Column {
            name: ontology::LINKS_IN,
            holds: "integer",
            meaning: "links that reach it; with direction both the same",
        },
        Column { name: ontology::STRENGTH, holds: "double", meaning: "sum of the weights of the links that leave it" },
    ],
    direction: "forward",
    is_undirected: false,
    memory: |n_nodes, _, _| n_nodes as u64 * 32,
    run: degree,
};

/// Importance by a random walk.
pub const PAGERANK: Algorithm = Algorithm {
    name: ontology::PAGERANK,
    meaning: "how often a random walker who now and then starts anew is at each node; with seeds, as seen from them",
    parameters: &[
        Parameter {
            name: ontology::SEED,
            kind: Kind::Nodes(Preset::Missing),
            is_repeated: true,
            meaning: "where the walker starts anew, each seed alike; without seeds, anywhere",
        },
        Parameter {
            name: ontology::DAMPING,
            kind: Kind::Number(Preset::Value(0.85)),
            is_repeated: false,
            meaning: "chance from 0 to below 1 to follow a link instead of starting anew",
        },
        Parameter {
            name: ontology::TOLERANCE,
            kind: Kind::Number(Preset::Value(1e-10)),
            is_repeated: false,
            meaning: "stop when the scores of all nodes together moved by less than this",
        },
        Parameter {
            name: ontology::ITERATIONS,
            kind: Kind::Count(Preset::Value(200)),
            is_repeated: false,
            meaning: "stop after this many iterations",
        },
    ],
    columns: &[NODE, Column { name: ontology::SCORE, holds: "double", meaning: "its rank; all ranks sum to 1" }],
    direction: "forward",
    is_undirected: false,
    memory: |n_nodes, _, _| n_nodes as u64 * 56,
    run: rank,
};

fn degree(view: &View<'_>, _: &Arguments) -> Result<Table, ServiceError> {
    let (graph, nodes) = (view.graph, || view.graph.nodes());
    Ok(Table::default()
        .nodes(ontology::NODE, nodes(), graph.ids())
        .integers(ontology::LINKS_OUT, nodes().map(|node| graph.outgoing().degree(node)))
        .integers(ontology::LINKS_IN, nodes().map(|node| graph.incoming().degree(node)))
        .doubles(ontology::STRENGTH, nodes().map(|node| graph.outgoing().strength(node)).collect()))
}

fn rank(view: &View<'_>, arguments: &Arguments) -> Result<Table, ServiceError> {
    let defaults = PageRankSettings::default();
    let settings = PageRankSettings {
        damping: arguments.number(ontology::DAMPING).unwrap_or(defaults.damping),
        tolerance: arguments.number(ontology::TOLERANCE).unwrap_or(defaults.tolerance),
        max_iterations: arguments.count(ontology::ITERATIONS).map_or(defaults.max_iterations, |n| n as usize),
        is_weighted: true,
    };
    let seeds: Vec<_> = arguments.nodes(ontology::SEED).iter().map(|node| (*node, 1.0)).collect();
    let ranks = if seeds.is_empty() {
        pagerank(view.graph, &settings)?.ranks
    } else {
        personalised_pagerank(view.graph, &seeds, &settings)?.ranks
    };
    let table = Table::default().nodes(ontology::NODE, view.graph.nodes(), view.graph.ids());
    Ok(table.doubles(ontology::SCORE, ranks))
}
