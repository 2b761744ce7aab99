//! Values that stand in an id: integers, decimals, days, instants and booleans.
//!
//! In comes a literal's lexical form and datatype; out comes a value only when writing the value again gives the very
//! same bytes ("01.0", "+1" or "-0" do not). So the store never changes a literal. Costs no allocation.

use std::fmt;

use crate::model::Day;
use crate::store::id::{FIRST_INLINE, PAYLOAD, TAG_SHIFT};

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
const INTEGER_LIMIT: i64 = 1 << 59;
const MANTISSA_LIMIT: i64 = 1 << 55;
const MAX_SCALE: usize = 15;
const MAX_DIGITS: usize = 18;
const SECONDS_A_DAY: i64 = 86_400;
/// How [`Inline::pack`] numbers decimals.
pub(in crate::store) const DECIMAL: u8 = 1;
/// How [`Inline::pack`] numbers booleans.
pub(in crate::store) const BOOLEAN: u8 = 3;

/// A value that fits into an id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inline {
    /// An `xsd:integer` of less than sixty bits.
    Integer(i64),
    /// An `xsd:decimal`: `mantissa` divided by ten to the power of `scale`, with `scale` digits written after the point.
    Decimal {
        /// All digits, without the point.
        mantissa: i64,
        /// Digits after the point.
        scale: u8,
    },
    /// An `xsd:date` without time zone.
    Date(Day),
    /// An `xsd:boolean` written as a word.
    Boolean(bool),
    /// An `xsd:dateTime` of whole seconds, without time zone or with `Z`.
    DateTime {
        /// Seconds since 1970-01-01T00:00:00.
        seconds: i64,
        /// Whether it ends with `Z`.
        is_utc: bool,
    },
}

impl Inline {
    /// The value of a literal, when nothing of its spelling is lost.
    pub fn parse(lexical: &str, datatype: &str) -> Option<Self> {
        match datatype.strip_prefix(XSD)? {
            "integer" => integer(lexical),
            "decimal" => decimal(lexical),
            "date" => date(lexical).map(Self::Date),
            "dateTime" => date_time(lexical),
            "boolean" => match lexical {
                "true" => Some(Self::Boolean(true)),
                "false" => Some(Self::Boolean(false)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the value is one that [`Inline::parse`] gives for some literal.
    #[inline]
    pub fn fits(self) -> bool {
        let is_instant = |seconds: i64| {
            let days = i32::try_from(seconds.div_euclid(SECONDS_A_DAY));
            days.is_ok_and(|days| Day::from_days(days).is_some())
        };
        match self {
            Self::Integer(value) => (-INTEGER_LIMIT..INTEGER_LIMIT).contains(&value),
            Self::Decimal { mantissa, scale } => {
                mantissa.unsigned_abs() < MANTISSA_LIMIT.unsigned_abs() && usize::from(scale) <= MAX_SCALE
            }
            Self::Date(_) | Self::Boolean(_) => true,
            Self::DateTime { seconds, .. } => is_instant(seconds),
        }
    }

    /// The datatype's IRI.
    pub fn datatype(self) -> &'static str {
        match self {
            Self::Integer(_) => "http://www.w3.org/2001/XMLSchema#integer",
            Self::Decimal { .. } => "http://www.w3.org/2001/XMLSchema#decimal",
            Self::Date(_) => "http://www.w3.org/2001/XMLSchema#date",
            Self::Boolean(_) => "http://www.w3.org/2001/XMLSchema#boolean",
            Self::DateTime { .. } => "http://www.w3.org/2001/XMLSchema#dateTime",
        }
    }

    /// A small number for the kind and sixty bits for the value; the bits order as integers, days and instants do.
    #[inline]
    pub fn pack(self) -> (u8, u64) {
        match self {
            Self::Integer(value) => (0, (value + INTEGER_LIMIT) as u64),
            Self::Decimal { mantissa, scale } => {
                (DECIMAL, ((mantissa + MANTISSA_LIMIT) as u64) << 4 | u64::from(scale))
            }
            Self::Date(day) => (2, (i64::from(day.days()) + INTEGER_LIMIT) as u64),
            Self::Boolean(value) => (BOOLEAN, u64::from(value)),
            Self::DateTime { seconds, is_utc } => (if is_utc { 5 } else { 4 }, (seconds + INTEGER_LIMIT) as u64),
        }
    }

    /// The kind as [`Inline::pack`] numbers it, the number and, for decimals, the digits after the point.
    pub(in crate::store) fn parts(self) -> (u8, i64, u8) {
        let (kind, _) = self.pack();
        match self {
            Self::Integer(value) => (kind, value, 0),
            Self::Decimal { mantissa, scale } => (kind, mantissa, scale),
            Self::Date(day) => (kind, day.days().into(), 0),
            Self::Boolean(value) => (kind, value.into(), 0),
            Self::DateTime { seconds, .. } => (kind, seconds, 0),
        }
    }

    /// The bits of the id of what [`Inline::parts`] gave.
    #[inline]
    pub(in crate::store) fn bits_of(kind: u8, number: i64, scale: u8) -> u64 {
        let payload = match kind {
            DECIMAL => (number.wrapping_add(MANTISSA_LIMIT) as u64) << 4 | u64::from(scale),
            BOOLEAN => number as u64,
            _ => number.wrapping_add(INTEGER_LIMIT) as u64,
        };
        u64::from(FIRST_INLINE + kind) << TAG_SHIFT | payload & PAYLOAD
    }

    /// What [`Inline::pack`] gave.
    #[inline]
    pub fn unpack(kind: u8, payload: u64) -> Option<Self> {
        let signed = payload as i64 - INTEGER_LIMIT;
        Some(match kind {
            0 => Self::Integer(signed),
            1 => Self::Decimal { mantissa: (payload >> 4) as i64 - MANTISSA_LIMIT, scale: (payload & 15) as u8 },
            2 => Self::Date(Day::from_days(i32::try_from(signed).ok()?)?),
            3 => Self::Boolean(payload == 1),
            4 | 5 => Self::DateTime { seconds: signed, is_utc: kind == 5 },
            _ => return None,
        })
    }
}

impl fmt::Display for Inline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Integer(value) => write!(f, "{value}"),
            Self::Decimal { mantissa, scale } => write_decimal(f, mantissa, scale.into()),
            Self::Date(day) => write!(f, "{day}"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::DateTime { seconds, is_utc } => write_date_time(f, seconds, is_utc),
        }
    }
}

fn write_decimal(f: &mut fmt::Formatter<'_>, mantissa: i64, scale: usize) -> fmt::Result {
    let power = 10u64.pow(scale as u32);
    let (sign, digits) = (if mantissa < 0 { "-" } else { "" }, mantissa.unsigned_abs());
    write!(f, "{sign}{}", digits / power)?;
    if scale > 0 { write!(f, ".{:0scale$}", digits % power) } else { Ok(()) }
}

fn write_date_time(f: &mut fmt::Formatter<'_>, seconds: i64, is_utc: bool) -> fmt::Result {
    let days = i32::try_from(seconds.div_euclid(SECONDS_A_DAY)).ok();
    let day = days.and_then(Day::from_days).unwrap_or(Day::MIN);
    let second = seconds.rem_euclid(SECONDS_A_DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    write!(f, "{day}T{hour:02}:{minute:02}:{second:02}{}", if is_utc { "Z" } else { "" })
}

/// Splits a sign off and refuses leading zeros, an empty whole part and a sign before zero.
fn integer(lexical: &str) -> Option<Inline> {
    let digits = lexical.strip_prefix('-').unwrap_or(lexical);
    let is_canonical = is_whole(digits) && digits.len() <= MAX_DIGITS && lexical != "-0";
    let value = is_canonical.then(|| lexical.parse::<i64>().ok()).flatten()?;
    (-INTEGER_LIMIT..INTEGER_LIMIT).contains(&value).then_some(Inline::Integer(value))
}

fn is_whole(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit) && (bytes.len() == 1 || bytes[0] != b'0')
}

fn decimal(lexical: &str) -> Option<Inline> {
    let is_negative = lexical.starts_with('-');
    let unsigned = lexical.strip_prefix('-').unwrap_or(lexical);
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, rest)| (whole, Some(rest)));
    let has_fraction = fraction.is_none_or(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()));
    let fraction = fraction.unwrap_or_default();
    let fits = fraction.len() <= MAX_SCALE && whole.len() + fraction.len() <= MAX_DIGITS;
    if !is_whole(whole) || !has_fraction || !fits {
        return None;
    }
    let digits = whole.bytes().chain(fraction.bytes());
    let magnitude = digits.fold(0i64, |number, digit| number * 10 + i64::from(digit - b'0'));
    let is_kept = magnitude < MANTISSA_LIMIT && !(is_negative && magnitude == 0);
    let mantissa = if is_negative { -magnitude } else { magnitude };
    is_kept.then_some(Inline::Decimal { mantissa, scale: fraction.len() as u8 })
}

/// A day spelled with four, two and two digits.
fn date(lexical: &str) -> Option<Day> {
    let bytes = lexical.as_bytes();
    let shape = |at: usize, byte: &u8| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() };
    let well_formed = bytes.len() == 10 && bytes.iter().enumerate().all(|(at, byte)| shape(at, byte));
    well_formed.then(|| lexical.parse().ok()).flatten()
}

fn date_time(lexical: &str) -> Option<Inline> {
    let local = lexical.strip_suffix('Z').unwrap_or(lexical);
    let (day, clock) = (local.get(..10)?, local.get(10..)?);
    let bytes = clock.as_bytes();
    let shape = |at: usize, byte: u8| match at {
        0 => byte == b'T',
        3 | 6 => byte == b':',
        _ => byte.is_ascii_digit(),
    };
    if bytes.len() != 9 || !bytes.iter().enumerate().all(|(at, byte)| shape(at, *byte)) {
        return None;
    }
    let part = |at: usize| i64::from(bytes[at] - b'0') * 10 + i64::from(bytes[at + 1] - b'0');
    let (hour, minute, second) = (part(1), part(4), part(7));
    let days = i64::from(date(day)?.days());
    let is_real = hour < 24 && minute < 60 && second < 60;
    let seconds = days * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
    is_real.then_some(Inline::DateTime { seconds, is_utc: local.len() < lexical.len() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TYPES: [&str; 5] = ["integer", "decimal", "date", "boolean", "dateTime"];

    #[test]
    fn other_spellings_of_a_value_are_left_to_the_dictionary() {
        let spelled = [
            ("integer", vec!["", "-", "+1", "01", "-0", "1.0", " 1", "9999999999999999999", "-00", "1e3", "١"]),
            ("decimal", vec!["", ".5", "5.", "01.0", "+1.0", "-0.0", "-0", "1.0000000000000000", "1e0", "-", "1.-1"]),
            ("date", vec!["2024-1-31", "2024-02-30", "2024-01-31Z", "0000-01-01", "-001-01-01", "2024-01-3１"]),
            ("dateTime", vec!["2024-01-31T24:00:00", "2024-01-31T10:00:60", "2024-01-31T10:00:00.0", "2024-01-31"]),
            ("dateTime", vec!["2024-01-31T10:00:00+00:00", "2024-01-31t10:00:00", "2024-01-31T1:00:000", "日2024-01"]),
            ("boolean", vec!["1", "0", "TRUE", ""]),
            ("string", vec!["1", "true"]),
        ];
        for (name, lexical) in spelled.iter().flat_map(|(name, all)| all.iter().map(move |one| (name, one))) {
            assert_eq!(Inline::parse(lexical, &format!("{XSD}{name}")), None, "{lexical:?}^^{name}");
        }
    }

    #[test]
    fn usual_values_stand_in_the_id() {
        let usual = [("integer", "-42"), ("decimal", "0.50"), ("decimal", "-12345678901.25"), ("date", "0001-01-01")];
        let more = [("dateTime", "1969-12-31T23:59:59Z"), ("dateTime", "9999-12-31T00:00:00"), ("boolean", "false")];
        for (name, lexical) in usual.into_iter().chain(more).chain([("decimal", "7"), ("integer", "0")]) {
            let datatype = format!("{XSD}{name}");
            let value = Inline::parse(lexical, &datatype).unwrap_or_else(|| panic!("{lexical}^^{name}"));
            assert_eq!((value.to_string().as_str(), value.datatype()), (lexical, datatype.as_str()));
        }
    }

    fn lexical_forms() -> impl Strategy<Value = String> {
        let odd = "[-+0-9.TZ:eE ]{0,24}";
        let number = "-?[0-9]{1,20}(\\.[0-9]{0,18})?";
        let day = "[0-9]{4}-[0-1][0-9]-[0-3][0-9]";
        let instant = "[0-9]{4}-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](Z|\\.0|\\+01:00)?";
        prop_oneof![odd, number, day, instant, "true|false|\\PC{0,12}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn what_stands_in_an_id_comes_out_to_the_byte(lexical in lexical_forms(), name in 0usize..5) {
            let datatype = format!("{XSD}{}", TYPES[name]);
            if let Some(value) = Inline::parse(&lexical, &datatype) {
                prop_assert_eq!(value.to_string(), lexical);
                prop_assert_eq!(value.datatype(), datatype);
                let (kind, payload) = value.pack();
                prop_assert!(payload >> 60 == 0);
                prop_assert_eq!(Inline::unpack(kind, payload), Some(value));
                let (kind, number, scale) = value.parts();
                prop_assert_eq!(Inline::bits_of(kind, number, scale), crate::store::Id::of_value(value).bits());
                prop_assert!(value.fits());
            }
        }
    }
}
