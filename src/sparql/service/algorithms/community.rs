//! Which nodes belong together.

use crate::algorithms::weakly_connected_components;
use crate::ontology;
use crate::sparql::service::algorithms::rank::NODE;
use crate::sparql::service::arguments::Arguments;
use crate::sparql::service::error::ServiceError;
use crate::sparql::service::registry::{Algorithm, Column, View};
use crate::sparql::service::solutions::Table;

const SIZE: Column = Column { name: ontology::SIZE, holds: "integer", meaning: "how many nodes belong to it" };

/// Weakly connected components.
pub const COMPONENTS: Algorithm = Algorithm {
    name: ontology::COMPONENTS,
    meaning: "which nodes are connected at all, in whatever direction the links go",
    parameters: &[],
    columns: &[
        NODE,
        Column { name: ontology::COMPONENT, holds: "node", meaning: "the component, named by its first node" },
        SIZE,
    ],
    direction: "both",
    is_undirected: false,
    memory: |n_nodes, _, _| n_nodes as u64 * 40,
    run: components,
};

fn components(view: &View<'_>, _: &Arguments) -> Result<Table, ServiceError> {
    let components = weakly_connected_components(view.graph);
    Ok(grouped(view, components.labels(), ontology::COMPONENT))
}

/// Nodes with the node that names their group, and the group's size.
fn grouped(view: &View<'_>, labels: &[u32], name: oxigraph::model::NamedNodeRef<'static>) -> Table {
    let mut sizes = vec![0u32; view.graph.n_nodes()];
    labels.iter().for_each(|label| sizes[*label as usize] += 1);
    let ids = view.graph.ids();
    Table::default()
        .nodes(ontology::NODE, view.graph.nodes(), ids)
        .nodes(name, labels.iter().copied(), ids)
        .integers(ontology::SIZE, labels.iter().map(|label| sizes[*label as usize]))
}
