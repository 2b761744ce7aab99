//! Which nodes matter: degree, PageRank, betweenness, closeness.

use crate::algorithms::{
    BetweennessSettings, ClosenessSettings, PageRankSettings, betweenness, closeness, memory, pagerank,
    personalised_pagerank,
};
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
    memory: |graph, _| graph.n_nodes() as u64 * 32,
    example: r#"SELECT ?name ?products ?revenue {
  SERVICE ka:degree {
    [] ka:layer [ a ka:Order ; ka:source ka:account ; ka:target ka:product ; ka:weight ka:amount ; ka:day ka:date ] ;
       ka:asOf "2025-06-30"^^xsd:date ; ka:node ?account ; ka:linksOut ?products ; ka:strength ?revenue
  }
  ?account a ka:Account ; schema:name ?name
} ORDER BY DESC(?products) ?name LIMIT 10"#,
    run: degree,
};

pub(in crate::sparql::service) const DAMPING: Parameter = Parameter {
    name: ontology::DAMPING,
    kind: Kind::Number(Preset::Value(0.85)),
    is_repeated: false,
    meaning: "chance from 0 to below 1 to follow a link instead of starting anew",
};
pub(in crate::sparql::service) const TOLERANCE: Parameter = Parameter {
    name: ontology::TOLERANCE,
    kind: Kind::Number(Preset::Value(1e-10)),
    is_repeated: false,
    meaning: "stop when the scores of all nodes together moved by less than this",
};
pub(in crate::sparql::service) const ITERATIONS: Parameter = Parameter {
    name: ontology::ITERATIONS,
    kind: Kind::Count(Preset::Value(200)),
    is_repeated: false,
    meaning: "stop after this many iterations",
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
        DAMPING,
        TOLERANCE,
        ITERATIONS,
    ],
    columns: &[NODE, Column { name: ontology::SCORE, holds: "double", meaning: "its rank; all ranks sum to 1" }],
    direction: "forward",
    is_undirected: false,
    memory: |graph, _| memory::pagerank(graph),
    example: r#"SELECT ?name ?rank {
  SERVICE ka:pagerank {
    [] ka:layer [ a ka:Order ; ka:source ka:account ; ka:target ka:product ; ka:weight ka:amount ; ka:day ka:date ] ;
       ka:direction "both" ; ka:halfLifeDays 365 ; ka:seed ?key ; ka:node ?account ; ka:score ?rank .
    ?key ka:isKeyAccount true
  }
  ?account a ka:Account ; schema:name ?name ; ka:isKeyAccount false
} ORDER BY DESC(?rank) ?name LIMIT 10"#,
    run: rank,
};

const SAMPLES: Parameter = Parameter {
    name: ontology::SAMPLES,
    kind: Kind::Count(Preset::Missing),
    is_repeated: false,
    meaning: "from how many drawn nodes paths are looked at; without it from all, which is exact",
};
pub(in crate::sparql::service) const RANDOM_SEED: Parameter = Parameter {
    name: ontology::RANDOM_SEED,
    kind: Kind::Count(Preset::Value(1)),
    is_repeated: false,
    meaning: "the number from which all drawing follows",
};

/// How often a node lies between others.
pub const BETWEENNESS: Algorithm = Algorithm {
    name: ontology::BETWEENNESS,
    meaning: "between how many pairs of other nodes a node lies, counting links and not their weights",
    parameters: &[SAMPLES, RANDOM_SEED],
    columns: &[
        NODE,
        Column { name: ontology::SCORE, holds: "double", meaning: "pairs, those with several shortest paths in parts" },
    ],
    direction: "both",
    is_undirected: false,
    memory: |graph, _| memory::betweenness(graph),
    example: r#"SELECT ?name ?between {
  SERVICE ka:betweenness {
    [] ka:layer [ a ka:Interaction ; ka:source ka:employee ; ka:target ka:contact ] ; ka:node ?person ; ka:score ?between
  }
  ?person a ka:Employee ; foaf:name ?name
} ORDER BY DESC(?between) ?name LIMIT 10"#,
    run: between,
};

/// How near a node is to all others.
pub const CLOSENESS: Algorithm = Algorithm {
    name: ontology::CLOSENESS,
    meaning: "how near each node is to all others, counting links and not their weights",
    parameters: &[SAMPLES, RANDOM_SEED],
    columns: &[
        NODE,
        Column {
            name: ontology::SCORE,
            holds: "double",
            meaning: "closeness, 0 to 1, scaled by the part that is reached",
        },
        Column { name: ontology::HARMONIC, holds: "double", meaning: "mean of 1 / distance over all others, 0 to 1" },
    ],
    direction: "both",
    is_undirected: false,
    memory: |graph, _| memory::closeness(graph),
    example: r#"SELECT ?name ?near {
  SERVICE ka:closeness {
    [] ka:layer [ a ka:Interaction ; ka:source ka:employee ; ka:target ka:contact ] ; ka:node ?person ; ka:harmonic ?near
  }
  ?person a ka:Employee ; foaf:name ?name
} ORDER BY DESC(?near) ?name"#,
    run: close,
};

fn degree(view: &View<'_>, _: &Arguments) -> Result<Table, ServiceError> {
    let (graph, nodes) = (view.graph, || view.graph.nodes());
    Ok(Table::default()
        .nodes(ontology::NODE, nodes(), graph.ids())
        .integers(ontology::LINKS_OUT, nodes().map(|node| graph.outgoing().degree(node)))
        .integers(ontology::LINKS_IN, nodes().map(|node| graph.incoming().degree(node)))
        .doubles(ontology::STRENGTH, nodes().map(|node| graph.outgoing().strength(node)).collect()))
}

/// How a random walker walks.
pub(in crate::sparql::service) fn walk(arguments: &Arguments) -> PageRankSettings {
    let defaults = PageRankSettings::default();
    PageRankSettings {
        damping: arguments.number(ontology::DAMPING).unwrap_or(defaults.damping),
        tolerance: arguments.number(ontology::TOLERANCE).unwrap_or(defaults.tolerance),
        max_iterations: arguments.count(ontology::ITERATIONS).map_or(defaults.max_iterations, |n| n as usize),
        is_weighted: true,
    }
}

fn rank(view: &View<'_>, arguments: &Arguments) -> Result<Table, ServiceError> {
    let settings = walk(arguments);
    let seeds: Vec<_> = arguments.nodes(ontology::SEED).iter().map(|node| (*node, 1.0)).collect();
    let ranks = if seeds.is_empty() {
        pagerank(view.graph, &settings, view.watch)?.ranks
    } else {
        personalised_pagerank(view.graph, &seeds, &settings, view.watch)?.ranks
    };
    let table = Table::default().nodes(ontology::NODE, view.graph.nodes(), view.graph.ids());
    Ok(table.doubles(ontology::SCORE, ranks))
}

fn n_samples(arguments: &Arguments) -> Option<usize> {
    arguments.count(ontology::SAMPLES).map(|n| n as usize)
}

/// The number from which an algorithm draws.
pub(in crate::sparql::service) fn random_seed(arguments: &Arguments) -> u64 {
    arguments.count(ontology::RANDOM_SEED).unwrap_or(1)
}

fn between(view: &View<'_>, arguments: &Arguments) -> Result<Table, ServiceError> {
    let settings = BetweennessSettings { n_samples: n_samples(arguments), seed: random_seed(arguments) };
    let scores = betweenness(view.graph, &settings, view.watch)?;
    let table = Table::default().nodes(ontology::NODE, view.graph.nodes(), view.graph.ids());
    Ok(table.doubles(ontology::SCORE, scores))
}

fn close(view: &View<'_>, arguments: &Arguments) -> Result<Table, ServiceError> {
    let settings = ClosenessSettings { n_samples: n_samples(arguments), seed: random_seed(arguments) };
    let found = closeness(view.graph, &settings, view.watch)?;
    let table = Table::default().nodes(ontology::NODE, view.graph.nodes(), view.graph.ids());
    Ok(table.doubles(ontology::SCORE, found.closeness).doubles(ontology::HARMONIC, found.harmonic))
}
