//! Walks over the statements that fit a pattern.
//!
//! A scan owns what it needs (a counted reference to the mapped files), allocates nothing and starts with one binary
//! search for each table that it looks at: one table when the predicate is bound, all when it is not (most are then
//! refused by their first and last id). Order: source graphs before derived ones, predicates by id, links by subject
//! and object, or by object and subject when only the object is bound.

use std::ops::Range;
use std::sync::Arc;

use crate::store::Id;
use crate::store::snapshot::layers::Layers;
use crate::store::snapshot::table::Table;
use crate::store::snapshot::{GraphPattern, Quad};

/// Statements that fit a pattern, one after the other.
pub struct Scan {
    layers: Arc<Layers>,
    day: i32,
    subject: Option<Id>,
    predicate: Option<Id>,
    object: Option<Id>,
    graph: GraphPattern,
    /// Where the scan stands: layer, table in it, and the place of the graph asked for in the layer's list.
    layer: usize,
    table: usize,
    end_of_tables: usize,
    graph_place: Option<u32>,
    /// Links that are left in the table.
    run: Range<usize>,
    is_by_object: bool,
    /// Statements that are left of the link at `place`, when every graph is asked for.
    place: usize,
    statements: Range<usize>,
    last_graph: Option<u32>,
}

impl Scan {
    pub(in crate::store) fn new(
        layers: Arc<Layers>,
        day: i32,
        (subject, predicate, object): (Option<Id>, Option<Id>, Option<Id>),
        graph: GraphPattern,
    ) -> Self {
        let mut scan = Self {
            layers,
            day,
            subject,
            predicate,
            object,
            graph,
            layer: 0,
            table: 0,
            end_of_tables: 0,
            graph_place: None,
            run: 0..0,
            is_by_object: subject.is_none() && object.is_some(),
            place: 0,
            statements: 0..0,
            last_graph: None,
        };
        scan.enter_layer();
        scan
    }

    /// Finds the tables of the layer that the scan stands in, and starts the first.
    fn enter_layer(&mut self) {
        (self.table, self.end_of_tables) = (0, 0);
        let Some(layer) = self.layers.parts.get(self.layer) else { return };
        if let GraphPattern::Named(graph) = self.graph {
            self.graph_place = layer.graph_of(graph);
            if self.graph_place.is_none() {
                return;
            }
        }
        let tables = match self.predicate {
            None => 0..layer.tables.len(),
            Some(predicate) => layer.table_of(predicate).map_or(0..0, |at| at..at + 1),
        };
        (self.table, self.end_of_tables) = (tables.start, tables.end);
        self.enter_table();
    }

    /// Finds the links in the table that the scan stands in.
    fn enter_table(&mut self) {
        if self.table >= self.end_of_tables {
            return;
        }
        let table = &self.layers.parts[self.layer].tables[self.table];
        self.run = match (self.subject, self.object) {
            (None, None) => 0..table.len(),
            (Some(subject), None) => table.of_subject(subject),
            (None, Some(object)) => table.of_object(object),
            (Some(subject), Some(object)) => table.of_both(subject, object),
        };
    }

    /// Goes on to the next table or layer; false at the end.
    fn advance(&mut self) -> bool {
        if self.table + 1 < self.end_of_tables {
            self.table += 1;
            self.enter_table();
            return true;
        }
        self.layer += 1;
        self.enter_layer();
        self.layer < self.layers.parts.len()
    }

    fn next_in_table(&mut self) -> Option<Quad> {
        if self.graph == GraphPattern::AnyNamed {
            return self.next_in_any_graph();
        }
        let table = self.layers.parts.get(self.layer)?.tables.get(self.table)?;
        for at in self.run.by_ref() {
            let place = if self.is_by_object { table.place(at) } else { at };
            let (is_shown, graph) = match (self.graph, self.graph_place) {
                (GraphPattern::Named(graph), Some(its_place)) => {
                    (table.is_in_graph(place, its_place, self.day), Some(graph))
                }
                _ => (table.is_visible(place, self.day), None),
            };
            let quad = quad(table, place, graph);
            if is_shown && is_new(&self.layers, self.layer, &quad, self.day) {
                return Some(quad);
            }
        }
        None
    }

    fn next_in_any_graph(&mut self) -> Option<Quad> {
        let layer = self.layers.parts.get(self.layer)?;
        let table = layer.tables.get(self.table)?;
        loop {
            for statement in self.statements.by_ref() {
                let graph = table.graph_by(statement, self.day).filter(|graph| self.last_graph != Some(*graph));
                let Some(graph) = graph else { continue };
                self.last_graph = Some(graph);
                let quad = quad(table, self.place, layer.graphs.get(graph as usize).copied());
                if is_new(&self.layers, self.layer, &quad, self.day) {
                    return Some(quad);
                }
            }
            let at = self.run.next()?;
            self.place = if self.is_by_object { table.place(at) } else { at };
            self.statements = table.statements(self.place);
            self.last_graph = None;
        }
    }
}

/// Whether no layer below says a statement already.
fn is_new(layers: &Layers, layer: usize, quad: &Quad, day: i32) -> bool {
    layer == 0 || !layers.is_said_below(layer, quad, day)
}

fn quad(table: &Table, place: usize, graph: Option<Id>) -> Quad {
    Quad { subject: table.subjects[place], predicate: table.predicate, object: table.objects[place], graph }
}

impl Iterator for Scan {
    type Item = Quad;

    fn next(&mut self) -> Option<Quad> {
        loop {
            if let Some(quad) = self.next_in_table() {
                return Some(quad);
            }
            if !self.advance() {
                return None;
            }
        }
    }
}
