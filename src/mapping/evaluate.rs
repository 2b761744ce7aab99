//! The value of a field in one row: rendered, looked up or computed, cleaned, and written as its field takes it.
//!
//! Comes in: a compiled value and a row. Leaves: a text in a buffer that is used again, or why there is none. A plain
//! `{column}` is borrowed from the record, nothing is copied.

use rust_decimal::Decimal;

use super::cleaning::{DateReader, boolean, email, integer, lei, phone, share};
use super::field::Range;
use super::lookup::{KEY_SEPARATOR, Lookups};
use super::template::{Segment, Slot, Template, push_encoded};
use super::value::{Condition, Operator, Origin, Value};
use crate::ingest::RowRef;
use crate::model::Day;

/// Digits behind the decimal sign that a division keeps.
const DIVISION_DIGITS: u32 = 10;

/// One row with its computed columns.
#[derive(Clone, Copy)]
pub(in crate::mapping) struct RowView<'a> {
    pub(in crate::mapping) row: RowRef<'a>,
    pub(in crate::mapping) stem: &'a str,
    pub(in crate::mapping) number: &'a str,
    pub(in crate::mapping) lets: &'a LetArena,
    pub(in crate::mapping) lookups: &'a Lookups,
}

/// One row without its computed columns.
#[derive(Clone, Copy)]
pub(in crate::mapping) struct BareRow<'a> {
    pub(in crate::mapping) row: RowRef<'a>,
    pub(in crate::mapping) stem: &'a str,
    pub(in crate::mapping) number: &'a str,
    pub(in crate::mapping) lookups: &'a Lookups,
}

impl<'a> BareRow<'a> {
    /// The row with its computed columns.
    pub(in crate::mapping) fn with<'b>(self, lets: &'b LetArena) -> RowView<'b>
    where
        'a: 'b,
    {
        RowView { row: self.row, stem: self.stem, number: self.number, lets, lookups: self.lookups }
    }
}

/// The computed columns of one row, one after the other.
#[derive(Default)]
pub(in crate::mapping) struct LetArena {
    text: String,
    ends: Vec<usize>,
}

impl LetArena {
    pub(in crate::mapping) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    pub(in crate::mapping) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    fn get(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends.get(at - 1).copied().unwrap_or(0) };
        self.ends.get(at).map_or("", |&end| &self.text[start..end])
    }
}

/// Why a field has no value although something stands there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::mapping) struct Fault {
    pub(in crate::mapping) reason: String,
    pub(in crate::mapping) raw: String,
    /// The whole row is to be refused.
    pub(in crate::mapping) refuses_row: bool,
}

impl Fault {
    /// A value that its field does not take.
    pub(in crate::mapping) fn of(reason: String, raw: &str) -> Self {
        Self { reason, raw: raw.to_owned(), refuses_row: false }
    }
}

impl<'a> RowView<'a> {
    pub(in crate::mapping) fn get(&self, slot: Slot) -> &'a str {
        match slot {
            Slot::Column(column) => self.row.field(column).unwrap_or_default().trim(),
            Slot::Let(at) => self.lets.get(at),
            Slot::FileStem => self.stem,
            Slot::RowNumber => self.number,
        }
    }

    /// Whether a condition holds.
    pub(in crate::mapping) fn meets(&self, condition: &Condition<Slot>) -> bool {
        let (mut left, mut right) = (String::new(), String::new());
        let left = self.render(&condition.left, &mut left);
        match condition.right.as_slice() {
            [template] => condition.holds(left, [self.render(template, &mut right)]),
            templates => {
                let constants = templates.iter().map(|template| template.as_constant().unwrap_or_default());
                condition.holds(left, constants)
            }
        }
    }

    /// The text of a template; empty when it has placeholders and all of them are.
    pub(in crate::mapping) fn render<'b>(&self, template: &'b Template<Slot>, buffer: &'b mut String) -> &'b str
    where
        'a: 'b,
    {
        if let Some(slot) = template.as_single() {
            return self.get(*slot);
        }
        if let Some(constant) = template.as_constant() {
            return constant;
        }
        buffer.clear();
        let mut has_value = false;
        for segment in &template.segments {
            let text = match segment {
                Segment::Text(text) => text,
                Segment::Place(slot) => {
                    let text = self.get(*slot);
                    has_value |= !text.is_empty();
                    text
                }
            };
            buffer.push_str(text);
        }
        if has_value { buffer.trim() } else { "" }
    }

    /// Writes the IRI of a link; `Ok(false)` when a placeholder is empty. `piece` stands for the placeholder's value
    /// when that is cut into several.
    pub(in crate::mapping) fn link(
        &self,
        value: &Value<Slot>,
        piece: Option<&str>,
        iri: &mut String,
    ) -> Result<bool, Fault> {
        let Origin::Template(template) = &value.origin else { return Ok(false) };
        iri.clear();
        let mut cleaned = String::new();
        for segment in &template.segments {
            match segment {
                Segment::Text(text) => iri.push_str(text),
                Segment::Place(slot) => {
                    let mut text = piece.unwrap_or_else(|| self.get(*slot));
                    if !value.cleaning.is_nothing() {
                        text.clone_into(&mut cleaned);
                        value.cleaning.clean(&mut cleaned).map_err(|reason| Fault::of(reason, text))?;
                        text = &cleaned;
                    }
                    if text.is_empty() {
                        return Ok(false);
                    }
                    push_encoded(iri, text);
                }
            }
        }
        Ok(true)
    }

    /// Like [`Self::text`], with `piece` for the value's only placeholder.
    pub(in crate::mapping) fn piece<'b>(
        &self,
        value: &Value<Slot>,
        piece: &str,
        buffer: &'b mut String,
    ) -> Result<&'b str, Fault> {
        buffer.clear();
        let Origin::Template(template) = &value.origin else { return Ok("") };
        for segment in &template.segments {
            buffer.push_str(match segment {
                Segment::Text(text) => text,
                Segment::Place(_) => piece,
            });
        }
        value.cleaning.clean(buffer).map_err(|reason| Fault::of(reason, piece))?;
        Ok(buffer)
    }

    /// The text of a value before it is made what its field takes: origin, cleaning, default.
    pub(in crate::mapping) fn text<'b>(&self, value: &'b Value<Slot>, buffer: &'b mut String) -> Result<&'b str, Fault>
    where
        'a: 'b,
    {
        if let (Origin::Template(template), true, None) = (&value.origin, value.cleaning.is_nothing(), &value.default) {
            return Ok(self.render(template, buffer));
        }
        let mut scratch = String::new();
        match &value.origin {
            Origin::Template(template) => self.render(template, &mut scratch).clone_into(buffer),
            Origin::Lookup { table, take, keys, is_needed } => {
                self.lookup(*table, *take, keys, *is_needed, buffer)?;
            }
            Origin::Arithmetic { operator, operands } => self.arithmetic(value, *operator, operands, buffer)?,
            Origin::Days { from, plus } => self.days(value, from, plus, buffer)?,
        }
        if !value.cleaning.is_nothing() {
            buffer.clone_into(&mut scratch);
            value.cleaning.clean(buffer).map_err(|reason| Fault::of(reason, &scratch))?;
        }
        match &value.default {
            Some(default) if buffer.is_empty() => Ok(self.render(default, buffer)),
            _ => Ok(buffer),
        }
    }

    fn lookup(
        &self,
        table: usize,
        take: usize,
        keys: &[Template<Slot>],
        is_needed: bool,
        out: &mut String,
    ) -> Result<(), Fault> {
        let (mut key, mut scratch) = (String::new(), String::new());
        for (at, template) in keys.iter().enumerate() {
            if at > 0 {
                key.push(KEY_SEPARATOR);
            }
            key.push_str(self.render(template, &mut scratch));
        }
        out.clear();
        match self.lookups.find(table, &key, take) {
            Some(found) => out.push_str(found),
            None if is_needed => {
                let key = key.replace(KEY_SEPARATOR, ", ");
                let reason = format!("expected a row with the key \"{key}\" in the other file, found none");
                return Err(Fault { reason, raw: key, refuses_row: true });
            }
            None => {}
        }
        Ok(())
    }

    fn arithmetic(
        &self,
        value: &Value<Slot>,
        operator: Operator,
        operands: &[Template<Slot>],
        out: &mut String,
    ) -> Result<(), Fault> {
        let (mut scratch, mut number) = (String::new(), String::new());
        let mut result: Option<Decimal> = None;
        out.clear();
        for operand in operands {
            let text = self.render(operand, &mut scratch);
            if text.is_empty() {
                return Ok(());
            }
            value.cleaning.number.decimal(text, &mut number).map_err(|reason| Fault::of(reason, text))?;
            let too_large = || Fault::of("expected a number of at most 28 digits".to_owned(), text);
            let right: Decimal = number.parse().map_err(|_| too_large())?;
            result = Some(match result {
                None => right,
                Some(left) => compute(operator, left, right).ok_or_else(too_large)?,
            });
        }
        let result = result.unwrap_or_default();
        let result = if operator == Operator::Divide { result.round_dp(DIVISION_DIGITS) } else { result };
        out.push_str(&result.normalize().to_string());
        Ok(())
    }

    fn days(
        &self,
        value: &Value<Slot>,
        from: &Template<Slot>,
        plus: &Template<Slot>,
        out: &mut String,
    ) -> Result<(), Fault> {
        let (mut scratch, mut number) = (String::new(), String::new());
        out.clear();
        let text = self.render(plus, &mut scratch);
        if text.is_empty() {
            return Ok(());
        }
        integer(text, &mut number).map_err(|reason| Fault::of(reason, text))?;
        let plus: i32 = number.parse().map_err(|_| Fault::of("expected fewer days".to_owned(), text))?;
        let text = self.render(from, &mut scratch);
        if !text.is_empty() {
            let day = value.cleaning.date.read(text).map_err(|reason| Fault::of(reason, text))?;
            out.push_str(&(day + plus).to_string());
        }
        Ok(())
    }
}

fn compute(operator: Operator, left: Decimal, right: Decimal) -> Option<Decimal> {
    match operator {
        Operator::Multiply => left.checked_mul(right),
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Divide => left.checked_div(right),
    }
}

impl Value<Slot> {
    /// The day that `text` is for this value.
    pub(in crate::mapping) fn day(&self, text: &str) -> Result<Day, String> {
        match self.origin {
            Origin::Days { .. } => DateReader::default().read(text),
            _ => self.cleaning.date.read(text),
        }
    }

    /// Writes `text` as this value's field takes it; `Ok(None)` when it stays as it is.
    pub(in crate::mapping) fn write(&self, text: &str, out: &mut String) -> Result<Option<Day>, String> {
        let copy = |checked: Result<String, String>, out: &mut String| checked.map(|text| *out = text);
        let number = self.number();
        match self.range {
            Range::Date => {
                let day = self.day(text)?;
                write_day(day, out);
                return Ok(Some(day));
            }
            Range::DateOrYear if is_year(text) => text.clone_into(out),
            Range::DateOrYear => write_day(self.day(text)?, out),
            Range::Decimal => number.decimal(text, out)?,
            Range::Share => share(number, text, out)?,
            Range::Integer => integer(text, out)?,
            Range::Boolean => (if boolean(text)? { "true" } else { "false" }).clone_into(out),
            Range::Email => copy(email(text), out)?,
            Range::Lei => copy(lei(text), out)?,
            Range::Phone => match phone(text, self.cleaning.region) {
                Err(_) if self.cleaning.region.is_none() => text.clone_into(out),
                checked => copy(checked, out)?,
            },
            _ => text.clone_into(out),
        }
        Ok(None)
    }
}

/// Whether a text is a year alone.
pub(in crate::mapping) fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn write_day(day: Day, out: &mut String) {
    let (year, month, day) = day.ymd();
    out.clear();
    let mut digits = |number: i16, width: u32| {
        for place in (0..width).rev() {
            out.push(char::from(b'0' + (number / 10i16.pow(place) % 10) as u8));
        }
    };
    digits(year, 4);
    digits(i16::from(month), 2);
    digits(i16::from(day), 2);
    out.insert(4, '-');
    out.insert(7, '-');
}
