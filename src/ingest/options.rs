//! What a mapping may say about a file instead of leaving it to be recognised.

use encoding_rs::Encoding;
use serde::Deserialize;

use super::IngestError;
use super::sniff::Given;

/// How to read a file; what is not given is recognised from its content.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReadOptions {
    /// The format, when the file's name does not tell.
    pub format: Option<Format>,
    /// What separates fields: one ASCII character.
    pub delimiter: Option<char>,
    /// What encloses fields: one ASCII character, or the empty text when nothing does.
    pub quote: Option<String>,
    /// Whether the first row holds the names of the columns.
    pub header: Option<bool>,
    /// The names of the columns. They stand instead of a header's. When `header` is not given, a first row
    /// that spells these names is taken for one, any other first row for data.
    pub columns: Option<Vec<String>>,
    /// The encoding, by any label of the WHATWG Encoding Standard ("utf-8", "gb18030", "windows-1252").
    pub encoding: Option<String>,
    /// Lines to leave out at the beginning, before the header.
    pub skip_rows: u64,
    /// A line that begins with this ASCII character is left out.
    pub comment: Option<char>,
    /// What relative IRIs of a Turtle or TriG file are relative to: an absolute IRI.
    pub base: Option<String>,
}

impl ReadOptions {
    pub(super) fn encoding_given(&self, file: &str) -> Result<Option<&'static Encoding>, IngestError> {
        let Some(label) = &self.encoding else {
            return Ok(None);
        };
        let refused = || refused(file, "encoding", "a label as \"utf-8\", \"gb18030\" or \"windows-1252\"", label);
        Encoding::for_label(label.as_bytes()).map(Some).ok_or_else(refused)
    }

    pub(super) fn dialect_given(&self, file: &str) -> Result<Given<'_>, IngestError> {
        let quote = match self.quote.as_deref() {
            None => None,
            Some("") => Some(None),
            Some(text) => Some(Some(ascii(file, "quote", text)?)),
        };
        let tab = (self.format == Some(Format::Tsv)).then_some(b'\t');
        let char_of = |option, sign: Option<char>| sign.map(|sign| ascii(file, option, &sign.to_string())).transpose();
        Ok(Given {
            delimiter: char_of("delimiter", self.delimiter)?.or(tab),
            quote,
            header: self.header,
            columns: self.columns.as_deref(),
            comment: char_of("comment", self.comment)?,
        })
    }
}

fn ascii(file: &str, option: &'static str, text: &str) -> Result<u8, IngestError> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'\r' | b'\n' | 0) => Ok(*byte),
        _ => Err(refused(file, option, "one ASCII character that is no line end", text)),
    }
}

fn refused(file: &str, option: &'static str, expected: &'static str, found: &str) -> IngestError {
    IngestError::Option { file: file.to_owned(), option, expected, found: found.to_owned() }
}

/// The formats that are read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Delimited text, whatever the delimiter.
    Csv,
    /// Delimited text with tabs.
    Tsv,
    /// Apache Parquet.
    Parquet,
    /// RDF 1.1 N-Triples.
    NTriples,
    /// RDF 1.1 N-Quads.
    NQuads,
    /// RDF 1.1 Turtle.
    Turtle,
    /// RDF 1.1 TriG.
    TriG,
}

impl Format {
    /// The format that a file's name tells, with or without `.gz` or `.zst`.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let stem = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        let (_, extension) = stem.rsplit_once('.')?;
        Some(match extension {
            "csv" | "txt" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "parquet" | "pq" => Self::Parquet,
            "nt" => Self::NTriples,
            "nq" => Self::NQuads,
            "ttl" => Self::Turtle,
            "trig" => Self::TriG,
            _ => return None,
        })
    }

    /// Whether the content is RDF, to be read with [`RdfSource`](super::RdfSource), and not rows.
    pub fn is_rdf(self) -> bool {
        matches!(self, Self::NTriples | Self::NQuads | Self::Turtle | Self::TriG)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_format_also_when_compressed() {
        assert_eq!(Format::of_name("a/B.CSV.gz"), Some(Format::Csv));
        assert_eq!(Format::of_name("a.nt.zst"), Some(Format::NTriples));
        assert_eq!(Format::of_name("a.parquet"), Some(Format::Parquet));
        assert_eq!(Format::of_name("a.tar.gz"), None);
        assert!(Format::TriG.is_rdf() && !Format::Tsv.is_rdf());
    }

    #[test]
    fn an_unknown_option_is_refused() {
        let read: Result<ReadOptions, _> = toml::from_str("delimter = ';'");
        assert!(read.unwrap_err().to_string().contains("delimter"));
        let read: ReadOptions = toml::from_str("delimiter = '\t'\nformat = 'csv'\nskip_rows = 2").unwrap();
        assert_eq!((read.delimiter, read.format, read.skip_rows), (Some('\t'), Some(Format::Csv), 2));
    }
}
