//! Where a query's text is wrong, shown so that its author sees it.
//!
//! Comes in: the text and the parser's complaint. Leaves: line, column, the line with a caret under the column, and for
//! a prefix that nobody declared the nearest one that is. Never changes the text.

use std::fmt::Write;

use spargebra::{SparqlParser, SparqlSyntaxError};

use crate::ontology::PREFIXES;
use crate::sparql::SparqlError;
use crate::sparql::functions::aggregates;
use crate::sparql::tokens::tokens;

/// Blanks between two pieces of a padded query: more than any keyword is long.
const PADDING: usize = 32;

const KEYWORDS: &[&str] = &[
    "SELECT",
    "ASK",
    "CONSTRUCT",
    "DESCRIBE",
    "WHERE",
    "FROM",
    "NAMED",
    "PREFIX",
    "BASE",
    "DISTINCT",
    "REDUCED",
    "FILTER",
    "OPTIONAL",
    "UNION",
    "MINUS",
    "GRAPH",
    "SERVICE",
    "SILENT",
    "BIND",
    "VALUES",
    "UNDEF",
    "EXISTS",
    "NOT",
    "IN",
    "AS",
    "GROUP",
    "ORDER",
    "BY",
    "ASC",
    "DESC",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "COUNT",
    "SUM",
    "AVG",
    "MIN",
    "MAX",
    "SAMPLE",
    "GROUP_CONCAT",
    "SEPARATOR",
    "COALESCE",
    "IF",
    "STR",
    "LANG",
    "DATATYPE",
    "BOUND",
    "IRI",
    "ABS",
    "CEIL",
    "FLOOR",
    "ROUND",
    "CONCAT",
    "STRLEN",
    "UCASE",
    "LCASE",
    "CONTAINS",
    "STRSTARTS",
    "STRENDS",
    "STRBEFORE",
    "STRAFTER",
    "YEAR",
    "MONTH",
    "DAY",
    "NOW",
    "SUBSTR",
    "REPLACE",
    "REGEX",
    "ISIRI",
    "ISLITERAL",
    "ISNUMERIC",
    "STRDT",
    "STRLANG",
];

/// Turns the parser's complaint about `text` into an error for its author.
pub(super) fn explained(text: &str, error: &SparqlSyntaxError) -> SparqlError {
    if parser().parse_update(text).is_ok_and(|update| !update.operations.is_empty()) {
        return SparqlError::Update;
    }
    if let Some(unknown) = unknown_prefix(text) {
        return unknown;
    }
    let (at, reason) = fault(text).unwrap_or_else(|| (0, error.to_string()));
    let (at, reason) = slash(text, at).unwrap_or((at, reason));
    let (line, column) = line_and_column(text, at);
    SparqlError::Syntax { line, column, reason, excerpt: excerpt(text, line, column) }
}

/// A parser that knows kagraph's prefixes and aggregates.
pub(super) fn parser() -> SparqlParser {
    PREFIXES.iter().fold(aggregates::declare(SparqlParser::new()), |parser, (name, iri)| {
        parser.clone().with_prefix(*name, *iri).unwrap_or(parser)
    })
}

/// Where the text is wrong and why. The parser looks ahead over whole keywords and so complains some characters too
/// late; it is asked again with the pieces set so far apart that its place lies in the piece that it cannot take.
fn fault(text: &str) -> Option<(usize, String)> {
    let pieces = pieces(text);
    let mut padded = String::new();
    let mut starts = Vec::new();
    for piece in &pieces {
        starts.push(padded.len());
        padded.push_str(&text[piece.clone()]);
        padded.extend([' '; PADDING]);
    }
    let complaint = parser().parse_query(&padded).err()?.to_string();
    let (place, expected) = place(&padded, &complaint)?;
    if place >= padded.len() {
        let incomplete = || format!("the query ends before it is complete{}", wanted(expected));
        return Some((text.trim_end().len(), rule(expected).map_or_else(incomplete, str::to_owned)));
    }
    let at = starts.partition_point(|start| *start <= place).saturating_sub(1);
    let (offset, piece) = (place - starts.get(at)?, pieces.get(at)?.clone());
    let inside = if offset < piece.len() && text.is_char_boundary(piece.start + offset) { offset } else { 0 };
    Some((piece.start + inside, reason(&text[piece.start + inside..piece.end], expected)))
}

/// A slash in a name with a prefix, where the parser cannot take the piece: the name ends before it, and what follows is
/// no further step of a path.
fn slash(text: &str, at: usize) -> Option<(usize, String)> {
    let piece = pieces(text).into_iter().find(|piece| piece.contains(&at))?;
    let name = text[piece.clone()].trim_end_matches('.');
    let (prefix, local) = name.split_once(':')?;
    let slash = prefix.len() + 1 + local.find('/')?;
    let own = declared_prefixes(text);
    let (_, namespace) = own.iter().chain(PREFIXES).find(|(known, _)| *known == prefix)?;
    let is_name = local.chars().all(|c| c.is_alphanumeric() || "/-_.%".contains(c));
    let escaped = local.replace('/', "\\/");
    let reason = format!("a name with a prefix ends before a slash; write <{namespace}{local}> or {prefix}:{escaped}");
    is_name.then_some((piece.start + slash, reason))
}

/// Reads `error at 3:12: expected …`: an offset in bytes, and what was expected.
fn place<'a>(text: &str, complaint: &'a str) -> Option<(usize, &'a str)> {
    let rest = complaint.strip_prefix("error at ")?;
    let (line, rest) = rest.split_once(':')?;
    let (column, expected) = rest.split_once(": expected ")?;
    let (line, column): (usize, usize) = (line.parse().ok()?, column.parse().ok()?);
    let before: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let inside = text[before..].char_indices().nth(column.checked_sub(1)?).map_or(text.len() - before, |(at, _)| at);
    Some((before + inside, expected))
}

fn reason(found: &str, expected: &str) -> String {
    if let Some(rule) = rule(expected) {
        return rule.to_owned();
    }
    let upper = found.to_uppercase();
    let near = (found.len() > 3).then(|| nearest(&upper, KEYWORDS.iter().copied())).flatten();
    match near {
        Some(near) if near != upper => format!("{found} is not understood here; did you mean {near} ?"),
        _ => format!("{found} cannot stand here{}", wanted(expected)),
    }
}

/// A rule beyond the grammar that the query breaks, as the parser says it in a sentence.
fn rule(expected: &str) -> Option<&str> {
    list(expected).find(|it| it.split(' ').count() > 2 && it.starts_with(char::is_uppercase))
}

/// The marks that the parser would have taken; its keywords are not all told, so they are left out.
fn wanted(expected: &str) -> String {
    let marks: Vec<_> = list(expected).filter(|it| it.starts_with('"')).collect();
    if marks.is_empty() || marks.len() > 6 { String::new() } else { format!("; expected {}", marks.join(" or ")) }
}

fn list(expected: &str) -> impl Iterator<Item = &str> {
    expected.strip_prefix("one of ").unwrap_or(expected).split(", ")
}

fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    (line, before.rsplit('\n').next().unwrap_or("").chars().count() + 1)
}

/// Ranges of text that stand between blanks or brackets.
fn pieces(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut pieces: Vec<std::ops::Range<usize>> = Vec::new();
    let mut is_open = false;
    for token in tokens(text) {
        let is_alone = token.is_bracket();
        match pieces.last_mut() {
            Some(last) if is_open && !is_alone && last.end == token.at => last.end = token.end(),
            _ => pieces.push(token.at..token.end()),
        }
        is_open = !is_alone;
    }
    pieces
}

fn excerpt(text: &str, line: usize, column: usize) -> String {
    let shown = text.lines().nth(line.saturating_sub(1)).unwrap_or("");
    let indent: String = shown.chars().take(column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let wide: usize = shown.chars().take(column - 1).filter(|c| is_wide(*c)).count();
    let mut excerpt = String::new();
    let _ = write!(excerpt, "{line:>4} | {shown}\n     | {indent}{}^", " ".repeat(wide));
    excerpt
}

/// Whether a terminal gives the character two columns (the blocks of Chinese, Japanese, Korean, full-width forms).
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFD}')
}

fn unknown_prefix(text: &str) -> Option<SparqlError> {
    let own = declared_prefixes(text);
    let known: Vec<&str> = PREFIXES.iter().map(|(name, _)| *name).chain(own.iter().map(|(name, _)| *name)).collect();
    let names = prefixed_names(text);
    let (at, prefix) = names.into_iter().find(|(_, prefix)| !known.contains(prefix))?;
    let (line, column) = line_and_column(text, at);
    let hint = match nearest(prefix, known.iter().copied()) {
        Some(near) => format!("did you mean {near}: ?"),
        None => format!("PREFIX {prefix}: <…> declares it; predeclared are {}", known.join(", ")),
    };
    let excerpt = excerpt(text, line, column);
    Some(SparqlError::Prefix { prefix: prefix.to_owned(), line, column, excerpt, hint })
}

/// The known name that was most likely meant, if one is near.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distances = known.map(|near| (strsim::damerau_levenshtein(name, near), near));
    distances.filter(|(distance, near)| *distance <= near.len().max(name.len()).div_ceil(3)).min().map(|(_, near)| near)
}

/// Prefixes that the text declares itself, with their IRIs.
pub(super) fn declared_prefixes(text: &str) -> Vec<(&str, &str)> {
    let tokens = tokens(text);
    let declarations = tokens.windows(3).filter(|three| three[0].text.eq_ignore_ascii_case("prefix"));
    declarations
        .filter_map(|three| {
            let iri = three[2].text.strip_prefix('<')?.strip_suffix('>')?;
            Some((three[1].text.strip_suffix(':')?, iri))
        })
        .collect()
}

/// Places and prefixes of all prefixed names outside declarations.
fn prefixed_names(text: &str) -> Vec<(usize, &str)> {
    let tokens = tokens(text);
    let declared = |at: usize| at > 0 && tokens[at - 1].text.eq_ignore_ascii_case("prefix");
    let names = tokens.iter().enumerate().filter(|(at, _)| !declared(*at));
    names
        .filter_map(|(_, token)| {
            let (prefix, _) = token.text.split_once(':')?;
            let is_name =
                token.is_word && prefix != "_" && prefix.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
            is_name.then_some((token.at, prefix))
        })
        .collect()
}

/// Whether the outermost `SELECT` asks for all variables.
pub(super) fn selects_all(text: &str) -> bool {
    let tokens = tokens(text);
    let mut words = tokens.iter().skip_while(|token| !token.text.eq_ignore_ascii_case("select")).skip(1);
    let first = words.find(|token| !["distinct", "reduced"].contains(&token.text.to_ascii_lowercase().as_str()));
    first.is_some_and(|token| token.text == "*")
}

/// The variables that the text names, in their order.
pub(super) fn variables(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for token in tokens(text) {
        if let Some(name) = token.text.strip_prefix(['?', '$']).filter(|name| !name.is_empty() && !names.contains(name))
        {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use crate::sparql::Query;

    fn message(text: &str) -> String {
        Query::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_syntax_error_shows_its_line_and_column() {
        let text = message("SELECT ?name\nWHERE {\n  ?account schema:name ?name .\n  FILTR(?name = 'x')\n}");
        let expected = "the query does not parse at line 4, column 3: FILTR is not understood here; did you mean FILTER ?\n   \
            4 |   FILTR(?name = 'x')\n     |   ^";
        assert_eq!(text, expected);
    }

    #[test]
    fn the_caret_stands_under_what_the_parser_cannot_take() {
        let cases = [
            ("", 1, 1, "the query ends before it is complete"),
            ("SELEC ?x {}", 1, 1, "did you mean SELECT"),
            ("SELECT ?x { ?x ?y }", 1, 19, "} cannot stand here"),
            ("SELECT ?x { ?x a ka:A }}", 1, 24, "} cannot stand here"),
            ("SELECT ?x, ?y\n{ ?x a ka:A }", 1, 10, ", cannot stand here"),
            ("SELECT ?x {\n?x a ka:A FILTER(?x = 3 }", 2, 25, "} cannot stand here"),
            ("SELECT ?x # {\n{ ?x a ka:A\n", 2, 12, "the query ends before it is complete"),
            ("SELECT ?x { ?x a ka:A } GRUOP BY ?x", 1, 25, "did you mean GROUP"),
            ("SELECT ?x { ?x a '电子' } LIMIT ten", 1, 31, "ten cannot stand here"),
            ("SELECT (?x AS ?x) { ?x a ka:A }", 1, 32, "The SELECT overrides an existing variable"),
        ];
        for (query, line, column, reason) in cases {
            let text = message(query);
            let start = format!("the query does not parse at line {line}, column {column}: ");
            assert!(text.starts_with(&start) && text.contains(reason), "{query}\n{text}");
        }
    }

    #[test]
    fn the_caret_is_moved_by_wide_characters() {
        assert!(message("ASK { ?x ?y '电子' ] }").ends_with("\n     |                    ^"));
    }

    #[test]
    fn an_unknown_prefix_is_named_with_the_nearest_known_one() {
        let text = message("# foo:bar\nSELECT ?x { ?x a <http://x.y/a:b> , 'foo:bar' ;\n a foaff:Person }");
        assert!(text.starts_with("the prefix foaff: at line 3, column 4 is not declared"), "{text}");
        assert!(text.ends_with("hint: did you mean foaf: ?"), "{text}");
        assert!(message("ASK { ?x a nothing_like_it:A }").contains("hint: PREFIX nothing_like_it: <…> declares it"));
        assert!(Query::parse("PREFIX foaff: <http://x/> ASK { ?x a foaff:A }").is_ok());
    }

    #[test]
    fn a_slash_in_a_name_with_a_prefix_is_shown_with_what_to_write() {
        let text = message("DESCRIBE id:account/ACC-1");
        let expected = "the query does not parse at line 1, column 20: a name with a prefix ends before a slash; \
            write <https://w3id.org/kagraph/id/account/ACC-1> or id:account\\/ACC-1\n   \
            1 | DESCRIBE id:account/ACC-1\n     |                    ^";
        assert_eq!(text, expected);
        let escaped = ["SELECT ?x { ?x ka:account id:account/7. }", "ASK { id:order/A-1/2 ka:amount ?m }"];
        for query in escaped {
            let text = message(query);
            let mended = text.rsplit_once(" or ").unwrap().1.split('\n').next().unwrap();
            let name = mended.replace("\\/", "/");
            assert!(Query::parse(&query.replace(&name, &format!("{mended} "))).is_ok(), "{query}\n{text}");
        }
        assert!(message("PREFIX x: <http://x/> DESCRIBE x:a/7").contains("write <http://x/a/7> or x:a\\/7"));
        assert!(!message("ASK { ?x ka:account/ka:name }").contains("slash"));
    }

    #[test]
    fn an_update_is_refused_as_such() {
        assert!(message("DELETE WHERE { ?x a ka:Account }").starts_with("this is a SPARQL update"));
        assert!(message("PREFIX a: <http://a/> INSERT DATA { a:a a a:b }").starts_with("this is a SPARQL update"));
    }
}
