//! Laws of reading: what was written comes back, and no bytes whatever are lost without being counted.

use std::io::Write;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use kagraph::ingest::{RdfSource, ReadOptions, Source};
use proptest::collection::vec;
use proptest::prelude::*;

use super::ingest_csv::read_as;

fn encode(text: &str, encoding: &'static Encoding, mark: bool) -> Vec<u8> {
    let text = if mark { format!("\u{FEFF}{text}") } else { text.to_owned() };
    match encoding {
        encoding if encoding == UTF_16LE => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        encoding if encoding == UTF_16BE => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        encoding => encoding.encode(&text).0.into_owned(),
    }
}

fn compress(bytes: &[u8], how: u8) -> Vec<u8> {
    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let (first, second) = bytes.split_at(bytes.len() / 2);
    match how {
        0 => bytes.to_vec(),
        1 => [gzip(first), gzip(second)].concat(),
        _ => [zstd::encode_all(first, 1).unwrap(), zstd::encode_all(second, 1).unwrap()].concat(),
    }
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ -~]{0,12}",
        2 => "[a-zäöüßéñ£,;|\t\"'\r\n]{0,12}",
        1 => "[张伟北京科技有限公司0-9,\"\n]{0,12}",
        1 => "\\PC{0,8}".prop_filter("a byte order mark in the text", |text| !text.contains('\u{FEFF}')),
    ]
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (2..6_usize).prop_flat_map(|width| vec(vec(field(), width), 0..40))
}

fn write(rows: &[Vec<String>], delimiter: u8, quotes_all: bool, crlf: bool) -> String {
    let style = if quotes_all { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
    let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut writer = csv::WriterBuilder::new();
    let mut writer = writer.delimiter(delimiter).quote_style(style).terminator(end).from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn header(width: usize) -> Vec<String> {
    (0..width).map(|column| format!("name {column}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_table_written_in_any_dialect_comes_back_the_same(
        rows in table(),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        (quotes_all, crlf, mark) in any::<(bool, bool, bool)>(),
        encoding in prop::sample::select(vec![UTF_8, UTF_16LE, UTF_16BE, GB18030]),
        how in 0..3_u8,
    ) {
        let width = rows.first().map_or(2, Vec::len);
        let all: Vec<_> = std::iter::once(header(width)).chain(rows.iter().cloned()).collect();
        let content = compress(&encode(&write(&all, delimiter, quotes_all, crlf), encoding, mark), how);
        let options = ReadOptions {
            delimiter: Some(delimiter.into()),
            quote: Some("\"".to_owned()),
            header: Some(true),
            encoding: Some(encoding.name().to_owned()),
            ..ReadOptions::default()
        };
        let outcome = read_as(&content, "a.csv", &options);
        prop_assert_eq!(&outcome.rejects, &[]);
        prop_assert_eq!(outcome.columns, header(width));
        let numbers: Vec<_> = outcome.rows.iter().map(|row| row.0).collect();
        prop_assert_eq!(numbers, (1..=rows.len() as u64).collect::<Vec<_>>());
        prop_assert_eq!(outcome.rows.into_iter().map(|row| row.1).collect::<Vec<_>>(), rows);
    }

    #[test]
    fn a_plain_table_comes_back_the_same_when_nothing_is_said_about_it(
        names in vec("[A-Z][a-zé]{2,9} (Ltd|GmbH|& Söhne|SA)", 6..30),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        (quotes_all, crlf, mark) in any::<(bool, bool, bool)>(),
        encoding in prop::sample::select(vec![UTF_8, UTF_16LE, UTF_16BE, WINDOWS_1252]),
        how in 0..3_u8,
    ) {
        let row = |(at, name): (usize, &String)| vec![at.to_string(), name.clone(), format!("2024-01-{:02}", at % 28 + 1)];
        let rows: Vec<_> = names.iter().enumerate().map(row).collect();
        let all: Vec<_> = std::iter::once(header(3)).chain(rows.iter().cloned()).collect();
        let mark = mark && encoding != WINDOWS_1252;
        let content = compress(&encode(&write(&all, delimiter, quotes_all, crlf), encoding, mark), how);
        let outcome = read_as(&content, "a.csv", &ReadOptions::default());
        prop_assert_eq!(&outcome.rejects, &[]);
        prop_assert_eq!(outcome.columns, header(3));
        prop_assert_eq!(outcome.rows.into_iter().map(|row| row.1).collect::<Vec<_>>(), rows);
    }

    #[test]
    fn any_bytes_are_rows_or_rejects_in_the_order_of_their_numbers(
        pieces in vec(prop_oneof![
            "[a-c,;\"'\t\r\n#]{0,40}".prop_map(String::into_bytes),
            vec(any::<u8>(), 0..40),
            Just(b"\"".to_vec()),
            Just(b"\r\n".to_vec()),
        ], 0..40),
        quote in prop::sample::select(vec![None, Some(String::new()), Some("\"".to_owned())]),
        header in any::<Option<bool>>(),
        comment in prop::sample::select(vec![None, Some('#')]),
    ) {
        let options = ReadOptions { quote, header, comment, ..ReadOptions::default() };
        let content = pieces.concat();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&content).unwrap();
        let Ok(mut source) = Source::open(file.path(), "a.csv", &options) else { return Ok(()) };
        let mut numbers = Vec::new();
        while let Ok(Some(chunk)) = source.next_chunk() {
            prop_assert_eq!(chunk.n_read() as usize, chunk.records.n_rows() + chunk.rejects.len());
            numbers.extend(chunk.records.rows().map(|row| row.number()));
            numbers.extend(chunk.rejects.iter().map(|reject| reject.row));
        }
        numbers.sort_unstable();
        prop_assert_eq!(&numbers, &(1..=numbers.len() as u64).collect::<Vec<_>>());
    }

    #[test]
    fn any_bytes_are_read_as_rdf_without_a_fault_of_ours(
        pieces in vec(prop_oneof![
            "(<a:b>|_:x|\"y\"|\\.|@prefix|\\[|\\]|#| |\n){0,20}".prop_map(String::into_bytes),
            Just(b"<a:b> <a:c> \"d\" .\n".to_vec()),
            vec(any::<u8>(), 0..20),
        ], 0..30),
        name in prop::sample::select(vec!["a.nt", "a.nq", "a.ttl", "a.trig"]),
    ) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&pieces.concat()).unwrap();
        let Ok(mut source) = RdfSource::open(file.path(), name, &ReadOptions::default()) else { return Ok(()) };
        let mut line = 0;
        while let Ok(Some(chunk)) = source.next_chunk() {
            for (_, number) in &chunk.quads {
                prop_assert!(*number >= line);
                line = *number;
            }
        }
    }
}
