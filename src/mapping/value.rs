//! The parts of a mapping that are the same before and after columns are known: values, conditions, things.
//!
//! `R` is a [`Name`](super::template::Name) in a file as parsed, and a [`Slot`](super::template::Slot) in a compiled
//! mapper. Nothing here reads data.

use super::cleaning::{Cleaning, NumberReader};
use super::field::{Kind, Range};
use super::template::Template;

/// Where a value comes from.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::mapping) enum Origin<R> {
    /// Text with placeholders.
    Template(Template<R>),
    /// A column of another file's row with this key.
    Lookup { table: usize, take: usize, keys: Vec<Template<R>>, is_needed: bool },
    /// Exact decimal arithmetic, from left to right.
    Arithmetic { operator: Operator, operands: Vec<Template<R>> },
    /// A day some days after another.
    Days { from: Template<R>, plus: Template<R> },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mapping) enum Operator {
    Multiply,
    Add,
    Subtract,
    Divide,
}

impl Operator {
    pub(in crate::mapping) const NAMED: [(&'static str, Self); 4] =
        [("multiply", Self::Multiply), ("add", Self::Add), ("subtract", Self::Subtract), ("divide", Self::Divide)];
}

/// One value of a field, an id or a computed column.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::mapping) struct Value<R> {
    pub(in crate::mapping) at: usize,
    pub(in crate::mapping) origin: Origin<R>,
    pub(in crate::mapping) cleaning: Cleaning,
    pub(in crate::mapping) default: Option<Template<R>>,
    pub(in crate::mapping) split: Option<String>,
    pub(in crate::mapping) is_required: bool,
    pub(in crate::mapping) known: Option<Box<Value<R>>>,
    pub(in crate::mapping) range: Range,
    pub(in crate::mapping) language: Option<String>,
}

/// A named value of a row, computed before the things.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::mapping) struct Let<R> {
    pub(in crate::mapping) name: String,
    pub(in crate::mapping) value: Value<R>,
}

/// A test of a row.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::mapping) struct Condition<R> {
    pub(in crate::mapping) at: usize,
    pub(in crate::mapping) left: Template<R>,
    pub(in crate::mapping) test: Test,
    pub(in crate::mapping) right: Vec<Template<R>>,
    pub(in crate::mapping) negated: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mapping) enum Test {
    Empty,
    OneOf,
    Less,
    Greater,
    StartsWith,
    EndsWith,
    Contains,
}

/// One field of a thing: which property it becomes, and its value.
#[derive(Clone, Debug)]
pub(in crate::mapping) struct Said<R> {
    pub(in crate::mapping) name: String,
    pub(in crate::mapping) predicate: String,
    pub(in crate::mapping) is_structural: bool,
    pub(in crate::mapping) is_known_then: bool,
    pub(in crate::mapping) value: Value<R>,
}

/// One thing that each row speaks of.
#[derive(Clone, Debug)]
pub(in crate::mapping) struct Entity<R> {
    pub(in crate::mapping) at: usize,
    pub(in crate::mapping) kind: &'static Kind,
    pub(in crate::mapping) classes: Vec<String>,
    pub(in crate::mapping) id: Option<Value<R>>,
    pub(in crate::mapping) when: Vec<Condition<R>>,
    pub(in crate::mapping) known: Option<Known<R>>,
    pub(in crate::mapping) fields: Vec<Said<R>>,
}

/// From which day on a row was known.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::mapping) enum Known<R> {
    Always,
    OnLoad,
    On(Box<Value<R>>),
}

impl<R> Origin<R> {
    fn templates(&self) -> Vec<&Template<R>> {
        match self {
            Self::Template(template) => vec![template],
            Self::Lookup { keys, .. } => keys.iter().collect(),
            Self::Arithmetic { operands, .. } => operands.iter().collect(),
            Self::Days { from, plus } => vec![from, plus],
        }
    }

    fn resolve<S>(&self, find: &mut dyn FnMut(&R) -> S) -> Origin<S> {
        let mut all = |templates: &[Template<R>]| templates.iter().map(|it| it.resolve(find)).collect::<Vec<_>>();
        match self {
            Self::Template(template) => Origin::Template(template.resolve(find)),
            Self::Lookup { table, take, keys, is_needed } => {
                Origin::Lookup { table: *table, take: *take, keys: all(keys), is_needed: *is_needed }
            }
            Self::Arithmetic { operator, operands } => {
                Origin::Arithmetic { operator: *operator, operands: all(operands) }
            }
            Self::Days { from, plus } => Origin::Days { from: from.resolve(find), plus: plus.resolve(find) },
        }
    }
}

impl<R> Value<R> {
    pub(in crate::mapping) fn new(at: usize, origin: Origin<R>, range: Range) -> Self {
        let cleaning = Cleaning::default();
        let (default, split, known, language) = (None, None, None, None);
        Self { at, origin, cleaning, default, split, is_required: false, known, range, language }
    }

    /// How the number is written that the field reads; arithmetic gives a decimal point.
    pub(in crate::mapping) fn number(&self) -> NumberReader {
        match self.origin {
            Origin::Arithmetic { .. } => NumberReader::default(),
            _ => self.cleaning.number_left(),
        }
    }

    /// Every placeholder, also of defaults and of the day from which it is known.
    pub(in crate::mapping) fn places(&self) -> Vec<&R> {
        let templates = self.origin.templates().into_iter().chain(&self.default);
        let known = self.known.iter().flat_map(|known| known.places());
        templates.flat_map(Template::places).chain(known).collect()
    }

    pub(in crate::mapping) fn resolve<S>(&self, find: &mut dyn FnMut(&R) -> S) -> Value<S> {
        Value {
            at: self.at,
            origin: self.origin.resolve(find),
            cleaning: self.cleaning.clone(),
            default: self.default.as_ref().map(|it| it.resolve(find)),
            split: self.split.clone(),
            is_required: self.is_required,
            known: self.known.as_ref().map(|known| Box::new(known.resolve(find))),
            range: self.range,
            language: self.language.clone(),
        }
    }
}

impl<R> Condition<R> {
    pub(in crate::mapping) fn resolve<S>(&self, find: &mut dyn FnMut(&R) -> S) -> Condition<S> {
        Condition {
            at: self.at,
            left: self.left.resolve(find),
            test: self.test,
            right: self.right.iter().map(|it| it.resolve(find)).collect(),
            negated: self.negated,
        }
    }
}

impl<R> Known<R> {
    pub(in crate::mapping) fn resolve<S>(&self, find: &mut dyn FnMut(&R) -> S) -> Known<S> {
        match self {
            Self::Always => Known::Always,
            Self::OnLoad => Known::OnLoad,
            Self::On(value) => Known::On(Box::new(value.resolve(find))),
        }
    }
}

impl<R> Entity<R> {
    pub(in crate::mapping) fn resolve<S>(&self, find: &mut dyn FnMut(&R) -> S) -> Entity<S> {
        let said = |said: &Said<R>, find: &mut dyn FnMut(&R) -> S| Said {
            name: said.name.clone(),
            predicate: said.predicate.clone(),
            is_structural: said.is_structural,
            is_known_then: said.is_known_then,
            value: said.value.resolve(find),
        };
        Entity {
            at: self.at,
            kind: self.kind,
            classes: self.classes.clone(),
            id: self.id.as_ref().map(|id| id.resolve(find)),
            when: self.when.iter().map(|condition| condition.resolve(find)).collect(),
            known: self.known.as_ref().map(|known| known.resolve(find)),
            fields: self.fields.iter().map(|it| said(it, find)).collect(),
        }
    }
}
