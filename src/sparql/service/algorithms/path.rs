//! Ways through the graph.

use crate::algorithms::{Cost, PathSettings, k_shortest_paths, memory, shortest_paths};
use crate::ontology;
use crate::sparql::service::algorithms::rank::NODE;
use crate::sparql::service::arguments::Arguments;
use crate::sparql::service::error::ServiceError;
use crate::sparql::service::registry::{Algorithm, Column, Kind, Parameter, Preset, View};
use crate::sparql::service::solutions::Table;

const SOURCE: Parameter = Parameter {
    name: ontology::SOURCE,
    kind: Kind::Nodes(Preset::Required),
    is_repeated: true,
    meaning: "where a path may begin",
};
const COST: Parameter = Parameter {
    name: ontology::COST_OF_LINK,
    kind: Kind::Choice(&["hops", "weight", "strength"], Preset::Value("hops")),
    is_repeated: false,
    meaning: "what a link costs: 1, its weight, or minus the logarithm of its weight (a strength from 0 to 1)",
};
const MAX_COST: Parameter = Parameter {
    name: ontology::MAX_COST,
    kind: Kind::Number(Preset::Missing),
    is_repeated: false,
    meaning: "dearer paths are not looked for",
};

/// Distances from the nearest source.
pub const SHORTEST_PATHS: Algorithm = Algorithm {
    name: ontology::SHORTEST_PATHS,
    meaning: "what the cheapest path from the nearest source to each node costs",
    parameters: &[SOURCE, COST, MAX_COST],
    columns: &[NODE, Column { name: ontology::COST, holds: "double", meaning: "what the path costs, 0 at a source" }],
    direction: "forward",
    is_undirected: false,
    memory: |graph, _| memory::shortest_paths(graph),
    example: r#"SELECT ?steps (COUNT(*) AS ?contacts) {
  SERVICE ka:shortestPaths {
    [] ka:layer [ a ka:Tie ; ka:source ka:employee ; ka:target ka:contact ] ; ka:direction "both" ;
       ka:source ?us ; ka:node ?contact ; ka:cost ?steps .
    ?us a ka:Employee
  }
  ?contact a foaf:Person
} GROUP BY ?steps ORDER BY ?steps"#,
    run: distances,
};

/// The k cheapest paths to a target.
pub const PATHS: Algorithm = Algorithm {
    name: ontology::PATHS,
    meaning: "the k cheapest paths without a repeated node from any source to the target, one solution for each node on them",
    parameters: &[
        SOURCE,
        Parameter {
            name: ontology::TARGET,
            kind: Kind::Nodes(Preset::Required),
            is_repeated: false,
            meaning: "where all paths end",
        },
        Parameter {
            name: ontology::K,
            kind: Kind::Count(Preset::Value(1)),
            is_repeated: false,
            meaning: "how many paths at most",
        },
        COST,
        MAX_COST,
    ],
    columns: &[
        Column { name: ontology::PATH, holds: "integer", meaning: "number of the path, 1 is the cheapest" },
        Column { name: ontology::STEP, holds: "integer", meaning: "place on the path, 0 is its beginning" },
        NODE,
        Column { name: ontology::COST, holds: "double", meaning: "what the whole path costs" },
    ],
    direction: "forward",
    is_undirected: false,
    memory: |graph, _| memory::k_shortest_paths(graph),
    example: r#"SELECT ?path ?step ?name {
  SERVICE ka:paths {
    [] ka:layer [ a ka:Tie ; ka:source ka:employee ; ka:target ka:contact ; ka:weight ka:strength ] ;
       ka:direction "both" ; ka:linkCost "strength" ; ka:k 2 ; ka:source ?from ; ka:target ?to ;
       ka:path ?path ; ka:step ?step ; ka:node ?person .
    { SELECT (MIN(?employee) AS ?from) (MAX(?contact) AS ?to) { ?tie a ka:Tie ; ka:employee ?employee ; ka:contact ?contact } }
  }
  ?person foaf:name ?name
} ORDER BY ?path ?step"#,
    run: paths,
};

fn settings(arguments: &Arguments) -> PathSettings {
    let cost = match arguments.choice(ontology::COST_OF_LINK) {
        Some("weight") => Cost::Weight,
        Some("strength") => Cost::Strength,
        _ => Cost::Hops,
    };
    PathSettings { cost, max_cost: arguments.number(ontology::MAX_COST).unwrap_or(f64::INFINITY) }
}

fn distances(view: &View<'_>, arguments: &Arguments) -> Result<Table, ServiceError> {
    let graph = view.graph;
    let found = shortest_paths(graph, arguments.nodes(ontology::SOURCE), &settings(arguments), view.watch)?;
    let nodes: Vec<u32> = graph.nodes().filter(|node| found.costs()[*node as usize].is_finite()).collect();
    Ok(Table::default()
        .nodes(ontology::NODE, nodes.iter().copied(), graph.ids())
        .doubles(ontology::COST, nodes.iter().map(|node| found.costs()[*node as usize]).collect()))
}

fn paths(view: &View<'_>, arguments: &Arguments) -> Result<Table, ServiceError> {
    let (graph, sources) = (view.graph, arguments.nodes(ontology::SOURCE));
    let k = arguments.count(ontology::K).unwrap_or(1) as usize;
    let mut found = Vec::new();
    for target in arguments.nodes(ontology::TARGET) {
        found.extend(k_shortest_paths(graph, sources, *target, k, &settings(arguments), view.watch)?);
    }
    let steps =
        || found.iter().zip(1..).flat_map(|(path, number)| (0..path.nodes.len()).map(move |at| (path, number, at)));
    Ok(Table::default()
        .integers(ontology::PATH, steps().map(|(_, number, _)| number as i64))
        .integers(ontology::STEP, steps().map(|(_, _, at)| at))
        .nodes(ontology::NODE, steps().map(|(path, _, at)| path.nodes[at]), graph.ids())
        .doubles(ontology::COST, steps().map(|(path, _, _)| path.cost).collect()))
}
