//! How a text is delimited: what separates fields, what encloses them, and whether the first row names the columns.
//!
//! Comes in: the beginning of a file, and what the user said. Leaves: a [`Dialect`]. A delimiter is good when, quotes
//! respected, the rows have the same number of fields, the first one too. Never fails: a text in which no delimiter is
//! good has one column. Costs a few passes over the sample.

use std::collections::BTreeMap;

/// Delimiters that are tried, the more usual first.
const DELIMITERS: [u8; 6] = [b',', b';', b'\t', b'|', 0x1F, 0x01];
/// Rows looked at.
const MAX_ROWS: usize = 1_000;

/// How a text is delimited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Dialect {
    /// What separates fields.
    pub(super) delimiter: u8,
    /// What encloses fields.
    pub(super) quote: Option<u8>,
    /// Whether the first row names the columns.
    pub(super) header: bool,
    /// What begins a line that is left out.
    pub(super) comment: Option<u8>,
}

/// What the user said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Given<'a> {
    pub(super) delimiter: Option<u8>,
    pub(super) quote: Option<Option<u8>>,
    pub(super) header: Option<bool>,
    pub(super) columns: Option<&'a [String]>,
    pub(super) comment: Option<u8>,
}

impl Dialect {
    /// A parser of this dialect.
    pub(super) fn parser(self) -> csv_core::Reader {
        let mut builder = csv_core::ReaderBuilder::new();
        builder.delimiter(self.delimiter).comment(self.comment).quoting(self.quote.is_some());
        builder.quote(self.quote.unwrap_or(b'"')).build()
    }

    fn rows(self, sample: &[u8]) -> Vec<Vec<String>> {
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(self.delimiter).comment(self.comment).quoting(self.quote.is_some());
        builder.quote(self.quote.unwrap_or(b'"')).has_headers(false).flexible(true);
        let text = |field: &[u8]| String::from_utf8_lossy(field).trim().to_owned();
        let rows = builder.from_reader(sample).into_byte_records().take(MAX_ROWS);
        rows.filter_map(Result::ok).map(|row| row.iter().map(text).collect()).collect()
    }
}

/// Recognises how `sample`, the beginning of a text, is delimited.
pub(super) fn dialect_of(sample: &[u8], given: Given<'_>) -> Dialect {
    let (rows, mut dialect) = delimited(sample, given);
    dialect.header = given.header.unwrap_or_else(|| match (given.columns, rows.first()) {
        (Some(columns), Some(first)) => spells(first, columns),
        _ => has_header(&rows),
    });
    dialect
}

fn delimited(sample: &[u8], given: Given<'_>) -> (Vec<Vec<String>>, Dialect) {
    let candidates = given.delimiter.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
    let tried = candidates.into_iter().map(|delimiter| {
        let quote = given.quote.unwrap_or_else(|| quote_of(sample, delimiter));
        let dialect = Dialect { delimiter, quote, header: true, comment: given.comment };
        (dialect.rows(sample), dialect)
    });
    let mut best: Option<(f64, Vec<Vec<String>>, Dialect)> = None;
    for (rows, dialect) in tried {
        let score = consistency(&rows);
        if best.as_ref().is_none_or(|(best, ..)| score > *best) {
            best = Some((score, rows, dialect));
        }
    }
    let fallback = Dialect { delimiter: b',', quote: Some(b'"'), header: true, comment: given.comment };
    best.map_or((Vec::new(), fallback), |(_, rows, dialect)| (rows, dialect))
}

/// How well rows agree in their number of fields: 0 when most have several different ones, 1 when all have one field,
/// above 1 the more rows have the same number, which the first row should have, and slightly the more fields they have.
fn consistency(rows: &[Vec<String>]) -> f64 {
    let mut n_by_width = BTreeMap::<usize, usize>::new();
    rows.iter().for_each(|row| *n_by_width.entry(row.len()).or_default() += 1);
    let Some((&width, &n_rows)) = n_by_width.iter().max_by_key(|(width, n_rows)| (**n_rows, **width)) else {
        return 0.0;
    };
    match (width, n_rows == rows.len()) {
        (1, true) => 1.0,
        (1, false) => 0.0,
        _ => {
            let first = if rows[0].len() == width { 1.0 } else { 0.0 };
            1.0 + n_rows as f64 / rows.len() as f64 + first + width.min(100) as f64 / 10_000.0
        }
    }
}

/// What encloses fields: double quotes, unless single ones clearly do, or double ones open and are hardly ever closed.
fn quote_of(sample: &[u8], delimiter: u8) -> Option<u8> {
    let (n_open, n_closed) = enclosed(sample, delimiter, b'"');
    let (n_single_open, n_single_closed) = enclosed(sample, delimiter, b'\'');
    let n_lines = memchr::memchr_iter(b'\n', sample).count();
    if n_open == 0 && n_single_open >= 2 && 2 * n_single_open >= n_lines && 10 * n_single_closed >= 9 * n_single_open {
        Some(b'\'')
    } else {
        (n_open < 3 || 2 * n_closed >= n_open).then_some(b'"')
    }
}

/// How often a field begins and ends with `quote`.
fn enclosed(sample: &[u8], delimiter: u8, quote: u8) -> (usize, usize) {
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| [delimiter, b'\n', b'\r'].contains(byte));
    let (mut n_open, mut n_closed) = (0, 0);
    for at in memchr::memchr_iter(quote, sample) {
        n_open += usize::from(is_edge(at.checked_sub(1).map(|before| &sample[before])));
        n_closed += usize::from(is_edge(sample.get(at + 1)));
    }
    (n_open, n_closed)
}

fn spells(first: &[String], columns: &[String]) -> bool {
    first.len() == columns.len() && first.iter().zip(columns).all(|(field, name)| field.eq_ignore_ascii_case(name))
}

/// Whether the first row differs from those below as names do from values; when nothing tells, it is a header.
fn has_header(rows: &[Vec<String>]) -> bool {
    let Some((first, below)) = rows.split_first() else {
        return true;
    };
    let mut balance = 0_i64;
    for (column, name) in first.iter().enumerate() {
        let values = || below.iter().filter_map(|row| row.get(column)).filter(|value| !value.is_empty());
        let n_values = values().count();
        let are_values = n_values > 0 && values().all(|value| is_value(value));
        balance += match (is_value(name), are_values) {
            (false, true) if !name.is_empty() || column == 0 => 1,
            (true, true) => -1,
            (true, false) if n_values == 0 => -1,
            (false, false) if !name.is_empty() && n_values > 3 && values().any(|value| value == name) => -1,
            _ => 0,
        };
    }
    balance >= 0
}

/// Whether a field looks like a number, a date, a time, an amount, or an address, and not like a name.
fn is_value(field: &str) -> bool {
    let is_numeric = |sign: char| sign.is_ascii_digit() || "+-.,:/ %€$£¥TZ()".contains(sign);
    (field.contains(|sign: char| sign.is_ascii_digit()) && field.chars().all(is_numeric))
        || (field.contains('@') && field.contains('.'))
        || field.starts_with("http")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniffed(sample: &str) -> (char, Option<char>, bool) {
        let dialect = dialect_of(sample.as_bytes(), Given::default());
        (dialect.delimiter.into(), dialect.quote.map(char::from), dialect.header)
    }

    #[test]
    fn the_delimiter_gives_every_row_the_same_number_of_fields() {
        assert_eq!(sniffed("id,name\n1,\"a;b;c\"\n2,\"d;e;f\"\n"), (',', Some('"'), true));
        assert_eq!(sniffed("name;amount\nAcme, Inc;1,50\nBob, Ltd;2,75\n"), (';', Some('"'), true));
        assert_eq!(sniffed("id\tname\n1\tAcme, Inc\n2\tBob, Ltd\n"), ('\t', Some('"'), true));
        assert_eq!(sniffed("id|name\n1|a,b\n2|c\n"), ('|', Some('"'), true));
        assert_eq!(sniffed("id,note\n1,\"two\nlines, with comma\"\n2,b\n"), (',', Some('"'), true));
    }

    #[test]
    fn ragged_rows_do_not_hide_the_delimiter() {
        let rows: String = (0..50).map(|n| format!("{n},b,c{}\n", if n % 9 == 0 { ",d" } else { "" })).collect();
        assert_eq!(sniffed(&format!("id,x;y,z\n{rows}")), (',', Some('"'), true));
    }

    #[test]
    fn a_text_without_delimiter_has_one_column() {
        assert_eq!(sniffed("name\nAcme\nBob\n"), (',', Some('"'), true));
        assert_eq!(sniffed("name\nAcme, Inc\nBob\nCarl\n"), (';', Some('"'), true));
        assert_eq!(sniffed(""), (',', Some('"'), true));
    }

    #[test]
    fn single_quotes_enclose_when_they_do_so_throughout() {
        assert_eq!(sniffed("'id','name'\n'1','a,b'\n'2','c'\n"), (',', Some('\''), true));
        assert_eq!(sniffed("id,name\n1,'t Hoen\n2,O'Neil\n"), (',', Some('"'), true));
    }

    #[test]
    fn quotes_that_are_never_closed_enclose_nothing() {
        assert_eq!(sniffed("id\tsize\n1\t\"5 inch\n2\t\"7 inch\n3\t\"9 inch\n"), ('\t', None, true));
    }

    #[test]
    fn the_first_row_is_a_header_unless_it_looks_like_those_below() {
        assert!(sniffed("id,name\n1,Acme\n").2);
        assert!(sniffed("name,city\nAcme,London\nBob,Paris\n").2);
        assert!(sniffed("id,name\n").2);
        assert!(sniffed(",name,2013\n0,a,1\n1,b,2\n").2);
        assert!(!sniffed("1,Acme,2013-01-01\n2,Bob,2013-01-02\n").2);
        assert!(!sniffed("a@b.de,x\nc@d.de,y\n").2);
        assert!(!sniffed("north,Acme\nsouth,Bob\nnorth,Carl\nnorth,Dora\nwest,Eve\n").2);
        assert!(!sniffed("17,2013-01-01\n").2);
    }

    #[test]
    fn what_is_given_is_not_recognised() {
        let columns = ["id".to_owned(), "name".to_owned()];
        let given = Given { columns: Some(&columns), delimiter: Some(b';'), ..Given::default() };
        let dialect = dialect_of(b"ID;Name\n1;a,b\n", given);
        assert_eq!((dialect.delimiter, dialect.header), (b';', true));
        assert!(!dialect_of(b"x;y\nz;a\n", given).header);
    }
}
