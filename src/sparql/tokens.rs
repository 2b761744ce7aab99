//! A query's text cut into words, variables, IRIs, strings and single marks, without blanks and comments.
//!
//! Rough where the grammar is fine, but never inside a string, an IRI or a comment. It serves messages only; what a
//! query means is decided by Oxigraph's parser.

/// A piece of the text.
pub(super) struct Token<'a> {
    /// Where it begins, in bytes.
    pub at: usize,
    /// The piece.
    pub text: &'a str,
    /// Whether it begins like a keyword or a prefixed name.
    pub is_word: bool,
}

impl Token<'_> {
    /// Where it ends, in bytes.
    pub fn end(&self) -> usize {
        self.at + self.text.len()
    }

    /// Whether it stands for itself wherever it stands.
    pub fn is_bracket(&self) -> bool {
        matches!(self.text, "{" | "}" | "(" | ")" | "[" | "]" | ";" | ",")
    }
}

/// The pieces of `text` in their order.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    Tokens { text, at: 0 }.collect()
}

struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blanks();
        let rest = &self.text[self.at..];
        let first = rest.chars().next()?;
        let length = match first {
            '"' | '\'' => string_length(rest, first),
            '<' => rest
                .find(|c: char| c == '>' || c.is_whitespace())
                .map_or(1, |end| if rest[end..].starts_with('>') { end + 1 } else { 1 }),
            '?' | '$' => 1 + word_length(&rest[1..], ""),
            _ => word_length(rest, ":-.%").max(first.len_utf8()),
        };
        let is_word = first.is_alphanumeric() || "_:".contains(first);
        let token = Token { at: self.at, text: &rest[..length], is_word };
        self.at += length;
        Some(token)
    }
}

impl Tokens<'_> {
    fn skip_blanks(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let blank = rest.len() - rest.trim_start().len();
            let comment =
                if rest[blank..].starts_with('#') { rest[blank..].find('\n').unwrap_or(rest.len() - blank) } else { 0 };
            self.at += blank + comment;
            if comment == 0 {
                return;
            }
        }
    }
}

fn word_length(rest: &str, marks: &str) -> usize {
    rest.find(|c: char| !c.is_alphanumeric() && c != '_' && !marks.contains(c)).unwrap_or(rest.len())
}

fn string_length(rest: &str, quote: char) -> usize {
    let long: String = [quote; 3].iter().collect();
    let end = if rest.starts_with(&long) { long } else { quote.to_string() };
    let mut at = end.len();
    while at < rest.len() && !rest[at..].starts_with(&end) {
        let escaped = rest[at..].starts_with('\\');
        at += rest[at..].chars().take(1 + usize::from(escaped)).map(char::len_utf8).sum::<usize>();
    }
    (at + end.len()).min(rest.len())
}
