//! Which nodes are alike, as vectors and by their neighbours; which are near to some; which few reach the most.

use crate::algorithms::{
    FastRpSettings, Measure, SetCoverSettings, Similar, SimilaritySettings, fast_rp, memory, nearest_embeddings,
    personalised_pageranks, set_cover, similar_nodes,
};
use crate::graph::Graph;
use crate::ontology;
use crate::sparql::service::algorithms::rank::{DAMPING, ITERATIONS, NODE, RANDOM_SEED, TOLERANCE, random_seed, walk};
use crate::sparql::service::arguments::Arguments;
use crate::sparql::service::error::ServiceError;
use crate::sparql::service::registry::{Algorithm, Column, Kind, Parameter, Preset, View};
use crate::sparql::service::solutions::Table;

const SEED: Parameter = Parameter {
    name: ontology::SEED,
    kind: Kind::Nodes(Preset::Missing),
    is_repeated: true,
    meaning: "the nodes for which others are looked for; without it, all",
};
const K: Parameter = Parameter {
    name: ontology::K,
    kind: Kind::Count(Preset::Value(10)),
    is_repeated: false,
    meaning: "how many others a node gets at most",
};
const THRESHOLD: Parameter = Parameter {
    name: ontology::THRESHOLD,
    kind: Kind::Number(Preset::Value(0.0)),
    is_repeated: false,
    meaning: "the least score of a pair",
};
const DIMENSION: Parameter = Parameter {
    name: ontology::VECTOR_LENGTH,
    kind: Kind::Count(Preset::Value(128)),
    is_repeated: false,
    meaning: "how many numbers a vector has",
};
const OTHER: Column = Column { name: ontology::OTHER, holds: "node", meaning: "a node that is like it" };

/// Nodes that share neighbours.
pub const SIMILAR_NODES: Algorithm = Algorithm {
    name: ontology::SIMILAR_NODES,
    meaning: "for each node those that share most of its neighbours",
    parameters: &[
        SEED,
        Parameter {
            name: ontology::MEASURE,
            kind: Kind::Choice(&["jaccard", "cosine", "overlap", "adamicAdar"], Preset::Value("jaccard")),
            is_repeated: false,
            meaning: "how shared neighbours are counted; all but adamicAdar by weight where links have one",
        },
        K,
        THRESHOLD,
        Parameter {
            name: ontology::MAX_DEGREE,
            kind: Kind::Count(Preset::Missing),
            is_repeated: false,
            meaning: "neighbours with more links are not looked through: they say little and cost much",
        },
    ],
    columns: &[NODE, OTHER, Column { name: ontology::SCORE, holds: "double", meaning: "how alike they are" }],
    direction: "forward",
    is_undirected: false,
    memory: |graph, arguments| memory::similar_nodes(graph, n_wanted(graph, arguments), &similarity(graph, arguments)),
    example: r#"SELECT ?name ?like ?score {
  SERVICE ka:similarNodes {
    [] ka:layer [ a ka:Order ; ka:source ka:account ; ka:target ka:product ; ka:weight ka:amount ] ;
       ka:measure "cosine" ; ka:k 1 ; ka:seed ?key ; ka:node ?account ; ka:other ?other ; ka:score ?score .
    ?key ka:isKeyAccount true
  }
  ?account schema:name ?name . ?other schema:name ?like ; ka:isKeyAccount false
} ORDER BY DESC(?score) ?name LIMIT 10"#,
    run: |view, arguments| {
        let nodes = wanted(view.graph, arguments);
        let found = similar_nodes(view.graph, &nodes, &similarity(view.graph, arguments), view.watch)?;
        Ok(pairs(view.graph, &found))
    },
};

/// Nodes as vectors.
pub const EMBEDDINGS: Algorithm = Algorithm {
    name: ontology::EMBEDDINGS,
    meaning: "each node as a vector, alike for nodes of like surroundings (FastRP); one solution a number",
    parameters: &[DIMENSION, RANDOM_SEED],
    columns: &[
        NODE,
        Column { name: ontology::DIMENSION, holds: "integer", meaning: "place of the number in the vector, from 0" },
        Column { name: ontology::VALUE, holds: "double", meaning: "the number" },
    ],
    direction: "both",
    is_undirected: false,
    memory: |graph, arguments| {
        let settings = vectors(arguments);
        memory::fast_rp(graph, &settings) + graph.n_nodes() as u64 * settings.dimension as u64 * 24
    },
    example: r#"SELECT ?name ?place ?value {
  SERVICE ka:embeddings {
    [] ka:layer [ a ka:Order ; ka:source ka:account ; ka:target ka:product ; ka:weight "count" ] ; ka:vectorLength 8 ;
       ka:node ?account ; ka:dimension ?place ; ka:value ?value
  }
  ?account a ka:Account ; schema:name ?name
} ORDER BY ?name ?place LIMIT 16"#,
    run: embedded,
};

/// Nodes whose vectors are near.
pub const NEAREST_NODES: Algorithm = Algorithm {
    name: ontology::NEAREST_NODES,
    meaning: "for each node those of the likest surroundings, by the cosine of their vectors (FastRP)",
    parameters: &[SEED, K, THRESHOLD, DIMENSION, RANDOM_SEED],
    columns: &[NODE, OTHER, Column { name: ontology::SCORE, holds: "double", meaning: "cosine, at most 1" }],
    direction: "both",
    is_undirected: false,
    memory: |graph, arguments| memory::fast_rp(graph, &vectors(arguments)),
    example: r#"SELECT ?name ?like ?score {
  SERVICE ka:nearestNodes {
    [] ka:layer [ a ka:Order ; ka:source ka:account ; ka:target ka:product ; ka:weight "count" ] ; ka:k 3 ;
       ka:seed ?key ; ka:node ?account ; ka:other ?other ; ka:score ?score .
    ?key ka:isKeyAccount true
  }
  ?account schema:name ?name . ?other a ka:Account ; schema:name ?like
} ORDER BY DESC(?score) ?name ?like LIMIT 10"#,
    run: nearest,
};

/// Nodes that rank high as seen from others.
pub const PERSONAL_RANKS: Algorithm = Algorithm {
    name: ontology::PERSONAL_RANKS,
    meaning: "for each seed the nodes of the highest PageRank as seen from it alone, many seeds at once",
    parameters: &[
        Parameter {
            name: ontology::SEED,
            kind: Kind::Nodes(Preset::Required),
            is_repeated: true,
            meaning: "the nodes from which a walker starts, each for itself",
        },
        K,
        DAMPING,
        TOLERANCE,
        ITERATIONS,
    ],
    columns: &[
        Column { name: ontology::NODE, holds: "node", meaning: "a seed" },
        Column { name: ontology::OTHER, holds: "node", meaning: "another node that ranks high as seen from it" },
        Column { name: ontology::SCORE, holds: "double", meaning: "its rank; those of all nodes sum to 1 for a seed" },
    ],
    direction: "both",
    is_undirected: false,
    memory: |graph, arguments| {
        let n_seeds = arguments.nodes(ontology::SEED).len();
        let n_pairs = n_seeds as u64 * top(arguments).min(graph.n_nodes()) as u64;
        memory::personalised_pageranks(graph, n_seeds.min(SEEDS_AT_ONCE)) + graph.n_nodes() as u64 * 4 + n_pairs * 72
    },
    example: r#"SELECT ?name ?near ?rank {
  SERVICE ka:personalRanks {
    [] ka:layer [ a ka:Order ; ka:source ka:account ; ka:target ka:product ; ka:weight ka:amount ] ; ka:k 100 ;
       ka:seed ?key ; ka:node ?account ; ka:other ?other ; ka:score ?rank .
    ?key ka:isKeyAccount true
  }
  ?account schema:name ?name . ?other a ka:Account ; schema:name ?near ; ka:isKeyAccount false
} ORDER BY ?name DESC(?rank) ?near LIMIT 10"#,
    run: near_seeds,
};

/// Few nodes that reach many.
pub const SET_COVER: Algorithm = Algorithm {
    name: ontology::SET_COVER,
    meaning: "few nodes whose links together reach as many nodes as possible, the most useful first",
    parameters: &[
        Parameter {
            name: ontology::SEED,
            kind: Kind::Nodes(Preset::Missing),
            is_repeated: true,
            meaning: "the nodes among which to choose; without it, all from which a link leaves",
        },
        Parameter {
            name: ontology::K,
            kind: Kind::Count(Preset::Missing),
            is_repeated: false,
            meaning: "how many may be chosen; without it, as many as it takes to reach all",
        },
    ],
    columns: &[
        Column { name: ontology::STEP, holds: "integer", meaning: "place in the order of choice, from 1" },
        Column { name: ontology::NODE, holds: "node", meaning: "a chosen node" },
        Column { name: ontology::GAIN, holds: "double", meaning: "how many nodes it reaches that none before it does" },
    ],
    direction: "forward",
    is_undirected: false,
    memory: |graph, arguments| memory::set_cover(graph, &sets(graph, arguments)),
    example: r#"SELECT ?step ?name ?accounts {
  SERVICE ka:setCover {
    [] ka:layer [ a ka:Order ; ka:source ka:product ; ka:target ka:account ] ; ka:k 5 ;
       ka:step ?step ; ka:node ?product ; ka:gain ?accounts
  }
  ?product schema:name ?name
} ORDER BY ?step"#,
    run: covered,
};

fn wanted(graph: &Graph, arguments: &Arguments) -> Vec<u32> {
    let seeds = arguments.nodes(ontology::SEED);
    if seeds.is_empty() { graph.nodes().collect() } else { seeds.to_vec() }
}

fn n_wanted(graph: &Graph, arguments: &Arguments) -> usize {
    match arguments.nodes(ontology::SEED).len() {
        0 => graph.n_nodes(),
        n => n,
    }
}

fn similarity(graph: &Graph, arguments: &Arguments) -> SimilaritySettings {
    let defaults = SimilaritySettings::default();
    SimilaritySettings {
        measure: match arguments.choice(ontology::MEASURE) {
            Some("cosine") => Measure::Cosine,
            Some("overlap") => Measure::Overlap,
            Some("adamicAdar") => Measure::AdamicAdar,
            _ => Measure::Jaccard,
        },
        top: top(arguments),
        threshold: arguments.number(ontology::THRESHOLD).unwrap_or(defaults.threshold),
        max_shared_degree: arguments.count(ontology::MAX_DEGREE).map_or(defaults.max_shared_degree, |n| n as usize),
        is_weighted: graph.outgoing().has_weights(),
    }
}

fn top(arguments: &Arguments) -> usize {
    arguments.count(ontology::K).map_or(10, |k| k as usize)
}

fn vectors(arguments: &Arguments) -> FastRpSettings {
    let defaults = FastRpSettings::default();
    let dimension = arguments.count(ontology::VECTOR_LENGTH).map_or(defaults.dimension, |n| n as usize);
    FastRpSettings { dimension, seed: random_seed(arguments), ..defaults }
}

fn pairs(graph: &Graph, found: &[Similar]) -> Table {
    Table::default()
        .nodes(ontology::NODE, found.iter().map(|pair| pair.node), graph.ids())
        .nodes(ontology::OTHER, found.iter().map(|pair| pair.other), graph.ids())
        .doubles(ontology::SCORE, found.iter().map(|pair| pair.similarity).collect())
}

fn embedded(view: &View<'_>, arguments: &Arguments) -> Result<Table, ServiceError> {
    let graph = view.graph;
    let found = fast_rp(graph, &vectors(arguments), view.watch)?;
    let places = || graph.nodes().flat_map(|node| (0..found.dimension()).map(move |place| (node, place)));
    Ok(Table::default()
        .nodes(ontology::NODE, places().map(|(node, _)| node), graph.ids())
        .integers(ontology::DIMENSION, places().map(|(_, place)| place))
        .doubles(ontology::VALUE, places().map(|(node, place)| f64::from(found.vector(node)[place])).collect()))
}

fn nearest(view: &View<'_>, arguments: &Arguments) -> Result<Table, ServiceError> {
    let vectors = fast_rp(view.graph, &vectors(arguments), view.watch)?;
    let threshold = arguments.number(ontology::THRESHOLD).unwrap_or(0.0);
    let nodes = wanted(view.graph, arguments);
    let found = nearest_embeddings(&vectors, &nodes, (top(arguments), threshold), view.watch)?;
    Ok(pairs(view.graph, &found))
}

/// Seeds whose ranks are held at a time.
const SEEDS_AT_ONCE: usize = 64;

fn near_seeds(view: &View<'_>, arguments: &Arguments) -> Result<Table, ServiceError> {
    let mut found = Vec::new();
    for seeds in arguments.nodes(ontology::SEED).chunks(SEEDS_AT_ONCE) {
        let seed_sets: Vec<_> = seeds.iter().map(|seed| vec![(*seed, 1.0)]).collect();
        let ranks = personalised_pageranks(view.graph, &seed_sets, &walk(arguments), view.watch)?;
        for (seed, ranks) in seeds.iter().zip(ranks) {
            found.extend(highest(&ranks.ranks, *seed, top(arguments)));
        }
    }
    Ok(pairs(view.graph, &found))
}

/// The `top` other nodes of the highest rank above 0, equal ranks by number.
fn highest(ranks: &[f64], seed: u32, top: usize) -> impl Iterator<Item = Similar> + '_ {
    let is_seen = |node: &u32| *node != seed && ranks[*node as usize] > 0.0;
    let mut nodes: Vec<u32> = (0..ranks.len() as u32).filter(is_seen).collect();
    let order = |a: &u32, b: &u32| ranks[*b as usize].total_cmp(&ranks[*a as usize]).then(a.cmp(b));
    if top < nodes.len() {
        nodes.select_nth_unstable_by(top, order);
        nodes.truncate(top);
    }
    nodes.sort_unstable_by(order);
    nodes.into_iter().map(move |other| Similar { node: seed, other, similarity: ranks[other as usize] })
}

/// The nodes among which to choose.
fn sets(graph: &Graph, arguments: &Arguments) -> Vec<u32> {
    let seeds = arguments.nodes(ontology::SEED);
    let has_links = |node: &u32| graph.outgoing().degree(*node) > 0;
    if seeds.is_empty() { graph.nodes().filter(has_links).collect() } else { seeds.to_vec() }
}

fn covered(view: &View<'_>, arguments: &Arguments) -> Result<Table, ServiceError> {
    let max_sets = arguments.count(ontology::K).map_or(usize::MAX, |k| k as usize);
    let settings = SetCoverSettings { max_sets, ..SetCoverSettings::default() };
    let found = set_cover(view.graph, &sets(view.graph, arguments), &settings, view.watch)?.chosen;
    Ok(Table::default()
        .integers(ontology::STEP, 1..=found.len())
        .nodes(ontology::NODE, found.iter().map(|chosen| chosen.set), view.graph.ids())
        .doubles(ontology::GAIN, found.iter().map(|chosen| chosen.gain).collect()))
}
