//! The objects of one predicate: which kind of column they fill, and the order by which they are found.
//!
//! In come objects in the order of their links, out come bytes ready to be written. Costs some forty bytes a link, or
//! what the budget allows.

use crate::store::build::budget::Budget;
use crate::store::build::encode::{Encoded, Numbers};
use crate::store::build::runs::{Pair, Runs};
use crate::store::build::sink::Sink;
use crate::store::build::spool::{Reading, Spool};
use crate::store::build::table::EncodedAdjacency;
use crate::store::id::Meaning;
use crate::store::inline::Inline;
use crate::store::snapshot::codes::Codes;
use crate::store::snapshot::manifest::ObjectsSection;
use crate::store::{Id, StoreError};

/// Objects in the order of their links.
pub(in crate::store) struct ObjectList {
    ids: Spool<u64>,
    shape: Shape,
    is_sorted: bool,
    last: Id,
}

/// What all objects are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Nothing,
    Terms,
    Values(u8),
    Mixed,
}

/// The objects, ready to be written.
pub(in crate::store) enum EncodedObjects {
    Terms { codes: Encoded, back: EncodedAdjacency, subjects: Encoded },
    Values { kind: u8, numbers: Encoded, scales: Encoded, order: Option<Encoded> },
    Mixed { ids: Encoded, order: Option<Encoded> },
}

/// The subject of each link, one after the other.
struct LinkSubjects<'a> {
    subjects: Reading<'a, u32>,
    offsets: Reading<'a, u32>,
    subject: u32,
    end: u32,
    place: u32,
}

impl Shape {
    fn of(object: Id) -> Self {
        match object.meaning() {
            Meaning::Value(value) => Self::Values(value.parts().0),
            _ => Self::Terms,
        }
    }
}

impl ObjectList {
    pub fn new(budget: &Budget, limit: usize) -> Self {
        Self { ids: Spool::new(budget, limit), shape: Shape::Nothing, is_sorted: true, last: Id(0) }
    }

    pub fn len(&self) -> u64 {
        self.ids.len()
    }

    pub fn push(&mut self, object: Id) -> Result<(), StoreError> {
        let shape = Shape::of(object);
        self.shape = match self.shape {
            Shape::Nothing => shape,
            found if found == shape => found,
            _ => Shape::Mixed,
        };
        self.is_sorted &= self.last <= object;
        self.last = object;
        self.ids.push(object.bits())
    }

    /// Makes the columns; subjects and offsets are those of the links.
    pub fn encode(
        mut self,
        subjects: &mut Numbers<u32>,
        offsets: &mut Numbers<u32>,
        codes: &Codes,
        budget: &Budget,
        limit: usize,
    ) -> Result<EncodedObjects, StoreError> {
        match self.shape {
            Shape::Terms => {
                let subjects = LinkSubjects::of(subjects, offsets)?;
                self.terms(subjects, codes, budget, limit)
            }
            Shape::Values(kind) => self.values(kind, budget, limit),
            Shape::Mixed | Shape::Nothing => {
                let mut ids = Numbers::<u64>::new(budget, limit);
                self.ids.read()?.for_each(|id| ids.push(id))?;
                let order = self.order(budget, limit)?;
                Ok(EncodedObjects::Mixed { ids: ids.encode(budget, limit)?, order })
            }
        }
    }

    fn terms(
        &mut self,
        mut subjects: LinkSubjects<'_>,
        codes: &Codes,
        budget: &Budget,
        limit: usize,
    ) -> Result<EncodedObjects, StoreError> {
        let mut column = Numbers::new(budget, limit);
        let mut pairs = pairs(budget, self.len());
        self.ids.read()?.for_each(|bits| {
            let code = codes.code(Id::from_bits(bits)).unwrap_or_default();
            column.push(code)?;
            pairs.push(Pair { key: code.into(), value: subjects.next()? })
        })?;
        let (mut objects, mut offsets, mut back) =
            (Numbers::new(budget, limit), Numbers::new(budget, limit), Numbers::new(budget, limit));
        let mut last = None;
        pairs.sorted()?.for_each(|pair| {
            if last.replace(pair.key) != Some(pair.key) {
                objects.push(pair.key as u32)?;
                offsets.push(back.len() as u32)?;
            }
            back.push(pair.value)
        })?;
        drop(pairs);
        let n = back.len();
        offsets.push(n as u32)?;
        Ok(EncodedObjects::Terms {
            codes: column.encode(budget, limit)?,
            back: EncodedAdjacency::of(objects, offsets, n, budget, limit)?,
            subjects: back.encode(budget, limit)?,
        })
    }

    fn values(&mut self, kind: u8, budget: &Budget, limit: usize) -> Result<EncodedObjects, StoreError> {
        let (mut numbers, mut scales) = (Numbers::<i64>::new(budget, limit), Numbers::<u32>::new(budget, limit));
        self.ids.read()?.for_each(|bits| {
            let (_, number, scale) = Id::from_bits(bits).inline().map_or((0, 0, 0), Inline::parts);
            numbers.push(number)?;
            scales.push(scale.into())
        })?;
        let order = self.order(budget, limit)?;
        let (numbers, scales) = (numbers.encode(budget, limit)?, scales.encode(budget, limit)?);
        Ok(EncodedObjects::Values { kind, numbers, scales, order })
    }

    /// The places of the links by object, unless the links are in that order.
    fn order(&mut self, budget: &Budget, limit: usize) -> Result<Option<Encoded>, StoreError> {
        if self.is_sorted {
            return Ok(None);
        }
        let mut pairs = pairs(budget, self.len());
        let mut place = 0;
        self.ids.read()?.for_each(|key| {
            place += 1;
            pairs.push(Pair { key, value: place - 1 })
        })?;
        let mut order = Numbers::new(budget, limit);
        pairs.sorted()?.for_each(|pair| order.push(pair.value))?;
        drop(pairs);
        order.encode(budget, limit).map(Some)
    }
}

/// An empty list of pairs for so many links, which is sorted within the budget.
fn pairs(budget: &Budget, n: u64) -> Runs<Pair> {
    const BYTES_SORTING: u64 = 40;
    let mut pairs = Runs::new(budget, budget.records(1, BYTES_SORTING));
    pairs.reserve(n as usize);
    pairs
}

impl<'a> LinkSubjects<'a> {
    fn of(subjects: &'a mut Numbers<u32>, offsets: &'a mut Numbers<u32>) -> Result<Self, StoreError> {
        let mut offsets = offsets.read()?;
        offsets.next()?;
        Ok(Self { subjects: subjects.read()?, offsets, subject: 0, end: 0, place: 0 })
    }

    /// The subject of the next link.
    fn next(&mut self) -> Result<u32, StoreError> {
        if self.place == self.end {
            self.subject = self.subjects.next()?.unwrap_or_default();
            self.end = self.offsets.next()?.unwrap_or_default();
        }
        self.place += 1;
        Ok(self.subject)
    }
}

impl EncodedObjects {
    pub fn write(self, sink: &mut Sink) -> Result<ObjectsSection, StoreError> {
        let put_order = |order: Option<Encoded>, sink: &mut Sink| order.map(|it| sink.put_column(it)).transpose();
        Ok(match self {
            Self::Terms { codes, back, subjects } => ObjectsSection::Terms {
                codes: sink.put_column(codes)?,
                back: back.write(sink)?,
                subjects: sink.put_column(subjects)?,
            },
            Self::Values { kind, numbers, scales, order } => ObjectsSection::Values {
                kind,
                numbers: sink.put_column(numbers)?,
                scales: sink.put_column(scales)?,
                order: put_order(order, sink)?,
            },
            Self::Mixed { ids, order } => {
                ObjectsSection::Mixed { ids: sink.put_column(ids)?, order: put_order(order, sink)? }
            }
        })
    }
}
