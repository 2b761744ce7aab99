//! Text with placeholders: `account/{CustomerID}`.
//!
//! Comes in: the text of a mapping. Leaves: segments, whose places are names first and column numbers after the file
//! is known. `{{` and `}}` stand for the brackets themselves. Rendering writes into a buffer that is used again.

use std::fmt::Write;

/// One piece of a template; `R` is a name in a mapping file, and a slot in a compiled one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::mapping) enum Segment<R> {
    Text(String),
    Place(R),
}

/// Text with placeholders.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::mapping) struct Template<R> {
    pub(in crate::mapping) segments: Vec<Segment<R>>,
}

/// A name in a mapping file and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::mapping) struct Name {
    pub(in crate::mapping) at: usize,
    pub(in crate::mapping) text: String,
}

/// Where a placeholder's value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mapping) enum Slot {
    Column(usize),
    Let(usize),
    /// `{#file}`: the file's name without folder and extension.
    FileStem,
    /// `{#row}`: the row's number.
    RowNumber,
}

/// The names that every template knows besides columns and computed columns.
pub(in crate::mapping) const BUILT_IN: [&str; 2] = ["#file", "#row"];

impl Template<Name> {
    /// Reads a template; `Err` says what is wrong with its brackets.
    pub(in crate::mapping) fn parse(text: &str, at: usize) -> Result<Self, String> {
        let mut segments = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            plain.push_str(&rest[..open]);
            let bracket = &rest[open..=open];
            let after = &rest[open + 1..];
            if let Some(after) = after.strip_prefix(bracket) {
                plain.push_str(bracket);
                rest = after;
                continue;
            }
            let (true, Some(close)) = (bracket == "{", after.find('}')) else {
                return Err(format!("unpaired {bracket} in \"{text}\""));
            };
            let name = after[..close].trim();
            if name.is_empty() || name.contains('{') {
                return Err(format!("no column name between the brackets in \"{text}\""));
            }
            if !plain.is_empty() {
                segments.push(Segment::Text(std::mem::take(&mut plain)));
            }
            segments.push(Segment::Place(Name { at, text: name.to_owned() }));
            rest = &after[close + 1..];
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            segments.push(Segment::Text(plain));
        }
        Ok(Self { segments })
    }

    /// The value of one column.
    pub(in crate::mapping) fn of_column(column: &str, at: usize) -> Self {
        Self { segments: vec![Segment::Place(Name { at, text: column.to_owned() })] }
    }
}

impl<R> Template<R> {
    /// The text, when there is no placeholder.
    pub(in crate::mapping) fn as_constant(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [] => Some(""),
            [Segment::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The placeholder, when there is nothing else.
    pub(in crate::mapping) fn as_single(&self) -> Option<&R> {
        match self.segments.as_slice() {
            [Segment::Place(place)] => Some(place),
            _ => None,
        }
    }

    pub(in crate::mapping) fn places(&self) -> impl Iterator<Item = &R> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Place(place) => Some(place),
            Segment::Text(_) => None,
        })
    }

    pub(in crate::mapping) fn resolve<S>(&self, find: &mut dyn FnMut(&R) -> S) -> Template<S> {
        let segments = self.segments.iter().map(|segment| match segment {
            Segment::Text(text) => Segment::Text(text.clone()),
            Segment::Place(place) => Segment::Place(find(place)),
        });
        Template { segments: segments.collect() }
    }
}

/// Whether a character stands in an IRI as it is when it comes from a value.
///
/// RFC 3987: unreserved ASCII, and letters and digits of every script (all of them are `ucschar`). Everything else is
/// percent-encoded, so that a value never adds a path, a query or a fragment to an IRI.
fn stands_in_iris(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~') || (!c.is_ascii() && c.is_alphanumeric())
}

/// Appends `value`, percent-encoded, to an IRI.
pub(in crate::mapping) fn push_encoded(iri: &mut String, value: &str) {
    if value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        iri.push_str(value);
        return;
    }
    let mut bytes = [0; 4];
    for c in value.chars() {
        if stands_in_iris(c) {
            iri.push(c);
        } else {
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(iri, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(text: &str) -> Vec<String> {
        Template::parse(text, 0).unwrap().places().map(|name| name.text.clone()).collect()
    }

    #[test]
    fn placeholders_are_found_and_doubled_brackets_are_text() {
        assert_eq!(names("a/{b}/{c d (e)}"), ["b", "c d (e)"]);
        assert_eq!(Template::parse("{{a}}", 0).unwrap().as_constant(), Some("{a}"));
        assert_eq!(Template::parse("{a}", 7).unwrap().as_single().unwrap().at, 7);
        assert_eq!(Template::parse("", 0).unwrap().as_constant(), Some(""));
    }

    #[test]
    fn unpaired_and_empty_brackets_are_mistakes() {
        for text in ["{a", "a}", "{}", "{a{b}}"] {
            assert!(Template::parse(text, 0).is_err(), "{text}");
        }
    }

    #[test]
    fn values_cannot_change_the_shape_of_an_iri() {
        let mut iri = String::from("https://example.org/");
        push_encoded(&mut iri, "a/b?c#d%e 采购<>");
        assert_eq!(iri, "https://example.org/a%2Fb%3Fc%23d%25e%20采购%3C%3E");
    }

    proptest! {
        #[test]
        fn every_value_gives_a_valid_iri_and_different_values_different_ones(a in "\\PC{0,12}", b in "\\PC{0,12}") {
            let encode = |value: &str| {
                let mut iri = String::from("https://example.org/");
                push_encoded(&mut iri, value);
                iri
            };
            prop_assert!(oxigraph::model::NamedNode::new(encode(&a)).is_ok());
            prop_assert_eq!(a == b, encode(&a) == encode(&b));
        }
    }
}
