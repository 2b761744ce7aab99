//! Parquet files of every type, as rows of text.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, MapBuilder, StringBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{self as a, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field};
use kagraph::ingest::{IngestError, ReadOptions, Source};
use parquet::arrow::ArrowWriter;

fn write(columns: Vec<(&str, ArrayRef)>) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)));
    let batch = batch.unwrap();
    let mut writer = ArrowWriter::try_new(file.reopen().unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    file
}

fn open(path: &Path) -> Source {
    Source::open(path, "a.parquet", &ReadOptions::default()).unwrap()
}

/// The texts of each row, "-" for null.
fn rows(mut source: Source) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    while let Some(chunk) = source.next_chunk().unwrap() {
        assert!(chunk.rejects.is_empty());
        let fields =
            |row: kagraph::ingest::RowRef<'_>| row.fields().map(|field| field.unwrap_or("-").to_owned()).collect();
        rows.extend(chunk.records.rows().map(fields));
    }
    rows
}

fn texts(array: impl a::Array + 'static) -> Vec<String> {
    let file = write(vec![("x", Arc::new(array) as ArrayRef)]);
    rows(open(file.path())).into_iter().flatten().collect()
}

#[test]
fn numbers_are_written_as_shortly_as_they_read_the_same() {
    assert_eq!(texts(a::Int64Array::from(vec![Some(i64::MIN), None, Some(832)])), ["-9223372036854775808", "-", "832"]);
    assert_eq!(texts(a::UInt64Array::from(vec![u64::MAX])), ["18446744073709551615"]);
    assert_eq!(texts(a::Int8Array::from(vec![-1])), ["-1"]);
    let floats = vec![1.0, 0.1, -0.0, 1e300, f64::NAN, f64::NEG_INFINITY, 123_456_789.25];
    assert_eq!(texts(a::Float64Array::from(floats)), ["1", "0.1", "0", "1e300", "-", "-INF", "123456789.25"]);
    assert_eq!(texts(a::Float32Array::from(vec![0.1_f32, 3.0])), ["0.1", "3"]);
    let decimals = a::Decimal128Array::from(vec![Some(1250), Some(-5), None]).with_precision_and_scale(9, 2).unwrap();
    assert_eq!(texts(decimals), ["12.50", "-0.05", "-"]);
    assert_eq!(texts(a::BooleanArray::from(vec![true, false])), ["true", "false"]);
}

#[test]
fn times_are_written_as_iso_8601() {
    assert_eq!(texts(a::Date32Array::from(vec![0, 15_706, -1])), ["1970-01-01", "2013-01-01", "1969-12-31"]);
    let micros = vec![1_356_998_400_000_000, 1_356_998_400_250_000, -1];
    assert_eq!(
        texts(a::TimestampMicrosecondArray::from(micros.clone())),
        ["2013-01-01T00:00:00", "2013-01-01T00:00:00.25", "1969-12-31T23:59:59.999999"]
    );
    assert_eq!(texts(a::TimestampMicrosecondArray::from(micros).with_timezone("UTC"))[0], "2013-01-01T00:00:00Z");
    assert_eq!(texts(a::TimestampMillisecondArray::from(vec![i64::MAX]))[0], "9223372036854775 seconds since 1970");
    assert_eq!(texts(a::Time32MillisecondArray::from(vec![3_723_500])), ["01:02:03.5"]);
    assert_eq!(texts(a::Time64MicrosecondArray::from(vec![0])), ["00:00:00"]);
}

#[test]
fn texts_bytes_and_nested_values_keep_their_content() {
    assert_eq!(texts(a::StringArray::from(vec![Some("北京"), Some(""), None])), ["北京", "", "-"]);
    assert_eq!(texts(a::LargeStringArray::from(vec!["x"])), ["x"]);
    assert_eq!(texts(a::BinaryArray::from(vec![&b"\x00\xff"[..]])), ["00ff"]);
    let dictionary: a::DictionaryArray<Int32Type> = vec!["a", "b", "a"].into_iter().collect();
    assert_eq!(texts(dictionary), ["a", "b", "a"]);
    let mut list = ListBuilder::new(StringBuilder::new());
    list.append_value([Some("a\"b"), None]);
    list.append_null();
    assert_eq!(texts(list.finish()), [r#"["a\"b",null]"#, "-"]);
    let mut map = MapBuilder::new(None, StringBuilder::new(), a::builder::Int32Builder::new());
    map.keys().append_value("k");
    map.values().append_value(1);
    map.append(true).unwrap();
    assert_eq!(texts(map.finish()), [r#"{"k":1}"#]);
    let field = |name: &str, kind| Arc::new(Field::new(name, kind, true));
    let record = a::StructArray::from(vec![
        (field("n", DataType::Float64), Arc::new(a::Float64Array::from(vec![1.5])) as ArrayRef),
        (field("d", DataType::Date32), Arc::new(a::Date32Array::from(vec![0]))),
    ]);
    assert_eq!(texts(record), [r#"{"n":1.5,"d":"1970-01-01"}"#]);
}

#[test]
fn columns_are_chosen_by_name_and_come_in_the_order_asked_for() {
    let ids = Arc::new(a::Int32Array::from_iter_values(0..20_000)) as ArrayRef;
    let names = Arc::new(a::StringArray::from_iter_values((0..20_000).map(|n| format!("name {n}")))) as ArrayRef;
    let file = write(vec![("id", ids.clone()), ("other", ids), ("name", names)]);
    let source = open(file.path()).with_columns(&["name", "id"]).unwrap();
    let progress = source.progress();
    assert_eq!(source.columns()[..], ["name", "id"].map(String::from));
    let rows = rows(source);
    assert_eq!((rows.len(), rows[19_999].join(",")), (20_000, "name 19999,19999".to_owned()));
    assert_eq!(progress.bytes_read(), progress.bytes_total());
    let refused = open(file.path()).with_columns(&["nam"]).err().unwrap().to_string();
    assert_eq!(refused, "a.parquet has no column \"nam\"; its columns are id, other, name");
}

#[test]
fn a_damaged_file_is_an_error_that_names_it() {
    let file = write(vec![("x", Arc::new(a::Int32Array::from(vec![1])) as ArrayRef)]);
    let length = file.as_file().metadata().unwrap().len();
    File::options().write(true).open(file.path()).unwrap().set_len(length - 3).unwrap();
    let error = Source::open(file.path(), "a.parquet", &ReadOptions::default()).err().unwrap();
    assert!(matches!(error, IngestError::Parquet { .. }), "{error}");
}
