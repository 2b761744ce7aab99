//! A value of a typed column as its canonical text.
//!
//! Integers, decimals (with all digits of their scale) and booleans as XML Schema writes them; a float as the shortest
//! text that reads as the same number, a whole one without point, since tools store integers with gaps as floats; no
//! number is no value. Dates and times as ISO 8601, with `Z` when they are of universal time. Bytes as hexadecimal
//! digits. Nested values as JSON. Costs no allocation for plain types.

use std::fmt::Write;

use arrow_array::cast::AsArray;
use arrow_array::types as t;
use arrow_array::{Array, ArrayRef, FixedSizeBinaryArray, GenericByteArray, PrimitiveArray, StructArray};
use arrow_schema::{DataType, TimeUnit};

/// A column of one batch, ready to be written value by value.
pub(super) enum Cells {
    Null,
    Boolean(arrow_array::BooleanArray),
    Int8(PrimitiveArray<t::Int8Type>),
    Int16(PrimitiveArray<t::Int16Type>),
    Int32(PrimitiveArray<t::Int32Type>),
    Int64(PrimitiveArray<t::Int64Type>),
    UInt8(PrimitiveArray<t::UInt8Type>),
    UInt16(PrimitiveArray<t::UInt16Type>),
    UInt32(PrimitiveArray<t::UInt32Type>),
    UInt64(PrimitiveArray<t::UInt64Type>),
    Float16(PrimitiveArray<t::Float16Type>),
    Float32(PrimitiveArray<t::Float32Type>),
    Float64(PrimitiveArray<t::Float64Type>),
    Decimal128(PrimitiveArray<t::Decimal128Type>),
    Decimal256(PrimitiveArray<t::Decimal256Type>),
    Text(GenericByteArray<t::Utf8Type>),
    Binary(GenericByteArray<t::BinaryType>),
    FixedBinary(FixedSizeBinaryArray),
    Date(PrimitiveArray<t::Date32Type>),
    /// Ticks of so many a second since 1970, or since midnight; whether they are of universal time.
    Instant(ArrayRef, i64, bool),
    Time(ArrayRef, i64),
    List(arrow_array::ListArray, Box<Cells>),
    Map(arrow_array::MapArray, Box<Cells>, Box<Cells>),
    Struct(StructArray, Vec<(String, Cells)>),
}

impl Cells {
    /// The column's values; `None` when its type is none that Parquet has.
    pub(super) fn of(array: &ArrayRef) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Boolean(array.as_boolean().clone()),
            DataType::Int8 => Self::Int8(array.as_primitive().clone()),
            DataType::Int16 => Self::Int16(array.as_primitive().clone()),
            DataType::Int32 => Self::Int32(array.as_primitive().clone()),
            DataType::Int64 => Self::Int64(array.as_primitive().clone()),
            DataType::UInt8 => Self::UInt8(array.as_primitive().clone()),
            DataType::UInt16 => Self::UInt16(array.as_primitive().clone()),
            DataType::UInt32 => Self::UInt32(array.as_primitive().clone()),
            DataType::UInt64 => Self::UInt64(array.as_primitive().clone()),
            DataType::Float16 => Self::Float16(array.as_primitive().clone()),
            DataType::Float32 => Self::Float32(array.as_primitive().clone()),
            DataType::Float64 => Self::Float64(array.as_primitive().clone()),
            DataType::Decimal128(..) => Self::Decimal128(array.as_primitive().clone()),
            DataType::Decimal256(..) => Self::Decimal256(array.as_primitive().clone()),
            DataType::Utf8 => Self::Text(array.as_string().clone()),
            DataType::Binary => Self::Binary(array.as_binary().clone()),
            DataType::FixedSizeBinary(_) => Self::FixedBinary(array.as_fixed_size_binary().clone()),
            DataType::Date32 => Self::Date(array.as_primitive().clone()),
            DataType::Timestamp(unit, zone) => Self::Instant(array.clone(), ticks(*unit), zone.is_some()),
            DataType::Time32(unit) | DataType::Time64(unit) => Self::Time(array.clone(), ticks(*unit)),
            DataType::List(_) => nested_list(array)?,
            DataType::Map(..) => nested_map(array)?,
            DataType::Struct(_) => nested_struct(array)?,
            _ => return None,
        })
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Null => true,
            Self::Float16(cells) => cells.is_null(row) || cells.value(row).is_nan(),
            Self::Float32(cells) => cells.is_null(row) || cells.value(row).is_nan(),
            Self::Float64(cells) => cells.is_null(row) || cells.value(row).is_nan(),
            Self::Instant(cells, ..) | Self::Time(cells, _) => cells.is_null(row),
            _ => self.array().is_some_and(|cells| cells.is_null(row)),
        }
    }

    fn array(&self) -> Option<&dyn Array> {
        Some(match self {
            Self::Boolean(cells) => cells,
            Self::Int8(cells) => cells,
            Self::Int16(cells) => cells,
            Self::Int32(cells) => cells,
            Self::Int64(cells) => cells,
            Self::UInt8(cells) => cells,
            Self::UInt16(cells) => cells,
            Self::UInt32(cells) => cells,
            Self::UInt64(cells) => cells,
            Self::Decimal128(cells) => cells,
            Self::Decimal256(cells) => cells,
            Self::Text(cells) => cells,
            Self::Binary(cells) => cells,
            Self::FixedBinary(cells) => cells,
            Self::Date(cells) => cells,
            Self::List(cells, _) => cells,
            Self::Map(cells, ..) => cells,
            Self::Struct(cells, _) => cells,
            _ => return None,
        })
    }

    /// Appends the value's text; `false` when there is none.
    pub(super) fn write(&self, row: usize, out: &mut String) -> bool {
        if self.is_null(row) {
            return false;
        }
        match self {
            Self::Null => {}
            Self::Boolean(cells) => out.push_str(if cells.value(row) { "true" } else { "false" }),
            Self::Int8(cells) => integer(cells.value(row), out),
            Self::Int16(cells) => integer(cells.value(row), out),
            Self::Int32(cells) => integer(cells.value(row), out),
            Self::Int64(cells) => integer(cells.value(row), out),
            Self::UInt8(cells) => integer(cells.value(row), out),
            Self::UInt16(cells) => integer(cells.value(row), out),
            Self::UInt32(cells) => integer(cells.value(row), out),
            Self::UInt64(cells) => integer(cells.value(row), out),
            Self::Float16(cells) => float(cells.value(row).to_f32(), f64::from(cells.value(row)), out),
            Self::Float32(cells) => float(cells.value(row), f64::from(cells.value(row)), out),
            Self::Float64(cells) => float(cells.value(row), cells.value(row), out),
            Self::Decimal128(cells) => out.push_str(&cells.value_as_string(row)),
            Self::Decimal256(cells) => out.push_str(&cells.value_as_string(row)),
            Self::Text(cells) => out.push_str(cells.value(row)),
            Self::Binary(cells) => hexadecimal(cells.value(row), out),
            Self::FixedBinary(cells) => hexadecimal(cells.value(row), out),
            Self::Date(cells) => moment(i64::from(cells.value(row)) * 86_400, 0, false, true, out),
            Self::Instant(cells, unit, is_utc) => instant(tick(cells, row), *unit, *is_utc, out),
            Self::Time(cells, unit) => time_of_day(tick(cells, row), *unit, out),
            Self::List(..) | Self::Map(..) | Self::Struct(..) => self.write_json(row, out),
        }
        true
    }

    fn write_json(&self, row: usize, out: &mut String) {
        match self {
            _ if self.is_null(row) => out.push_str("null"),
            Self::List(cells, values) => {
                let offsets = cells.value_offsets();
                let places = offsets[row] as usize..offsets[row + 1] as usize;
                enclosed('[', ']', places, out, |place, out| values.write_json(place, out));
            }
            Self::Map(cells, keys, values) => {
                let offsets = cells.value_offsets();
                let places = offsets[row] as usize..offsets[row + 1] as usize;
                enclosed('{', '}', places, out, |place, out| {
                    keys.write_json_key(place, out);
                    values.write_json(place, out);
                });
            }
            Self::Struct(_, fields) => enclosed('{', '}', fields.iter(), out, |(name, cells), out| {
                quoted(name, out);
                out.push(':');
                cells.write_json(row, out);
            }),
            _ if self.is_json_number(row) => _ = self.write(row, out),
            _ => {
                let mut text = String::new();
                self.write(row, &mut text);
                quoted(&text, out);
            }
        }
    }

    fn write_json_key(&self, row: usize, out: &mut String) {
        let mut text = String::new();
        self.write(row, &mut text);
        quoted(&text, out);
        out.push(':');
    }

    fn is_json_number(&self, row: usize) -> bool {
        match self {
            Self::Float32(cells) => cells.value(row).is_finite(),
            Self::Float64(cells) => cells.value(row).is_finite(),
            Self::Boolean(_) | Self::Int8(_) | Self::Int16(_) | Self::Int32(_) | Self::Int64(_) => true,
            Self::UInt8(_) | Self::UInt16(_) | Self::UInt32(_) | Self::UInt64(_) => true,
            Self::Decimal128(_) | Self::Decimal256(_) => true,
            _ => false,
        }
    }
}

fn nested_list(array: &ArrayRef) -> Option<Cells> {
    let list = array.as_list::<i32>().clone();
    let values = Box::new(Cells::of(list.values())?);
    Some(Cells::List(list, values))
}

fn nested_map(array: &ArrayRef) -> Option<Cells> {
    let map = array.as_map().clone();
    let (keys, values) = (Cells::of(map.keys())?, Cells::of(map.values())?);
    Some(Cells::Map(map, Box::new(keys), Box::new(values)))
}

fn nested_struct(array: &ArrayRef) -> Option<Cells> {
    let record = array.as_struct().clone();
    let names = record.column_names().into_iter().map(str::to_owned);
    let cells = record.columns().iter().map(Cells::of).collect::<Option<Vec<_>>>()?;
    let fields = names.zip(cells).collect();
    Some(Cells::Struct(record, fields))
}

fn ticks(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

fn tick(cells: &ArrayRef, row: usize) -> i64 {
    match cells.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => cells.as_primitive::<t::TimestampSecondType>().value(row),
        DataType::Timestamp(TimeUnit::Millisecond, _) => cells.as_primitive::<t::TimestampMillisecondType>().value(row),
        DataType::Timestamp(TimeUnit::Microsecond, _) => cells.as_primitive::<t::TimestampMicrosecondType>().value(row),
        DataType::Timestamp(..) => cells.as_primitive::<t::TimestampNanosecondType>().value(row),
        DataType::Time32(TimeUnit::Second) => cells.as_primitive::<t::Time32SecondType>().value(row).into(),
        DataType::Time32(_) => cells.as_primitive::<t::Time32MillisecondType>().value(row).into(),
        DataType::Time64(TimeUnit::Microsecond) => cells.as_primitive::<t::Time64MicrosecondType>().value(row),
        _ => cells.as_primitive::<t::Time64NanosecondType>().value(row),
    }
}

fn integer(value: impl std::fmt::Display, out: &mut String) {
    let _ = write!(out, "{value}");
}

/// Writes `shown` as its type's shortest text; `value` is the same number.
fn float<F: std::fmt::Display + std::fmt::LowerExp>(shown: F, value: f64, out: &mut String) {
    let size = value.abs();
    let _ = match value {
        0.0 => write!(out, "0"),
        _ if value.is_infinite() => write!(out, "{}INF", if value < 0.0 { "-" } else { "" }),
        _ if (1e-7..1e18).contains(&size) => write!(out, "{shown}"),
        _ => write!(out, "{shown:e}"),
    };
}

fn hexadecimal(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
}

fn instant(ticks: i64, unit: i64, is_utc: bool, out: &mut String) {
    let nanos = ticks.rem_euclid(unit) * (1_000_000_000 / unit);
    moment(ticks.div_euclid(unit), nanos, is_utc, false, out);
}

/// Writes seconds since 1970, or says them when the calendar ends before.
fn moment(seconds: i64, nanos: i64, is_utc: bool, is_date: bool, out: &mut String) {
    let stamp = jiff::Timestamp::from_second(seconds).ok();
    let stamp = stamp.and_then(|stamp| stamp.checked_add(jiff::SignedDuration::from_nanos(nanos)).ok());
    let Some(civil) = stamp.map(|stamp| jiff::tz::TimeZone::UTC.to_datetime(stamp)) else {
        let _ = write!(out, "{seconds} seconds since 1970");
        return;
    };
    let _ = match (is_date, is_utc) {
        (true, _) => write!(out, "{}", civil.date()),
        (false, true) => write!(out, "{civil}Z"),
        (false, false) => write!(out, "{civil}"),
    };
}

fn time_of_day(ticks: i64, unit: i64, out: &mut String) {
    let mut text = String::new();
    instant(ticks, unit, false, &mut text);
    out.push_str(text.split_once('T').map_or(&text, |(_, time)| time));
}

fn quoted(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

fn enclosed<T>(
    open: char,
    close: char,
    items: impl Iterator<Item = T>,
    out: &mut String,
    write: impl Fn(T, &mut String),
) {
    out.push(open);
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(close);
}
