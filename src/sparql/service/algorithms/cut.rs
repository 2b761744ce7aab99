//! What holds a graph together: cores, bridges, articulation points, dominators.

use crate::algorithms::{articulation_points, bridges, core_numbers, dominators, memory};
use crate::ontology;
use crate::sparql::service::algorithms::rank::NODE;
use crate::sparql::service::arguments::Arguments;
use crate::sparql::service::error::ServiceError;
use crate::sparql::service::registry::{Algorithm, Column, Kind, Parameter, Preset, View};
use crate::sparql::service::solutions::{NO_NODE, Table};

/// Core number of each node.
pub const CORE_NUMBERS: Algorithm = Algorithm {
    name: ontology::CORE_NUMBERS,
    meaning: "the greatest k such that a node is in a part of the graph where each has at least k neighbours",
    parameters: &[],
    columns: &[NODE, Column { name: ontology::CORE, holds: "integer", meaning: "its core number" }],
    direction: "both",
    is_undirected: true,
    memory: |graph, _| memory::core_numbers(graph),
    example: r#"SELECT ?core (COUNT(*) AS ?people) {
  SERVICE ka:coreNumbers {
    [] ka:layer [ a ka:Interaction ; ka:source ka:employee ; ka:target ka:contact ] ; ka:node ?person ; ka:core ?core
  }
} GROUP BY ?core ORDER BY DESC(?core)"#,
    run: |view, _| {
        let cores = core_numbers(view.graph, view.watch)?;
        let table = Table::default().nodes(ontology::NODE, view.graph.nodes(), view.graph.ids());
        Ok(table.integers(ontology::CORE, cores))
    },
};

/// Links without which a component falls apart.
pub const BRIDGES: Algorithm = Algorithm {
    name: ontology::BRIDGES,
    meaning: "links without which their component falls apart",
    parameters: &[],
    columns: &[
        Column { name: ontology::NODE, holds: "node", meaning: "one end of the link, the first by order of the data" },
        Column { name: ontology::OTHER, holds: "node", meaning: "the other end" },
    ],
    direction: "both",
    is_undirected: true,
    memory: |graph, _| memory::bridges(graph),
    example: r#"SELECT ?employee ?contact {
  SERVICE ka:bridges {
    [] ka:layer [ a ka:Tie ; ka:source ka:employee ; ka:target ka:contact ] ; ka:node ?a ; ka:other ?b
  }
  ?a foaf:name ?contact . ?b foaf:name ?employee
} ORDER BY ?employee ?contact LIMIT 10"#,
    run: |view, _| {
        let (ids, found) = (view.graph.ids(), bridges(view.graph, view.watch)?);
        let (ones, others): (Vec<u32>, Vec<u32>) = found.into_iter().unzip();
        Ok(Table::default().nodes(ontology::NODE, ones, ids).nodes(ontology::OTHER, others, ids))
    },
};

/// Nodes without which a component falls apart.
pub const ARTICULATION_POINTS: Algorithm = Algorithm {
    name: ontology::ARTICULATION_POINTS,
    meaning: "nodes without which their component falls apart",
    parameters: &[],
    columns: &[NODE],
    direction: "both",
    is_undirected: true,
    memory: |graph, _| memory::articulation_points(graph),
    example: r#"SELECT ?person ?name {
  SERVICE ka:articulationPoints { [] ka:layer [ a ka:Tie ; ka:source ka:employee ; ka:target ka:contact ] ; ka:node ?person }
  ?person foaf:name ?name
} ORDER BY ?name"#,
    run: |view, _| {
        Ok(Table::default().nodes(ontology::NODE, articulation_points(view.graph, view.watch)?, view.graph.ids()))
    },
};

/// Nodes that every path from the sources leads over.
pub const DOMINATORS: Algorithm = Algorithm {
    name: ontology::DOMINATORS,
    meaning: "for each node that is reached from the sources, the last node before it that every path leads over",
    parameters: &[Parameter {
        name: ontology::SOURCE,
        kind: Kind::Nodes(Preset::Required),
        is_repeated: true,
        meaning: "where paths begin",
    }],
    columns: &[
        NODE,
        Column {
            name: ontology::DOMINATOR,
            holds: "node",
            meaning: "the last node before it on all paths; sources and nodes without one are left out when it is asked for",
        },
        Column { name: ontology::SIZE, holds: "integer", meaning: "how many other nodes are reached only through it" },
    ],
    direction: "forward",
    is_undirected: false,
    memory: |graph, _| memory::dominators(graph),
    example: r#"SELECT ?title ?below {
  SERVICE ka:dominators {
    [] ka:layer [ sh:inversePath org:reportsTo ] ; ka:source ?top ; ka:node ?post ; ka:size ?below .
    ?someone org:reportsTo ?top FILTER NOT EXISTS { ?top org:reportsTo ?higher }
  }
  ?post ka:title ?title
} ORDER BY DESC(?below) ?title LIMIT 10"#,
    run: dominated,
};

fn dominated(view: &View<'_>, arguments: &Arguments) -> Result<Table, ServiceError> {
    let (graph, found) = (view.graph, dominators(view.graph, arguments.nodes(ontology::SOURCE), view.watch)?);
    let nodes: Vec<u32> = graph.nodes().filter(|node| found.is_reached(*node)).collect();
    let above = nodes.iter().map(|node| found.immediate_dominator(*node).unwrap_or(NO_NODE));
    let below = found.n_dominated();
    Ok(Table::default()
        .nodes(ontology::NODE, nodes.iter().copied(), graph.ids())
        .nodes(ontology::DOMINATOR, above, graph.ids())
        .integers(ontology::SIZE, nodes.iter().map(|node| below[*node as usize])))
}
