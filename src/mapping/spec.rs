//! A mapping: which rows become which things, as a TOML file says.
//!
//! Comes in: the text of a mapping. Leaves: a [`Mapping`] that is free of mistakes as far as that can be known without
//! the data, or a [`MappingError`] with every mistake, its line, and what was probably meant. Never reads data.
//!
//! # A worked example
//!
//! ```
//! use kagraph::mapping::Mapping;
//!
//! let mapping = Mapping::parse(
//!     r##"
//! source = "crm"                        # names the graph, and stands in the ids: …/id/crm/account/42
//! title = "Our CRM"
//! region = "DE"                         # phone numbers without country code are German
//!
//! [[file]]
//! path = "customers.csv"                # relative to the data folder; "crm/*.csv" takes every such file
//! read = { delimiter = ";", encoding = "windows-1252" }   # only what is not recognised by itself
//! known = "{created}"                   # the row was known from this day on; or "always" (default), or "load"
//! where = ["status != deleted", "name is not empty"]      # other rows are set aside (counted, not refused)
//! drop = ["fax"]                        # unmapped columns stay as raw statements; this one does not; raw = false: none
//!
//! [file.let]                            # computed columns, used like columns
//! category = { lookup = "categories.csv", on = "id = {category_id}", take = "name", missing = "reject" }
//! head_office = { value = "{parent_no}", empty = ["0"] }
//!
//! [[file.account]]                      # one thing that each row speaks of; [[file.…]] may stand more than once
//! id = "account/{no}"                   # an empty placeholder leaves the thing out
//! name = { value = "{name}", clean = ["spaces", "nfkc"] }
//! sector = "{category}"
//! parent = "account/{head_office}"      # a link: the id of another thing; an empty placeholder leaves the link out
//! phone = "{phone}"
//! tax_id = { value = "{vat}", clean = ["nulls", "vat"] }
//! annual_revenue = { value = "{revenue}", clean = ["money"], decimal = "," }
//! key_account = { value = "{segment}", map = { A = "true" }, otherwise = "false" }
//! identifier = ["{duns}", "{registration}"]               # a list gives several values
//! properties = { "schema:description" = { value = "{about}", lang = "de" } }   # any other property
//!
//! [[file.contact]]
//! id = "contact/{contact_no}"
//! when = "contact_no is not empty"
//! name = "{contact_name}"
//! email = "{contact_email}"
//!
//! [[file.post]]
//! id = "post/{no}/{contact_title}"
//! title = "{contact_title}"
//! account = "account/{no}"
//!
//! [[file.membership]]                   # without id: the id is made of member, post, account and start date
//! member = "contact/{contact_no}"
//! post = "post/{no}/{contact_title}"
//! account = "account/{no}"
//! start_date = { value = "{contact_since}", format = ["%d.%m.%Y", "%d.%m.%y"], pivot = 30 }
//!
//! [[file]]
//! path = "orders.csv"
//! known = { value = "{ordered}", format = "%d.%m.%Y" }
//!
//! [file.let]
//! amount = { multiply = ["{quantity}", "{price}"] }
//!
//! [[file.transaction]]
//! id = "order/{order_no}/{line}"
//! kind = "order"
//! account = { value = "account/{customer_no}", required = true }   # empty or bad: the whole row is refused
//! date = { value = "{ordered}", format = "%d.%m.%Y" }               # bad: this value is refused, the row is used
//! amount = "{amount}"
//! currency = "EUR"
//! "##,
//!     "crm.toml",
//! )?;
//! assert_eq!(mapping.source(), "crm");
//! assert_eq!(mapping.paths().collect::<Vec<_>>(), ["customers.csv", "orders.csv"]);
//!
//! let refused = Mapping::parse("source = 'crm'\n[[file]]\npath = 'a.csv'\n[[file.accuont]]\nid = 'x'", "crm.toml");
//! let message = refused.unwrap_err().to_string();
//! assert!(message.contains("line 4") && message.contains("did you mean \"account\"?"));
//! # Ok::<(), kagraph::mapping::MappingError>(())
//! ```
//!
//! # The file
//!
//! | key | meaning |
//! |---|---|
//! | `source` | lower-case letters, digits, `_` and `-`; names the graph and the ids |
//! | `title` | for people |
//! | `files` | paths that a folder must hold for a shipped profile to recognise it; default: every `path` that is not `optional` |
//! | `export` | `"full"`: each load holds the whole source, and what an earlier load said is gone; `"additions"` (the default): a load adds to earlier ones |
//! | `region` | the region of phone numbers without country code (two letters, ISO 3166-1) |
//! | `[[file]]` | one file or one pattern of files, in the order in which they are loaded |
//!
//! # `[[file]]`
//!
//! | key | meaning |
//! |---|---|
//! | `path` | relative to the data folder; `*` stands for any text within one folder or file name |
//! | `optional` | `true`: no mistake when the file is not there |
//! | `rdf` | `true`: RDF, whose statements go into the graph as they are; also known by `.nt`, `.nq`, `.ttl`, `.trig` |
//! | `source` | another source for this file; `{#file}` in it is the file's name without folder and extension |
//! | `read` | how to read it: `delimiter`, `quote`, `header`, `columns`, `encoding`, `skip_rows`, `comment`, `format` |
//! | `known` | from which day a row was known: `"always"` (default), `"load"` (the day of loading), or a value with a date. A row without that date counts as known from the day of loading |
//! | `where` | conditions, all of which a row must meet |
//! | `drop`, `raw` | columns that are not kept when nothing maps them; `raw = false` keeps none |
//! | `[file.let]` | computed columns |
//! | `[[file.KIND]]` | things: `account`, `group`, `ownership`, `contact`, `post`, `membership`, `reporting_line`, `employee`, `team`, `interaction`, `product`, `buying_unit`, `transaction`, `opportunity`, `competitor`, `sighting`, `thing` |
//!
//! # Things
//!
//! Every thing has `id`, `when` (one condition or a list), `known` (instead of the file's), `class` (further classes)
//! and `properties` (further properties, by prefixed name or IRI) besides the fields of its kind. `thing` has only these.
//!
//! An id is `kind/{key}`: values in it are percent-encoded. It becomes `https://w3id.org/kagraph/id/SOURCE/kind/key`;
//! one that begins with `/` is shared by all sources (`…/id/kind/key`); one that begins with `http` is taken as it is.
//!
//! A thing is left out when its id has an empty placeholder or when a link without which it has no meaning is missing
//! (the member of a membership, both ends of an ownership, a reporting line, a team membership or a sighting). A link
//! from a thing to itself is left out. A row of which nothing is left is refused.
//!
//! # Values
//!
//! A value is a text with placeholders `{column}`, where `{#row}` is the row's number and `{#file}` the file's name, or
//! a table with one of these origins
//!
//! | key | value |
//! |---|---|
//! | `value` | a text with placeholders; blanks around a column's value do not count |
//! | `lookup`, `on`, `take`, `missing` | column `take` of the first row of another file in which the column left of `=` has the value right of it; `on` may be a list. `missing`: `"empty"` (default) or `"reject"` (the row) |
//! | `multiply`, `add`, `subtract`, `divide` | exact arithmetic over a list of values; empty when one of them is |
//! | `date`, `plus_days` | a day some days later |
//!
//! and any of
//!
//! | key | meaning |
//! |---|---|
//! | `clean` | rules in their order: `trim`, `spaces`, `upper`, `lower`, `title`, `nfkc` (full-width forms), `nulls` (N/A, NULL, -, 无 …), `digits`, `unpad` (leading zeros off), `integer` (17850.0 is 17850), `money` (signs, thousands, brackets, 万, 亿), `phone`, `email`, `lei`, `duns`, `uscc`, `vat`, `uk_company` |
//! | `empty` | texts that mean nothing |
//! | `map`, `otherwise` | replacements, and what every other text becomes |
//! | `default` | the value when nothing is there |
//! | `split` | cuts one cell into many values |
//! | `required` | empty or bad: the whole row is refused |
//! | `format`, `pivot` | dates: strptime formats tried in turn, or `"iso"` (default), `"excel"`; two-digit years up to `pivot` are 20xx |
//! | `decimal` | the decimal sign |
//! | `region` | for phone numbers |
//! | `known` | from which day this value was known, when later than the row |
//! | `as`, `lang` | for `properties` and computed columns: `text`, `date`, `decimal`, `integer`, `boolean`, `share`, `link`, `iri`, `email`, `phone`; a language tag |
//!
//! A value that cannot be what its field takes (a date that is none) goes to the quarantine with its place, the reason
//! and the raw text, and the row is used without it. `end_date`, `paid_date` and `close_date` are never known before
//! the day that they say. Decimals keep their digits; `+5.00` is written `5.00`.

use super::mistake::MappingError;
use super::parse;
use super::template::{Name, Template};
use super::value::{Condition, Entity, Known, Let};
use crate::ingest::{Format, ReadOptions};

/// A declarative description of one source. See the [module](self) for the language.
#[derive(Clone, Debug)]
pub struct Mapping {
    pub(in crate::mapping) name: String,
    pub(in crate::mapping) text: String,
    pub(in crate::mapping) source: String,
    pub(in crate::mapping) title: Option<String>,
    pub(in crate::mapping) is_whole: bool,
    pub(in crate::mapping) needed: Vec<String>,
    pub(in crate::mapping) files: Vec<FileSpec>,
    pub(in crate::mapping) tables: Vec<TableSpec>,
}

/// One `[[file]]`.
#[derive(Clone, Debug)]
pub(in crate::mapping) struct FileSpec {
    pub(in crate::mapping) path: String,
    pub(in crate::mapping) is_optional: bool,
    pub(in crate::mapping) is_rdf: bool,
    pub(in crate::mapping) source: Option<Template<Name>>,
    pub(in crate::mapping) read: ReadOptions,
    pub(in crate::mapping) known: Known<Name>,
    pub(in crate::mapping) conditions: Vec<Condition<Name>>,
    pub(in crate::mapping) dropped: Vec<(usize, String)>,
    pub(in crate::mapping) keeps_raw: bool,
    pub(in crate::mapping) lets: Vec<Let<Name>>,
    pub(in crate::mapping) entities: Vec<Entity<Name>>,
}

/// What is looked up in one file by one key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::mapping) struct TableSpec {
    pub(in crate::mapping) at: usize,
    pub(in crate::mapping) path: String,
    pub(in crate::mapping) read: ReadOptions,
    pub(in crate::mapping) keys: Vec<String>,
    pub(in crate::mapping) takes: Vec<String>,
}

impl Mapping {
    /// Reads a mapping; `name` stands in messages.
    ///
    /// # Errors
    /// All mistakes of the text at once, each with line, column and, where there is one, a suggestion.
    pub fn parse(text: &str, name: &str) -> Result<Self, MappingError> {
        parse::mapping(text, name)
    }

    /// The name that was given to [`Self::parse`].
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text that was parsed; it is part of what makes a batch.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The source, which names the graph.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The source's name for people.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.source)
    }

    /// Whether each load holds the whole source, so that it replaces earlier ones.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Paths and patterns of the files that are loaded, in their order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.path.as_str())
    }
}

impl FileSpec {
    /// Whether the file at `path` is RDF.
    pub(in crate::mapping) fn reads_rdf(&self, path: &str) -> bool {
        let format = self.read.format.or_else(|| Format::of_name(path));
        self.is_rdf || format.is_some_and(Format::is_rdf)
    }
}
