//! Statements of the usual form, read without a parser: the fast way through N-Triples and N-Quads.
//!
//! In comes a line, out come its terms as parts of the line; or nothing, when anything in it is out of the ordinary
//! (escapes, spaces where none are usual, characters that need a closer look, comments): then the complete parser
//! decides. What is read here, the complete parser reads as the same statement (tested). Costs one pass over the line.

use super::RdfTerm;

/// Subject, predicate, object, and the graph if there is one.
pub(super) type Terms<'a> = ([RdfTerm<'a>; 3], Option<RdfTerm<'a>>);

const STRING: &str = "http://www.w3.org/2001/XMLSchema#string";
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// The terms of a line without its end.
pub(super) fn terms(line: &str) -> Option<Terms<'_>> {
    let mut rest = line;
    let subject = node(&mut rest)?;
    let predicate = iri(strip(&mut rest, " <")?)?;
    rest = skip(rest, predicate.len() + 1);
    let object = object(strip(&mut rest, " ")?, &mut rest)?;
    if rest == " ." {
        return Some(([subject, RdfTerm::Iri(predicate), object], None));
    }
    strip(&mut rest, " ")?;
    let graph = node(&mut rest)?;
    (rest == " .").then_some(([subject, RdfTerm::Iri(predicate), object], Some(graph)))
}

/// Takes what the rest begins with; gives the rest behind it.
fn strip<'a>(rest: &mut &'a str, begin: &str) -> Option<&'a str> {
    *rest = rest.strip_prefix(begin)?;
    Some(rest)
}

fn skip(rest: &str, n_bytes: usize) -> &str {
    rest.get(n_bytes..).unwrap_or_default()
}

fn node<'a>(rest: &mut &'a str) -> Option<RdfTerm<'a>> {
    if let Some(begin) = rest.strip_prefix('<') {
        let iri = iri(begin)?;
        *rest = skip(begin, iri.len() + 1);
        return Some(RdfTerm::Iri(iri));
    }
    let begin = rest.strip_prefix("_:")?;
    let length = begin.bytes().take_while(u8::is_ascii_alphanumeric).count();
    *rest = skip(begin, length);
    (length > 0 && rest.starts_with(' ')).then(|| RdfTerm::Blank(&begin[..length]))
}

fn object<'a>(begin: &'a str, rest: &mut &'a str) -> Option<RdfTerm<'a>> {
    let Some(begin) = begin.strip_prefix('"') else { return node(rest) };
    let end = memchr::memchr2(b'"', b'\\', begin.as_bytes()).filter(|at| begin.as_bytes()[*at] == b'"')?;
    let (text, behind) = (&begin[..end], &begin[end + 1..]);
    if let Some(datatype) = behind.strip_prefix("^^<") {
        let datatype = iri(datatype).filter(|datatype| !datatype.starts_with(RDF))?;
        *rest = skip(behind, datatype.len() + 4);
        return Some(RdfTerm::Typed(text, datatype));
    }
    if let Some(language) = behind.strip_prefix('@') {
        let length = language.bytes().take_while(u8::is_ascii_lowercase).count();
        *rest = skip(language, length);
        return ((2..=8).contains(&length) && rest.starts_with(' ')).then(|| RdfTerm::Lang(text, &language[..length]));
    }
    *rest = behind;
    Some(RdfTerm::Typed(text, STRING))
}

/// The IRI that ends with the next `>`: one of `http`, `https` or `urn` in plain characters.
fn iri(begin: &str) -> Option<&str> {
    let end = memchr::memchr(b'>', begin.as_bytes())?;
    let iri = begin.get(..end)?;
    let bytes = iri.as_bytes();
    let path = match bytes {
        [b'h', b't', b't', b'p', b's', b':', b'/', b'/', rest @ ..]
        | [b'h', b't', b't', b'p', b':', b'/', b'/', rest @ ..] => {
            let host = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
            let length = host.count();
            (length > 0).then(|| &rest[length..]).filter(|path| matches!(path, [] | [b'/' | b'#' | b'?', ..]))?
        }
        [b'u', b'r', b'n', b':', rest @ ..] if rest.first().is_some_and(u8::is_ascii_alphanumeric) => rest,
        _ => return None,
    };
    let n_fragments = path.iter().filter(|byte| **byte == b'#').count();
    (n_fragments <= 1 && path.iter().all(|byte| is_plain(*byte))).then_some(iri)
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/' | b':' | b'@' | b'#' | b'?' | b'=' | b'&')
}

#[cfg(test)]
mod tests {
    use oxigraph::io::{RdfFormat, RdfParser};
    use oxigraph::model::{GraphName, NamedOrBlankNode, Quad, Term};
    use proptest::prelude::*;

    use super::*;

    fn spelled(quad: &Quad) -> String {
        let node = |node: &NamedOrBlankNode| node.to_string();
        let object = match &quad.object {
            Term::Literal(it) if it.language().is_none() => format!("\"{}\"^^<{}>", it.value(), it.datatype().as_str()),
            Term::Literal(it) => format!("\"{}\"@{}", it.value(), it.language().unwrap_or_default()),
            other => other.to_string(),
        };
        let graph = match &quad.graph_name {
            GraphName::DefaultGraph => String::new(),
            other => other.to_string(),
        };
        format!("{} {} {object} {graph}", node(&quad.subject), quad.predicate)
    }

    fn spell(term: &RdfTerm<'_>) -> String {
        match term {
            RdfTerm::Iri(iri) => format!("<{iri}>"),
            RdfTerm::Blank(label) => format!("_:{label}"),
            RdfTerm::Typed(text, datatype) => format!("\"{text}\"^^<{datatype}>"),
            RdfTerm::Lang(text, language) => format!("\"{text}\"@{language}"),
        }
    }

    fn part() -> impl Strategy<Value = String> {
        let iri = "<(http://|https://|urn:|x:)?[a-z0-9:./#?%\\[\\]é -]{0,12}>";
        let literal = "\"[a-z\\\\\"né ]{0,5}\"(@[a-zA-Z-]{0,10}|\\^\\^<(http://www.w3.org/2001/XMLSchema#string|http://www.w3.org/1999/02/22-rdf-syntax-ns#langString|urn:d)>)?";
        prop_oneof![4 => "<http://[a-z0-9.-]{1,6}[/#?][a-z0-9/#?=&:-]{0,8}>", 2 => iri, 2 => "_:[a-z0-9._-]{1,4}", 2 => literal]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn what_is_read_fast_is_what_the_parser_reads(
            parts in prop::collection::vec(part(), 3..5), gap in prop_oneof![9 => Just(" "), 1 => Just("  ")], end in "( \\.|\\.| \\. |)",
        ) {
            let line = format!("{}{end}", parts.join(gap));
            if let Some((terms, graph)) = terms(&line) {
                let quads: Result<Vec<_>, _> = RdfParser::from_format(RdfFormat::NQuads).for_slice(&line).collect();
                let quads = quads.map_err(|error| TestCaseError::fail(format!("{line}: {error}")))?;
                prop_assert_eq!(quads.len(), 1);
                let [subject, predicate, object] = terms.map(|term| spell(&term));
                let graph = graph.map(|graph| spell(&graph)).unwrap_or_default();
                prop_assert_eq!(spelled(&quads[0]), format!("{subject} {predicate} {object} {graph}"));
            }
        }
    }

    #[test]
    fn usual_lines_are_read_fast() {
        let line = "<https://x.org/a#1> <urn:p> \"é 漢\"^^<http://www.w3.org/2001/XMLSchema#date> .";
        let datatype = "http://www.w3.org/2001/XMLSchema#date";
        let expected = [RdfTerm::Iri("https://x.org/a#1"), RdfTerm::Iri("urn:p"), RdfTerm::Typed("é 漢", datatype)];
        assert_eq!(terms(line), Some((expected, None)));
        assert_eq!(
            terms("_:b1 <urn:p> \"x\"@en <urn:g> ."),
            Some((
                [RdfTerm::Blank("b1"), RdfTerm::Iri("urn:p"), RdfTerm::Lang("x", "en")],
                Some(RdfTerm::Iri("urn:g"))
            ))
        );
        for line in ["# c", "", "<urn:a> <urn:p> \"a\\n\" .", "<urn:a> <urn:p> <urn:b> . #"] {
            assert_eq!(terms(line), None, "{line}");
        }
    }
}
