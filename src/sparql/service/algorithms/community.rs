//! Which nodes belong together: components, communities, triangles.

use oxigraph::model::NamedNodeRef;

use crate::algorithms::{
    LabelPropagationSettings, LeidenSettings, clustering_coefficients, label_propagation, leiden, memory,
    strongly_connected_components, weakly_connected_components,
};
use crate::ontology;
use crate::sparql::service::algorithms::rank::{NODE, RANDOM_SEED, random_seed};
use crate::sparql::service::arguments::Arguments;
use crate::sparql::service::error::ServiceError;
use crate::sparql::service::registry::{Algorithm, Column, Kind, Parameter, Preset, View};
use crate::sparql::service::solutions::Table;

const COMPONENT: Column =
    Column { name: ontology::COMPONENT, holds: "node", meaning: "the component, named by its first node" };
const COMMUNITY: Column =
    Column { name: ontology::COMMUNITY, holds: "node", meaning: "the community, named by its first node" };
const SIZE: Column = Column { name: ontology::SIZE, holds: "integer", meaning: "how many nodes belong to it" };

/// Weakly connected components.
pub const COMPONENTS: Algorithm = Algorithm {
    name: ontology::COMPONENTS,
    meaning: "which nodes are connected at all, in whatever direction the links go",
    parameters: &[],
    columns: &[NODE, COMPONENT, SIZE],
    direction: "both",
    is_undirected: false,
    memory: |graph, _| memory::weakly_connected_components(graph),
    example: r#"SELECT ?first (COUNT(*) AS ?accounts) {
  SERVICE ka:components {
    [] ka:layer [ a ka:Ownership ; ka:source ka:parent ; ka:target ka:child ] ; ka:node ?account ; ka:component ?group
  }
  ?group schema:name ?first
} GROUP BY ?group ?first ORDER BY DESC(?accounts) ?first"#,
    run: |view, _| {
        let found = weakly_connected_components(view.graph, view.watch)?;
        Ok(grouped(view, found.labels(), ontology::COMPONENT))
    },
};

/// Strongly connected components.
pub const STRONG_COMPONENTS: Algorithm = Algorithm {
    name: ontology::STRONG_COMPONENTS,
    meaning: "which nodes reach each other along the links",
    parameters: &[],
    columns: &[NODE, COMPONENT, SIZE],
    direction: "forward",
    is_undirected: false,
    memory: |graph, _| memory::strongly_connected_components(graph),
    example: r#"SELECT ?first ?size {
  SERVICE ka:strongComponents {
    [] ka:layer [ a ka:Ownership ; ka:source ka:parent ; ka:target ka:child ] ;
       ka:node ?first ; ka:component ?first ; ka:size ?size
  }
} ORDER BY DESC(?size) ?first LIMIT 5"#,
    run: |view, _| {
        let found = strongly_connected_components(view.graph, view.watch)?;
        Ok(grouped(view, found.labels(), ontology::COMPONENT))
    },
};

/// Communities by modularity.
pub const LEIDEN: Algorithm = Algorithm {
    name: ontology::LEIDEN,
    meaning: "connected communities with more links inside than chance would have (modularity)",
    parameters: &[
        Parameter {
            name: ontology::RESOLUTION,
            kind: Kind::Number(Preset::Value(1.0)),
            is_repeated: false,
            meaning: "above 0; more gives more and smaller communities",
        },
        Parameter {
            name: ontology::ITERATIONS,
            kind: Kind::Count(Preset::Value(10)),
            is_repeated: false,
            meaning: "rounds at most",
        },
        RANDOM_SEED,
    ],
    columns: &[NODE, COMMUNITY, SIZE],
    direction: "both",
    is_undirected: true,
    memory: |graph, _| memory::leiden(graph),
    example: r#"SELECT ?community (COUNT(?account) AS ?accounts) (COUNT(?product) AS ?products) {
  SERVICE ka:leiden {
    [] ka:layer [ a ka:Order ; ka:source ka:account ; ka:target ka:product ; ka:weight "count" ] ; ka:resolution 1.2 ;
       ka:node ?node ; ka:community ?community
  }
  OPTIONAL { ?node a ka:Account BIND(?node AS ?account) }
  OPTIONAL { ?node a schema:Product BIND(?node AS ?product) }
} GROUP BY ?community ORDER BY DESC(?accounts) ?community"#,
    run: communities,
};

/// Communities by majority of neighbours.
pub const LABEL_PROPAGATION: Algorithm = Algorithm {
    name: ontology::LABEL_PROPAGATION,
    meaning: "communities in which each node has the label that most of its neighbours have",
    parameters: &[
        Parameter {
            name: ontology::ITERATIONS,
            kind: Kind::Count(Preset::Value(100)),
            is_repeated: false,
            meaning: "rounds at most",
        },
        RANDOM_SEED,
    ],
    columns: &[NODE, COMMUNITY, SIZE],
    direction: "both",
    is_undirected: false,
    memory: |graph, _| memory::label_propagation(graph),
    example: r#"SELECT ?community (COUNT(*) AS ?people) {
  SERVICE ka:labelPropagation {
    [] ka:layer [ a ka:Interaction ; ka:source ka:employee ; ka:target ka:contact ; ka:weight "count" ] ;
       ka:node ?person ; ka:community ?community
  }
} GROUP BY ?community ORDER BY DESC(?people) ?community"#,
    run: propagated,
};

/// Triangles and clustering coefficients.
pub const CLUSTERING: Algorithm = Algorithm {
    name: ontology::CLUSTERING,
    meaning: "in how many triangles each node is, and which part of its neighbours are neighbours of each other",
    parameters: &[],
    columns: &[
        NODE,
        Column { name: ontology::TRIANGLES, holds: "integer", meaning: "triangles that it is part of" },
        Column { name: ontology::SCORE, holds: "double", meaning: "its clustering coefficient, 0 to 1" },
    ],
    direction: "both",
    is_undirected: false,
    memory: |graph, _| memory::clustering_coefficients(graph),
    example: r#"SELECT ?name ?triangles ?coefficient {
  SERVICE ka:clustering {
    [] ka:layer org:reportsTo , [ a ka:ReportingLine ; ka:source ka:reportingPost ; ka:target ka:superiorPost ] ,
                [ ka:path ( org:reportsTo org:reportsTo ) ] ;
       ka:node ?post ; ka:triangles ?triangles ; ka:score ?coefficient
  }
  ?post ka:title ?name
} ORDER BY DESC(?triangles) ?name LIMIT 10"#,
    run: |view, _| {
        let found = clustering_coefficients(view.graph, view.watch)?;
        let table = Table::default().nodes(ontology::NODE, view.graph.nodes(), view.graph.ids());
        Ok(table.integers(ontology::TRIANGLES, found.triangles).doubles(ontology::SCORE, found.local))
    },
};

fn communities(view: &View<'_>, arguments: &Arguments) -> Result<Table, ServiceError> {
    let defaults = LeidenSettings::default();
    let settings = LeidenSettings {
        resolution: arguments.number(ontology::RESOLUTION).unwrap_or(defaults.resolution),
        max_iterations: arguments.count(ontology::ITERATIONS).map_or(defaults.max_iterations, |n| n as usize),
        seed: random_seed(arguments),
        ..defaults
    };
    let found = leiden(view.graph, &settings, view.watch)?;
    Ok(grouped(view, &first_nodes(&found.labels), ontology::COMMUNITY))
}

fn propagated(view: &View<'_>, arguments: &Arguments) -> Result<Table, ServiceError> {
    let defaults = LabelPropagationSettings::default();
    let settings = LabelPropagationSettings {
        max_iterations: arguments.count(ontology::ITERATIONS).map_or(defaults.max_iterations, |n| n as usize),
        seed: random_seed(arguments),
        ..defaults
    };
    let found = label_propagation(view.graph, &settings, view.watch)?;
    Ok(grouped(view, &first_nodes(&found.labels), ontology::COMMUNITY))
}

/// For each node the first one with its label; labels are below the number of nodes.
fn first_nodes(labels: &[u32]) -> Vec<u32> {
    let mut first = vec![u32::MAX; labels.len()];
    for (node, label) in (0..).zip(labels) {
        let first = &mut first[*label as usize];
        *first = node.min(*first);
    }
    labels.iter().map(|label| first[*label as usize]).collect()
}

/// Nodes with the node that names their group, and the group's size.
fn grouped(view: &View<'_>, labels: &[u32], name: NamedNodeRef<'static>) -> Table {
    let mut sizes = vec![0u32; view.graph.n_nodes()];
    labels.iter().for_each(|label| sizes[*label as usize] += 1);
    let ids = view.graph.ids();
    Table::default()
        .nodes(ontology::NODE, view.graph.nodes(), ids)
        .nodes(name, labels.iter().copied(), ids)
        .integers(ontology::SIZE, labels.iter().map(|label| sizes[*label as usize]))
}
