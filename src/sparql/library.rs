//! The queries that come with kagraph, and a folder's own beside them.
//!
//! Comes in: `queries/*.rq`, compiled in, and the files of a folder, which go before those of the same name. Leaves:
//! queries by name, with what they ask, their parameters and columns. A header is checked against its query: what it
//! declares is there, and what is there it declares.
//!
//! ```text
//! # question: Which people decide at an account on a day?
//! # 问题：某日某客户由谁决策？
//! # param account: the account, id:account/DE123
//! # param day?: the day asked for (today when not given), 2026-03-31
//! # column person: the person's name
//! ```
//!
//! A parameter whose name ends with `?` may be left out; then its variable is unbound.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use crate::sparql::{Query, SparqlError, syntax};

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        const SHIPPED: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../queries/", $name, ".rq")))),*];
    };
}

shipped! {
    "account_360",
    "account_graph",
    "account_loss",
    "bus_factor",
    "candidate_reasons",
    "candidates",
    "cases_by_owner",
    "chain_changes_since",
    "chain_on_day",
    "class_moves",
    "competitors_at_accounts",
    "concentration",
    "connectors",
    "deciders_unmet",
    "declining_accounts",
    "dependency",
    "entities",
    "gaps_by_kind",
    "gaps_by_owner",
    "group_roll_up",
    "interactions_by_month",
    "introductions",
    "joined_and_left",
    "line_to_the_top",
    "look_alikes",
    "matches_to_check",
    "new_accounts",
    "opportunities_by_stage",
    "origin_of_revenue",
    "outlook",
    "overdue_payments",
    "owned_groups",
    "payment_delays",
    "portfolio",
    "products_by_account",
    "products_to_offer",
    "quality_accounts",
    "quality_contacts_without_post",
    "quality_duplicate_names",
    "quality_future_dates",
    "quality_overlapping_memberships",
    "quality_transactions",
    "revenue_by_sector_and_month",
    "risks",
    "segments",
    "sources",
    "top_accounts",
    "unlisted_persons",
    "visit_plan",
    "who_knows_whom",
}

/// Queries by name.
pub struct Library {
    queries: BTreeMap<String, LibraryQuery>,
}

/// A query with its header.
#[derive(Clone, Debug)]
pub struct LibraryQuery {
    /// Its name: the file's without `.rq`.
    pub name: String,
    /// What it asks, in English.
    pub question: String,
    /// What it asks, in Chinese.
    pub question_zh: String,
    /// Its parameters, in the order of the header.
    pub parameters: Vec<Parameter>,
    /// Its columns and their meanings, in the order of the header.
    pub columns: Vec<(String, String)>,
    /// The query.
    pub query: Query,
}

/// A parameter of a library query.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameter {
    /// The variable.
    pub name: String,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// What it means.
    pub meaning: String,
    /// A value that could be given.
    pub example: String,
}

impl Library {
    /// The queries that come with kagraph.
    pub fn shipped() -> Result<Self, SparqlError> {
        let read = SHIPPED.iter().map(|(name, text)| Ok(((*name).to_owned(), LibraryQuery::read(name, text)?)));
        Ok(Self { queries: read.collect::<Result<_, SparqlError>>()? })
    }

    /// The same with the `.rq` files of a folder, which go before those of the same name.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, SparqlError> {
        let reading = |source| SparqlError::Io { action: format!("read the queries in {}", folder.display()), source };
        for entry in fs::read_dir(folder).map_err(reading)? {
            let path = entry.map_err(reading)?.path();
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            if let (Some(name), true) = (name, path.extension().is_some_and(|it| it == "rq")) {
                let text = fs::read_to_string(&path).map_err(reading)?;
                self.queries.insert(name.clone(), LibraryQuery::read(&name, &text)?);
            }
        }
        Ok(self)
    }

    /// The query of that name.
    pub fn get(&self, name: &str) -> Result<&LibraryQuery, SparqlError> {
        self.queries.get(name).ok_or_else(|| {
            let near = syntax::nearest(name, self.queries.keys().map(String::as_str));
            let hint = match near {
                Some(near) => format!("did you mean {near} ?"),
                None => "kagraph query --list shows them".to_owned(),
            };
            SparqlError::UnknownQuery { name: name.to_owned(), hint }
        })
    }

    /// The query that somebody asks for by its text, its file (a name ending with `.rq`) or its name here, with its
    /// parameters.
    pub fn ask<'a>(
        &self,
        asked: &str,
        values: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Query, SparqlError> {
        let is_text = asked.contains(|c: char| c.is_whitespace() || c == '{');
        let text = if !is_text && asked.ends_with(".rq") { read_file(asked)? } else { asked.to_owned() };
        if !is_text && text == asked {
            return self.get(asked)?.bind(values);
        }
        if text.lines().any(|line| line.starts_with("# question:")) {
            return LibraryQuery::read(asked, &text)?.bind(values);
        }
        let given = values.into_iter();
        given.fold(Query::parse(&text), |query, (name, value)| query?.with_parameter(name, value))
    }

    /// Writes names, questions and parameters for a person to read.
    pub fn write_list(&self, out: &mut impl Write) -> Result<(), SparqlError> {
        for query in self.iter() {
            writeln!(out, "{}\n    {}\n    {}", query.name, query.question, query.question_zh)
                .map_err(SparqlError::writing)?;
            for Parameter { name, is_optional, meaning, example } in &query.parameters {
                let mark = if *is_optional { "optional: " } else { "" };
                writeln!(out, "    --param {name}={example}   {mark}{meaning}").map_err(SparqlError::writing)?;
            }
        }
        out.flush().map_err(SparqlError::writing)
    }

    /// All queries by name.
    pub fn iter(&self) -> impl Iterator<Item = &LibraryQuery> {
        self.queries.values()
    }
}

impl LibraryQuery {
    /// Reads a query with its header and checks one against the other.
    pub fn read(name: &str, text: &str) -> Result<Self, SparqlError> {
        let fault =
            |error: SparqlError| SparqlError::Header { name: name.to_owned(), line: 0, reason: error.to_string() };
        let query = Query::parse(text).map_err(fault)?;
        let mut read = Self {
            name: name.to_owned(),
            question: String::new(),
            question_zh: String::new(),
            parameters: Vec::new(),
            columns: Vec::new(),
            query,
        };
        let header = text.lines().take_while(|line| line.starts_with('#') || line.trim().is_empty());
        for (at, line) in header.enumerate() {
            read.take(line.trim_start_matches('#').trim(), at + 1)?;
        }
        read.check()?;
        Ok(read)
    }

    /// The query with these parameters; refuses one that the header does not have and misses one that it needs.
    pub fn bind<'a>(&self, values: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Query, SparqlError> {
        let mut query = self.query.clone();
        let mut missing: Vec<_> = self.parameters.iter().filter(|parameter| !parameter.is_optional).collect();
        for (name, value) in values {
            if !self.parameters.iter().any(|parameter| parameter.name == name) {
                let known = self.parameters.iter().map(|parameter| parameter.name.clone()).collect();
                return Err(SparqlError::UnknownParameter { name: name.to_owned(), known });
            }
            missing.retain(|parameter| parameter.name != name);
            query = query.with_parameter(name, value)?;
        }
        match missing.first() {
            None => Ok(query),
            Some(parameter) => Err(SparqlError::MissingParameter {
                name: parameter.name.clone(),
                meaning: parameter.meaning.clone(),
                example: parameter.example.clone(),
            }),
        }
    }

    fn take(&mut self, line: &str, at: usize) -> Result<(), SparqlError> {
        let fault = |reason: &str| self.fault(at, reason.to_owned());
        let Some((key, value)) = line.split_once([':', '：']) else { return Ok(()) };
        let value = value.trim().to_owned();
        match key.split_once(' ').map_or((key, ""), |(word, name)| (word, name.trim())) {
            ("question", "") => self.question = value,
            ("问题", "") => self.question_zh = value,
            ("param", name) => {
                let (meaning, example) =
                    value.rsplit_once(", ").ok_or_else(|| fault("expected a meaning, a comma and an example value"))?;
                let is_optional = name.ends_with('?');
                let name = name.trim_end_matches('?').to_owned();
                let (meaning, example) = (meaning.to_owned(), example.to_owned());
                self.parameters.push(Parameter { name, is_optional, meaning, example });
            }
            ("column", name) => self.columns.push((name.to_owned(), value)),
            _ => (),
        }
        Ok(())
    }

    fn check(&self) -> Result<(), SparqlError> {
        let empty = [("question", &self.question), ("问题", &self.question_zh)];
        if let Some((key, _)) = empty.iter().find(|(_, text)| text.is_empty()) {
            return Err(self.fault(0, format!("expected a line # {key}: …")));
        }
        let variables = self.query.variables();
        if let Some(odd) = self.parameters.iter().find(|it| !variables.contains(&it.name.as_str())) {
            return Err(self.fault(0, format!("parameter {} is no variable of the query", odd.name)));
        }
        let declared: Vec<_> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        if declared != self.query.columns() {
            let (declared, found) = (declared.join(", "), self.query.columns().join(", "));
            return Err(self.fault(0, format!("columns are declared as {declared}, projected as {found}")));
        }
        Ok(())
    }

    fn fault(&self, line: usize, reason: String) -> SparqlError {
        SparqlError::Header { name: self.name.clone(), line, reason }
    }
}

fn read_file(path: &str) -> Result<String, SparqlError> {
    let reading = |source| SparqlError::Io { action: format!("read the query in {path}"), source };
    fs::read_to_string(path).map_err(reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_query_parses_and_keeps_what_its_header_says() {
        let library = Library::shipped().unwrap_or_else(|error| panic!("{error}"));
        assert!(library.iter().count() >= 20);
        for query in library.iter().filter(|query| query.query.form() == crate::sparql::Form::Select) {
            assert!(!query.columns.is_empty(), "{}", query.name);
        }
    }

    #[test]
    fn every_example_value_can_be_given() {
        for query in Library::shipped().unwrap().iter() {
            let all = query.parameters.iter().map(|it| (it.name.as_str(), it.example.as_str()));
            query.bind(all).unwrap_or_else(|error| panic!("{}: {error}", query.name));
        }
    }

    #[test]
    fn every_file_in_queries_is_shipped() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
        files.sort();
        let files: Vec<_> = files.iter().map(|it| it.file_stem().unwrap().to_string_lossy()).collect();
        assert_eq!(SHIPPED.iter().map(|(name, _)| *name).collect::<Vec<_>>(), files);
    }

    #[test]
    fn a_header_that_says_something_else_than_its_query_is_refused() {
        let read = |text: &str| LibraryQuery::read("x", text).unwrap_err().to_string();
        let asked = "# question: What?\n# 问题：什么？\n";
        assert!(read("SELECT ?a { ?a a ?b }").contains("expected a line # question"));
        assert!(read(&format!("{asked}SELECT ?a {{ ?a a ?b }}")).contains("columns are declared as , projected as a"));
        let odd = format!("{asked}# param c: the c, 1\n# column a: the a\nSELECT ?a {{ ?a a ?b }}");
        assert!(read(&odd).contains("parameter c is no variable"));
        assert!(read(&format!("{asked}# param b: the b\nASK {{ ?a a ?b }}")).contains("line 3: expected a meaning"));
    }

    #[test]
    fn a_needed_parameter_is_asked_for_and_an_optional_one_is_not() {
        let text = "# question: What?\n# 问题：什么？\n# param a: the a, 1\n# param b?: the b, 2\nASK { ?x ?p ?a, ?b }";
        let query = LibraryQuery::read("x", text).unwrap();
        assert!(query.bind([("a", "1")]).is_ok());
        let missing = query.bind([("b", "1")]).unwrap_err().to_string();
        assert_eq!(missing, "the query needs the parameter a (the a)\nhint: --param a=1");
        let unknown = query.bind([("a", "1"), ("c", "1")]).unwrap_err().to_string();
        assert_eq!(unknown, "the query has no parameter c; it has a, b");
    }
}
