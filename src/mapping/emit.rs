//! One thing of one row, as statements.
//!
//! Comes in: a compiled thing and a row. Leaves: its statements in the chunk, or nothing at all when its id or a link
//! without which it has no meaning is empty. Statements that a chunk has already are not written again for things that
//! many rows speak of.

use oxigraph::model::vocab::xsd;

use super::apply::{Refusal, Work};
use super::evaluate::{Fault, RowView, is_year};
use super::field::Range;
use super::statement::{Known, LocalTerm, Statement, TermText};
use super::template::Slot;
use super::value::{Entity, Said, Value};
use crate::model::Day;
use crate::ontology as o;

/// Where in the thing the work stands.
struct Place<'a> {
    subject: LocalTerm,
    known: Known,
    repeats: bool,
    said: &'a Said<Slot>,
}

impl<'m> Work<'m> {
    /// Writes one thing; `None` when it is left out.
    pub(in crate::mapping) fn entity(
        &mut self,
        entity: &'m Entity<Slot>,
        row: &RowView<'_>,
        known: Known,
    ) -> Result<Option<LocalTerm>, Refusal> {
        let mark = self.mark();
        let Some(subject) = self.subject(entity, row)? else { return Ok(None) };
        let repeats = entity.kind.repeats;
        for class in
            entity.kind.classes.iter().map(|class| class.as_str()).chain(entity.classes.iter().map(String::as_str))
        {
            let class = self.fixed(class);
            self.say(subject, o::RDF_TYPE.as_str(), class, known, repeats);
        }
        let mut ends = (None, None);
        let mut is_open = true;
        for said in &entity.fields {
            let object = self.said(&Place { subject, known, repeats, said }, row)?;
            if said.is_structural && object.is_none() {
                self.rewind(mark);
                return Ok(None);
            }
            if let Some((from, _, to)) = entity.kind.direct {
                ends.0 = if said.name == from { object } else { ends.0 };
                ends.1 = if said.name == to { object } else { ends.1 };
                is_open &= object.is_none() || !matches!(said.name.as_str(), "end_date" | "seen_on");
            }
        }
        if let (Some((_, predicate, _)), (Some(from), Some(to)), true) = (entity.kind.direct, ends, is_open)
            && from != to
        {
            self.say(from, predicate.as_str(), to, known, true);
        }
        Ok(Some(subject))
    }

    /// The thing's own term: its id, or one made of the fields that identify it.
    fn subject(&mut self, entity: &Entity<Slot>, row: &RowView<'_>) -> Result<Option<LocalTerm>, Refusal> {
        let mut iri = std::mem::take(&mut self.iri);
        let found = match &entity.id {
            Some(id) => match row.link(id, None, &mut iri) {
                Ok(is_whole) => Ok(is_whole),
                Err(fault) => self.note("id", id, fault).map(|()| false),
            },
            None => {
                self.identity(entity, row, &mut iri);
                Ok(true)
            }
        };
        if let (Ok(false), Some(id)) = (&found, entity.id.as_ref().filter(|id| id.is_required)) {
            return Err(self.missing("id", id));
        }
        let subject = matches!(found, Ok(true)).then(|| self.out.term(TermText::Iri(&iri)));
        self.iri = iri;
        found.map(|_| subject)
    }

    /// An id of the identifying fields' values, 96 bits of their BLAKE3 hash.
    fn identity(&mut self, entity: &Entity<Slot>, row: &RowView<'_>, iri: &mut String) {
        let mut hasher = blake3::Hasher::new();
        let mut buffer = String::new();
        for name in entity.kind.identity {
            for said in entity.fields.iter().filter(|said| said.name == *name) {
                let text = match said.value.range == Range::Link {
                    true => row.link(&said.value, None, &mut buffer).map(|_| buffer.as_str()),
                    false => row.text(&said.value, &mut buffer),
                };
                hasher.update(text.unwrap_or_default().as_bytes());
                hasher.update(&[0]);
            }
            hasher.update(&[1]);
        }
        let hash = hasher.finalize().to_hex();
        iri.clear();
        iri.extend([&self.mapper.base, entity.kind.name, "/", &hash[..24]]);
    }

    /// Writes one field and returns its object, the last one of several.
    fn said(&mut self, place: &Place<'m>, row: &RowView<'_>) -> Result<Option<LocalTerm>, Refusal> {
        let value = &place.said.value;
        let known = match &value.known {
            Some(own) => later(place.known, self.day(&place.said.name, own, row)?),
            None => place.known,
        };
        let mut object = None;
        match &value.split {
            None => object = self.object(place, known, None, row)?,
            Some(separator) => {
                let cell = value.places().first().map_or("", |slot| row.get(**slot));
                for piece in cell.split(separator.as_str()).map(str::trim).filter(|piece| !piece.is_empty()) {
                    object = self.object(place, known, Some(piece), row)?.or(object);
                }
            }
        }
        if object.is_none() && value.is_required {
            return Err(self.missing(&place.said.name, value));
        }
        Ok(object)
    }

    fn object(
        &mut self,
        place: &Place<'m>,
        known: Known,
        piece: Option<&str>,
        row: &RowView<'_>,
    ) -> Result<Option<LocalTerm>, Refusal> {
        let value = &place.said.value;
        if value.range == Range::Link {
            return self.link(place, known, piece, row);
        }
        let mut buffer = std::mem::take(&mut self.text);
        let text = match piece {
            Some(piece) => row.piece(value, piece, &mut buffer),
            None => row.text(value, &mut buffer),
        };
        let object = match text {
            Ok("") => Ok(None),
            Ok(text) => self.literal(place, known, text),
            Err(fault) => self.note(&place.said.name, value, fault).map(|()| None),
        };
        self.text = buffer;
        object
    }

    fn link(
        &mut self,
        place: &Place<'m>,
        known: Known,
        piece: Option<&str>,
        row: &RowView<'_>,
    ) -> Result<Option<LocalTerm>, Refusal> {
        let mut iri = std::mem::take(&mut self.iri);
        let found = match row.link(&place.said.value, piece, &mut iri) {
            Ok(is_whole) => Ok(is_whole.then(|| self.out.term(TermText::Iri(&iri)))),
            Err(fault) => self.note(&place.said.name, &place.said.value, fault).map(|()| None),
        };
        self.iri = iri;
        let object = found?.filter(|object| *object != place.subject);
        if let Some(object) = object {
            self.say(place.subject, &place.said.predicate, object, known, place.repeats);
        }
        Ok(object)
    }

    /// Writes a value that is no link, as its field takes it.
    fn literal(&mut self, place: &Place<'m>, known: Known, text: &str) -> Result<Option<LocalTerm>, Refusal> {
        let value = &place.said.value;
        let mut lexical = std::mem::take(&mut self.lexical);
        let written = value.write(text, &mut lexical);
        let object = match written {
            Ok(day) => {
                let known = if place.said.is_known_then { later(known, day) } else { known };
                let object = self.term_of(value, &lexical, known);
                object.inspect(|object| self.say(place.subject, &place.said.predicate, *object, known, place.repeats))
            }
            Err(reason) => Err(reason),
        };
        self.lexical = lexical;
        match object {
            Ok(object) => Ok(Some(object)),
            Err(reason) => self.note(&place.said.name, value, Fault::of(reason, text)).map(|()| None),
        }
    }

    fn term_of(&mut self, value: &Value<Slot>, lexical: &str, known: Known) -> Result<LocalTerm, String> {
        let datatype = match value.range {
            Range::Date => xsd::DATE,
            Range::DateOrYear if is_year(lexical) => xsd::G_YEAR,
            Range::DateOrYear => xsd::DATE,
            Range::Decimal | Range::Share => xsd::DECIMAL,
            Range::Integer => xsd::INTEGER,
            Range::Boolean => xsd::BOOLEAN,
            Range::Sector => return Ok(self.sector(lexical, known)),
            Range::Level | Range::Function | Range::BuyingRole | Range::TransactionKind | Range::Iri => {
                return self.named(value.range, lexical);
            }
            Range::OneOf(words) if !words.contains(&lexical) => {
                return Err(format!("expected one of {}, found \"{lexical}\"", words.join(", ")));
            }
            _ => match &value.language {
                Some(language) => return Ok(self.out.term(TermText::Lang(lexical, language))),
                None => xsd::STRING,
            },
        };
        Ok(self.out.term(TermText::Typed(lexical, datatype.as_str())))
    }

    fn named(&mut self, range: Range, lexical: &str) -> Result<LocalTerm, String> {
        let iri = range.iri_of(lexical)?;
        Ok(self.out.term(TermText::Iri(&iri)))
    }

    /// A sector's concept with its label.
    fn sector(&mut self, label: &str, known: Known) -> LocalTerm {
        let mut iri = format!("{}sector/", o::ID);
        super::template::push_encoded(&mut iri, &label.to_lowercase());
        let concept = self.out.term(TermText::Iri(&iri));
        let class = self.fixed(o::SKOS_CONCEPT.as_str());
        self.say(concept, o::RDF_TYPE.as_str(), class, known, true);
        let label = self.out.term(TermText::Typed(label, xsd::STRING.as_str()));
        self.say(concept, o::SKOS_PREF_LABEL.as_str(), label, known, true);
        concept
    }

    /// Writes a plain text of the row's subject.
    pub(in crate::mapping) fn say_text(&mut self, subject: LocalTerm, predicate: &'m str, text: &str, known: Known) {
        let object = self.out.term(TermText::Typed(text, xsd::STRING.as_str()));
        self.say(subject, predicate, object, known, true);
    }

    fn say(&mut self, subject: LocalTerm, predicate: &'m str, object: LocalTerm, known: Known, repeats: bool) {
        let predicate = self.fixed(predicate);
        if repeats {
            let statement = (subject, predicate, object);
            if self.seen.get(&statement).is_some_and(|before| *before <= known) {
                return;
            }
            self.seen_before.push((statement, self.seen.insert(statement, known)));
        }
        let (graph, row) = (self.graph, self.row);
        self.out.statements.push(Statement { subject, predicate, object, graph, row, known });
    }
}

/// The later of when something was known and a day; what is known only from the day of loading stays so.
fn later(known: Known, day: Option<Day>) -> Known {
    match (known, day) {
        (Known::On(first), Some(day)) => Known::On(first.max(day)),
        (Known::Always, Some(day)) => Known::On(day),
        (known, _) => known,
    }
}
