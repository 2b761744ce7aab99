//! Rows to statements.
//!
//! Comes in: a chunk of records and a [`Mapper`]. Leaves: the chunk's statements in the order of its rows, rejects, and
//! counts that add up: rows read = rows mapped + rows quarantined. Pure, so chunks are mapped on many threads. Costs
//! no allocation a field once the chunk's buffers have grown.

use std::fmt::Write;

use rustc_hash::FxHashMap;

use super::compile::Mapper;
use super::evaluate::{BareRow, Fault, LetArena, RowView};
use super::lookup::Lookups;
use super::statement::{Known, LocalTerm, Mark, Statements, TermText};
use super::template::Slot;
use super::value::{self, Value};
use crate::ingest::{Records, Reject, RowCount};
use crate::model::Day;

/// What became of a chunk of rows.
#[derive(Debug, Default)]
pub struct Mapped {
    /// The statements in the order of the rows.
    pub statements: Statements,
    /// Refused rows and values in the order of the rows.
    pub rejects: Vec<Reject>,
    /// Rows read, mapped and refused. Rows that a filter set aside count as mapped.
    pub rows: RowCount,
    /// Rows that a filter of the mapping set aside on purpose.
    pub n_filtered: u64,
    /// Values that were refused while their row was used.
    pub n_rejected_values: u64,
}

/// What became of one row.
pub(in crate::mapping) enum RowFate {
    Mapped,
    Filtered,
}

/// Why a whole row is refused.
pub(in crate::mapping) struct Refusal {
    pub(in crate::mapping) reason: String,
    pub(in crate::mapping) column: Option<String>,
}

type Repeated = (LocalTerm, LocalTerm, LocalTerm);

/// A state of the work, to come back to.
#[derive(Clone, Copy)]
pub(in crate::mapping) struct WorkMark {
    out: Mark,
    n_seen: usize,
    n_rejects: usize,
}

/// The work on one chunk: what is written so far, and buffers that are used again.
pub(in crate::mapping) struct Work<'m> {
    pub(in crate::mapping) mapper: &'m Mapper,
    pub(in crate::mapping) out: Statements,
    pub(in crate::mapping) rejects: Vec<Reject>,
    /// From which day on statements that may come again were known: they are written again only for an earlier day.
    pub(in crate::mapping) seen: FxHashMap<Repeated, Known>,
    /// What `seen` held before each change.
    pub(in crate::mapping) seen_before: Vec<(Repeated, Option<Known>)>,
    /// Places of the mapping's own IRIs, by where in memory their texts stand.
    fixed: FxHashMap<(usize, usize), LocalTerm>,
    pub(in crate::mapping) graph: Option<LocalTerm>,
    pub(in crate::mapping) row: u64,
    pub(in crate::mapping) iri: String,
    pub(in crate::mapping) text: String,
    pub(in crate::mapping) lexical: String,
}

impl Mapper {
    /// Maps a chunk of the mapper's file.
    pub fn apply(&self, records: &Records, lookups: &Lookups) -> Mapped {
        let mut work = Work::new(self);
        let (mut n_filtered, mut n_refused) = (0, 0);
        let (mut lets, mut number) = (LetArena::default(), String::new());
        for row in records.rows() {
            number.clear();
            let _ = write!(number, "{}", row.number());
            work.row = row.number();
            lets.clear();
            let mark = work.mark();
            let bare = BareRow { row, stem: &self.stem, number: &number, lookups };
            let fate = work.compute(&mut lets, bare).and_then(|()| work.map_row(&bare.with(&lets)));
            match fate {
                Ok(RowFate::Mapped) => {}
                Ok(RowFate::Filtered) => {
                    n_filtered += 1;
                    work.rewind(mark);
                }
                Err(refusal) => {
                    n_refused += 1;
                    work.refuse_row(refusal, mark, row.raw());
                }
            }
        }
        let read = records.n_rows() as u64;
        let rows = RowCount { read, mapped: read - n_refused, quarantined: n_refused };
        let n_rejected_values = work.rejects.len() as u64 - n_refused;
        Mapped { statements: work.out, rejects: work.rejects, rows, n_filtered, n_rejected_values }
    }

    /// The column to blame for a value: the first one that it is made of.
    pub(in crate::mapping) fn blame(&self, value: &Value<Slot>) -> Option<String> {
        value.places().into_iter().find_map(|slot| match slot {
            Slot::Column(at) => self.columns.get(*at).cloned(),
            Slot::Let(at) => self.lets.get(*at).map(|it| self.blame(&it.value).unwrap_or_else(|| it.name.clone())),
            Slot::FileStem | Slot::RowNumber => None,
        })
    }
}

impl<'m> Work<'m> {
    fn new(mapper: &'m Mapper) -> Self {
        Self {
            mapper,
            out: Statements::default(),
            rejects: Vec::new(),
            seen: FxHashMap::default(),
            seen_before: Vec::new(),
            fixed: FxHashMap::default(),
            graph: None,
            row: 0,
            iri: String::new(),
            text: String::new(),
            lexical: String::new(),
        }
    }

    pub(in crate::mapping) fn mark(&self) -> WorkMark {
        WorkMark { out: self.out.mark(), n_seen: self.seen_before.len(), n_rejects: self.rejects.len() }
    }

    /// The place of an IRI of the mapping or the vocabulary. Such texts stay where they are as long as the work lasts, so
    /// that their address is enough to find them again.
    pub(in crate::mapping) fn fixed(&mut self, iri: &'m str) -> LocalTerm {
        let address = (iri.as_ptr() as usize, iri.len());
        match self.fixed.get(&address) {
            Some(term) => *term,
            None => {
                let term = self.out.term(TermText::Iri(iri));
                self.fixed.insert(address, term);
                term
            }
        }
    }

    /// Takes back all that came after `mark`.
    pub(in crate::mapping) fn rewind(&mut self, mark: WorkMark) {
        self.out.rewind(mark.out);
        let n_terms = self.out.terms().len();
        self.fixed.retain(|_, term| term.index() < n_terms);
        self.rejects.truncate(mark.n_rejects);
        for (statement, before) in self.seen_before.drain(mark.n_seen..).rev() {
            match before {
                Some(known) => self.seen.insert(statement, known),
                None => self.seen.remove(&statement),
            };
        }
    }

    /// Computes the columns of `[file.let]`, each from those before it.
    fn compute(&mut self, lets: &mut LetArena, row: BareRow<'_>) -> Result<(), Refusal> {
        let mapper = self.mapper;
        let (mut text, mut lexical) = (String::new(), String::new());
        for column in &mapper.lets {
            let value = &column.value;
            let found = row.with(lets).text(value, &mut text).and_then(|text| {
                lexical.clear();
                if !text.is_empty() {
                    value.write(text, &mut lexical).map_err(|reason| Fault::of(reason, text))?;
                }
                Ok(())
            });
            if let Err(fault) = found {
                lexical.clear();
                self.note(&column.name, value, fault)?;
            }
            if lexical.is_empty() && value.is_required {
                return Err(self.missing(&column.name, value));
            }
            lets.push(&lexical);
        }
        Ok(())
    }

    fn map_row(&mut self, row: &RowView<'_>) -> Result<RowFate, Refusal> {
        let mapper = self.mapper;
        if !mapper.conditions.iter().all(|condition| row.meets(condition)) {
            return Ok(RowFate::Filtered);
        }
        self.graph = mapper.graph.as_deref().map(|graph| self.fixed(graph));
        let known = self.known(&mapper.known, row)?;
        let mut first = None;
        let mut left_out = None;
        for entity in &mapper.entities {
            if !entity.when.iter().all(|condition| row.meets(condition)) {
                continue;
            }
            let known = match &entity.known {
                Some(own) => self.known(own, row)?,
                None => known,
            };
            match self.entity(entity, row, known)? {
                Some(subject) => first = first.or(Some(subject)),
                None => left_out = left_out.or(Some(entity)),
            }
        }
        match (first, left_out) {
            (Some(subject), _) => {
                self.raw(subject, row, known);
                Ok(RowFate::Mapped)
            }
            (None, None) => Ok(RowFate::Filtered),
            (None, Some(entity)) => {
                let reason = format!("expected the id of [[file.{}]], found an empty placeholder", entity.kind.name);
                let column = entity.id.as_ref().and_then(|id| mapper.blame(id));
                Err(Refusal { reason, column })
            }
        }
    }

    /// From which day on something was known; without a day in the row, from the day of loading.
    fn known(&mut self, known: &value::Known<Slot>, row: &RowView<'_>) -> Result<Known, Refusal> {
        match known {
            value::Known::Always => Ok(Known::Always),
            value::Known::OnLoad => Ok(Known::OnLoad),
            value::Known::On(value) => Ok(self.day("known", value, row)?.map_or(Known::OnLoad, Known::On)),
        }
    }

    pub(in crate::mapping) fn day(
        &mut self,
        name: &str,
        value: &Value<Slot>,
        row: &RowView<'_>,
    ) -> Result<Option<Day>, Refusal> {
        let mut buffer = String::new();
        let found = row.text(value, &mut buffer).and_then(|text| match text {
            "" => Ok(None),
            text => value.day(text).map(Some).map_err(|reason| Fault::of(reason, text)),
        });
        found.or_else(|fault| self.note(name, value, fault).map(|()| None))
    }

    /// Unmapped columns become statements about the row's first thing, as plain text.
    fn raw(&mut self, subject: LocalTerm, row: &RowView<'_>, known: Known) {
        let mapper = self.mapper;
        for (column, predicate) in &mapper.raw {
            let text = row.row.field(*column).unwrap_or_default();
            if !text.trim().is_empty() {
                self.say_text(subject, predicate, text, known);
            }
        }
    }

    /// Puts a refused value into the quarantine, or refuses the row.
    pub(in crate::mapping) fn note(&mut self, name: &str, value: &Value<Slot>, fault: Fault) -> Result<(), Refusal> {
        let column = self.mapper.blame(value);
        let reason = format!("{name}: {}", fault.reason);
        if fault.refuses_row || value.is_required {
            return Err(Refusal { reason, column });
        }
        let file = self.mapper.file.to_string();
        self.rejects.push(Reject { file, row: self.row, column, reason, raw: fault.raw });
        Ok(())
    }

    /// The refusal of a row whose required value is empty.
    pub(in crate::mapping) fn missing(&self, name: &str, value: &Value<Slot>) -> Refusal {
        Refusal { reason: format!("{name}: expected a value, found nothing"), column: self.mapper.blame(value) }
    }

    /// Replaces what was noted of the row's values by one reject of the whole row.
    fn refuse_row(&mut self, refusal: Refusal, mark: WorkMark, raw: String) {
        let mut reason = refusal.reason;
        for value in &self.rejects[mark.n_rejects..] {
            let _ = write!(reason, "; {}", value.reason);
        }
        self.rewind(mark);
        let file = self.mapper.file.to_string();
        self.rejects.push(Reject { file, row: self.row, column: refusal.column, reason, raw });
    }
}
