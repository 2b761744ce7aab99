//! The strict reading of quotes, for the few rows where the lenient one of the parser may have gone astray: rows of
//! several lines, and the last one.
//!
//! The parser takes any text; a quote that is opened by mistake therefore swallows all lines up to the next quote. The
//! functions here tell such a row from one that has line ends in a field on purpose. Cost: the row's length.

use super::sniff::Dialect;

/// Where a field ends.
enum End {
    /// At a delimiter; the next field begins here.
    Field(usize),
    /// At a line end, or with the text.
    Row,
    /// Its quote is never closed.
    Open,
    /// Its quote is closed, and text follows instead of a delimiter.
    Followed,
}

/// Where the row itself begins: after empty lines and comments.
pub(super) fn start_of_row(text: &[u8], comment: Option<u8>) -> usize {
    let mut start = 0;
    loop {
        start += text[start..].iter().take_while(|byte| is_line_end(**byte)).count();
        match text.get(start) {
            Some(byte) if Some(*byte) == comment => start += first_line(&text[start..]),
            _ => return start,
        }
    }
}

/// The length of the first line with its end.
pub(super) fn first_line(text: &[u8]) -> usize {
    match memchr::memchr2(b'\n', b'\r', text) {
        Some(end) if text[end..].starts_with(b"\r\n") => end + 2,
        Some(end) => end + 1,
        None => text.len(),
    }
}

/// What is wrong with the quotes of a row: within one line, only that one is never closed.
pub(super) fn fault(row: &[u8], dialect: Dialect) -> Option<String> {
    let is_several = first_line(row) < row.len();
    let mut at = 0;
    for field in 1.. {
        match end_of_field(row, at, dialect) {
            End::Field(next) => at = next,
            End::Row => break,
            End::Followed if !is_several => break,
            End::Open | End::Followed => {
                return Some(format!("expected a closing quote in field {field}, found none where the field ends"));
            }
        }
    }
    None
}

/// The 1-based field of a line whose quote is not closed in it.
pub(super) fn open_field(line: &[u8], dialect: Dialect) -> Option<usize> {
    let mut at = 0;
    for field in 1.. {
        match end_of_field(line, at, dialect) {
            End::Field(next) => at = next,
            End::Open => return Some(field),
            End::Row | End::Followed => break,
        }
    }
    None
}

/// How many fields the first line has when it is read alone; 0 when a quote in it is not closed.
pub(super) fn width(text: &[u8], dialect: Dialect) -> usize {
    let line = text[..first_line(text)].trim_ascii_end();
    let mut at = 0;
    for n_fields in 1.. {
        match end_of_field(line, at, dialect) {
            End::Field(next) => at = next,
            End::Row if !line.is_empty() => return n_fields,
            _ => break,
        }
    }
    0
}

fn end_of_field(text: &[u8], start: usize, dialect: Dialect) -> End {
    match dialect.quote {
        Some(quote) if text.get(start) == Some(&quote) => end_of_quoted(text, start + 1, quote, dialect.delimiter),
        _ => match memchr::memchr3(dialect.delimiter, b'\n', b'\r', &text[start..]) {
            Some(found) if text[start + found] == dialect.delimiter => End::Field(start + found + 1),
            _ => End::Row,
        },
    }
}

fn end_of_quoted(text: &[u8], mut at: usize, quote: u8, delimiter: u8) -> End {
    while let Some(found) = memchr::memchr(quote, &text[at..]) {
        at += found + 1;
        match text.get(at) {
            Some(byte) if *byte == quote => at += 1,
            Some(byte) if *byte == delimiter => return End::Field(at + 1),
            Some(byte) if is_line_end(*byte) => return End::Row,
            None => return End::Row,
            Some(_) => return End::Followed,
        }
    }
    End::Open
}

/// The text without line ends around it.
pub(super) fn without_line_ends(text: &str) -> &str {
    text.trim_matches(['\r', '\n'])
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIALECT: Dialect = Dialect { delimiter: b',', quote: Some(b'"'), header: true, comment: Some(b'#') };

    #[test]
    fn a_line_end_on_purpose_is_no_fault() {
        assert_eq!(fault(b"1,\"two\nlines \"\"quoted\"\"\",x\n", DIALECT), None);
        assert_eq!(fault(b"1,\"two\r\nlines\"", DIALECT), None);
        assert_eq!(fault(b"1,5\" pipe,\"a\nb\"\n", DIALECT), None);
    }

    #[test]
    fn a_quote_closed_in_the_middle_of_another_row_is_a_fault() {
        let found = fault(b"1,\"Acme,x\n2,\"Bob\",y\n", DIALECT).unwrap();
        assert_eq!(found, "expected a closing quote in field 2, found none where the field ends");
        assert!(fault(b"1,\"Acme", DIALECT).is_some());
        assert_eq!(fault(b"1,\"Acme\" Ltd", DIALECT), None);
    }

    #[test]
    fn a_row_begins_after_empty_lines_and_comments() {
        assert_eq!(start_of_row(b"\n\r\n# a\n#b\r\n1,2\n", Some(b'#')), 11);
        assert_eq!(start_of_row(b"#1,2\n", None), 0);
        assert_eq!(first_line(b"ab\r\ncd"), 4);
    }

    #[test]
    fn the_width_of_a_line_is_that_of_the_line_alone() {
        assert_eq!(width(b"1,\"a,b\",c\r\nmore", DIALECT), 3);
        assert_eq!(width(b"1,\"a\nb\"", DIALECT), 0);
        assert_eq!(open_field(b"1,2,\"a\n", DIALECT), Some(3));
    }
}
