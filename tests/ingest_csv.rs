//! Delimited text as it comes: every row is either a record or a reject with its reason.

use std::io::Write;

use kagraph::ingest::{ReadOptions, Reject, Report, Source};

/// What became of a file.
#[derive(Debug)]
pub(super) struct Outcome {
    pub columns: Vec<String>,
    pub rows: Vec<(u64, Vec<String>)>,
    pub rejects: Vec<Reject>,
    pub report: Report,
}

pub(super) fn read_as(content: &[u8], name: &str, options: &ReadOptions) -> Outcome {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    let mut source = Source::open(file.path(), name, options).unwrap();
    let columns = source.columns().to_vec();
    let (mut rows, mut rejects) = (Vec::new(), Vec::new());
    while let Some(chunk) = source.next_chunk().unwrap() {
        assert!(chunk.n_read() > 0);
        assert_eq!(chunk.records.columns()[..], columns);
        let fields = |row: kagraph::ingest::RowRef<'_>| row.fields().map(|field| field.unwrap().to_owned()).collect();
        rows.extend(chunk.records.rows().map(|row| (row.number(), fields(row))));
        rejects.extend(chunk.rejects);
    }
    let progress = source.progress();
    assert_eq!(progress.bytes_read(), progress.bytes_total());
    Outcome { columns, rows, rejects, report: source.report() }
}

fn read(content: impl AsRef<[u8]>) -> Outcome {
    read_as(content.as_ref(), "a.csv", &ReadOptions::default())
}

fn quoted(content: impl AsRef<[u8]>) -> Outcome {
    let options = ReadOptions { quote: Some("\"".into()), delimiter: Some(','), ..ReadOptions::default() };
    read_as(content.as_ref(), "a.csv", &options)
}

fn numbers(outcome: &Outcome) -> (Vec<u64>, Vec<u64>) {
    (outcome.rows.iter().map(|row| row.0).collect(), outcome.rejects.iter().map(|reject| reject.row).collect())
}

#[test]
fn a_row_with_too_many_or_too_few_fields_is_refused_with_both_counts() {
    let outcome = read("a,b\n1,2\n3\n4,5,6\n\n7,8\n");
    assert_eq!(numbers(&outcome), (vec![1, 4], vec![2, 3]));
    assert_eq!(outcome.rejects[0].reason, "expected 2 fields, found 1");
    assert_eq!(outcome.rejects[1].reason, "expected 2 fields, found 3");
    assert_eq!((outcome.rejects[1].file.as_str(), outcome.rejects[1].raw.as_str()), ("a.csv", "4,5,6"));
}

#[test]
fn an_unclosed_quote_costs_one_row_and_not_the_rest_of_the_file() {
    let outcome = quoted("a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n");
    assert_eq!(numbers(&outcome), (vec![2, 3, 4], vec![1]));
    assert_eq!(outcome.rejects[0].raw, "1,\"x");
    assert!(outcome.rejects[0].reason.contains("closing quote in field 2"), "{}", outcome.rejects[0].reason);
    let outcome = quoted("a,b\n1,x\n2,\"y");
    assert_eq!(numbers(&outcome), (vec![1], vec![2]));
}

#[test]
fn an_unclosed_quote_is_given_up_after_some_megabytes() {
    let mut content = String::from("a,b\n1,\"x\n");
    let n_rows = 1_200_000;
    (0..n_rows).for_each(|n| content.push_str(&format!("{n},abc\n")));
    let outcome = quoted(&content);
    assert_eq!((outcome.rows.len(), outcome.rejects.len()), (n_rows, 1));
    assert!(outcome.rejects[0].reason.contains("field 2 is not closed"), "{}", outcome.rejects[0].reason);
}

#[test]
fn a_quote_closed_by_that_of_a_later_row_does_not_swallow_the_rows_between() {
    let outcome = quoted("a,b,c\n1,\"x,y\n2,d,e\n3,\",g\",h,f\n4,h,i\n");
    assert_eq!(numbers(&outcome), (vec![2, 4], vec![1, 3]));
    assert!(outcome.rejects[0].reason.contains("would swallow whole rows"), "{}", outcome.rejects[0].reason);
}

#[test]
fn line_ends_inside_quotes_belong_to_the_field() {
    let outcome = read("a,b\r\n1,\"two\r\nlines\"\r\n2,\"x\n\ny\"\r\n");
    assert_eq!(outcome.rows[0].1, ["1", "two\r\nlines"]);
    assert_eq!(outcome.rows[1].1, ["2", "x\n\ny"]);
    assert!(outcome.rejects.is_empty());
}

#[test]
fn line_ends_of_all_kinds_may_be_mixed() {
    let outcome = read("a,b\r1,2\n3,4\r\n5,6");
    assert_eq!(outcome.rows.iter().map(|row| row.1.join("")).collect::<Vec<_>>(), ["12", "34", "56"]);
}

#[test]
fn a_line_that_never_ends_is_one_counted_reject() {
    let mut content = b"a,b\n1,2\n".to_vec();
    content.extend(std::iter::repeat_n(b'x', 30 << 20));
    content.extend_from_slice(b"\n3,4\n");
    let outcome = read(&content);
    assert_eq!(numbers(&outcome), (vec![1, 3], vec![2]));
    let reject = &outcome.rejects[0];
    assert!(reject.reason.contains(&format!("the line of {} bytes is left out", (30 << 20) + 1)), "{}", reject.reason);
    assert!(reject.raw.len() < 5_000 && reject.raw.starts_with("xxx"));
}

#[test]
fn a_malformed_sequence_refuses_its_row_and_names_the_byte() {
    let names = "1,中文\n".repeat(20);
    let outcome = read([format!("a,b\n{names}").as_bytes(), b"2,\xFFx\n3,y\n"].concat());
    assert_eq!(outcome.rows.len(), 21);
    let reject = &outcome.rejects[0];
    assert_eq!(reject.reason, format!("expected UTF-8, found a malformed sequence at byte {}", 4 + names.len() + 2));
    assert_eq!((reject.row, reject.raw.as_str()), (21, "2,\u{FFFD}x"));
}

#[test]
fn a_zero_byte_refuses_its_row() {
    let outcome = read("a,b\n1,x\0y\n2,z\n");
    assert_eq!(numbers(&outcome), (vec![2], vec![1]));
    assert!(outcome.rejects[0].reason.contains("zero byte"), "{}", outcome.rejects[0].reason);
}

#[test]
fn empty_files_and_files_with_a_header_only_have_no_rows() {
    assert_eq!((read("").columns, read("").rows.len()), (vec![], 0));
    assert_eq!((read("\n\n").columns, read("a,b").columns), (vec![], vec!["a".to_owned(), "b".to_owned()]));
    assert!(read("a,b\n").rows.is_empty());
}

#[test]
fn doubled_names_are_made_unique_and_reported() {
    let outcome = read("a,a,\n1,x,y\n");
    assert_eq!(outcome.columns, ["a", "a_2", "column_3"]);
    let report = outcome.report.to_string();
    let expected =
        "CSV, UTF-8, delimiter ',', quote \", header, column \"a\" read as \"a_2\", column \"\" read as \"column_3\"";
    assert_eq!(report, expected);
}

#[test]
fn what_stands_before_the_rows_is_left_out() {
    assert_eq!(read("sep=;\r\na;b\r\n1;2\r\n").columns, ["a", "b"]);
    let options = ReadOptions { skip_rows: 2, comment: Some('#'), ..ReadOptions::default() };
    let outcome = read_as(b"Sales\nof 2024\n# all\na,b\n1,2\n#3,4\n5,6\n", "a.csv", &options);
    assert_eq!((outcome.columns, outcome.rows.len()), (vec!["a".to_owned(), "b".to_owned()], 2));
}

#[test]
fn names_may_be_given_for_a_file_without_header() {
    let columns = Some(vec!["id".to_owned(), "name".to_owned()]);
    let options = ReadOptions { columns, ..ReadOptions::default() };
    let outcome = read_as(b"x,Acme\ny,Bob\n", "a.csv", &options);
    assert_eq!((outcome.columns, outcome.rows.len()), (vec!["id".to_owned(), "name".to_owned()], 2));
    assert_eq!(outcome.report.header, Some(false));
}
