//! Columns of numbers as they lie in the snapshot: what sums and comparisons over one predicate read without ids.
//!
//! A predicate whose objects are all integers, all decimals with the same number of digits after the point, all days,
//! all instants or all truths has a [`NumberColumn`]. Its numbers order and add as the values do.

use std::ops::Range;

use crate::store::Id;
use crate::store::inline::{BOOLEAN, DECIMAL, Inline};
use crate::store::snapshot::links::Links;
use crate::store::snapshot::objects::Objects;
use crate::store::snapshot::table::Table;

/// What the objects of a predicate are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ObjectKind {
    /// IRIs, blank nodes, and literals that do not stand in ids.
    Terms,
    /// `xsd:integer`.
    Integer,
    /// `xsd:decimal`.
    Decimal,
    /// `xsd:date`.
    Date,
    /// `xsd:boolean`.
    Boolean,
    /// `xsd:dateTime` without time zone.
    LocalDateTime,
    /// `xsd:dateTime` in UTC.
    UtcDateTime,
    /// More than one of these, or nothing at all.
    Mixed,
}

/// The objects of one predicate as numbers, by the places of its [`Links`]; every place is shown.
#[derive(Clone)]
pub struct NumberColumn {
    table: Table,
    kind: u8,
    scale: u8,
}

impl Links {
    /// What all objects are.
    pub fn objects_are(&self) -> ObjectKind {
        let mut kinds = self.objects().map(kind_of);
        let first = kinds.next().unwrap_or(ObjectKind::Mixed);
        if kinds.all(|kind| kind == first) { first } else { ObjectKind::Mixed }
    }

    /// The objects as numbers, when they have such a column and every link is shown.
    pub fn column(&self) -> Option<NumberColumn> {
        let table = self.whole()?;
        match &table.objects {
            Objects::Values { kind, scales, .. } if scales.is_constant() => {
                Some(NumberColumn { table: table.clone(), kind: *kind, scale: scales.least() as u8 })
            }
            _ => None,
        }
    }

    /// Appends the place of each subject's link, `u32::MAX` where there is none; `false`, and nothing is appended, unless
    /// every link is shown and each subject has one.
    pub fn places(&self, subjects: &[Id], places: &mut Vec<u32>) -> bool {
        let Some(table) = self.whole().filter(|table| table.subjects.is_single()) else { return false };
        let place = |subject: &Id| table.of_subject(*subject).next().map_or(u32::MAX, |place| place as u32);
        places.extend(subjects.iter().map(place));
        true
    }
}

fn kind_of(objects: &Objects) -> ObjectKind {
    match objects {
        Objects::Terms { .. } => ObjectKind::Terms,
        Objects::Mixed { .. } => ObjectKind::Mixed,
        Objects::Values { kind, .. } => kind_named(*kind),
    }
}

fn kind_named(kind: u8) -> ObjectKind {
    match kind {
        0 => ObjectKind::Integer,
        DECIMAL => ObjectKind::Decimal,
        2 => ObjectKind::Date,
        BOOLEAN => ObjectKind::Boolean,
        4 => ObjectKind::LocalDateTime,
        5 => ObjectKind::UtcDateTime,
        _ => ObjectKind::Mixed,
    }
}

impl NumberColumn {
    /// What the numbers are: integers, decimals times ten to the power of [`NumberColumn::scale`], days since 1970-01-01,
    /// seconds since its first, or 0 and 1.
    pub fn kind(&self) -> ObjectKind {
        kind_named(self.kind)
    }

    /// Digits after the point of decimals, otherwise 0.
    pub fn scale(&self) -> u8 {
        self.scale
    }

    /// Number of places.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The least and the greatest number.
    pub fn extent(&self) -> (i64, i64) {
        self.numbers().map_or((0, 0), |numbers| (numbers.least(), numbers.greatest()))
    }

    /// The id of the object with a number, one of the column's.
    pub fn id(&self, number: i64) -> Id {
        Id::from_bits(Inline::bits_of(self.kind, number, self.scale))
    }

    /// The number of an object, when it is of the column's kind and scale.
    pub fn number(&self, id: Id) -> Option<i64> {
        let (kind, number, scale) = id.inline()?.parts();
        (kind == self.kind && scale == self.scale).then_some(number)
    }

    /// Appends the numbers at a range of places.
    pub fn read(&self, places: Range<usize>, numbers: &mut Vec<i64>) {
        if let Some(column) = self.numbers() {
            column.read(places, numbers, |number| number);
        }
    }

    /// The number at a place; the least one outside of the column.
    #[inline]
    pub fn at(&self, place: usize) -> i64 {
        self.numbers().map_or(0, |numbers| numbers.get(place))
    }

    /// Appends the subjects at a range of places.
    pub fn read_subjects(&self, places: Range<usize>, subjects: &mut Vec<Id>) {
        self.table.read_subjects(places, subjects);
    }

    /// Appends the number of each subject and whether it has one (0 where it has none), of several the least.
    pub fn fetch(&self, subjects: &[Id], numbers: &mut Vec<i64>, found: &mut Vec<bool>) {
        let Some(column) = self.numbers() else { return };
        for subject in subjects {
            let place = self.table.of_subject(*subject).next();
            numbers.push(place.map_or(0, |place| column.get(place)));
            found.push(place.is_some());
        }
    }

    fn numbers(&self) -> Option<&crate::store::snapshot::packed::Packed> {
        match &self.table.objects {
            Objects::Values { numbers, .. } => Some(numbers),
            _ => None,
        }
    }
}
