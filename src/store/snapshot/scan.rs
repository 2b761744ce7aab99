//! Walks over the statements that fit a pattern.
//!
//! A scan owns what it needs (a counted reference to the mapped files), allocates nothing and starts with one look-up in
//! each table that it looks at: one table when the predicate is bound, all when it is not. Order: source graphs before
//! derived ones, predicates by id, links by subject and object, or by object and subject when only the object is bound.

use std::ops::Range;
use std::sync::Arc;

use crate::store::Id;
use crate::store::snapshot::adjacency::Walk;
use crate::store::snapshot::layers::Layers;
use crate::store::snapshot::table::{Link, Table};
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
    walk: Walk,
    /// The object, when links are read in the order of objects.
    by_object: Option<Id>,
    /// Statements that are left of the last link, when every graph is asked for.
    link: Option<Link>,
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
            walk: Walk::default(),
            by_object: object.filter(|_| subject.is_none()),
            link: None,
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
            (None, Some(object)) => table.objects.of(object, &table.codes),
            (Some(subject), Some(object)) => table.of_both(subject, object),
        };
        self.walk = match (self.subject, self.object) {
            _ if self.run.is_empty() => Walk::default(),
            (Some(subject), _) => table.walk_of(subject, self.run.start),
            (None, Some(_)) => Walk::default(),
            (None, None) => table.subjects.walk(0),
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
        while let Some(link) = next_link(table, &mut self.run, &mut self.walk, self.by_object) {
            if !table.shows(&link, self.graph_place.as_ref().map(std::slice::from_ref), self.day) {
                continue;
            }
            let quad = quad(table, &link, if let GraphPattern::Named(graph) = self.graph { Some(graph) } else { None });
            if is_new(&self.layers, self.layer, &quad, self.day) {
                return Some(quad);
            }
        }
        None
    }

    fn next_in_any_graph(&mut self) -> Option<Quad> {
        let layer = self.layers.parts.get(self.layer)?;
        let table = layer.tables.get(self.table)?;
        loop {
            while let (Some(link), Some(statement)) = (self.link, self.statements.next()) {
                let graph = table.graph_by(statement, self.day).filter(|graph| self.last_graph != Some(*graph));
                let Some(graph) = graph else { continue };
                self.last_graph = Some(graph);
                let quad = quad(table, &link, layer.graphs.get(graph as usize).copied());
                if is_new(&self.layers, self.layer, &quad, self.day) {
                    return Some(quad);
                }
            }
            let link = next_link(table, &mut self.run, &mut self.walk, self.by_object)?;
            self.statements = table.statements(table.place(&link));
            self.link = Some(link);
            self.last_graph = None;
        }
    }
}

/// The next link of a run; `object` when the run is in the order of objects.
#[inline]
fn next_link(table: &Table, run: &mut Range<usize>, walk: &mut Walk, object: Option<Id>) -> Option<Link> {
    let at = run.next()?;
    Some(match object {
        Some(object) => table.link_back(at, object),
        None => table.link(at, walk),
    })
}

/// Whether no layer below says a statement already.
fn is_new(layers: &Layers, layer: usize, quad: &Quad, day: i32) -> bool {
    layer == 0 || !layers.is_said_below(layer, quad, day)
}

fn quad(table: &Table, link: &Link, graph: Option<Id>) -> Quad {
    Quad { subject: link.subject, predicate: table.predicate, object: link.object, graph }
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
